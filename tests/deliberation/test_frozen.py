import csv
import gzip
import io
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from deliberation import analyses, conversations, frozen, group_names, reports
from deliberation.archives import fingerprint
from deliberation.municipalities import Tenant
from deliberation.report_difference import between
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, FrozenInput, Participant, Statement
from deliberation.values import Choice, Role, StatementState
from deliberation.worker import Worker
from tests.support.make import NOON, answer, make_staff, make_statement
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, publish


@pytest.fixture
def scooters(database: Database, tenant: Tenant) -> Conversation:
    """Two camps of 14 and 12 people with one analysis."""
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
    analyse(database, conversation)
    return conversation


def id_of(conversation: Conversation) -> int:
    return conversations.identify(conversation)


def frozen_now(database: Database, conversation: Conversation) -> FrozenInput:
    with database.write() as session:
        frozen_id = frozen.freeze(session, id_of(conversation), NOON)
    with database.read() as session:
        return session.get_one(FrozenInput, frozen_id)


def table(packed: bytes | None) -> list[dict[str, str]]:
    assert packed is not None
    return list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))


def test_the_file_holds_the_votes_that_count_under_numbers_that_lead_nowhere(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    with database.write() as session:
        first = session.exec(select(Participant).order_by(col(Participant.id))).first()
        assert first is not None
        first.banned_at = NOON
        same = make_statement(session, scooters, "Statement number 1 says this, too.")
        answer(session, tenant, "scooters", "a newcomer", 1, Choice.DISAGREE)
        answer(session, tenant, "scooters", "a newcomer", 17, Choice.AGREE)
        original = session.exec(select(Statement).where(Statement.number == 1)).one()
        same.state, same.merged_into_id = StatementState.MERGED, original.id
        session.exec(select(Statement).where(Statement.number == 2)).one().state = StatementState.REJECTED
    row = frozen_now(database, scooters)
    votes, statements = table(row.votes), table(row.statements)
    assert list(votes[0]) == ["participant", "statement", "vote"]
    rejected = 2
    counted = {"1": 26} | {str(number): 25 for number in range(rejected + 1, 17)}
    assert Counter(vote["statement"] for vote in votes) == counted
    assert {vote["vote"] for vote in votes if vote["statement"] == "1"} == {"1"}
    assert {len(vote["participant"]) for vote in votes} == {10}
    assert votes == sorted(votes, key=lambda vote: (int(vote["participant"]), int(vote["statement"])))
    assert [statement["moderated"] for statement in statements] == ["1", "-1"] + ["1"] * 14
    assert row.votes_sha256 == fingerprint(gzip.decompress(row.votes or b""))
    again = frozen_now(database, scooters)
    assert {vote["participant"] for vote in votes} & {vote["participant"] for vote in table(again.votes)} == set()


def test_groups_keep_the_letters_that_the_same_people_have_on_the_map(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    with database.write() as session:
        snapshot = session.exec(select(Analysis)).one()
        groups = [{**group, "label": label} for group, label in zip(snapshot.result["groups"], "CA", strict=True)]
        snapshot.result = {**snapshot.result, "groups": groups, "letters_given": ["A", "B", "C"]}
        named = group_names.GroupName(conversation_id=id_of(scooters), label="C", name="Riders", language="en", named_at=NOON)
        session.add(named)
    row = frozen_now(database, scooters)
    assert row.letters == {"A": "C", "B": "A"}
    with database.read() as session:
        draft = frozen.draft(session, id_of(scooters))
        assert draft is not None
        assert {group.label: group.size for group in draft.contents.findings.groups} == {"A": 12, "C": 14}
        assert draft.contents.names["C"].text == "Riders"


def test_the_worker_makes_what_an_official_asked_for_and_drops_what_nobody_published(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    frozen_now(database, scooters)
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        wanted = frozen.prepare(session, staff=official, slug="scooters", now=NOON)
        assert frozen.prepare(session, staff=official, slug="scooters", now=NOON) == wanted
    with database.read() as session:
        assert frozen.preparation(session, id_of(scooters)).waiting
    with ThreadPoolExecutor(1) as executor:
        worker = Worker(database, executor)
        worker.cycle(NOON)
        while worker.busy:
            time.sleep(0.01)
            worker.cycle(NOON)
    with database.read() as session:
        found = frozen.preparation(session, id_of(scooters))
        assert (found.waiting, found.failure) == (False, None)
        assert found.draft is not None
        assert found.draft.id == wanted
        assert [row.id for row in session.exec(select(FrozenInput))] == [wanted]


def test_a_draft_says_what_was_then_and_names_of_today(database: Database, tenant: Tenant, scooters: Conversation) -> None:
    frozen_now(database, scooters)
    with database.write() as session:
        for number in range(1, 9):
            answer(session, tenant, "scooters", "a newcomer", number, Choice.DISAGREE)
        session.exec(select(Statement).where(Statement.number == 3)).one().state = StatementState.REJECTED
    analyse(database, scooters)
    with database.write() as session:
        assert analyses.latest(session, id_of(scooters)) is not None
        first = publish(session, tenant, anew=False)
    assert first.contents.findings.participants == 26
    assert 3 not in first.contents.texts
    assert b"Statement number 3 says this." not in reports.as_file(one_report(database))
    frozen_now(database, scooters)
    with database.write() as session:
        second = publish(session, tenant, anew=False)
    difference = between(first, second)
    assert (difference.participants.before, difference.participants.after) == (26, 27)
    assert difference.statements_removed == (3,)
    assert not difference.same_votes


def one_report(database: Database) -> reports.Report:
    with database.read() as session:
        return session.exec(select(reports.Report)).one()
