from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from deliberation import conversations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Role
from tests.support.make import make_conversation, make_tenant
from tests.support.pages import form, words
from web.i18n import choose

ON_SQLITE = True


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK,en;q=0.5", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hant-CN", "zh-Hant"),
        ("fr, th;q=0.3", "th"),
        ("en;q=0.2, ko;q=0.9", "ko"),
        ("KO-kr", "ko"),
        ("fr, ja;q=0", "en"),
        ("", "en"),
        ("*", "en"),
        (";;;q=x, ,", "en"),
    ],
)
def test_the_browsers_wish_is_followed_where_we_can(header: str, language: str) -> None:
    assert choose((None, None), header, "en") == language


def test_the_address_comes_before_the_cookie_and_the_cookie_before_the_browser() -> None:
    assert choose(("th", "ja"), "ko", "en") == "th"
    assert choose((None, "ja"), "ko", "en") == "ja"
    assert choose(("xx", "<b>"), "ko", "en") == "ko"


def test_a_choice_lasts_and_leads_back(client: TestClient, tenant: object) -> None:
    answer = client.post("/language", data={"lang": "th", "next": "/me"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert '<html lang="th"' in client.get("/me").text


@pytest.mark.parametrize(
    "away", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nX: y"]
)
def test_it_leads_nowhere_else(client: TestClient, tenant: object, away: str) -> None:
    assert client.post("/language", data={"lang": "ja", "next": away}).headers["location"] == "/"


def test_an_unknown_language_changes_nothing(client: TestClient, tenant: object) -> None:
    answer = client.post("/language", data={"lang": "xx", "next": "/"})
    assert "lang=" not in answer.headers.get("set-cookie", "")


def test_moments_are_shown_by_the_municipalitys_clock(
    database: Database, tenant: Tenant, new_client: Callable[..., TestClient], sign_in: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        tokyo = make_tenant(session, "tokyo", host="tokyo.test", time_zone="Asia/Tokyo")
        make_conversation(session, tokyo, closes_at=datetime(2030, 1, 31, 15, 30, tzinfo=UTC))
    assert "Open until Feb 1, 2030, 12:30 AM +0900" in words(new_client("tokyo.test").get("/c/scooters").text).replace(
        "\u202f", " "
    )
    administrator = sign_in(Role.ADMIN, tokyo)
    page = administrator.get("/admin/c/scooters").text
    assert 'value="2030-02-01T00:30"' in page
    fields = form(page, "/admin/c/scooters") | {"language": "en", "moderation": "pre", "closes_at": "2030-02-01T09:00"}
    assert administrator.post("/admin/c/scooters", data=fields).status_code == 303
    with database.read() as session:
        assert conversations.get(session, tokyo.id, "scooters").closes_at == datetime(2030, 2, 1, 0, 0, tzinfo=UTC)


def test_what_closes_at_midnight_is_open_until_the_day_before(database: Database, new_client: Callable[..., TestClient]) -> None:
    with database.write() as session:
        tokyo = make_tenant(session, "tokyo", host="tokyo.test", time_zone="Asia/Tokyo")
        make_conversation(session, tokyo, closes_at=datetime(2030, 1, 31, 15, 0, tzinfo=UTC))
        make_conversation(session, tokyo, "buses", closes_at=datetime(2020, 1, 31, 15, 0, tzinfo=UTC))
    reader = new_client("tokyo.test")
    assert "open until January 31, 2030" in words(reader.get("/").text)
    assert "Open until January 31, 2030" in words(reader.get("/c/scooters").text)
    assert "until January 31, 2030" in words(reader.get("/dashboard").text)
    assert "Closed on January 31, 2020" in words(reader.get("/c/buses").text)
