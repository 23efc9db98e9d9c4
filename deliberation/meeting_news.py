"""What is told of meetings: that one was announced, that its time or place is another, that it was cancelled."""

from collections.abc import Iterator, Mapping
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
    moved = _moved(session, conversation) if planned else {}
    return [item for one in planned for item in _of_meeting(one, moved.get(one.number))]


def _of_meeting(one: Held, moved: tuple[int, datetime] | None) -> Iterator[Item]:
    key, told_at = f"meeting/{one.number}", one.created_at + TOLD_AFTER
    if one.cancelled_at is not None:
        reason = one.cancel_reason
        yield Item(Kind.MEETING_CANCELLED, f"{key}/cancelled", one.cancelled_at, one.number, text=reason, until=one.starts_at)
        return
    yield Item(Kind.MEETING, key, told_at, one.number, text=one.title, until=one.starts_at)
    if moved is not None and moved[1] > told_at:
        yield Item(Kind.MEETING_MOVED, f"{key}/moved/{moved[0]}", moved[1], one.number, text=one.title, until=one.starts_at)


def _moved(session: Session, conversation: Conversation) -> Mapping[int, tuple[int, datetime]]:
    """By a meeting's number where in the ledger, and when, it was moved last."""
    rows: Any = session.exec(
        select(LedgerEntry.sequence, LedgerEntry.at, LedgerEntry.facts)
        .where(*meetings.ledger_entries(conversation, "meeting.changed"))
        .order_by(col(LedgerEntry.sequence))
    )
    return {facts["meeting"]: (sequence, at) for sequence, at, facts in rows if MOVED & set(facts["changed"])}
