"""Which conversations are due for an analysis, who has claimed one, and how the last try failed.

“Due” is derived from what is stored, so that nothing is lost with a worker and nothing is done twice by two of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, update
from sqlmodel import Session, col, func, or_, select

from deliberation.storage.engine import Upsert
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, ModerationDecision, VoteEvent
from deliberation.storage.tables.columns import table_of

AT_ONCE = datetime.min.replace(tzinfo=UTC)
LONGEST_FAILURE = 500
MOST_DOUBLINGS = 20

_BEGIN = Upsert(table_of(AnalysisWork), key=["conversation_id"])


@dataclass(frozen=True, slots=True)
class Pace:
    """How often. `interval` lies between two snapshots of a conversation while votes arrive.

    A claim holds for `lease` unless it is renewed. After a failure the next try waits for `retry`, twice as long after each
    further one, at most `longest_retry`. A worker looks for news every `look` and at all conversations every `look_everywhere`;
    told to stop, it lets what is being computed take up to `grace`.
    """

    interval: timedelta = timedelta(seconds=5)
    lease: timedelta = timedelta(seconds=10)
    retry: timedelta = timedelta(seconds=5)
    longest_retry: timedelta = timedelta(minutes=5)
    look: timedelta = timedelta(seconds=1)
    look_everywhere: timedelta = timedelta(minutes=1)
    grace: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation whose latest snapshot is behind, and when its turn comes."""

    conversation_id: int
    latest_id: int | None
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """The last vote event and moderation decision that somebody has looked at."""

    event: int = 0
    decision: int = 0


def due(session: Session, pace: Pace, among: Collection[int] | None = None) -> list[Due]:
    """The conversations with votes or decisions that their latest snapshot has not seen, in the order of their turns.

    A conversation without a snapshot is due from its first vote on. `among` restricts the search to these row ids.
    """
    events, decisions = _counted(col(VoteEvent.conversation_id), among), _counted(col(ModerationDecision.conversation_id), among)
    query = (
        select(
            Conversation.id,
            func.coalesce(events.c.count, 0).label("events"),
            func.coalesce(decisions.c.count, 0).label("decisions"),
        )
        .add_columns(
            col(AnalysisWork.latest_id),
            col(AnalysisWork.claimed_until),
            col(AnalysisWork.failed_at),
            col(AnalysisWork.failures),
            col(Analysis.created_at),
            col(Analysis.vote_events),
            col(Analysis.decisions).label("decisions_seen"),
        )
        .outerjoin(events, events.c.conversation_id == col(Conversation.id))
        .outerjoin(decisions, decisions.c.conversation_id == col(Conversation.id))
        .outerjoin(AnalysisWork, col(AnalysisWork.conversation_id) == col(Conversation.id))
        .outerjoin(Analysis, col(Analysis.id) == col(AnalysisWork.latest_id))
    )
    if among is not None:
        query = query.where(col(Conversation.id).in_(among))
    behind = [Due(row.id, row.latest_id, _ready_at(row, pace)) for row in session.execute(query) if _is_behind(row)]
    return sorted(behind, key=lambda found: (found.ready_at, found.conversation_id))


def _counted(conversation_id: Any, among: Collection[int] | None) -> Any:
    """Rows by conversation, in one pass: a query for each takes PostgreSQL a hundred times as long."""
    counted = select(conversation_id, func.count().label("count")).group_by(conversation_id)
    return (counted if among is None else counted.where(conversation_id.in_(among))).subquery()


def position(session: Session) -> Position:
    event = session.exec(select(func.max(VoteEvent.id))).one()
    decision = session.exec(select(func.max(ModerationDecision.id))).one()
    return Position(event or 0, decision or 0)


def news(session: Session, since: Position) -> set[int]:
    """Conversations with votes or decisions after `since`: a cheap hint where to look for what is due.

    It may miss what a transaction wrote that began earlier and committed later, so now and then `due` must look everywhere.
    """
    events = select(VoteEvent.conversation_id).where(col(VoteEvent.id) > since.event)
    decisions = select(ModerationDecision.conversation_id).where(col(ModerationDecision.id) > since.decision)
    return {*session.exec(events.distinct()), *session.exec(decisions.distinct())}


def claim(session: Session, found: Due, *, worker: str, now: datetime, pace: Pace) -> bool:
    """Whether this worker now has the work: nobody else's claim stands and no snapshot was stored since it was found due."""
    _BEGIN.run(session.connection(), {"conversation_id": found.conversation_id, "failures": 0})
    claimed_until, latest_id = col(AnalysisWork.claimed_until), col(AnalysisWork.latest_id)
    taken = session.execute(
        update(AnalysisWork)
        .where(
            col(AnalysisWork.conversation_id) == found.conversation_id,
            or_(claimed_until.is_(None), claimed_until <= now),
            latest_id.is_not_distinct_from(found.latest_id),
        )
        .values(claimed_by=worker, claimed_until=now + pace.lease)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def renew(session: Session, worker: str, *, now: datetime, pace: Pace) -> None:
    """Hold on to everything that this worker has claimed."""
    session.execute(update(AnalysisWork).where(col(AnalysisWork.claimed_by) == worker).values(claimed_until=now + pace.lease))


def release(session: Session, conversation_id: int, worker: str) -> None:
    """Give a claim back; one that somebody else has taken over stays."""
    session.execute(_held(conversation_id, worker).values(claimed_by=None, claimed_until=None))


def fail(session: Session, conversation_id: int, worker: str, *, failure: str, now: datetime) -> None:
    """Give a claim back and keep what went wrong. The latest snapshot stands."""
    session.execute(
        _held(conversation_id, worker).values(
            claimed_by=None,
            claimed_until=None,
            failed_at=now,
            failure=failure[:LONGEST_FAILURE],
            failures=AnalysisWork.failures + 1,
        )
    )


def lock(session: Session, conversation_id: int) -> AnalysisWork:
    """The conversation's row; others who want it wait until this transaction ends."""
    _BEGIN.run(session.connection(), {"conversation_id": conversation_id, "failures": 0})
    return session.exec(
        select(AnalysisWork)
        .where(AnalysisWork.conversation_id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def succeeded(session: Session, work: AnalysisWork) -> None:
    work.failed_at, work.failure, work.failures = None, None, 0
    session.add(work)
    session.flush()


def _held(conversation_id: int, worker: str) -> Any:
    return update(AnalysisWork).where(
        col(AnalysisWork.conversation_id) == conversation_id, col(AnalysisWork.claimed_by) == worker
    )


def _is_behind(row: Row[Any]) -> bool:
    if row.latest_id is None:
        return bool(row.events > 0)
    return bool((row.events, row.decisions) != (row.vote_events, row.decisions_seen))


def _ready_at(row: Row[Any], pace: Pace) -> datetime:
    rested = row.created_at + pace.interval if row.created_at else AT_ONCE
    recovered = row.failed_at + _pause(row.failures, pace) if row.failed_at else AT_ONCE
    return max(rested, recovered, row.claimed_until or AT_ONCE)


def _pause(failures: int, pace: Pace) -> timedelta:
    doublings = min(max(failures - 1, 0), MOST_DOUBLINGS)
    return min(pace.retry * (1 << doublings), pace.longest_retry)
