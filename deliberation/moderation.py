"""Moderation: which statements are voted on. Every decision is a row and a ledger entry, and can be undone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import conversations, decisions, decks, exclusions, ledger, translations
from deliberation.accounts import Staff
from deliberation.decisions import Decided
from deliberation.errors import NotFound
from deliberation.errors.moderation import (
    DecidedMeanwhile,
    DecidedSoAlready,
    MergeIntoItself,
    MergeTargetNotAccepted,
    MergeTargetUnknown,
    NotTheNewestDecision,
    UndoneAlready,
    UndoWouldCircle,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, ModerationDecision, Statement
from deliberation.values import DecisionKind, Reason, StatementState, Translatable


def accept(
    session: Session, *, staff: Staff, slug: str, number: int, now: datetime, seen: StatementState = StatementState.PENDING
) -> Decided:
    """Let everybody vote on a statement. `seen` is the state in which the moderator saw it.

    Raises NotFound, Forbidden, DecidedMeanwhile, DecidedSoAlready.
    """
    conversation = decisions.hold(session, staff, slug)
    statement = _seen(session, conversation, number, seen)
    if statement.state == StatementState.ACCEPTED:
        raise DecidedSoAlready()
    return _decide(session, staff, conversation, statement, DecisionKind.ACCEPT, StatementState.ACCEPTED, now=now)


def reject(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    reason: Reason,
    now: datetime,
    note: str = "",
    seen: StatementState = StatementState.PENDING,
) -> Decided:
    """Keep a statement from being voted on, for a reason that its author reads; the note is public too.

    Raises NotFound, Forbidden, DecidedMeanwhile, DecidedSoAlready.
    """
    conversation = decisions.hold(session, staff, slug)
    statement = _seen(session, conversation, number, seen)
    note = note.strip()
    if (statement.state, statement.reason, statement.note) == (StatementState.REJECTED, reason, note):
        raise DecidedSoAlready()
    return _decide(
        session, staff, conversation, statement, DecisionKind.REJECT, StatementState.REJECTED, reason=reason, note=note, now=now
    )


def merge(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    into: int,
    now: datetime,
    note: str = "",
    seen: StatementState = StatementState.PENDING,
) -> Decided:
    """Let a statement lead to an accepted one that says the same. Both keep their votes; whoever counts, counts them together.

    A statement that has been merged itself stands for the one it leads to.
    Raises NotFound, Forbidden, DecidedMeanwhile, DecidedSoAlready, MergeTargetUnknown, MergeIntoItself, MergeTargetNotAccepted.
    """
    conversation = decisions.hold(session, staff, slug)
    statement = _seen(session, conversation, number, seen)
    end = _end_of(session, conversation, into)
    if end.id == statement.id:
        raise MergeIntoItself(number=into)
    if end.state != StatementState.ACCEPTED:
        raise MergeTargetNotAccepted(number=end.number)
    if statement.merged_into_id == end.id:
        raise DecidedSoAlready()
    return _decide(
        session,
        staff,
        conversation,
        statement,
        DecisionKind.MERGE,
        StatementState.MERGED,
        reason=Reason.DUPLICATE,
        note=note.strip(),
        into=end,
        now=now,
    )


def undo(session: Session, *, staff: Staff, decision: int, now: datetime) -> Decided:
    """Put back what was before the newest decision about a statement or an author; the one before it can be undone next.

    Raises NotFound, Forbidden, UndoneAlready, NotTheNewestDecision, UndoWouldCircle.
    """
    row, slug = _find(session, staff.municipality_id, decision)
    conversation = decisions.hold(session, staff, slug)
    session.refresh(row)
    if row.undone_by_id is not None:
        raise UndoneAlready()
    if decisions.newest_standing(session, statement_id=row.statement_id, participant_id=row.participant_id) != row.id:
        raise NotTheNewestDecision()
    assert row.before is not None
    facts: dict[str, Any] = {"undone": decisions.ACTIONS[row.kind]}
    if row.participant_id is not None:
        facts["participant"] = exclusions.unnamed(row.participant_id, row.salt)
        exclusions.restore(session, row.participant_id, row.before)
    else:
        facts["state"] = _restore_statement(session, conversation, row.statement_id, row.before)
    undoing = ModerationDecision(
        conversation_id=conversations.identify(conversation),
        kind=DecisionKind.UNDO,
        statement_id=row.statement_id,
        participant_id=row.participant_id,
        account_id=staff.id,
        decided_at=now,
    )
    session.add(undoing)
    session.flush()
    row.undone_by_id = undoing.id
    number = _number(session, row.statement_id)
    subject = _subject(slug, number) if row.participant_id is None else f"conversation/{slug}"
    decisions.record(session, staff, conversation, undoing.kind, subject, facts, now)
    return Decided(identity(undoing), undoing.kind, slug, number)


def _seen(session: Session, conversation: Conversation, number: int, seen: StatementState) -> Statement:
    row = decisions.statement_of(session, conversation, number)
    if row is None:
        raise NotFound()
    if row.state != seen:
        raise DecidedMeanwhile()
    return row


def _end_of(session: Session, conversation: Conversation, number: int) -> Statement:
    named = decisions.statement_of(session, conversation, number)
    if named is None:
        raise MergeTargetUnknown(number=number)
    end = session.get(Statement, _leads_to(session, conversation).get(identity(named), identity(named)))
    assert end is not None
    return end


def _leads_to(session: Session, conversation: Conversation, but: int | None = None) -> dict[int, int]:
    """Where the conversation's merged statements lead, as if the statement `but` were not merged."""
    pairs = session.exec(
        select(Statement.id, Statement.merged_into_id).where(
            Statement.conversation_id == conversation.id, col(Statement.merged_into_id).is_not(None)
        )
    )
    return decks.merged_leads_to(
        {start: into for start, into in pairs if start is not None and into is not None and start != but}
    )


