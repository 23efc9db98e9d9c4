"""Meetings that do not take place: cancelled where everybody sees it, or deleted before anybody was told of them."""

from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation import agenda, foundations, ledger, meetings, translations
from deliberation.accounts import Staff
from deliberation.errors.meetings import CancelledWithoutReason, MeetingAnnounced, MeetingCancelled, MeetingTookPlace
from deliberation.errors.recommendations import StillRests
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Meeting
from deliberation.values import Translatable

TOLD_AFTER = timedelta(minutes=15)
"""For so long a new meeting is in no feed, mail or message, and what was announced by mistake can be deleted."""


def cancel(session: Session, *, staff: Staff, slug: str, number: int, reason: str, now: datetime) -> None:
    """Say that it does not take place, and why. It stays where it was announced. Twice for the same reason is once.

    Raises NotFound, Forbidden, MeetingCancelled (for another reason), CancelledWithoutReason, MeetingTookPlace.
    """
    row = meetings.held(session, staff, slug, number)
    reason = reason.strip()
    if row.cancelled_at is not None:
        if reason != row.cancel_reason:
            raise MeetingCancelled()
        return
    if not reason:
        raise CancelledWithoutReason()
    _check_not_held(row)
    row.salt, digest = ledger.seal(reason)
    row.cancelled_at, row.cancel_reason = now, reason
    session.add(row)
    session.flush()
    meetings.record(session, staff, "meeting.cancelled", slug, number, {"reason": digest}, now)


def delete(session: Session, *, staff: Staff, slug: str, number: int, now: datetime) -> None:
    """Forget a meeting, with its agenda, that nobody was told of and nothing rests on.

    Raises NotFound, Forbidden, MeetingTookPlace, MeetingAnnounced, StillRests.
    """
    row = meetings.held(session, staff, slug, number)
    _check_not_held(row)
    if not deletable(row, now):
        raise MeetingAnnounced()
    conversation = session.get_one(Conversation, row.conversation_id)
    resting = foundations.on_document(session, conversation, url=f"/c/{slug}/meetings/{number}")
    if resting:
        raise StillRests(resting=resting)
    agenda.drop(session, row)
    for subject in (Translatable.MEETING, Translatable.CANCEL_REASON):
        translations.forget(session, subject, identity(row))
    session.delete(row)
    session.flush()
    meetings.record(session, staff, "meeting.deleted", slug, number, {}, now)


def deletable(row: Meeting, now: datetime) -> bool:
    """Whether nobody was told of it yet."""
    return row.cancelled_at is None and now < row.created_at + TOLD_AFTER


def _check_not_held(row: Meeting) -> None:
    if row.recording_url or row.minutes_url:
        raise MeetingTookPlace()
