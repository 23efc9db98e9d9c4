"""A published report on paper: the page's sentences, in every language, from texts that cannot become markup."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation
from deliberation.values import LANGUAGES, Role
from tests.support.make import make_staff
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, promise, publish, recommend, respond
from tests.support.pages import links, words
from tests.web.test_sheets import needs_fonts
from web import sheets
from web.settings import Limits, Settings

ON_SQLITE = True

PAPER = "/c/scooters/report/1.pdf"
HOSTILE = '#panic("out") "]} $x^2$ `raw` \\ */ // <label> @ref #image(bytes(sys.inputs.data))'
MARKDOWN = f"# Why\n\n**Bold**, [a link](https://example.org), [another](javascript:alert(1)), ![a picture](https://example.org/x.png)\n\n{HOSTILE}\n\n- one\n  1. two\n\n> said\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n"  # noqa: E501


@pytest.fixture
def configured(configured: Settings) -> Settings:
    return replace(configured, limits=Limits(sheets_per_network="8/hour"))


@pytest.fixture
def published(database: Database, tenant: Tenant, camps: Conversation) -> None:
    with database.write() as session:
        publish(session, tenant, introduction=MARKDOWN)
        official = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, official, text=f"Mark bays. {HOSTILE}")
        respond(session, official, reason=MARKDOWN)
        promise(session, official, title=f"The first bays {HOSTILE}")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What the sheets are made of, as it is handed to the press."""
    given: list[Mapping[str, Any]] = []
    press = sheets.pdf

    async def pdf(template: str, language: str, data: Mapping[str, Any]) -> bytes:
        given.append(data)
        return await press(template, language, data)

    monkeypatch.setattr(sheets, "pdf", pdf)
    return given


def of_kind(block: object, kind: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(block, Mapping):
        if block.get("kind") == kind:
            yield block
        for part in block.values():
            yield from of_kind(part, kind)
    elif isinstance(block, list | tuple):
        for part in block:
            yield from of_kind(part, kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_tagged_document_in_the_readers_language_with_its_fonts_inside(
    client: TestClient, published: None, language: str
) -> None:
    needs_fonts(language)
    answer = client.get(f"{PAPER}?lang={language}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), words(answer.text)
    assert answer.content.startswith(b"%PDF-")
    assert re.search(rb"/FontFile[23]?\b", answer.content)
    assert b"/StructTreeRoot" in answer.content
    assert f"/Lang({language.partition('-')[0]}".encode() in answer.content


def test_paper_says_what_the_page_says(client: TestClient, published: None, drawn: list[Mapping[str, Any]]) -> None:
    needs_fonts("en")
    page = client.get("/c/scooters/report?report=1").text
    assert PAPER in links(page)
    assert client.get(PAPER).status_code == 200
    said = [finding["sentence"] for kind in ("finding", "further") for finding in _sentences(drawn[0], kind)]
    assert len(said) > 10
    text = words(page)
    assert [sentence for sentence in said if sentence not in text] == []
    answers = next(block for block in of_kind(drawn[0], "section") if block["title"] == "Recommendations and answers")
    assert re.fullmatch(r"As of \w+ \d+, \d{4}\.", answers["blocks"][0]["text"])


def _sentences(data: object, kind: str) -> Iterator[Mapping[str, Any]]:
    for block in of_kind(data, kind):
        yield from block["items"] if kind == "further" else [block]


def test_a_link_that_leads_nowhere_good_leads_nowhere(
    client: TestClient, published: None, drawn: list[Mapping[str, Any]]
) -> None:
    needs_fonts("en")
    made = client.get(PAPER).content
    assert [block.get("href") for block in of_kind(drawn[0]["sections"], "link") if "children" in block].count(None) == 0
    assert b"javascript:" not in made
    assert not list(of_kind(drawn[0], "image"))


def test_hundreds_of_statements_do_not_make_a_book(
    client: TestClient, database: Database, tenant: Tenant, drawn: list[Mapping[str, Any]]
) -> None:
    needs_fonts("en")
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(12, 12), statements=140)
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant)
    assert client.get(PAPER).status_code == 200
    assert max(len(lines["items"]) for lines in of_kind(drawn[0], "further")) == 24
    longest = max(len(table["rows"]) for table in of_kind(drawn[0], "table"))
    assert longest == 120
    assert "20 further statements, with fewer votes, are on the web." in str(drawn[0])


def test_only_what_was_published_is_printed(
    client: TestClient, new_client: Callable[..., TestClient], published: None, other_tenant: Tenant
) -> None:
    assert new_client(host="mountain.test").get(PAPER).status_code == 404
    for number in ("2", "0", "now", "1e3", "٣", "9" * 30):
        assert client.get(f"/c/scooters/report/{number}.pdf").status_code == 404
    assert client.get("/c/nowhere/report/1.pdf").status_code == 404


def test_who_asks_without_end_is_asked_to_wait(client: TestClient, published: None) -> None:
    needs_fonts("en")
    assert [client.get(PAPER).status_code for _ in range(9)] == [200] * 8 + [429]
