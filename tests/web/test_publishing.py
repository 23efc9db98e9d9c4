"""Preparing the next report, seeing its draft, and publishing it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from deliberation import translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, FrozenInput, Report
from deliberation.values import Choice, Provenance, Role, Translatable
from tests.support.make import answer, make_conversation
from tests.support.outcomes import analyse, prepare
from tests.support.pages import form, links, words

ON_SQLITE = True

REPORT = "/c/scooters/report"
DRAFT = f"{REPORT}?report=draft"


@pytest.fixture
def drafted(database: Database, tenant: Tenant, camps: Conversation) -> Conversation:
    with database.write() as session:
        prepare(session, tenant)
    return camps


@pytest.fixture
def official(sign_in: Callable[..., TestClient]) -> TestClient:
    return sign_in(Role.OFFICIAL)


def titles(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Report.title).order_by(col(Report.number))))


def send(official: TestClient, **typed: str) -> Any:
    """The form below the draft, filled in."""
    return official.post(REPORT, data=form(official.get(DRAFT).text, "/report") | {"language": "en"} | typed)


# Preparing


def test_an_official_asks_for_a_draft_and_waits_with_or_without_scripts(
    official: TestClient, database: Database, camps: Conversation
) -> None:
    page = official.get(f"{REPORT}?report=now").text
    assert "Prepare the report" in words(page)
    sent = official.post(f"{REPORT}/draft")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{REPORT}?report=now#publish")
    waiting = official.get(f"{REPORT}?report=now").text
    assert "The report has been in preparation since" in words(waiting)
    assert f'hx-get="{REPORT}/draft" hx-trigger="every 3s"' in waiting
    assert official.get(f"{REPORT}/draft").status_code == 303
    again = official.post(f"{REPORT}/draft", headers={"HX-Request": "true"}).text
    assert again.lstrip().startswith('<div id="preparation"')
    with database.read() as session:
        assert len(session.exec(select(FrozenInput)).all()) == 1


def test_a_draft_that_is_ready_stops_the_waiting_and_leads_on(official: TestClient, drafted: Conversation) -> None:
    fragment = official.get(f"{REPORT}/draft", headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in fragment
    assert DRAFT in links(fragment)
    assert "Draft of the next report" in words(official.get(DRAFT).text)


def test_what_failed_is_said_and_can_be_tried_again(official: TestClient, database: Database, camps: Conversation) -> None:
    official.post(f"{REPORT}/draft")
    with database.write() as session:
        session.exec(select(FrozenInput)).one().failure = "MemoryError: no room"
    page = official.get(f"{REPORT}?report=now").text
    assert "The report could not be prepared." in words(page)
    assert "MemoryError: no room" in words(page)
    assert official.post(f"{REPORT}/draft").status_code == 303
    with database.read() as session:
        assert len(session.exec(select(FrozenInput)).all()) == 2


def test_without_an_analysis_there_is_nothing_to_prepare(official: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    sent = official.post(f"{REPORT}/draft")
    assert sent.status_code == 409
    assert "There is no analysis yet that a report could be made of." in words(sent.text)


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.CLERK])
def test_a_draft_is_for_those_who_publish(
    client: TestClient, sign_in: Callable[..., TestClient], drafted: Conversation, role: Role | None
) -> None:
    visitor = sign_in(role) if role else client
    assert visitor.get(DRAFT).status_code == 404
    assert visitor.get(f"{DRAFT}&view=statements").status_code == 404
    assert "report=draft" not in visitor.get(REPORT).text
    assert visitor.post(f"{REPORT}/draft").status_code == 403
    assert visitor.get(f"{REPORT}/draft").status_code == 403


# Publishing


def test_an_official_publishes_the_draft_that_was_looked_at(
    official: TestClient, database: Database, tenant: Tenant, drafted: Conversation
) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", "a newcomer", 1, Choice.DISAGREE)
    analyse(database, drafted)
    sent = send(official, title=" What riders said ", introduction="- calm\n- loud")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{REPORT}?report=1")
    page = official.get(f"{REPORT}?report=1").text
    assert "The report is published." in words(page)
    assert "<li>calm</li>" in page
    assert "Participants 26" in words(page)
    assert titles(database) == ["What riders said"]


def test_a_draft_that_was_prepared_anew_meanwhile_is_looked_at_first(
    official: TestClient, database: Database, tenant: Tenant, drafted: Conversation
) -> None:
    fields = form(official.get(DRAFT).text, "/report")
    with database.write() as session:
        answer(session, tenant, "scooters", "a newcomer", 1, Choice.DISAGREE)
    analyse(database, drafted)
    with database.write() as session:
        prepare(session, tenant)
    typed = {"title": "What riders said", "introduction": "In June.", "language": "en"}
    sent = official.post(REPORT, data=fields | typed)
    assert sent.status_code == 409
    assert "The report was prepared anew meanwhile, so nothing was published." in words(sent.text)
    assert titles(database) == []
    assert official.post(REPORT, data=form(sent.text, "/report") | {"language": "en"}).status_code == 303
    assert titles(database) == ["What riders said"]


def test_a_report_without_a_stable_analysis_needs_a_reason_that_everybody_reads(
    client: TestClient, official: TestClient, database: Database, drafted: Conversation
) -> None:
    with database.write() as session:
        row = session.exec(select(FrozenInput)).one()
        row.result = {**(row.result or {}), "stable": False}
    assert "The groups are not stable" in words(official.get(DRAFT).text)
    refused = send(official, title="What riders said", override=" ")
    assert refused.status_code == 422
    assert "Say why the report is published although its groups are not stable." in words(refused.text)
    assert form(refused.text, "/report")["title"] == "What riders said"
    assert titles(database) == []
    assert send(official, title="What riders said", override="The council **meets** tomorrow.").status_code == 303
    page = client.get(REPORT).text
    assert "This report was published although its groups are not stable." in words(page)
    assert "<strong>meets</strong>" in page
    with database.read() as session:
        assert session.exec(select(Report.override)).one() == "The council **meets** tomorrow."
    with database.write() as session:
        report = session.exec(select(Report)).one()
        translations.put(
            session,
            municipality_id=drafted.municipality_id,
            subject=Translatable.REPORT_OVERRIDE,
            subject_id=report.id or 0,
            language="ja",
            text="明日は議会です。",
            provenance=Provenance.HUMAN,
        )
    translated = client.get(f"{REPORT}?lang=ja").text
    assert "明日は議会です。" in translated
    assert "<strong>meets</strong>" in translated, "the original is at hand"


def test_a_correction_says_what_is_different_and_shows_it(
    client: TestClient, official: TestClient, database: Database, tenant: Tenant, drafted: Conversation
) -> None:
    assert send(official, title="What riders said").status_code == 303
    with database.write() as session:
        for number in range(2, 9):
            answer(session, tenant, "scooters", "a newcomer", number, Choice.DISAGREE)
    analyse(database, drafted)
    with database.write() as session:
        prepare(session, tenant)
    refused = send(official, title="What riders said")
    assert refused.status_code == 422
    assert "Say what is different from report 1, and why." in words(refused.text)
    assert send(official, title="What riders said", note="One more person.").status_code == 303
    page = words(client.get(REPORT).text)
    assert "One more person." in page
    assert re.search(r"Participants 26 27", words(client.get(f"{REPORT}/difference?from=1&to=2").text))
    assert "Participants 26" in words(client.get(f"{REPORT}?report=1").text)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.TRANSLATOR, Role.CLERK])
def test_other_staff_cannot_publish(
    sign_in: Callable[..., TestClient], database: Database, camps: Conversation, role: Role
) -> None:
    other = sign_in(role)
    assert 'action="/c/scooters/report' not in other.get(f"{REPORT}?report=now").text
    assert other.post(REPORT, data={"title": "Mine", "language": "en"}).status_code == 403
    assert titles(database) == []


def test_residents_cannot_publish(client: TestClient, database: Database, camps: Conversation) -> None:
    assert client.post(REPORT, data={"title": "Mine", "language": "en"}).status_code == 403
    assert titles(database) == []


@pytest.mark.parametrize(
    ("title", "introduction", "problem"),
    [
        ("", "Kept.", "Please fill this in."),
        ("   ", "Kept.", "Please fill this in."),
        ("t" * 301, "Kept.", "This is too long."),
        ("Kept.", "i" * 20_001, "This is too long."),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(
    official: TestClient, database: Database, drafted: Conversation, title: str, introduction: str, problem: str
) -> None:
    sent = send(official, title=title, introduction=introduction)
    assert sent.status_code == 422
    assert problem in words(sent.text)
    assert "Kept." in sent.text
    assert form(sent.text, "/report")["introduction"] == introduction
    assert titles(database) == []


def test_without_a_draft_publishing_is_refused_in_words_and_nothing_typed_is_lost(
    official: TestClient, database: Database, camps: Conversation
) -> None:
    sent = official.post(REPORT, data={"title": "Early", "introduction": "Too early.", "language": "en"})
    assert sent.status_code == 409
    assert "Prepare the report first, so that you see what you publish." in words(sent.text)
    assert form(sent.text, "/report") == {"title": "Early", "introduction": "Too early."}
    assert titles(database) == []


def test_publishing_the_same_again_is_refused_in_words_and_nothing_typed_is_lost(
    official: TestClient, database: Database, drafted: Conversation
) -> None:
    typed = form(official.get(DRAFT).text, "/report") | {"title": "What riders said", "introduction": "In June."}
    assert official.post(REPORT, data=typed | {"language": "en"}).status_code == 303
    sent = official.post(REPORT, data=typed | {"language": "en"})
    assert sent.status_code == 409
    assert "This has been published already, as report 1; nothing was changed." in words(sent.text)
    assert form(sent.text, "/report") == typed | {"note": "", "corrects": "1"}
    assert titles(database) == ["What riders said"]


def test_a_page_from_before_the_publication_publishes_no_second_report(
    official: TestClient, database: Database, drafted: Conversation
) -> None:
    seen = form(official.get(DRAFT).text, "/report") | {"language": "en"}
    assert official.post(REPORT, data=seen | {"title": "What riders said"}).status_code == 303
    sent = official.post(REPORT, data=seen | {"title": "What walkers said", "note": "They walk."})
    assert sent.status_code == 409
    assert "This has been published already, as report 1; nothing was changed." in words(sent.text)
    assert titles(database) == ["What riders said"]
    corrected = form(sent.text, "/report") | {"language": "en"}
    assert (corrected["title"], corrected["note"]) == ("What walkers said", "They walk.")
    assert [official.post(REPORT, data=corrected | {"title": title}).status_code for title in "AB"] == [303, 409]
    assert titles(database) == ["What riders said", "A"]


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\ufeff", "\u202e\u2066 \u00ad", "\x01\x1b\r\n\t", "\u200d \u3164\u2800"])
def test_what_nobody_can_see_is_no_title_and_no_note(
    official: TestClient, database: Database, tenant: Tenant, drafted: Conversation, unseen: str
) -> None:
    assert send(official, title=unseen).status_code == 422
    assert send(official, title=f"{unseen}Pay \u202e05\u202c", introduction=f"- calm\r\n{unseen}\r\n- loud").status_code == 303
    refused = send(official, title="What riders said", note=unseen)
    assert refused.status_code == 422
    assert "Say what is different from report 1, and why." in words(refused.text)
    with database.read() as session:
        report = session.exec(select(Report)).one()
    assert report.title.endswith("Pay 05")
    assert report.introduction.split() == ["-", "calm", "-", "loud"]


def test_a_language_has_an_end(official: TestClient, database: Database, drafted: Conversation) -> None:
    assert send(official, title="What riders said", language="en" + "-abcdefgh" * 4).status_code == 422
    assert titles(database) == []
