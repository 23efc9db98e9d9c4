"""Statements that nobody can vote on, or that are something else in disguise: a clear answer, and what was typed stays."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation.errors import Refusal
from deliberation.errors.statements import StatementDuplicate, StatementEmpty, StatementTooLong, StatementWithoutWords
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Statement
from tests.support.make import make_conversation, make_statement
from tests.support.pages import form, words
from web.errors import message_of

ON_SQLITE = True

Browsers = Callable[..., TestClient]
HTMX = {"HX-Request": "true"}
SPOKEN = ("en", "ja", "th")


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant), "カフェの前にﾍﾞﾝﾁを。 Café benches!")


def texts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Statement.text).order_by(Statement.number)))[1:]


def share(client: TestClient, text: str, **headers: Any) -> Any:
    return client.post("/c/scooters/statements", data={"text": text}, headers=headers or {})


WRONG: dict[str, tuple[str, type[Refusal], dict[str, Any]]] = {
    "nothing": ("", StatementEmpty, {}),
    "spaces": (" \t\u3000\n", StatementEmpty, {}),
    "zero width": ("\u200b\u200e\u2060\ufeff", StatementEmpty, {}),
    "joiners": ("\u200c\u200d", StatementWithoutWords, {}),
    "overrides": ("\u202e\u2066\u2069", StatementEmpty, {}),
    "controls": ("\x01\x07\x1b\x7f", StatementEmpty, {}),
    "emoji": ("👍🏽👩‍👩‍👧🇯🇵", StatementWithoutWords, {}),
    "signs": ("!!! ??? …", StatementWithoutWords, {}),
    "long": ("あ" * 10_000, StatementTooLong, {"length": 10_000, "limit": 140}),
    "zalgo": ("Z" + "\u0336" * 9_999, StatementTooLong, {"length": 1 + 9_988, "limit": 140}),
}


@pytest.mark.parametrize(("text", "refusal", "facts"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_voted_on_is_told_in_the_readers_language_and_stays_typed(
    new_client: Browsers, database: Database, text: str, refusal: type[Refusal], facts: dict[str, Any]
) -> None:
    for language in SPOKEN:
        client = new_client(language=language)
        sentence = message_of(refusal(**facts), language)
        assert language == "en" or sentence != message_of(refusal(**facts), "en")
        for headers in ({}, HTMX):
            answer = share(client, text, **headers)
            assert answer.status_code == 422
            assert sentence in words(answer.text)
            assert 'aria-invalid="true"' in answer.text
            assert form(answer.text, "/statements")["text"].strip() == text.replace("\0", "").strip()
            assert (f'<html lang="{language}"' in answer.text) == (headers == {})
    assert texts(database) == []


BENCHES = "カフェの前にﾍﾞﾝﾁを。 Café benches!"
SAME = {
    "composed": unicodedata.normalize("NFC", BENCHES),
    "decomposed": unicodedata.normalize("NFD", BENCHES),
    "one width": unicodedata.normalize("NFKC", BENCHES),
    "taken apart": unicodedata.normalize("NFKD", BENCHES),
    "capitals": BENCHES.upper(),
    "no punctuation": "カフェの前にベンチを cafe\u0301 benches",
    "zero width": "\u200b".join(BENCHES),
    "overrides": f"\u202d{BENCHES}\u202c",
    "soft hyphens": BENCHES.replace("benches", "ben\u00adches"),
    "spread out": BENCHES.replace(" ", " \u3000\n\u00a0 "),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_same_text_in_another_form_is_the_same_text(new_client: Browsers, database: Database, text: str) -> None:
    for language in SPOKEN:
        answer = share(new_client(language=language), text)
        assert answer.status_code == 409
        assert message_of(StatementDuplicate(), language) in words(answer.text)
        assert "?statement=1" in answer.text
        assert form(answer.text, "/statements")["text"].replace("\r\n", "\n") == text
    assert texts(database) == []


KEPT = {
    "markup": (
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    ),
    "a template": ("{{ 7*7 }} {% raw %} ${7*7}", "{{ 7*7 }} {% raw %} ${7*7}"),
    "right to left": ("نحتاج مقاعد\u200cأكثر", "نحتاج مقاعد\u200cأكثر"),
    "overrides": ("Pay \u202e05\u202c euros\u2067", "Pay 05 euros"),
    "controls": ("One\x00 two\x1b[31m three\x85", "One two[31m three"),
    "a family": ("More room for 👩‍👩‍👧", "More room for 👩‍👩‍👧"),
    "half a pair": ("Bad \ufffd sign", "Bad \ufffd sign"),
    "sql": ("'); DROP TABLE vote;--", "'); DROP TABLE vote;--"),
    "lines": ("One thought\r\nin two lines", "One thought in two lines"),
}


@pytest.mark.parametrize(("text", "kept"), KEPT.values(), ids=KEPT)
def test_what_looks_like_something_else_is_text(client: TestClient, database: Database, text: str, kept: str) -> None:
    assert share(client, text).status_code == 303
    assert texts(database) == [kept]
    page = client.get("/me")
    assert kept in words(page.text) or "  " in kept
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize("sent", [b"text=%ED%A0%80%ED%B0%80+word", b"text=%ff%fe+word", b"text=\xff\xfe+word", b"text=word%00"])
def test_bytes_that_are_no_text_harm_nothing(client: TestClient, database: Database, sent: bytes) -> None:
    answer = client.post("/c/scooters/statements", content=sent, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 303
    (text,) = texts(database)
    text.encode()
    assert "word" in text
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("text", ["\\ud800 lone", "\\u0000 nothing", "\\u202e turned"])
def test_what_waited_on_a_device_is_read_like_what_is_typed(client: TestClient, database: Database, text: str) -> None:
    client.get("/c/scooters")
    uuid = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
    entry = f'{{"uuid":"{uuid}","kind":"statement","fields":{{"text":"{text}","submission":"{uuid}","language":"en"}}}}'
    headers = {"Content-Type": "application/json"}
    answer = client.post("/c/scooters/outbox", content=f'{{"entries":[{entry}]}}', headers=headers)
    assert answer.status_code == 200
    assert answer.json()["results"][0]["state"] in {"taken", "refused"}
    assert texts(database) in ([], ["nothing"], ["turned"], ["\ufffd lone"], ["? lone"])
