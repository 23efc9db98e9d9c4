"""Whether the votes of a conversation leave as a file: where that was announced from the start, once it has closed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from deliberation import conversations, ledger, licences, release_files, reports
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.reports import ReleaseFixed, VotesNotReleased, VotesReleasedLater
from deliberation.frozen_files import REPORT
from deliberation.release_files import Package
from deliberation.storage.tables import Conversation, FrozenInput, Municipality, Report, VoteEvent
from deliberation.values import STAFF_CONTENT_ROLES, Role


class Access(StrEnum):
    """What the public gets: everything, everything after the end, or aggregates."""

    RELEASED = "released"
    LATER = "later"
    AGGREGATES = "aggregates"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A report whose files an official takes away."""

    slug: str
    number: int


def access(conversation: Conversation, now: datetime) -> Access:
    if not conversation.releases_votes:
        return Access.AGGREGATES
    closed = conversation.closes_at is not None and now >= conversation.closes_at
    return Access.RELEASED if closed else Access.LATER


def announce(session: Session, *, staff: Staff, slug: str, releases_votes: bool, now: datetime) -> None:
    """Say whether the votes will be released; only while nobody has voted, so that everybody who votes knows it.

    Raises NotFound, Forbidden, ReleaseFixed.
    """
    if staff.role != Role.ADMIN:
        raise Forbidden()
    row = conversations.get(session, staff.municipality_id, slug)
    if row.releases_votes == releases_votes:
        return
    if has_votes(session, conversations.identify(row)):
        raise ReleaseFixed()
    row.releases_votes = releases_votes
    session.add(row)
    session.flush()
    ledger.record(
        session, staff, "conversation.release" if releases_votes else "conversation.no_release", f"conversation/{slug}", {}, now
    )


def has_votes(session: Session, conversation_id: int) -> bool:
    """Whether anybody has ever voted, votes that were taken back included."""
    return session.exec(select(VoteEvent.id).where(VoteEvent.conversation_id == conversation_id).limit(1)).first() is not None


def package(session: Session, conversation: Conversation, number: int, now: datetime, *, staff: bool = False) -> Package:
    """What is handed out with a report; to staff with the votes, whatever was announced. Raises NotFound."""
    conversation_id = conversations.identify(conversation)
    published = reports.get(session, conversation_id, number)
    row, allowed = _report(session, conversation_id, number), access(conversation, now)
    return Package(
        slug=conversation.slug,
        publisher=session.get_one(Municipality, conversation.municipality_id).name,
        licence=licences.named(row.content.get(licences.LICENCE, licences.FIRST)),
        published=published,
        report=None if published.withdrawn else reports.as_file(row),
        frozen=None if row.frozen_id is None else session.get_one(FrozenInput, row.frozen_id, options=release_files.LIGHT),
        with_votes=staff or allowed == Access.RELEASED,
        later=allowed == Access.LATER,
    )


def file(session: Session, municipality_id: int, slug: str, number: int, name: str, now: datetime) -> bytes:
    """One file as everybody gets it, or all of them as an archive.

    Raises NotFound, VotesReleasedLater, VotesNotReleased, FileWithheld.
    """
    found = package(session, conversations.get(session, municipality_id, slug), number, now)
    if name in found.names or name in (release_files.EVERYTHING, REPORT):
        return release_files.content(found, name)
    if name in release_files.OF_VOTES and found.frozen is not None:
        raise VotesReleasedLater() if found.later else VotesNotReleased()
    raise NotFound()


def hand_out(session: Session, *, staff: Staff, slug: str, number: int, now: datetime) -> HandedOut:
    """Record that an official takes the votes away, for an auditor. Raises NotFound, Forbidden."""
    if staff.role not in STAFF_CONTENT_ROLES:
        raise Forbidden()
    conversation_id = conversations.identify(conversations.get(session, staff.municipality_id, slug))
    row = _report(session, conversation_id, number)
    if row.frozen_id is None:
        raise NotFound()
    ledger.record(session, staff, "data.handed_out", f"report/{slug}/{number}", {"number": number, "sha256": row.sha256}, now)
    return HandedOut(slug, number)


def handed_out(session: Session, municipality_id: int, handed: HandedOut, now: datetime) -> bytes:
    """The archive with the votes, for what `hand_out` has recorded."""
    conversation = conversations.get(session, municipality_id, handed.slug)
    return release_files.content(package(session, conversation, handed.number, now, staff=True), release_files.EVERYTHING)


def _report(session: Session, conversation_id: int, number: int) -> Report:
    row = session.exec(select(Report).where(Report.conversation_id == conversation_id, col(Report.number) == number)).first()
    if row is None:
        raise NotFound()
    return row
