"""A square to walk in: a real server process on a data folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.values import Role
from tests.support.checkout import CHECKOUT
from tests.support.server import Hiroba, run, serving


@dataclass(frozen=True)
class Site:
    """`database` is the server's, looked at from outside."""

    server: Hiroba
    data_dir: Path
    database: Database

    @property
    def address(self) -> str:
        return self.server.address

    def sign_in(self, page: Page, role: Role, municipality: str | None = None) -> None:
        """As staff do: with the link that the operator's command prints."""
        place = ["--municipality", municipality] if municipality else []
        printed = run(self.data_dir, "user", "add", f"{role.value}@example.org", "--role", role.value, *place)
        assert printed.returncode == 0, printed.stderr
        page.goto(urlsplit(printed.stdout.strip()).path)
        page.locator("main button[type=submit]").click()


@contextmanager
def database_in(data_dir: Path) -> Iterator[Database]:
    """The embedded database of a data folder, brought up to date."""
    database = Database(sqlite_url(data_dir / "hiroba.db"))
    schema.migrate(database)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def open_site(data_dir: Path, database: Database, home: Path = CHECKOUT) -> Iterator[Site]:
    """Serve it with the code in `home`. Whatever the server had to complain about fails in the end."""
    with serving(data_dir, home=home) as server:
        yield Site(server, data_dir, database)
        _, errors = server.end()
    assert errors == ""
