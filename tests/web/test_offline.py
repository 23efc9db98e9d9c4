"""What makes a web app of the pages, and which of them a device may keep."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import LANGUAGES
from tests.support.make import make_conversation, make_statement
from web.app import create_app
from web.rendering import STATIC, versioned
from web.settings import Settings

ON_SQLITE = True

KEPT = ("/", "/c/scooters", "/c/scooters/cards", "/c/scooters/votes", "/c/scooters/map", "/me", "/offline")


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))


def files(script: str) -> list[str]:
    return re.findall(r'/static/[^"]+', script.partition("\n")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_is_the_municipalitys_in_the_readers_language(new_client: Callable[..., TestClient], language: str) -> None:
    answer = new_client(language=language).get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    described = answer.json()
    assert (described["name"], described["short_name"], described["lang"]) == ("Hiroba · Harbour", "Harbour", language)
    assert (described["start_url"], described["scope"], described["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in described["icons"] if icon["purpose"] == "maskable"} == {"192x192", "512x512"}


def test_every_icon_is_there_in_the_size_it_says(client: TestClient) -> None:
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        answer = client.get(icon["src"])
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, icon["type"])
        if icon["type"] == "image/png":
            width, height = (int.from_bytes(answer.content[at : at + 4], "big") for at in (16, 20))
            assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_keeps_everything_that_the_kept_pages_load(client: TestClient) -> None:
    script = client.get("/service-worker.js")
    assert script.headers["cache-control"] == "no-cache"
    shell = files(script.text)
    assert all(client.get(address).status_code == 200 for address in shell)
    for path in KEPT:
        page = client.get(path).text
        loaded = re.findall(r'<(?:script[^>]* src|link rel="(?:stylesheet|icon)"[^>]* href)="(/static/[^"]+)"', page)
        assert set(loaded) <= set(shell), path


def test_only_these_pages_are_kept(client: TestClient) -> None:
    for path in KEPT:
        assert client.get(path).headers.get("x-keep") == "yes", path
    for path in ("/ledger", "/c/scooters/s/1", "/c/scooters?statement=1", "/?lang=ja", "/c/nowhere", "/moderate", "/sign-in/t"):
        assert "x-keep" not in client.get(path).headers, path
    assert client.get("/c/scooters/cards?held=1").headers["x-keep"] == "yes"


def test_nothing_is_kept_that_staff_see_or_that_is_said_once(client: TestClient, sign_in: Callable[..., TestClient]) -> None:
    staff = sign_in()
    assert [path for path in KEPT if "x-keep" in staff.get(path).headers] == []
    client.post("/c/scooters/statements", data={"text": "Lights must work."})
    assert "x-keep" not in client.get("/c/scooters").headers
    assert client.get("/c/scooters").headers["x-keep"] == "yes"


def test_every_page_says_whose_it_is_and_not_who_that_is(new_client: Callable[..., TestClient]) -> None:
    client, other = new_client(), new_client()
    for visitor in (client, other):
        visitor.get("/c/scooters")
    mine = {client.get(path).headers["x-reader"] for path in ("/", "/me", "/c/scooters", "/nowhere")}
    assert len(mine) == 1
    assert mine != {other.get("/").headers["x-reader"]}
    name = mine.copy().pop()
    assert name.endswith("-en")
    assert name.removesuffix("-en") in client.get("/").text
    client.post("/language", data={"lang": "th"})
    assert client.get("/").headers["x-reader"] == name.removesuffix("-en") + "-th"
    assert new_client().get("/").headers["x-reader"] == "nobody-en"


@pytest.fixture
def without_the_app(configured: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(replace(configured, offline=False), work=False)) as running:
        yield running


def test_where_it_is_turned_off_the_worker_goes_and_no_page_asks_for_one(client: TestClient, without_the_app: TestClient) -> None:
    assert 'data-worker="/service-worker.js"' in client.get("/").text
    assert "data-worker" not in without_the_app.get("/").text
    script = without_the_app.get("/service-worker.js").text
    assert Path(STATIC, "retired-worker.js").read_text() in script
    assert "unregister" in script


def test_the_workers_text_changes_with_every_file_it_keeps(client: TestClient) -> None:
    assert versioned("app.css") in client.get("/service-worker.js").text


def test_the_scripts_of_ours_stay_small(client: TestClient) -> None:
    sizes = [
        int(client.get(versioned(name), headers={"Accept-Encoding": "gzip"}).headers["content-length"])
        for name in ("app.js", "outbox.js")
    ]
    assert sum(sizes) < 15 * 1024
