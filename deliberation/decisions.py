"""What every moderator's decision has in common: it is held against a second one, kept as a row, told to the ledger."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation import conversations, ledger
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.storage.tables import Conversation, ModerationDecision, Statement
from deliberation.values import MODERATION_ROLES, DecisionKind

ACTIONS = {
    DecisionKind.ACCEPT: "statement.accepted",
    DecisionKind.REJECT: "statement.rejected",
    DecisionKind.MERGE: "statement.merged",
    DecisionKind.BAN: "participant.banned",
    DecisionKind.UNBAN: "participant.unbanned",
    DecisionKind.UNDO: "moderation.undone",
}
"""What the ledger calls a decision."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision just taken. `id` names it when it is to be undone; `number` is the statement it was about or found through."""

    id: int
    kind: DecisionKind
    slug: str
    number: int


def hold(session: Session, staff: Staff, slug: str) -> Conversation:
    """The conversation, for this moderator alone until the transaction ends: two at once decide one after the other.

    On PostgreSQL the lock lets votes pass, which only refer to the row.
    """
    if staff.role not in MODERATION_ROLES:
        raise Forbidden()
    row = session.exec(
        select(Conversation)
        .where(Conversation.slug == slug, Conversation.municipality_id == staff.municipality_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    return row


def statement_of(session: Session, conversation: Conversation, number: int) -> Statement | None:
    return session.exec(
        select(Statement)
        .where(Statement.conversation_id == conversation.id, Statement.number == number)
        .execution_options(populate_existing=True)
    ).first()


_STANDING = (col(ModerationDecision.undone_by_id).is_(None), col(ModerationDecision.kind) != DecisionKind.UNDO)


def newest_standing(session: Session, *, statement_id: int | None, participant_id: int | None) -> int | None:
    """The newest decision about the author, or else about the statement, that is neither undone nor an undoing."""
    subject = (
        col(ModerationDecision.participant_id) == participant_id
        if participant_id is not None
        else (col(ModerationDecision.statement_id) == statement_id) & col(ModerationDecision.participant_id).is_(None)
    )
    return session.exec(select(func.max(ModerationDecision.id)).where(subject, *_STANDING)).one()


def newest_about(session: Session, statement_ids: Collection[int]) -> dict[int, int]:
    """By statement, the newest decision about it that stands; see `newest_standing`."""
    newest = (
        select(ModerationDecision.statement_id, func.max(ModerationDecision.id))
        .where(col(ModerationDecision.statement_id).in_(list(statement_ids)), *_STANDING)
        .where(col(ModerationDecision.participant_id).is_(None))
        .group_by(col(ModerationDecision.statement_id))
    )
    return {key: decision for key, decision in session.exec(newest) if key is not None and decision is not None}


def record(
    session: Session,
    staff: Staff,
    conversation: Conversation,
    kind: DecisionKind,
    subject: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Tell the ledger and whoever keeps ballots."""
    conversations.touch(session, conversations.identify(conversation))
    ledger.record(session, staff, ACTIONS[kind], subject, facts, now)


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def parsed(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None
