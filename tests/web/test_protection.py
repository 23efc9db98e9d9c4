from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Person
from tests.support.make import make_conversation, make_statement
from tests.support.pages import words

BALLOT = {"statement": "1", "choice": "agree", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"}


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({}, 303),
    ],
)
def test_posts_from_other_sites_are_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/c/scooters/vote", data=BALLOT, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/", "/c/scooters", "/c/nothing", "/static/app.css", "/healthz"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_body_of_ten_megabytes_is_refused(client: TestClient) -> None:
    answer = client.post("/c/scooters/statements", data={"text": "x" * 10_000_000})
    assert answer.status_code == 413


def test_a_body_that_hides_its_length_is_refused_too(client: TestClient) -> None:
    def endless() -> object:
        for _ in range(40):
            yield b"text=" + b"x" * 16_000

    answer = client.post(
        "/c/scooters/statements", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-out", 405),
        ("POST", "/c/scooters/map", 405),
        ("DELETE", "/", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/static/../app.py", 404),
    ],
)
def test_a_wrong_address_or_method_is_a_page_with_the_right_status(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    if method != "HEAD":
        assert "<h1" in answer.text


def test_a_refusal_speaks_the_readers_language(new_client: Callable[..., TestClient]) -> None:
    english, thai = (new_client(language=language).get("/c/nothing").text for language in ("en", "th"))
    assert "There is nothing at this address." in words(english)
    assert '<html lang="th"' in thai


def test_an_installation_without_a_municipality_says_nothing_is_here(client: TestClient, database: Database) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("origin", [b"http://[", b"http://]", b"\xff", "http://℀.com".encode(), b"", b"://"])
def test_an_origin_that_makes_no_sense_is_another_site(client: TestClient, origin: bytes) -> None:
    assert client.post("/c/scooters/vote", data=BALLOT, headers=[(b"origin", origin)]).status_code == 403


def test_pages_are_not_kept_for_others(client: TestClient) -> None:
    for path in ("/", "/c/scooters", "/me", "/c/scooters/votes", "/nowhere"):
        assert client.get(path).headers["cache-control"] == "private, no-cache"


def test_a_cookie_shown_to_two_municipalities_is_two_people(
    database: Database, other_tenant: Tenant, new_client: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, other_tenant, "hill"))
    here, there = new_client(), new_client(other_tenant.host or "")
    here.post("/c/scooters/vote", data=BALLOT)
    there.cookies.set("hiroba", here.cookies["hiroba"])
    assert there.post("/c/hill/vote", data=BALLOT).status_code == 303
    with database.read() as session:
        people = session.exec(select(Person)).all()
        assert sorted(person.municipality_id for person in people) == [1, 2]
        assert len({person.id for person in people}) == 2


def test_a_dot_after_the_host_name_changes_nothing(other_tenant: Tenant, new_client: Callable[..., TestClient]) -> None:
    assert "Mountain" in words(new_client("mountain.test.").get("/").text)


def test_no_address_leads_to_another_host(client: TestClient) -> None:
    assert client.get("/c/scooters/report/", headers={"Host": "evil.example"}).status_code == 404
