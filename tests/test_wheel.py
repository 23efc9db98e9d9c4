"""The wheel carries everything it needs and serves pages far from the checkout."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import httpx2
import pytest

from tests.support.wheel import CHECKOUT, Installation, build_wheel, install_wheel

PATIENCE = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install_wheel(wheel, tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def address(installation: Installation) -> Iterator[str]:
    """A server of the installed wheel, with a database and a municipality of its own."""
    installation.run("hiroba", "migrate")
    installation.run("hiroba", "municipality", "add", "minatomori", "--name", "Minatomori")
    port = free_port()
    log = installation.folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [installation.command("hiroba"), "serve", "--port", str(port)],
            cwd=installation.folder,
            env=installation.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_served(f"http://127.0.0.1:{port}/healthz", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_served(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx2.get(url, timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not answer: {log.read_text()}")


def files(folder: str, pattern: str = "*") -> list[PurePosixPath]:
    """Files of the checkout, as the wheel would name them relative to its root."""
    found = [path for path in (CHECKOUT / folder).rglob(pattern) if path.is_file() and "__pycache__" not in path.parts]
    return [PurePosixPath(path.relative_to(CHECKOUT).as_posix()) for path in sorted(found)]


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("clustering", "clustering"),
        ("deliberation", "deliberation"),
        ("deliberation/storage/migrations", "deliberation/storage/migrations"),
        ("web", "web"),
        ("web/static", "web/static"),
        ("templates", "web/templates"),
        ("fixtures/demo", "web/fixtures/demo"),
    ],
)
def test_the_wheel_carries_every_file_of(wheel: Path, folder: str, inside: str) -> None:
    expected = {str(inside / path.relative_to(folder)) for path in files(folder)}
    assert expected
    assert expected <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_every_catalogue_compiled(wheel: Path) -> None:
    expected = {str("web" / path.with_suffix(".mo")) for path in files("locales", "*.po")}
    assert expected
    assert expected <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_nothing_else_of_the_checkout(wheel: Path) -> None:
    top = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"clustering", "deliberation", "web"}


def test_the_installation_does_not_see_the_checkout(installation: Installation) -> None:
    places = "import clustering, deliberation, web; print(*web.__path__, *deliberation.__path__, *clustering.__path__, sep='\\n')"
    for place in installation.run("python", "-c", places).splitlines():
        assert Path(place).is_relative_to(installation.folder)


def test_the_command_explains_itself(installation: Installation) -> None:
    assert "serve" in installation.run("hiroba", "--help")


def test_it_is_alive(address: str) -> None:
    assert httpx2.get(f"{address}/healthz").status_code == 200


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_serves_the_first_page_in(address: str, language: str) -> None:
    page = httpx2.get(f"{address}/", params={"lang": language}, follow_redirects=True)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_the_page_in_japanese_is_translated(address: str) -> None:
    english, japanese = (httpx2.get(f"{address}/", params={"lang": language}).text for language in ("en", "ja"))
    assert hiragana_and_katakana(japanese) > hiragana_and_katakana(english) + 20


def hiragana_and_katakana(text: str) -> int:
    return sum("\u3040" <= character <= "\u30ff" for character in text)


def test_it_serves_everything_the_page_asks_for(address: str) -> None:
    asked_for = re.findall(r'(?:href|src)="(/static/[^"]+)"', httpx2.get(f"{address}/").text)
    assert any("app.css" in path for path in asked_for)
    assert {path: httpx2.get(f"{address}{path}").status_code for path in asked_for} == dict.fromkeys(asked_for, 200)
