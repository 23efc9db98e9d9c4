"""What a device sends that was without a network: everything once, in order, and each with an answer of its own."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from deliberation import statements
from deliberation.errors.statements import SubmissionTaken
from deliberation.municipalities import Tenant
from deliberation.statements import Shared
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Statement, Vote, VoteEvent
from deliberation.values import StatementState
from tests.support.at_once import at_once
from tests.support.make import NOON, make_conversation, make_statement
from web.http import clock

MEI, KEN = "m" * 32, "k" * 32


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(3):
            make_statement(session, conversation)


@pytest.fixture
def client(new_client: Callable[..., TestClient]) -> TestClient:
    """A resident's browser that has been here before."""
    client = new_client()
    assert client.get("/c/scooters").status_code == 200
    return client


def vote(statement: Any, choice: str = "agree", **more: Any) -> dict[str, Any]:
    ballot = str(uuid.uuid4())
    return {"uuid": ballot, "kind": "vote", "fields": {"statement": str(statement), "choice": choice, "ballot": ballot}} | more


def statement(text: Any, **more: Any) -> dict[str, Any]:
    submission = str(uuid.uuid4())
    return {"uuid": submission, "kind": "statement", "fields": {"text": text, "submission": submission}} | more


def send(client: TestClient, *entries: Any, slug: str = "scooters") -> list[dict[str, Any]]:
    answer = client.post(f"/c/{slug}/outbox", content=json.dumps({"entries": entries}))
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def states(results: list[dict[str, Any]]) -> list[str]:
    return [result["state"] for result in results]


def votes(database: Database) -> dict[int, int]:
    with database.read() as session:
        query = select(Statement.number, Vote.choice).join(Vote, col(Vote.statement_id) == col(Statement.id))
        return {number: int(choice) for number, choice in session.exec(query)}


def events(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(VoteEvent.id)).all())


def texts(database: Database) -> list[str]:
    with database.read() as session:
        query = select(Statement.text).where(col(Statement.submission).is_not(None)).order_by(col(Statement.number))
        return list(session.exec(query))


def change(database: Database, number: int, **fields: Any) -> None:
    with database.write() as session:
        row = session.exec(select(Statement).where(Statement.number == number)).one()
        row.sqlmodel_update(fields)
        session.add(row)
        session.flush()
        conversation = session.exec(select(Conversation)).one()
        conversation.version += 1
        session.add(conversation)


def close(database: Database) -> None:
    with database.write() as session:
        conversation = session.exec(select(Conversation)).one()
        conversation.closes_at = clock() - timedelta(minutes=1)
        session.add(conversation)


def test_what_waited_is_taken_in_order(client: TestClient, database: Database) -> None:
    sent = [vote(1), vote(2, "disagree"), vote(1, "pass"), vote(2, "withdraw"), statement("More bays."), statement("Fewer cars.")]
    results = send(client, *sent)
    assert states(results) == ["taken"] * 6
    assert [result["uuid"] for result in results] == [entry["uuid"] for entry in sent]
    assert (results[4]["number"], results[5]["number"]) == (4, 5)
    assert votes(database) == {1: 0, 4: 1, 5: 1}
    assert texts(database) == ["More bays.", "Fewer cars."]


def test_what_is_sent_again_changes_nothing(client: TestClient, database: Database) -> None:
    sent = [vote(1), vote(2, "disagree"), vote(2, "withdraw"), statement("More bays.")]
    first = send(client, *sent)
    before = votes(database), events(database), texts(database)
    assert send(client, *sent)[3] == first[3]
    assert (votes(database), texts(database)) == (before[0], before[2])


@pytest.mark.parametrize("meanwhile", ["closed", "rejected", "merged"])
def test_what_was_taken_stays_taken_whatever_happens_before_it_is_sent_again(
    client: TestClient, database: Database, meanwhile: str
) -> None:
    sent = [vote(1), statement("More bays.")]
    first = send(client, *sent)
    counted = votes(database), events(database)
    if meanwhile == "closed":
        close(database)
    elif meanwhile == "rejected":
        change(database, 1, state=StatementState.REJECTED)
        change(database, 4, state=StatementState.REJECTED)
    else:
        with database.read() as session:
            target = session.exec(select(Statement.id).where(Statement.number == 2)).one()
        change(database, 1, state=StatementState.MERGED, merged_into_id=target)
    assert send(client, *sent) == first
    assert (votes(database), events(database)) == counted


def test_each_conflict_is_told_and_stops_nothing_else(client: TestClient, database: Database) -> None:
    with database.read() as session:
        target = session.exec(select(Statement.id).where(Statement.number == 2)).one()
    change(database, 1, state=StatementState.MERGED, merged_into_id=target)
    change(database, 3, state=StatementState.REJECTED)
    long = statement("x" * 141)
    merged, rejected, unknown, too_long, again, fine = send(
        client, vote(1), vote(3), vote(77), long, statement("statement NUMBER 2 says this"), statement("More bays.")
    )
    assert (merged["state"], merged["code"], merged["number"]) == ("taken", "merged", 2)
    assert "Statement 1 has been merged with statement 2" in merged["message"]
    assert (rejected["state"], rejected["code"]) == ("refused", "statement_not_votable")
    assert (unknown["state"], unknown["code"]) == ("refused", "statement_not_votable")
    assert (too_long["state"], "has 141 characters" in too_long["message"]) == ("refused", True)
    assert (again["state"], again["code"], again["number"]) == ("refused", "statement_duplicate", 2)
    assert fine["state"] == "taken"
    assert votes(database) == {2: 1, 4: 1}


