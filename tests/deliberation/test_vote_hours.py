"""Votes by hour are counted beside the votes, each once."""

from datetime import timedelta

from sqlalchemy import insert
from sqlmodel import Session, select

from deliberation import conversations, erasure, vote_hours
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, VoteEvent, VoteHour
from deliberation.storage.tables.columns import table_of
from deliberation.values import Choice
from deliberation.vote_hours import Counting
from tests.support.make import NOON, answer, make_conversation, make_statement

HOUR = timedelta(hours=1)


def make_asked(session: Session, tenant: Tenant, slug: str = "scooters") -> Conversation:
    conversation = make_conversation(session, tenant, slug)
    for _ in range(3):
        make_statement(session, conversation)
    return conversation


def count_all(counting: Counting) -> None:
    for _ in range(5):  # on PostgreSQL what was seen in one round is counted in the next at the earliest
        counting.go_on()


def hours(database: Database) -> dict[tuple[int, int], int]:
    """Votes by conversation and hours since noon."""
    with database.read() as session:
        rows = session.exec(select(VoteHour)).all()
    return {
        (row.conversation_id, round((row.hour - NOON) / HOUR)): row.votes
        for row in rows
        if row.votes and row.hour > vote_hours.ALL_TIME
    }


def test_every_answer_is_counted_once_in_its_hour_also_when_it_changes_one(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        ours, other = (identity(make_asked(session, tenant, slug)) for slug in ("scooters", "library"))
        late = NOON + HOUR - timedelta(milliseconds=1)
        for at, slug, choice in (
            (NOON, "scooters", Choice.AGREE),
            (late, "scooters", Choice.PASS),
            (late, "library", Choice.AGREE),
            (NOON + HOUR, "scooters", None),
        ):
            answer(session, tenant, slug, "mei", 1, choice, now=at)
    first, second = Counting(database), Counting(database)
    count_all(first)
    count_all(second)
    expected = {(ours, 0): 2, (other, 0): 1, (ours, 1): 1}
    assert hours(database) == expected
    with database.write() as session:
        answer(session, tenant, "scooters", "mei", 2, Choice.AGREE, now=NOON + HOUR)
    count_all(second)
    count_all(first)
    assert hours(database) == expected | {(ours, 1): 2}
    with database.read() as session:
        assert vote_hours.totals(session, tenant.id) == {ours: 4, other: 1}
        day = vote_hours.of_the_last_day(session, tenant.id, NOON + HOUR)
        assert [counts[-2:] for counts in day.values()] == [(2, 2), (1, 0)]
        assert vote_hours.of_the_last_day(session, tenant.id, NOON + 24 * HOUR)[ours][:2] == (2, 0)


def test_of_two_who_count_the_same_stretch_one_does(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        ours = identity(make_asked(session, tenant))
        answer(session, tenant, "scooters", "mei", 1, Choice.AGREE)
        newest = session.exec(select(VoteEvent.id)).one() or 0
    with database.write() as session:
        assert vote_hours.count(session, 0, newest)
    with database.write() as session:
        assert not vote_hours.count(session, 0, newest)
    assert hours(database) == {(ours, 0): 1}


def test_an_answer_that_is_committed_after_a_later_one_is_not_lost(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        ours = identity(make_asked(session, tenant))
        answer(session, tenant, "scooters", "mei", 1, Choice.AGREE)
        mei = session.exec(select(Participant.id)).one()
    if database.embedded:  # one writes after the other: there is no such answer
        return
    counting = Counting(database)
    count_all(counting)
    row = {"conversation_id": ours, "participant_id": mei, "statement_id": 1, "choice": 1, "important": False, "voted_at": NOON}
    with database.write() as slow:
        slow.execute(insert(table_of(VoteEvent)), row)
        with database.write() as session:
            answer(session, tenant, "scooters", "kim", 1, Choice.AGREE)
        count_all(counting)
        assert hours(database) == {(ours, 0): 1}
    count_all(counting)
    assert hours(database) == {(ours, 0): 3}


def test_who_is_erased_leaves_the_hours_as_they_were(database: Database, tenant: Tenant) -> None:
    """Erasing writes their events anew, at the beginning of the day on which the conversation was made."""
    with database.write() as session:
        ours = identity(make_asked(session, tenant))
        for number in (1, 2, 3):
            answer(session, tenant, "scooters", "mei", number, Choice.AGREE)
    counting = Counting(database)
    count_all(counting)
    with database.write() as session:
        answer(session, tenant, "scooters", "mei", 1, Choice.PASS)  # not counted yet
        erasure.erase(session, municipality_id=tenant.id, person="mei", texts=None, removed={}, now=NOON)
    count_all(counting)
    assert hours(database) == {(ours, 0): 3, (ours, -12): 1}


def test_a_long_past_is_counted_in_stretches(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_asked(session, tenant)
        ours = conversations.identify(conversation)
        answer(session, tenant, "scooters", "mei", 1, Choice.AGREE)
        mei = session.exec(select(Participant.id)).one()
        row = {"conversation_id": ours, "participant_id": mei, "statement_id": 1, "choice": 1, "important": False}
        many = [row | {"voted_at": NOON} for _ in range(2 * vote_hours.MOST_AT_ONCE)]
        session.execute(insert(table_of(VoteEvent)), many)
    counting = Counting(database)
    rounds = [counting.go_on() for _ in range(6)]
    assert rounds.count(True) == 2
    assert hours(database) == {(ours, 0): 2 * vote_hours.MOST_AT_ONCE + 1}
