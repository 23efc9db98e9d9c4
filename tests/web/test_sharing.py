from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Statement, Vote
from deliberation.values import ModerationMode, StatementState
from tests.support.make import make_conversation, make_statement
from tests.support.pages import form, words
from web.http import clock

ON_SQLITE = True


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        make_conversation(session, tenant, "open-mic", moderation=ModerationMode.POST)


def share(client: TestClient, text: str, slug: str = "scooters", htmx: bool = False, **more: str) -> object:
    return client.post(f"/c/{slug}/statements", data={"text": text, **more}, headers={"HX-Request": "true"} if htmx else {})


def stored(database: Database) -> list[Statement]:
    with database.read() as session:
        return list(session.exec(select(Statement).order_by(Statement.id)))


def test_a_statement_waits_for_a_moderator_and_carries_its_authors_agreement(client: TestClient, database: Database) -> None:
    answer = share(client, "  Lights must  work. ", language="en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/scooters")
    [statement] = stored(database)
    assert (statement.number, statement.text, statement.language) == (1, "Lights must work.", "en")
    assert statement.state == StatementState.PENDING
    with database.read() as session:
        [vote] = session.exec(select(Vote)).all()
    assert (vote.choice, vote.participant_id) == (1, statement.author_id)
    assert "A moderator reads your statement" in words(client.get("/c/scooters").text)
    assert "nothing to vote on yet" in words(client.get("/c/scooters").text)


def test_where_moderation_comes_after_it_is_shown_at_once(client: TestClient, database: Database) -> None:
    share(client, "Lights must work.", "open-mic")
    other = TestClient(client.app, follow_redirects=False)
    other.portal = client.portal
    assert "Lights must work." in words(other.get("/c/open-mic").text)


def test_the_language_of_the_page_is_the_languages_of_the_statement_unless_told(client: TestClient, database: Database) -> None:
    client.cookies.set("lang", "ja")
    share(client, "ライトをつける。")
    share(client, "ไฟต้องสว่าง", language="th")
    assert [s.language for s in stored(database)] == ["ja", "th"]


FAMILY = "👨🏽\u200d👩🏽\u200d👧🏽\u200d👦🏽"


@pytest.mark.parametrize(
    "text",
    [
        "あ" * 140,
        "ที่" * 140,
        "क्षि" * 140,
        "é" * 140,
        "e\u0301" * 140,
        "x" * 140,
        "한" * 140,
        "\u1112\u1161\u11ab" * 140,
        "ㅋ" * 140,
        "7" * 140,
        "子" + "👩‍👩‍👧" * 139,
        "x" + FAMILY * 139,
        "a" + "\u0316" * 11 + "b" * 139,
    ],
)
def test_the_limit_counts_characters_as_people_see_them(client: TestClient, database: Database, text: str) -> None:
    assert share(client, text).status_code == 303
    assert share(client, text + "z").status_code == 422
    assert len(stored(database)) == 1


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("", 422, "write your statement"),
        ("  \u200b \n", 422, "write your statement"),
        ("\u115f\u3164", 422, "say it in words"),
        ("\ufdd0\uffff", 422, "say it in words"),
        ("\u0301\u0316", 422, "say it in words"),
        ("👩‍👩‍👧 … !", 422, "say it in words"),
        ("x" * 141, 422, "has 141 characters; the limit is 140"),
        ("Z" + "\u0316" * 151, 422, "has 141 characters; the limit is 140"),
        ("Z" + "\u0316" * 5000, 422, "the limit is 140"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_was_typed_comes_back_with_the_reason(
    client: TestClient, database: Database, text: str, status: int, sentence: str, htmx: bool
) -> None:
    answer = share(client, text, htmx=htmx)
    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert form(answer.text, "/statements")["text"].strip() == text.strip()
    assert stored(database) == []


@pytest.mark.parametrize("again", ["Lights must work.", "lights must work", "ＬＩＧＨＴＳ  must work!"])
def test_what_has_been_said_already_is_refused_with_a_link_to_it(
    client: TestClient, database: Database, tenant: Tenant, again: str
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "lights"), "Lights must work.")
    answer = share(client, again, "lights")
    assert answer.status_code == 409
    assert "already said exactly this" in words(answer.text)
    assert 'href="/c/lights?statement=1"' in answer.text
    assert form(answer.text, "/statements")["text"] == again


