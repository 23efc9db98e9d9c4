"""What is told of meetings: that one was announced, that its time or place is another, that it was cancelled."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import meetings
from deliberation.cancelling import TOLD_AFTER
from deliberation.meetings import Held
from deliberation.news_item import Item, Kind
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, LedgerEntry

MOVED = {"starts_at", "ends_at", "place"}


def of_conversation(session: Session, conversation: Conversation, locale: str) -> list[Item]:
    """Of a cancelled meeting nothing else is told, of one that was moved several times where it is now."""
    planned = meetings.of_conversation(session, identity(conversation), locale)
    moved = {number: (sequence, at) for number, sequence, at in _moves(session, conversation)} if planned else {}
    return [item for one in planned for item in _of_meeting(one, moved.get(one.number))]


def times_moved(session: Session, conversation: Conversation, number: int) -> int:
    """How often this meeting was given another time or place."""
    return sum(moved == number for moved, _, _ in _moves(session, conversation))


def _of_meeting(one: Held, moved: tuple[int, datetime] | None) -> Iterator[Item]:
    key, told_at = f"meeting/{one.number}", one.created_at + TOLD_AFTER
    if one.cancelled_at is not None:
        reason = one.cancel_reason
        yield Item(Kind.MEETING_CANCELLED, f"{key}/cancelled", one.cancelled_at, one.number, text=reason, until=one.starts_at)
        return
    yield Item(Kind.MEETING, key, told_at, one.number, text=one.title, until=one.starts_at)
    if moved is not None and moved[1] > told_at:
        yield Item(Kind.MEETING_MOVED, f"{key}/moved/{moved[0]}", moved[1], one.number, text=one.title, until=one.starts_at)


def _moves(session: Session, conversation: Conversation) -> list[tuple[int, int, datetime]]:
    """Which meeting was moved, where in the ledger that stands, and when it was; the last at the end."""
    rows: Any = session.exec(
        select(LedgerEntry.sequence, LedgerEntry.at, LedgerEntry.facts)
        .where(*meetings.ledger_entries(conversation, "meeting.changed"))
        .order_by(col(LedgerEntry.sequence))
    )
    return [(facts["meeting"], sequence, at) for sequence, at, facts in rows if MOVED & set(facts["changed"])]