def _decide(
    session: Session,
    staff: Staff,
    conversation: Conversation,
    statement: Statement,
    kind: DecisionKind,
    state: StatementState,
    *,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
    into: Statement | None = None,
) -> Decided:
    salt, digest = ledger.seal(note) if note else ("", "")
    row = ModerationDecision(
        conversation_id=statement.conversation_id,
        kind=kind,
        statement_id=statement.id,
        account_id=staff.id,
        reason=reason,
        note=note,
        salt=salt,
        before=_standing(statement),
        decided_at=now,
    )
    facts = {
        "from": statement.state.value,
        **({"into": into.number} if into else {"reason": reason.value} if reason else {}),
        **({"note": digest} if note else {}),
    }
    _write_note(session, statement, note)
    statement.state, statement.reason = state, reason
    statement.merged_into_id = into.id if into else None
    statement.decided_at = now
    session.add_all([statement, row])
    session.flush()
    decisions.record(session, staff, conversation, kind, _subject(conversation.slug, statement.number), facts, now)
    return Decided(identity(row), kind, conversation.slug, statement.number)


def _write_note(session: Session, statement: Statement, note: str) -> None:
    """A note that is written anew loses its translations."""
    if statement.note != note:
        translations.forget(session, Translatable.NOTE, identity(statement))
    statement.note = note


def _standing(statement: Statement) -> dict[str, Any]:
    return {
        "state": statement.state.value,
        "reason": statement.reason.value if statement.reason else None,
        "note": statement.note,
        "merged_into_id": statement.merged_into_id,
        "decided_at": decisions.moment(statement.decided_at),
    }


def _restore_statement(session: Session, conversation: Conversation, statement_id: int | None, before: Mapping[str, Any]) -> str:
    statement = session.get_one(Statement, statement_id, populate_existing=True)
    into: int | None = before["merged_into_id"]
    if into is not None and _leads_to(session, conversation, but=statement_id).get(into, into) == statement_id:
        raise UndoWouldCircle()
    statement.state = StatementState(before["state"])
    statement.reason = Reason(before["reason"]) if before["reason"] else None
    _write_note(session, statement, before["note"])
    statement.merged_into_id = into
    statement.decided_at = decisions.parsed(before["decided_at"])
    session.add(statement)
    return statement.state.value


def _find(session: Session, municipality_id: int, decision: int) -> tuple[ModerationDecision, str]:
    found = session.exec(
        select(ModerationDecision, Conversation.slug)
        .join(Conversation, col(Conversation.id) == col(ModerationDecision.conversation_id))
        .where(
            ModerationDecision.id == decision,
            Conversation.municipality_id == municipality_id,
            ModerationDecision.kind != DecisionKind.UNDO,
        )
    ).first()
    if found is None:
        raise NotFound()
    return found[0], found[1]


def _number(session: Session, statement_id: int | None) -> int:
    return session.exec(select(Statement.number).where(Statement.id == statement_id)).one()


def _subject(slug: str, number: int) -> str:
    return f"statement/{slug}/{number}"
