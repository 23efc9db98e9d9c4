"""What all tests share: a migrated database and the application on it. Tests with a database run on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from deliberation import accounts
from deliberation.municipalities import Tenant
from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.values import Role
from tests.support import postgres
from tests.support.make import make_staff, make_tenant
from web.app import create_app
from web.http import clock
from web.settings import Settings


def _migrated(url: str) -> None:
    database = Database(url)
    try:
        schema.migrate(database)
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    if postgres.MISSING:
        pytest.skip(postgres.MISSING)
    with postgres.running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrated(sqlite_url(path))
    return path


@pytest.fixture
def sqlite_database_url(tmp_path: Path, migrated_sqlite_file: Path) -> str:
    """For tests that need one database, whichever."""
    path = tmp_path / "hiroba.db"
    shutil.copy(migrated_sqlite_file, path)
    return sqlite_url(path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both systems for whatever writes or asks; modules that look at pages above that say so with `ON_SQLITE = True`."""
    chosen = any(mark.args[0] == "database_url" for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_url" in metafunc.fixturenames and not chosen:
        systems = ["sqlite"] if getattr(metafunc.module, "ON_SQLITE", False) else ["sqlite", "postgresql"]
        metafunc.parametrize("database_url", systems, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh migrated database, on each of the two systems."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database_url")
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_server"), _migrated) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """The first municipality; it serves every host that no other claims."""
    with database.write() as session:
        return make_tenant(session)


@pytest.fixture
def other_tenant(database: Database, tenant: Tenant) -> Tenant:
    """A second municipality, reached under its own host name."""
    with database.write() as session:
        return make_tenant(session, "mountain", host="mountain.test")


@pytest.fixture
def configured(database: Database, tmp_path: Path) -> Settings:
    url = database.url.render_as_string(hide_password=False)
    return Settings(data_dir=tmp_path, database_url=url, secret_key="a secret for tests", compute="inline")


@pytest.fixture
def new_client(configured: Settings) -> Iterator[Callable[..., TestClient]]:
    """Makes browsers: each has its own cookies, all talk to the same running application. `host` chooses the municipality."""
    app = create_app(configured, work=False)
    with TestClient(app) as running:

        def new(host: str = "testserver", language: str = "en") -> TestClient:
            client = TestClient(app, base_url=f"http://{host}", headers={"Accept-Language": language}, follow_redirects=False)
            client.portal = running.portal
            return client

        yield new


@pytest.fixture
def client(new_client: Callable[..., TestClient]) -> TestClient:
    """A resident's browser that speaks English."""
    return new_client()


@pytest.fixture
def sign_in(database: Database, tenant: Tenant, new_client: Callable[..., TestClient]) -> Callable[..., TestClient]:
    """Makes browsers in which a member of staff of this role has signed in."""

    def signed_in(role: Role = Role.MODERATOR, of: Tenant = tenant, **options: str) -> TestClient:
        with database.write() as session:
            staff = make_staff(session, of, role)
            token = accounts.issue_link(session, staff.id, clock())
        client = new_client(of.host or "testserver", **options)
        assert client.post(f"/sign-in/{token}").status_code == 303
        return client

    return signed_in
