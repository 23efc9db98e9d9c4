"""`hiroba demo` as people start it: a process of its own, with a folder of its own."""

import http.client
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from tests.support.pages import form, words
from tests.support.server import PATIENCE_SECONDS, Hiroba
from web.cli import main

LAST_WORDS = "Ctrl-C ends the demo."
CONVERSATION = "/c/e-scooters"


@dataclass
class Running:
    """The demo, and what it printed at its start."""

    process: Hiroba
    printed: str

    @property
    def links(self) -> dict[str, str]:
        """What stands before an address → the address."""
        found = (line.rpartition("http://") for line in self.printed.splitlines() if "  http://" in line)
        return {name.strip(): mark + rest for name, mark, rest in found}

    def sign_in_links(self) -> list[str]:
        return [url for url in self.links.values() if "/sign-in/" in url]


class Browser:
    """Just enough of one: it keeps cookies and does not follow."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def open(self, url: str, **fields: str) -> tuple[int, str, str]:
        """Status, text and where it leads; with fields, a form is sent."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if fields else "GET", parts.path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        text = answer.read().decode()
        connection.close()
        return answer.status, text, answer.headers.get("Location", "")


@contextmanager
def started(data_dir: Path) -> Iterator[Running]:
    process = Hiroba(data_dir, "demo", "--port", "0")
    try:
        lines = [process.greeting]
        assert process.process.stdout is not None
        for line in process.process.stdout:
            lines.append(line)
            if LAST_WORDS in line:
                break
        yield Running(process, "".join(lines))
    finally:
        if process.process.poll() is None:
            process.process.kill()
        process.process.communicate()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "var"


@pytest.fixture(scope="module")
def running(data_dir: Path) -> Iterator[Running]:
    with started(data_dir) as found:
        yield found


def test_it_prints_what_is_worth_opening_and_how_to_begin_again(running: Running, data_dir: Path) -> None:
    assert list(running.links) == [
        "Front page", "Vote", "Opinion map", "Report", "Policy", "Ledger",
        "Administrator", "Moderator", "Official", "Official 2", "Translator",
    ]  # fmt: skip
    assert str(data_dir) in running.printed
    assert (data_dir / "hiroba.db").exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Front page", "Rules for shared e-scooters"),
        ("Vote", "0 of 50 answered"),
        ("Opinion map", "Group C"),
        ("Report", "What residents said about shared e-scooters"),
        ("Policy", "10 days"),
        ("Ledger", "86"),
    ],
)
def test_every_address_shows_what_it_says(running: Running, name: str, shown: str) -> None:
    status, text, _ = Browser().open(running.links[name])
    assert status == 200
    assert shown in words(text)


@pytest.mark.parametrize(
    ("name", "place", "shown"),
    [
        ("Administrator", "/admin", "official@example.org"),
        ("Moderator", "/moderate", "When it snows or a storm is coming, rentals should stop automatically."),
        ("Official", "/official", "Make scooters slow down to walking pace automatically around every school."),
        ("Translator", "/translate", "Every text has a translation into this language."),
    ],
)
def test_a_link_signs_in_once_and_leads_to_the_work(running: Running, name: str, place: str, shown: str) -> None:
    staff, link = Browser(), running.links[name]
    assert staff.open(link)[0] == 200
    assert staff.open(link, go="") == (303, "", place)
    status, text, _ = staff.open(urlsplit(link)._replace(path=place).geturl())
    assert status == 200
    assert shown in words(text)
    assert Browser().open(link, go="")[0] == 403


def test_anybody_can_vote_at_once(running: Running) -> None:
    resident, page = Browser(), running.links["Vote"]
    ballot = form(resident.open(page)[1], "/vote")
    assert resident.open(f"{page}/vote", **ballot, choice="agree") == (303, "", CONVERSATION)
    assert "1 of 50 answered" in words(resident.open(page)[1])


def test_ctrl_c_ends_it_and_a_second_start_has_the_same_addresses_and_fresh_links(tmp_path: Path) -> None:
    with started(tmp_path / "var") as first:
        assert first.process.end(signal.SIGINT) == (0, "")
    with started(tmp_path / "var") as second:
        assert second.links.keys() == first.links.keys()
        assert not set(second.sign_in_links()) & set(first.sign_in_links())
        assert Browser().open(second.links["Ledger"])[0] == 200
        assert second.process.end(signal.SIGINT) == (0, "")


def test_a_port_in_use_is_told_in_one_line_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["demo", "--port", port], env={"HIROBA_DATA_DIR": str(tmp_path / "var")})
    said = f"hiroba: port {port} of 127.0.0.1 is in use; choose another with --port\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)
    assert not (tmp_path / "var" / "hiroba.db").exists()


def test_it_does_not_move_in_with_a_real_municipality(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    url = database.url.render_as_string(hide_password=False)
    environment = {"HIROBA_DATA_DIR": str(tmp_path / "var"), "HIROBA_DATABASE_URL": url}
    result = CliRunner().invoke(main, ["demo", "--port", "0"], env=environment)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "HIROBA_DATA_DIR=" in result.stderr
