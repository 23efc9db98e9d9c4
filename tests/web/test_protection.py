from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
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
        ("GET", "/c/scooters/vote", 405),
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
