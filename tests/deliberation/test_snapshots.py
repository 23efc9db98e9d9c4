from datetime import timedelta

import pytest

from deliberation import conversations, snapshots
from deliberation.errors import NotFound
from deliberation.municipalities import Tenant
from deliberation.snapshots import MOST_MOMENTS, Moment
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation
from tests.support.make import NOON
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse


def grow(database: Database, conversation: Conversation, times: int) -> None:
    """Further snapshots, each with more votes than the one before."""
    with database.write() as session:
        first = snapshots.get(session, conversations.identify(conversation), 1)
        copied = first.model_dump(exclude={"id", "people"}) | {"people": first.people}
        for time in range(1, times + 1):
            more = {"sequence": 1 + time, "created_at": NOON + timedelta(hours=time), "vote_events": 100 + time**2}
            session.add(Analysis(**{**copied, **more}))


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(6, 5), statements=4)
    analyse(database, conversation)
    return conversation


def test_a_moment_says_when_and_how_many(database: Database, conversation: Conversation) -> None:
    with database.read() as session:
        for _ in range(2):  # the second time from memory
            found = snapshots.moments(session, conversations.identify(conversation))
            assert found == [Moment(1, NOON, 11, 44)]


def test_of_many_snapshots_a_few_are_shown_the_ends_and_the_one_asked_for_among_them(
    database: Database, conversation: Conversation
) -> None:
    grow(database, conversation, 119)
    with database.read() as session:
        found = [moment.sequence for moment in snapshots.moments(session, conversations.identify(conversation), 3, 999)]
    assert len(found) <= MOST_MOMENTS + 1
    assert found == sorted(found)
    assert {1, 3, 120} <= set(found)
    assert 999 not in found


def test_steps_are_as_even_over_the_votes_as_can_be() -> None:
    assert snapshots.evenly([5, 6, 7], 30) == [0, 1, 2]
    assert snapshots.evenly(list(range(101)), 11) == list(range(0, 101, 10))
    assert snapshots.evenly([0, 1, 2, 3, 50, 97, 98, 99, 100], 3) == [0, 4, 8]
    assert snapshots.evenly([7] * 40, 30) == [0, 39]
    assert snapshots.evenly([], 30) == []


def test_a_snapshot_of_another_conversation_is_not_found(database: Database, tenant: Tenant, conversation: Conversation) -> None:
    with database.write() as session:
        other = make_camps(session, tenant, "other", sizes=(3,), statements=1)
    with database.read() as session, pytest.raises(NotFound):
        snapshots.get(session, conversations.identify(other), 1)
