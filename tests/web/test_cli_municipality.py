"""`hiroba municipality add`, where its staff's links lead, and arguments that are no text."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from deliberation.storage.engine import Database
from deliberation.storage.tables import Municipality
from tests.support.make import make_tenant
from tests.support.server import HIROBA, PATIENCE_SECONDS, surroundings
from web.cli import main


@pytest.fixture
def hiroba(database: Database, tmp_path: Path) -> Callable[..., Result]:
    url = database.url.render_as_string(hide_password=False)

    def run(*arguments: str, **environment: str) -> Result:
        settings = {"HIROBA_DATA_DIR": str(tmp_path / "var"), "HIROBA_DATABASE_URL": url}
        return CliRunner().invoke(main, arguments, env=settings | environment)

    return run


def municipalities(database: Database) -> list[tuple[str, str, str | None]]:
    with database.read() as session:
        return [(row.slug, row.name, row.host) for row in session.exec(select(Municipality).order_by(Municipality.id))]


@pytest.mark.parametrize(
    ("slug", "name", "host", "stored"),
    [
        ("harbour", "Harbour", "Square.Harbour.example", ("harbour", "Harbour", "square.harbour.example")),
        ("a", "  The \n Pier ", "localhost", ("a", "The Pier", "localhost")),
        ("a" * 63, "み" * 200, "xn--p8j." + "a" * 63, ("a" * 63, "み" * 200, "xn--p8j." + "a" * 63)),
    ],
)
def test_a_municipality_is_added_tidily(
    hiroba: Callable[..., Result], database: Database, slug: str, name: str, host: str, stored: tuple[str, str, str]
) -> None:
    result = hiroba("municipality", "add", slug, "--name", name, "--host", host)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{stored[1]} is there.\n", "")
    assert municipalities(database) == [stored]


@pytest.mark.parametrize(
    ("slug", "name", "host", "said"),
    [
        *((slug, "X", None, "Use small letters") for slug in ("", "Big", "a b", "-a", "a--b", "ä", "a" * 64)),
        *(("x", name, None, "1 to 200 characters") for name in ("", " \t", "n" * 201)),
        *(("x", "X", host, "is not a host name") for host in ("", "https://x.org", "x.org:80", "x.org/y", "x..org", "-x.org")),
        *(
            ("x", "X", host, "is not a host name")
            for host in ("x org", "*.x.org", "ü.org", "a" * 64, "x.org.", "a." * 126 + "aa")
        ),
    ],
)
def test_what_cannot_be_is_one_line_and_adds_nothing(
    hiroba: Callable[..., Result], database: Database, slug: str, name: str, host: str | None, said: str
) -> None:
    given = [] if host is None else ["--host", host]
    result = hiroba("municipality", "add", "--name", name, *given, "--", slug)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert said in result.stderr
    assert municipalities(database) == []


def test_the_address_for_questions_is_kept_and_checked(hiroba: Callable[..., Result], database: Database) -> None:
    refused = hiroba("municipality", "add", "pier", "--name", "Pier", "--contact", "nobody")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "complete e-mail address" in refused.stderr
    assert hiroba("municipality", "add", "pier", "--name", "Pier", "--contact", "Ask@Pier.example").exit_code == 0
    with database.read() as session:
        assert session.exec(select(Municipality)).one().contact == "ask@pier.example"


def test_a_host_is_taken_once_in_whatever_case(hiroba: Callable[..., Result], database: Database) -> None:
    assert hiroba("municipality", "add", "one", "--name", "One", "--host", "x.org").exit_code == 0
    assert "already in use" in hiroba("municipality", "add", "two", "--name", "Two", "--host", "X.ORG").stderr
    assert len(municipalities(database)) == 1


@pytest.mark.parametrize(
    ("municipality", "base_url", "address"),
    [
        ("harbour", "", "http://127.0.0.1:8000"),
        ("mountain", "", "http://mountain.test:8000"),
        ("harbour", "https://hiroba.example", "https://hiroba.example"),
        ("mountain", "https://hiroba.example", "https://mountain.test"),
        ("mountain", "https://hiroba.example:8443/", "https://mountain.test:8443"),
    ],
)
def test_a_sign_in_link_leads_to_where_the_municipality_is_served(
    hiroba: Callable[..., Result], database: Database, municipality: str, base_url: str, address: str
) -> None:
    with database.write() as session:
        make_tenant(session)
        make_tenant(session, "mountain", host="mountain.test")
    options = ("--role", "admin", "--municipality", municipality)
    result = hiroba("user", "add", "mei@example.org", *options, HIROBA_BASE_URL=base_url)
    link = urlsplit(result.stdout.strip())
    assert f"{link.scheme}://{link.netloc}" == address
    assert link.path.startswith("/sign-in/")


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyse", b"\xff"),
        ("export", b"\xff", "folder"),
        ("user", "add", b"\xff@example.org", "--role", "admin"),
        ("municipality", "add", "x", "--name", b"X\xff"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_argument_that_is_not_utf8_is_one_line(tmp_path: Path, arguments: tuple[str | bytes, ...]) -> None:
    environment = surroundings(tmp_path / "var")
    added = [*HIROBA, "municipality", "add", "harbour", "--name", "Harbour"]
    subprocess.run(added, env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=True)
    ended = subprocess.run(
        [*HIROBA, *map(os.fsdecode, arguments)], env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    told = ended.stderr.decode()
    assert (ended.returncode, ended.stdout, told.count("\n")) == (1, b"", 1)
    assert told.startswith("hiroba: “")
    assert told.endswith("” is not UTF-8\n")
