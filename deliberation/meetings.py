"""Meetings of a conversation: when and where one can take part or watch, and what remains of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from deliberation import attachments, conversations, ledger, links, seen, translations
from deliberation.accounts import Staff
from deliberation.attachments import File
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import LinkInvalid
from deliberation.errors.meetings import (
    MeetingCancelled,
    MeetingChangedMeanwhile,
    MeetingEndsBeforeItStarts,
    MeetingPlannedAlready,
    MeetingUntitled,
    MeetingWithoutTime,
    MinutesMissing,
    MinutesOrLink,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, LedgerEntry, Meeting
from deliberation.translations import Reading
from deliberation.values import STAFF_CONTENT_ROLES, Translatable


@dataclass(frozen=True, slots=True)
class Plan:
    """What is announced. `room_url`: where one takes part with picture and voice; `stream_url`: where one watches."""

    title: str
    language: str
    starts_at: datetime | None
    ends_at: datetime | None = None
    place: str = ""
    room_url: str = ""
    stream_url: str = ""
    recording_url: str = ""
    minutes_url: str = ""


LINKS = ("room_url", "stream_url", "recording_url", "minutes_url")


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting as people read it."""

    id: int
    number: int
    title: Reading
    starts_at: datetime
    ends_at: datetime | None
    place: str
    room_url: str
    stream_url: str
    recording_url: str
    minutes_url: str
    created_at: datetime
    cancelled_at: datetime | None
    cancel_reason: Reading | None

    def phase(self, now: datetime) -> Literal["planned", "running", "over", "cancelled"]:
        """Without an announced end it is over after `MOST_HOURS`; nobody knows better."""
        if self.cancelled_at is not None:
            return "cancelled"
        if now < self.starts_at:
            return "planned"
        return "over" if is_over(self.starts_at, self.ends_at, now) else "running"

    @property
    def length(self) -> int | None:
        """In minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60) if self.ends_at else None


MOST_HOURS = 12
"""After so long a meeting without an announced end is over."""


def is_over(starts_at: datetime, ends_at: datetime | None, now: datetime) -> bool:
    return now >= ends_at if ends_at else (now - starts_at).total_seconds() > MOST_HOURS * 3600


def plan(session: Session, *, staff: Staff, slug: str, plan: Plan, now: datetime) -> int:
    """Announce a meeting, and return its number.

    Raises NotFound, Forbidden, MeetingPlannedAlready, MinutesMissing and what `_checked` raises.
    """
    conversation = _conversation(session, staff, slug)
    plan = _checked(plan)
    _check_minutes(session, staff, plan)
    _alone(session, identity(conversation))
    _refuse_again(session, identity(conversation), plan)
    number = _next_number(session, conversation)
    row = Meeting(conversation_id=identity(conversation), number=number, created_at=now, **asdict(plan))
    session.add(row)
    session.flush()
    record(session, staff, "meeting.planned", slug, number, {"starts_at": row.starts_at.isoformat()}, now)
    return number


def change(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    plan: Plan,
    now: datetime,
    minutes: File | None = None,
    had: str | None = None,
) -> None:
    """Write anew what is announced; `minutes` is attached in place of a link. A new title loses its translations.

    `had`: the marks of what staff had before them, None for whoever has just read it.

    Raises NotFound, Forbidden, MeetingCancelled, MeetingChangedMeanwhile, MeetingPlannedAlready (it would be the same as
    another), MinutesOrLink, MinutesMissing and what `_checked` raises.
    """
    row = going_ahead(session, staff, slug, number)
    plan = _checked(plan)
    changed = [each.name for each in fields(Plan) if getattr(row, each.name) != getattr(plan, each.name)]
    if not changed and minutes is None:
        return
    if had is not None and had != marks(row):
        raise MeetingChangedMeanwhile()
    if {"title", "starts_at"} & set(changed):
        _alone(session, row.conversation_id)
        _refuse_again(session, row.conversation_id, plan, but=number)
    if "minutes_url" in changed:
        _check_minutes(session, staff, plan, minutes)
    if minutes is not None:
        plan = replace(plan, minutes_url=attachments.attach(session, staff=staff, slug=slug, file=minutes, now=now).path)
        changed = list({*changed, "minutes_url"})
    for name in changed:
        setattr(row, name, getattr(plan, name))
    if "title" in changed:
        translations.forget(session, Translatable.MEETING, identity(row))
    session.add(row)
    session.flush()
    record(session, staff, "meeting.changed", slug, number, {"changed": sorted(changed)}, now)


def of_conversation(session: Session, conversation_id: int, locale: str) -> list[Held]:
    """All of them, the next or newest last."""
    rows = session.exec(
        select(Meeting).where(Meeting.conversation_id == conversation_id).order_by(col(Meeting.starts_at), col(Meeting.id))
    ).all()
    return _as_read(session, rows, locale)


def get(session: Session, conversation_id: int, number: int, locale: str) -> Held:
    """Raises NotFound."""
    return _as_read(session, [find(session, conversation_id, number)], locale)[0]


def find(session: Session, conversation_id: int, number: int) -> Meeting:
    """Raises NotFound."""
    row = session.exec(select(Meeting).where(Meeting.conversation_id == conversation_id, Meeting.number == number)).first()
    if row is None:
        raise NotFound()
    return row


def held(session: Session, staff: Staff, slug: str, number: int) -> Meeting:
    """A meeting, for this member of staff alone until the transaction ends. Raises NotFound, Forbidden."""
    row = find(session, identity(_conversation(session, staff, slug)), number)
    session.refresh(row, with_for_update={"key_share": True})
    return row


def going_ahead(session: Session, staff: Staff, slug: str, number: int) -> Meeting:
    """The same for a meeting that can be changed. Raises NotFound, Forbidden, MeetingCancelled."""
    row = held(session, staff, slug, number)
    if row.cancelled_at is not None:
        raise MeetingCancelled()
    return row


def marks(row: Meeting | Plan) -> str:
    """Of what is announced, field by field; see `deliberation.seen`."""
    return seen.marks(getattr(row, each.name) for each in fields(Plan))


def ledger_entries(conversation: Conversation, action: str) -> tuple[ColumnElement[bool], ...]:
    """What says that something was done to the conversation's meetings."""
    return (
        col(LedgerEntry.municipality_id) == conversation.municipality_id,
        col(LedgerEntry.action) == action,
        col(LedgerEntry.subject) == f"conversation/{conversation.slug}",
    )


