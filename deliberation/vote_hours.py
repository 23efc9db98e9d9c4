"""Votes by hour: counted once by the worker as they come, so that nobody has to count all of them and no vote waits for it.

Every answer counts, also one that changes or takes back an earlier one: these are events, in the hour in which they came.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from deliberation.storage.engine import Database, Upsert, WholeHours, horizon
from deliberation.storage.tables import Conversation, VoteEvent, VoteHour, VoteHourMark
from deliberation.storage.tables.columns import table_of

HOUR = timedelta(hours=1)
DAY_OF_HOURS = 24
MOST_AT_ONCE = 10_000
"""Ids of events that one transaction goes through: on SQLite votes wait so long, a few milliseconds."""
ALL_TIME = datetime.fromtimestamp(0, UTC)
"""The hour in which the sum of all hours stands."""
_THE_ONE = 1
_BEGIN = Upsert(table_of(VoteHourMark), key=["id"])
_ADD = Upsert(table_of(VoteHour), key=["conversation_id", "hour"], adding=["votes"])


class Counting:
    """Counts what has come since the mark.

    SQLite commits events in the order of their ids. On PostgreSQL an event may become visible after one with a larger id: the
    newest id that was seen is only counted up to when every transaction that was under way then has ended.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled = 0
        self._seen: tuple[int, int] | None = None
        """The newest event at some time, and the first transaction that had not begun then."""

    def go_on(self) -> bool:
        """Count a stretch; true when there is more to count at once."""
        with self._database.read() as session:
            mark = session.exec(select(VoteHourMark.event_id)).first() or 0
            settled = self._settle(session)
        upto = min(settled, mark + MOST_AT_ONCE)
        if upto <= mark:
            return False
        with self._database.write() as session:
            count(session, mark, upto)
        return upto < settled

    def _settle(self, session: Session) -> int:
        """The event up to which nothing can appear any more."""
        newest = session.exec(select(func.max(VoteEvent.id))).one() or 0
        if self._database.embedded:
            return newest
        ended, begun = horizon(session.connection())
        if self._seen is not None and ended >= self._seen[1]:
            self._settled, self._seen = self._seen[0], None
        # An id is given out a moment before its transaction has a number: what is seen now is settled in the next round at best.
        self._seen = self._seen or (newest, begun)
        return self._settled


def count(session: Session, mark: int, upto: int) -> bool:
    """Move the mark, and add what lies between to its hours. False when somebody else has moved it."""
    _BEGIN.run(session.connection(), {"id": _THE_ONE, "event_id": 0})
    moved = session.execute(
        update(VoteHourMark).where(col(VoteHourMark.id) == _THE_ONE, col(VoteHourMark.event_id) == mark).values(event_id=upto)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        return False
    hour = WholeHours(col(VoteEvent.voted_at))
    rows = session.execute(
        select(VoteEvent.conversation_id, hour, func.count())
        .where(col(VoteEvent.id) > mark, col(VoteEvent.id) <= upto)
        .group_by(col(VoteEvent.conversation_id), hour)
    ).all()
    for conversation_id, at, votes in rows:
        _add(session, conversation_id, datetime.fromtimestamp(at * HOUR.total_seconds(), UTC), votes)
    return True


def written_anew(session: Session, conversation_id: int, before: Collection[int], after: Collection[int], at: datetime) -> None:
    """These events were written again, at another time: what was counted of them stays in its hours and must not count twice.

    `before` and `after` are their ids; SQLite may have given the same ones again.
    """
    mark = session.exec(select(VoteHourMark.event_id).with_for_update()).first() or 0
    difference = sum(event <= mark for event in after) - sum(event <= mark for event in before)
    if difference:
        _add(session, conversation_id, beginning(at), difference)


def totals(session: Session, municipality_id: int) -> Mapping[int, int]:
    """All answers that were counted, by conversation."""
    rows = session.exec(
        select(VoteHour.conversation_id, VoteHour.votes)
        .join(Conversation, col(Conversation.id) == col(VoteHour.conversation_id))
        .where(Conversation.municipality_id == municipality_id, VoteHour.hour == ALL_TIME)
    )
    return dict(rows.all())


def of_the_last_day(session: Session, municipality_id: int, now: datetime) -> Mapping[int, tuple[int, ...]]:
    """Answers in each of the last 24 hours, the present one last, by conversation; only where there were any."""
    first = beginning(now) - (DAY_OF_HOURS - 1) * HOUR
    rows = session.exec(
        select(VoteHour.conversation_id, VoteHour.hour, VoteHour.votes)
        .join(Conversation, col(Conversation.id) == col(VoteHour.conversation_id))
        .where(Conversation.municipality_id == municipality_id, VoteHour.hour >= first, VoteHour.hour <= now)
    )
    found: dict[int, list[int]] = {}
    for conversation_id, hour, votes in rows:
        found.setdefault(conversation_id, [0] * DAY_OF_HOURS)[(hour - first) // HOUR] = max(votes, 0)
    return {conversation_id: tuple(counts) for conversation_id, counts in found.items() if any(counts)}


def beginning(moment: datetime) -> datetime:
    """Of the hour in which it lies."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _add(session: Session, conversation_id: int, hour: datetime, votes: int) -> None:
    rows = [{"conversation_id": conversation_id, "hour": moment, "votes": votes} for moment in (hour, ALL_TIME)]
    _ADD.run(session.connection(), rows)