def test_what_came_too_late_is_refused_in_the_readers_language(new_client: Callable[..., TestClient], database: Database) -> None:
    client = new_client(language="ja")
    client.get("/c/scooters")
    close(database)
    results = send(client, vote(1), statement("駅に駐輪場を。"))
    assert [(result["state"], result["code"]) for result in results] == [("refused", "conversation_closed")] * 2
    assert all("締め切" in result["message"] or "終" in result["message"] for result in results)
    assert (votes(database), texts(database)) == ({}, [])


@pytest.mark.parametrize(
    "broken",
    [
        {},
        "vote",
        None,
        {"kind": "vote"},
        {"kind": "vote", "fields": []},
        {"kind": "vote", "uuid": "not a uuid", "fields": {"statement": "1", "choice": "agree"}},
        {"kind": ["vote"], "fields": {}},
        {"kind": "poem", "fields": {"text": "Roses"}},
        vote("1; drop table"),
        vote(10**40),
        vote(1, "maybe"),
        statement(["two", "texts"]),
        statement({"a": 1}),
        statement(""),
        statement("👍"),
        statement("\ud83d"),
        statement("\x00\x07"),
        statement("x" * 20_001),
        statement("A fine thought.", uuid=7) | {"fields": {"text": "A fine thought."}},
    ],
)
def test_a_broken_entry_blocks_nothing(client: TestClient, database: Database, broken: Any) -> None:
    results = send(client, broken, vote(1))
    assert states(results) == ["refused", "taken"]
    assert results[0]["message"]
    assert (votes(database), texts(database)) == ({1: 1}, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"entries": {}}', 400),
        (b"\xff\xfe", 400),
        (b'{"entries":' + b"[" * 100_000, 400),
        (b'{"entries":[' + b"9" * 5000 + b"]}", 400),
        (b'{"entries": [' + b"{}," * 100 + b"{}]}", 413),
        (b" " * 300_000, 413),
    ],
    ids=range(10),
)
def test_what_is_no_list_of_entries_is_refused_as_a_whole(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/c/scooters/outbox", content=body, headers={"Accept": "application/json", "Accept-Language": "ja"})
    assert answer.status_code == status
    problem = answer.json()
    assert problem["code"] in {"bad_request", "too_large"}
    assert problem["title"]
    assert not problem["title"].isascii()


def test_other_sites_cannot_send_anything(client: TestClient, database: Database) -> None:
    answer = client.post(
        "/c/scooters/outbox", json={"entries": [vote(1)]}, headers={"Sec-Fetch-Site": "cross-site", "Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert votes(database) == {}


def test_a_device_that_nobody_knows_yet_gets_to_know_who_it_is_first(
    new_client: Callable[..., TestClient], database: Database
) -> None:
    stranger = new_client()
    sent = vote(1)
    assert states(send(stranger, sent)) == ["later"]
    assert votes(database) == {}
    assert states(send(stranger, sent)) == ["taken"]
    assert votes(database) == {1: 1}


def test_a_day_of_votes_can_be_sent_and_a_flood_cannot(client: TestClient, database: Database) -> None:
    for _ in range(6):
        send(client, *[vote(2, "pass") for _ in range(100)])
    answer = client.post("/c/scooters/outbox", json={"entries": [vote(1)]}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert votes(database) == {2: 0}


def test_too_many_statements_wait_and_do_not_hold_up_votes(client: TestClient, database: Database) -> None:
    results = send(client, *[statement(f"Thought number {number}.") for number in range(22)], vote(1))
    assert states(results) == ["taken"] * 20 + ["later"] * 2 + ["taken"]
    assert len(texts(database)) == 20


def test_another_conversations_statements_cannot_be_voted_on_here(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "empty")
    assert send(client, vote(1), slug="empty")[0]["code"] == "statement_not_votable"
    assert client.post("/c/nowhere/outbox", json={"entries": []}).status_code == 404


def share(database: Database, tenant: Tenant, person: str, submission: str, text: str = "More bays.") -> Shared:
    with database.write() as session:
        return statements.share(
            session,
            municipality_id=tenant.id,
            slug="scooters",
            person=person,
            text=text,
            language="en",
            submission=submission,
            now=NOON,
        )


def test_a_form_that_is_sent_twice_at_once_is_one_statement(database: Database, tenant: Tenant) -> None:
    submission = str(uuid.uuid4())
    results = at_once(*[partial(share, database, tenant, MEI, submission)] * 4)
    assert results == [Shared(4, votable=False)] * 4
    assert texts(database) == ["More bays."]


def test_somebody_elses_submission_is_not_taken(database: Database, tenant: Tenant) -> None:
    submission = str(uuid.uuid4())
    share(database, tenant, MEI, submission)
    with pytest.raises(SubmissionTaken):
        share(database, tenant, KEN, submission, "Fewer cars.")
    assert texts(database) == ["More bays."]


def test_what_somebody_else_said_on_this_device_is_not_sent_as_mine(client: TestClient) -> None:
    mine = re.search(r'data-reader="(\w+)"', client.get("/c/scooters").text)
    assert mine is not None
    results = send(client, vote(1, reader="0123456789abcdef"), vote(2, reader=mine[1]), vote(3, reader="nobody"))
    assert states(results) == ["refused", "taken", "taken"]
    assert results[0]["code"] == "said_by_somebody_else"
    assert "somebody else" in results[0]["message"]