def record(session: Session, staff: Staff, action: str, slug: str, number: int, facts: dict[str, object], now: datetime) -> None:
    ledger.record(session, staff, action, f"conversation/{slug}", {"meeting": number, **facts}, now)


def _conversation(session: Session, staff: Staff, slug: str) -> Conversation:
    if staff.role not in STAFF_CONTENT_ROLES:
        raise Forbidden()
    return conversations.get(session, staff.municipality_id, slug)


def _checked(plan: Plan) -> Plan:
    """Raises MeetingUntitled, MeetingWithoutTime, MeetingEndsBeforeItStarts, LinkInvalid."""
    plan = replace(plan, title=" ".join(plan.title.split()), place=" ".join(plan.place.split()))
    if not plan.title:
        raise MeetingUntitled()
    if plan.starts_at is None:
        raise MeetingWithoutTime()
    if plan.ends_at is not None and plan.ends_at <= plan.starts_at:
        raise MeetingEndsBeforeItStarts()
    for name in LINKS:
        url = getattr(plan, name)
        if url and not links.is_web_address(url) and not (name == "minutes_url" and attachments.is_path(url)):
            raise LinkInvalid()
    return plan


def _check_minutes(session: Session, staff: Staff, plan: Plan, file: File | None = None) -> None:
    """Raises MinutesOrLink (both are given), MinutesMissing (the address is that of a file which is not here)."""
    url = plan.minutes_url
    if file is not None and url:
        raise MinutesOrLink()
    if attachments.is_path(url) and not attachments.is_there(session, staff.municipality_id, url):
        raise MinutesMissing()


def _next_number(session: Session, conversation: Conversation) -> int:
    """The number of a deleted meeting is not given again."""
    key = identity(conversation)
    last = session.exec(select(func.max(Meeting.number)).where(Meeting.conversation_id == key)).one()
    planned = select(func.count()).where(*ledger_entries(conversation, "meeting.planned"))
    return max(last or 0, session.exec(planned).one()) + 1


def _alone(session: Session, conversation_id: int) -> None:
    """Whoever counts up or compares in one conversation waits for the others."""
    session.exec(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)).one()


def _refuse_again(session: Session, conversation_id: int, plan: Plan, but: int = 0) -> None:
    """A form that was sent twice is one meeting; a cancelled one is not in the way. `but`: the number of the meeting itself."""
    same = select(Meeting.id).where(
        Meeting.conversation_id == conversation_id,
        Meeting.number != but,
        Meeting.title == plan.title,
        Meeting.starts_at == plan.starts_at,
        col(Meeting.cancelled_at).is_(None),
    )
    if session.exec(same).first() is not None:
        raise MeetingPlannedAlready()


def _as_read(session: Session, rows: Sequence[Meeting], locale: str) -> list[Held]:
    if not rows:
        return []
    titles = translations.readings(
        session, Translatable.MEETING, {identity(row): (row.title, row.language) for row in rows}, locale
    )
    cancelled = {identity(row): (row.cancel_reason, row.language) for row in rows if row.cancelled_at}
    reasons = translations.readings(session, Translatable.CANCEL_REASON, cancelled, locale) if cancelled else {}
    kept = [each.name for each in fields(Held) if each.name not in {"id", "title", "cancel_reason"}]
    return [
        Held(
            id=identity(row),
            title=titles[identity(row)],
            cancel_reason=reasons.get(identity(row)),
            **{name: getattr(row, name) for name in kept},
        )
        for row in rows
    ]
