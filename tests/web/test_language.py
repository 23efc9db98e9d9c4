import pytest
from starlette.testclient import TestClient

from web.i18n import choose


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
