"""Excluding somebody from a conversation. A moderator finds them through a statement of theirs and never sees who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import conversations, decisions, ledger, participants
from deliberation.accounts import Staff
from deliberation.decisions import Decided
from deliberation.errors import NotFound
from deliberation.errors.moderation import DecidedSoAlready, NoAuthor
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, ModerationDecision, Participant, Statement
from deliberation.translations import Reading
from deliberation.values import DecisionKind, Reason


@dataclass(frozen=True, slots=True)
class MyExclusion:
    """What somebody who is excluded may read about it."""

    slug: str
    topic: Reading
    reason: Reason | None
    note: str
    since: datetime


def ban(session: Session, *, staff: Staff, slug: str, number: int, reason: Reason, now: datetime, note: str = "") -> Decided:
    """Exclude the author of a statement: they cannot vote or say anything more in the conversation, and their votes do not count.

    What they have said stays as it is. Raises NotFound, Forbidden, NoAuthor, DecidedSoAlready.
    """
    conversation = decisions.hold(session, staff, slug)
    statement, author = _author(session, conversation, number)
    if author.banned_at is not None:
        raise DecidedSoAlready()
    return _exclude(session, staff, conversation, statement, author, DecisionKind.BAN, reason, note.strip(), now)


def unban(session: Session, *, staff: Staff, slug: str, number: int, now: datetime) -> Decided:
    """Let the author of a statement take part again. Raises NotFound, Forbidden, NoAuthor, DecidedSoAlready."""
    conversation = decisions.hold(session, staff, slug)
    statement, author = _author(session, conversation, number)
    if author.banned_at is None:
        raise DecidedSoAlready()
    return _exclude(session, staff, conversation, statement, author, DecisionKind.UNBAN, None, "", now)


def restore(session: Session, participant_id: int, before: Mapping[str, Any]) -> None:
    author = session.get_one(Participant, participant_id, populate_existing=True)
    author.banned_at = decisions.parsed(before["banned_at"])
    author.ban_reason = Reason(before["ban_reason"]) if before["ban_reason"] else None
    session.add(author)


def _author(session: Session, conversation: Conversation, number: int) -> tuple[Statement, Participant]:
    statement = decisions.statement_of(session, conversation, number)
    if statement is None:
        raise NotFound()
    if statement.author_id is None:
        raise NoAuthor()
    author = participants.get(session, conversation.municipality_id, statement.author_id)
    session.refresh(author)
    return statement, author


def _exclude(
    session: Session,
    staff: Staff,
    conversation: Conversation,
    statement: Statement,
    author: Participant,
    kind: DecisionKind,
    reason: Reason | None,
    note: str,
    now: datetime,
) -> Decided:
    """Exclude the author or take them back. The ledger seals who it is, so that nothing ties their statements together."""
    salt, digest = ledger.seal(note)
    row = ModerationDecision(
        conversation_id=statement.conversation_id,
        kind=kind,
        statement_id=statement.id,
        participant_id=author.id,
        account_id=staff.id,
        reason=reason,
        note=note,
        salt=salt,
        before={
            "banned_at": decisions.moment(author.banned_at),
            "ban_reason": author.ban_reason.value if author.ban_reason else None,
        },
        decided_at=now,
    )
    author.banned_at, author.ban_reason = (now, reason) if kind == DecisionKind.BAN else (None, None)
    session.add_all([author, row])
    session.flush()
    facts = {
        "participant": unnamed(identity(author), salt),
        **({"reason": reason.value} if reason else {}),
        **({"note": digest} if note else {}),
    }
    decisions.record(session, staff, conversation, kind, f"conversation/{conversation.slug}", facts, now)
    return Decided(identity(row), kind, conversation.slug, statement.number)


def unnamed(participant_id: int, salt: str) -> str:
    return ledger.sealed(f"participant/{participant_id}", salt)


def of_person(session: Session, municipality_id: int, person: str | None, locale: str) -> list[MyExclusion]:
    """From which conversations this person is excluded, and why."""
    rows = session.exec(
        select(Conversation, Participant)
        .join(Participant, col(Participant.conversation_id) == col(Conversation.id))
        .where(
            Conversation.municipality_id == municipality_id,
            Participant.person_id == person,
            col(Participant.banned_at).is_not(None),
        )
        .order_by(col(Participant.banned_at).desc())
    ).all()
    topics = conversations.headings(session, [row[0] for row in rows], locale)
    return [
        MyExclusion(c.slug, topics[conversations.identify(c)], p.ban_reason, _note(session, identity(p)), p.banned_at)
        for c, p in rows
        if p.banned_at is not None
    ]


def _note(session: Session, participant_id: int) -> str:
    newest = decisions.newest_standing(session, statement_id=None, participant_id=participant_id)
    return session.get_one(ModerationDecision, newest).note if newest is not None else ""
