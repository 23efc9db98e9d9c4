"""One statement's page, and what an author finds on the own page."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import conversations
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Participant, Statement
from deliberation.values import Choice, ModerationMode, Outcome, Reason, Role, StatementState
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.outcomes import analyse, make_reported, make_voted, recommend, respond
from tests.support.pages import words
from web.http import clock

ON_SQLITE = True


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    return make_reported(database, tenant)


@pytest.fixture
def official(database: Database, tenant: Tenant, conversation: Conversation) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.OFFICIAL)


def change(database: Database, number: int, **fields: object) -> None:
    with database.write() as session:
        row = session.exec(select(Statement).where(Statement.number == number)).one()
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        conversations.touch(session, row.conversation_id)


def merge(database: Database, number: int, into: int) -> None:
    with database.write() as session:
        target = session.exec(select(Statement.id).where(Statement.number == into)).one()
    change(database, number, state=StatementState.MERGED, merged_into_id=target, reason=Reason.DUPLICATE)


def shown(client: TestClient, number: int, slug: str = "scooters") -> str:
    page = client.get(f"/c/{slug}/s/{number}")
    assert page.status_code == 200
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_a_statement_stands_there_with_its_votes_by_group(client: TestClient, conversation: Conversation) -> None:
    page = shown(client, 2)
    assert "Statement number 2 says this." in page
    assert "24 votes" in page
    for group in ("Group A", "Group B"):
        assert group in page
    assert page.count("12 votes") == 2


def test_groups_that_are_too_small_are_not_broken_out(database: Database, tenant: Tenant, client: TestClient) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant, "parks", publication_minimum=13)
    analyse(database, conversation)
    page = shown(client, 2, "parks")
    assert "24 votes" in page
    assert "12 votes" not in page
    assert "Too few votes to show." in page


def test_votes_stand_there_before_the_first_analysis_too(database: Database, tenant: Tenant, client: TestClient) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
    assert "No votes yet." in shown(client, 1)
    with database.write() as session:
        for person, choice in (("mei", Choice.AGREE), ("ken", Choice.DISAGREE), ("aoi", Choice.PASS)):
            answer(session, tenant, "scooters", person, 1, choice)
    page = shown(client, 1)
    assert "3 votes" in page
    assert "Group" not in page


def test_votes_of_merged_statements_are_counted_once_per_person_and_excluded_people_not_at_all(
    database: Database, tenant: Tenant, client: TestClient
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant, publication_minimum=2)
        make_statement(session, conversation)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", "mei", 1, Choice.AGREE)
        answer(session, tenant, "scooters", "mei", 2, Choice.DISAGREE, now=clock())
        answer(session, tenant, "scooters", "ken", 2, Choice.DISAGREE)
        answer(session, tenant, "scooters", "bot", 1, Choice.AGREE)
    merge(database, 2, into=1)
    with database.write() as session:
        author = session.exec(select(Participant).where(Participant.person_id == "bot")).one()
        author.banned_at = NOON
        session.add(author)
    page = shown(client, 1)
    assert "2 votes" in page
    assert "(2)" in page


@pytest.mark.parametrize("voters", [9, 10])
def test_how_people_voted_is_shown_from_the_publication_minimum_on(
    database: Database, tenant: Tenant, client: TestClient, voters: int
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        for voter in range(voters):
            answer(session, tenant, "scooters", f"voter {voter}", 1, Choice.AGREE)
    page = words(shown(client, 1))
    assert ("100%" in page) == (voters == 10)
    assert ("9 votes so far, too few to show how they were cast." in page) == (voters == 9)
    assert ("Where fewer than 10 people have voted on a statement, only their number is given." in page) == (voters == 9)


def test_a_merged_statement_leads_to_the_one_that_counts_and_back(
    database: Database, client: TestClient, conversation: Conversation
) -> None:
    merge(database, 3, into=2)
    assert 'href="/c/scooters/s/2"' in shown(client, 3)
    assert "Merged" in shown(client, 3)
    assert 'href="/c/scooters/s/3"' in shown(client, 2)


def test_what_rests_on_a_statement_rests_on_those_merged_into_it_too(
    database: Database, client: TestClient, official: Staff
) -> None:
    with database.write() as session:
        recommend(session, official, statements=[2])
    merge(database, 3, into=2)
    merge(database, 2, into=4)
    for number in (2, 3, 4):
        assert 'href="/c/scooters/r/1"' in shown(client, number)
    assert "No recommendation rests on this statement so far." in shown(client, 1)


def test_a_rejected_statement_shows_why_but_not_what(database: Database, client: TestClient, conversation: Conversation) -> None:
    change(database, 2, state=StatementState.REJECTED, reason=Reason.INSULTING, note="It calls people names.", decided_at=NOON)
    page = shown(client, 2)
    assert "Rejected" in page
    assert "It insults or threatens somebody" in page
    assert "It calls people names." in page
    assert "says this." not in page
    assert "votes" not in page


@pytest.mark.parametrize(("mode", "readable"), [(ModerationMode.PRE, False), (ModerationMode.POST, True)])
def test_a_waiting_statement_is_read_only_where_statements_are_shown_at_once(
    database: Database, tenant: Tenant, client: TestClient, mode: ModerationMode, readable: bool
) -> None:
    with database.write() as session:
        make_statement(
            session, make_conversation(session, tenant, moderation=mode), "We need bays.", state=StatementState.PENDING
        )
    page = shown(client, 1)
    assert ("We need bays." in page) == readable


def test_an_author_reads_the_own_statement_whatever_became_of_it(
    database: Database, tenant: Tenant, client: TestClient, new_client: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    assert client.post("/c/scooters/statements", data={"text": "More bays, please."}).status_code == 303
    change(database, 1, state=StatementState.REJECTED, reason=Reason.OFF_TOPIC)
    assert "More bays, please." in shown(client, 1)
    assert "Only you can read this text." in shown(client, 1)
    assert "More bays, please." not in shown(new_client(), 1)


@pytest.mark.parametrize("number", ["7", "0", "x", "-1", "1.5", "99999999999999999999", "²"])
def test_a_statement_that_does_not_exist_is_not_found(client: TestClient, conversation: Conversation, number: str) -> None:
    assert client.get(f"/c/scooters/s/{number}").status_code == 404


def test_a_statement_of_another_municipality_is_not_found(
    database: Database, client: TestClient, other_tenant: Tenant, new_client: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, other_tenant, "parks"))
    assert client.get("/c/parks/s/1").status_code == 404
    assert new_client("mountain.test").get("/c/parks/s/1").status_code == 200


def test_an_author_finds_the_answer_on_the_own_page(
    database: Database, client: TestClient, new_client: Callable[..., TestClient], official: Staff
) -> None:
    client.post("/c/scooters/statements", data={"text": "More bays, please."})
    change(database, 7, state=StatementState.ACCEPTED)
    assert "What came of it" not in client.get("/me").text
    with database.write() as session:
        recommend(session, official, statements=[7], text="Mark parking bays.")
        respond(session, official, Outcome.DECLINED, due_on=None)
    page = client.get("/me").text
    assert 'href="/c/scooters/policy#r1"' in page
    assert "Mark parking bays." in page
    assert "Declined" in page
    assert "Mark parking bays." not in new_client().get("/me").text
