"""Invitations: codes on paper, each of which lets one person into one conversation.

Nothing connects a code with the participant that it let in, not even a moment: of a code it is kept that it was used, of a
participant that there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, update
from sqlmodel import Session, col, func, select

from deliberation import conversations, invitation_codes, ledger, participants
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.joining import (
    BatchExpired,
    BatchNameTaken,
    BatchSizeInvalid,
    BatchUnnamed,
    CodesForeign,
    InvitationElsewhere,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
    SignInNeeded,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Invitation, InvitationBatch
from deliberation.storage.tables.columns import table_of
from deliberation.values import Joining, Role

LARGEST_BATCH = 5_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Invitations that were made together, as an administrator sees them."""

    id: int
    name: str
    size: int
    used: int
    created_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    state: Literal["valid", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Made:
    """A new batch with its codes, which nobody can ever read again."""

    batch: int
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Entered:
    """Where a code leads. `used`: it was used up for it; otherwise this person needed none."""

    slug: str
    used: bool


def make(session: Session, *, staff: Staff, slug: str, name: str, size: int, expires_at: datetime | None, now: datetime) -> Made:
    """New codes. Raises NotFound, Forbidden, BatchUnnamed, BatchNameTaken, BatchSizeInvalid, BatchExpired."""
    conversation = _administered(session, staff, slug)
    name = " ".join(name.split())[:LONGEST_NAME]
    _check_batch(session, conversation, name, size, expires_at, now)
    batch = InvitationBatch(conversation_id=identity(conversation), name=name, size=size, created_at=now, expires_at=expires_at)
    session.add(batch)
    session.flush()
    codes = [invitation_codes.new() for _ in range(size)]
    rows = [{"code_sha256": invitation_codes.digest(code), "batch_id": batch.id, "used": False} for code in codes]
    session.connection().execute(insert(table_of(Invitation)), rows)
    _record(session, staff, "invitations.made", slug, {"batch": identity(batch), "invitations": size}, now)
    return Made(identity(batch), codes)


def withdraw(session: Session, *, staff: Staff, slug: str, batch: int, now: datetime) -> None:
    """End the codes of a batch that are not used yet; whoever came in stays. Raises NotFound, Forbidden."""
    conversation = _administered(session, staff, slug)
    row = session.get(InvitationBatch, batch)
    if row is None or row.conversation_id != conversation.id:
        raise NotFound()
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    session.add(row)
    session.flush()
    _record(session, staff, "invitations.withdrawn", slug, {"batch": batch}, now)


def of_conversation(session: Session, conversation_id: int, now: datetime) -> list[Batch]:
    """The conversation's batches, newest first, each with how many of its codes were used."""
    used = (
        select(Invitation.batch_id, func.count().label("used"))
        .where(col(Invitation.used).is_(True))
        .group_by(col(Invitation.batch_id))
        .subquery()
    )
    rows = session.exec(
        select(InvitationBatch, func.coalesce(used.c.used, 0))
        .outerjoin(used, used.c.batch_id == InvitationBatch.id)
        .where(InvitationBatch.conversation_id == conversation_id)
        .order_by(col(InvitationBatch.id).desc())
    )
    return [
        Batch(identity(row), row.name, row.size, count, row.created_at, row.expires_at, row.withdrawn_at, _state(row, now))
        for row, count in rows
    ]


def check_codes(session: Session, *, municipality_id: int, slug: str, typed: Sequence[str]) -> list[str]:
    """These codes, if all of them were made for the conversation; for printing.

    Raises NotFound, CodesForeign, InvitationMistyped, InvitationEmpty.
    """
    conversation = conversations.get(session, municipality_id, slug)
    codes = [invitation_codes.read(line) for line in typed]
    digests = [invitation_codes.digest(code) for code in codes]
    known: set[str] = set()
    for start in range(0, len(digests), 500):
        query = select(Invitation.code_sha256).join(InvitationBatch)
        part = col(Invitation.code_sha256).in_(digests[start : start + 500])
        known.update(session.exec(query.where(InvitationBatch.conversation_id == conversation.id, part)))
    if not codes or known != set(digests):
        raise CodesForeign()
    return codes


def conversation_of(session: Session, municipality_id: int, typed: str, person: str | None, now: datetime) -> Conversation:
    """The conversation that a code lets this person into. Raises what `use` raises."""
    invitation, batch, conversation = _find(session, municipality_id, invitation_codes.read(typed))
    if not _needs_none(session, conversation, person) and (invitation.used or _state(batch, now) != "valid"):
        raise _why_not(batch, now)
    return conversation


def use(session: Session, *, municipality_id: int, typed: str, person: str, now: datetime, slug: str | None = None) -> Entered:
    """Let somebody in with a code, once. A code of whoever is in already, or needs none, stays unused.

    `slug`: the conversation at whose door it was typed. Raises InvitationEmpty, InvitationMistyped, InvitationUnknown (also for
    another municipality's), InvitationElsewhere, InvitationUsed, InvitationExpired, InvitationWithdrawn, ConversationClosed,
    SignInNeeded, ParticipantBanned.
    """
    invitation, batch, conversation = _find(session, municipality_id, invitation_codes.read(typed))
    if slug is not None and slug != conversation.slug:
        raise InvitationElsewhere(topic=conversation.topic, slug=conversation.slug)
    if _needs_none(session, conversation, person):
        return Entered(conversation.slug, used=False)
    conversations.check_not_closed(conversation, now)
    if not _take(session, invitation, now):
        if _needs_none(session, conversation, person):  # the same person twice at the same moment
            return Entered(conversation.slug, used=False)
        raise _why_not(batch, now)
    participants.admit(session, municipality_id=municipality_id, conversation_id=identity(conversation), person=person, now=now)
    return Entered(conversation.slug, used=True)


def _find(session: Session, municipality_id: int, code: str) -> tuple[Invitation, InvitationBatch, Conversation]:
    row = session.exec(
        select(Invitation, InvitationBatch, Conversation)
        .join(InvitationBatch, col(InvitationBatch.id) == col(Invitation.batch_id))
        .join(Conversation, col(Conversation.id) == col(InvitationBatch.conversation_id))
        .where(
            Invitation.code_sha256 == invitation_codes.digest(code),
            Conversation.municipality_id == municipality_id,
        )
    ).first()
    if row is None:
        raise InvitationUnknown()
    return row


def _needs_none(session: Session, conversation: Conversation, person: str | None) -> bool:
    """Somebody who takes part already, or where everybody may. Raises ParticipantBanned; SignInNeeded where codes are no use."""
    if person is not None and participants.is_in(session, identity(conversation), person):
        return True
    if conversation.joining == Joining.SIGN_IN:
        raise SignInNeeded(slug=conversation.slug)
    return conversation.joining == Joining.OPEN


def _take(session: Session, invitation: Invitation, now: datetime) -> bool:
    """Use the code up, unless somebody else has or its batch has ended: of two at once, one."""
    valid = select(InvitationBatch.id).where(
        InvitationBatch.id == invitation.batch_id,
        col(InvitationBatch.withdrawn_at).is_(None),
        col(InvitationBatch.expires_at).is_(None) | (col(InvitationBatch.expires_at) > now),
    )
    taken = session.execute(
        update(Invitation)
        .where(
            col(Invitation.code_sha256) == invitation.code_sha256,
            col(Invitation.used).is_(False),
            col(Invitation.batch_id).in_(valid),
        )
        .values(used=True)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _why_not(batch: InvitationBatch, now: datetime) -> Exception:
    match _state(batch, now):
        case "withdrawn":
            return InvitationWithdrawn()
        case "expired":
            return InvitationExpired(expired_at=batch.expires_at)
    return InvitationUsed()


def _state(batch: InvitationBatch, now: datetime) -> Literal["valid", "expired", "withdrawn"]:
    if batch.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if batch.expires_at is not None and batch.expires_at <= now else "valid"


def _administered(session: Session, staff: Staff, slug: str) -> Conversation:
    if staff.role != Role.ADMIN:
        raise Forbidden()
    return conversations.get(session, staff.municipality_id, slug)


def _check_batch(
    session: Session, conversation: Conversation, name: str, size: int, expires_at: datetime | None, now: datetime
) -> None:
    if not name:
        raise BatchUnnamed()
    same = select(InvitationBatch.id).where(
        InvitationBatch.conversation_id == conversation.id, func.lower(InvitationBatch.name) == name.lower()
    )
    if session.exec(same).first() is not None:
        raise BatchNameTaken()
    if not 1 <= size <= LARGEST_BATCH:
        raise BatchSizeInvalid(most=LARGEST_BATCH)
    if expires_at is not None and expires_at <= now:
        raise BatchExpired()


def _record(session: Session, staff: Staff, action: str, slug: str, facts: dict[str, int], now: datetime) -> None:
    ledger.record(session, staff, action, f"conversation/{slug}", facts, now)