def test_a_duplicate_of_a_rejected_statement_gives_nothing_away(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "lights"), "Lights must work.", state=StatementState.REJECTED)
    answer = share(client, "Lights must work.", "lights")
    assert answer.status_code == 409
    assert "?statement=1" not in answer.text


@pytest.mark.parametrize("state", [StatementState.REJECTED, StatementState.PENDING])
def test_a_duplicate_of_what_nobody_sees_is_told_why_it_does_not_see_it(
    client: TestClient, database: Database, tenant: Tenant, state: StatementState
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "lights"), "Lights must work.", state=state)
    answer = share(client, "Lights must work.", "lights")
    assert "It is waiting for a moderator or was not accepted; that is why you do not see it." in words(answer.text)


def test_what_was_typed_is_there_when_the_conversation_has_closed_meanwhile(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "over", closes_at=clock() - timedelta(minutes=1))
    assert "Share statement" not in client.get("/c/over").text
    answer = share(client, "I was writing this.", "over")
    assert answer.status_code == 409
    assert "stopped taking votes" in words(answer.text)
    assert form(answer.text, "/statements")["text"] == "I was writing this."


@pytest.mark.parametrize(
    ("fields", "typed", "sentence"),
    [
        ({"text": "x" * 20_001}, "x" * 20_001, "This is too long."),
        ({"text": ["One thought.", "Another."]}, "One thought.\nAnother.", "Please check what you entered."),
        ({"text": "One thought.", "language": "!!"}, "One thought.", "Please check what you entered."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_form_that_no_page_sends_comes_back_with_its_text(
    client: TestClient, database: Database, fields: dict[str, Any], typed: str, sentence: str, htmx: bool
) -> None:
    answer = client.post("/c/scooters/statements", data=fields, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert form(answer.text, "/statements")["text"] == typed
    assert stored(database) == []


def test_markup_is_text(client: TestClient, database: Database) -> None:
    share(client, "<script>alert(1)</script> <b>no</b>", "open-mic")
    page = client.get("/me").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_direction_overrides_and_other_controls_leave(client: TestClient, database: Database) -> None:
    share(client, "Turn\u202e around\x00 now")
    assert stored(database)[0].text == "Turn around now"


def test_me_lists_my_statements_and_no_others(client: TestClient, database: Database) -> None:
    share(client, "Mine says this.")
    other = TestClient(client.app, follow_redirects=False)
    other.portal = client.portal
    share(other, "Theirs says that.")
    page = words(client.get("/me").text)
    assert "Mine says this." in page
    assert "Waiting for a moderator" in page
    assert "Theirs" not in page


def test_many_statements_in_an_hour_are_slowed_down_and_the_text_is_not_lost(client: TestClient, database: Database) -> None:
    answers = [share(client, f"Thought number {i}.") for i in range(21)]
    assert {a.status_code for a in answers[:20]} == {303}
    assert answers[20].status_code == 429
    assert form(answers[20].text, "/statements")["text"] == "Thought number 20."


def test_correcting_a_refused_statement_is_no_flood_and_a_flood_is_told_until_when(
    client: TestClient, database: Database
) -> None:
    refused = [share(client, "x" * 150).status_code for _ in range(25)]
    assert refused == [422] * 25
    taken = [share(client, f"Lamp number {number} is broken.").status_code for number in range(20)]
    assert taken == [303] * 20
    answer = share(client, "One lamp more is broken.")
    assert answer.status_code == 429
    assert "Please try again after" in words(answer.text)
    assert form(answer.text, "/c/scooters/statements")["text"] == "One lamp more is broken."
    assert len(stored(database)) == 20


def test_the_same_submission_with_another_text_is_not_thanked_for(client: TestClient, database: Database) -> None:
    submission = "5b0e9a4e-0c1b-4d52-9f0e-6f6c2b1f7a55"
    assert share(client, "Lights must work.", submission=submission).status_code == 303
    assert share(client, "Lights  must work. ", submission=submission).status_code == 303
    answer = share(client, "Brakes must work.", submission=submission)
    assert answer.status_code == 409
    assert "Brakes must work." in answer.text
    assert len(stored(database)) == 1
