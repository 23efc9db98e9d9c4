"""What moderators look at: statements that wait, statements by their state, and what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from deliberation import conversations, decisions, queue_items
from deliberation.errors import NotFound
from deliberation.queue_items import Item
from deliberation.storage.rows import identity
from deliberation.storage.tables import Account, Conversation, ModerationDecision, Statement
from deliberation.storage.tables.statements import REMOVED
from deliberation.translations import Reading
from deliberation.values import DecisionKind, Reason, StatementState

PAGE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many statements wait in one conversation."""

    slug: str
    topic: Reading
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what waits. `after` continues it; `total` counts what waits in the conversations asked for."""

    items: Sequence[Item]
    conversations: Sequence[Waiting]
    total: int
    after: str | None


@dataclass(frozen=True, slots=True)
class States:
    """One page of a conversation's statements in one state, and how many there are in each."""

    slug: str
    topic: Reading
    items: Sequence[Item]
    counts: Mapping[StatementState, int]
    after: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom, and whether it can still be undone. `leads_to` is what the statement leads to now."""

    id: int
    kind: DecisionKind
    slug: str
    topic: Reading
    number: int
    reading: Reading
    reason: Reason | None
    note: str
    by: str | None
    decided_at: datetime
    undone: bool
    can_be_undone: bool


def waiting(session: Session, municipality_id: int, locale: str, slug: str | None = None, after: str | None = None) -> Queue:
    """Pending statements, oldest first, of all conversations or of one. `after` comes from the page before. Raises NotFound."""
    rows = conversations.listing(session, municipality_id)
    asked = [row for row in rows if slug is None or row.slug == slug]
    if slug is not None and not asked:
        raise NotFound()
    counts = _pending(session, [identity(row) for row in rows])
    ids = [identity(row) for row in asked]
    query = select(Statement).where(col(Statement.conversation_id).in_(ids), *_waits())
    if after is not None:
        last = _by_mark(session, municipality_id, after)
        later = (col(Statement.created_at) == last.created_at) & (col(Statement.id) > identity(last))
        query = query.where(or_(col(Statement.created_at) > last.created_at, later))
    found = session.exec(query.order_by(col(Statement.created_at), col(Statement.id)).limit(PAGE + 1)).all()
    topics = conversations.headings(session, rows, locale)
    items = queue_items.collect(session, asked, found[:PAGE], locale)
    return Queue(
        items,
        [Waiting(row.slug, topics[identity(row)], counts.get(identity(row), 0)) for row in rows],
        sum(counts.get(key, 0) for key in ids),
        f"{items[-1].slug}.{items[-1].number}" if len(found) > PAGE else None,
    )


def pending(session: Session, municipality_id: int) -> int:
    """How many statements wait in the municipality."""
    return session.exec(
        select(func.count())
        .select_from(Statement)
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(Conversation.municipality_id == municipality_id, Statement.state == StatementState.PENDING)
    ).one()


def by_state(
    session: Session, municipality_id: int, locale: str, slug: str, state: StatementState, after: int | None = None
) -> States:
    """A conversation's statements in this state by number. Raises NotFound."""
    row = conversations.get(session, municipality_id, slug)
    query = select(Statement).where(Statement.conversation_id == row.id, Statement.state == state)
    if after is not None:
        query = query.where(Statement.number > after)
    found = session.exec(query.order_by(col(Statement.number)).limit(PAGE + 1)).all()
    query_of_counts = select(Statement.state, func.count()).where(Statement.conversation_id == row.id)
    counts = dict(session.exec(query_of_counts.group_by(col(Statement.state))).all())
    items = queue_items.collect(session, [row], found[:PAGE], locale)
    return States(
        slug,
        conversations.headings(session, [row], locale)[identity(row)],
        items,
        {each: counts.get(each, 0) for each in StatementState},
        items[-1].number if len(found) > PAGE else None,
    )


def one(session: Session, municipality_id: int, locale: str, slug: str, number: int) -> Item:
    """Raises NotFound."""
    return queue_items.collect(session, *_one(session, municipality_id, slug, number), locale)[0]


def decided(
    session: Session, municipality_id: int, locale: str, slug: str | None = None, before: int | None = None
) -> list[Decision]:
    """What was decided, newest first; one more than a page when there is more. Undoings are marked on what they undid."""
    query = (
        select(ModerationDecision, Statement, Conversation, Account.email)
        .join(Conversation, col(Conversation.id) == col(ModerationDecision.conversation_id))
        .join(Statement, col(Statement.id) == col(ModerationDecision.statement_id))
        .join(Account, col(Account.id) == col(ModerationDecision.account_id), isouter=True)
        .where(Conversation.municipality_id == municipality_id, ModerationDecision.kind != DecisionKind.UNDO)
    )
    if slug is not None:
        query = query.where(Conversation.slug == slug)
    if before is not None:
        query = query.where(col(ModerationDecision.id) < before)
    rows = session.exec(query.order_by(col(ModerationDecision.id).desc()).limit(PAGE + 1)).all()
    topics = conversations.headings(session, [row[2] for row in rows], locale)
    texts = queue_items.readings(session, [row[1] for row in rows], locale)
    return [
        Decision(
            identity(decision),
            decision.kind,
            conversation.slug,
            topics[identity(conversation)],
            statement.number,
            texts[identity(statement)],
            decision.reason,
            decision.note,
            email,
            decision.decided_at,
            decision.undone_by_id is not None,
            decision.id
            == decisions.newest_standing(session, statement_id=decision.statement_id, participant_id=decision.participant_id),
        )
        for decision, statement, conversation, email in rows
    ]


def _one(session: Session, municipality_id: int, slug: str, number: int) -> tuple[list[Conversation], list[Statement]]:
    conversation = conversations.get(session, municipality_id, slug)
    row = decisions.statement_of(session, conversation, number)
    if row is None:
        raise NotFound()
    return [conversation], [row]


def _by_mark(session: Session, municipality_id: int, mark: str) -> Statement:
    """The statement that a page ended with."""
    slug, _, number = mark.rpartition(".")
    if not (number.isdecimal() and number.isascii() and len(number) < 10):
        raise NotFound()
    return _one(session, municipality_id, slug, int(number))[1][0]


def _waits() -> tuple[ColumnElement[bool], ...]:
    """Pending, and not removed by its author meanwhile."""
    return col(Statement.state) == StatementState.PENDING, col(Statement.text_key).not_like(f"{REMOVED}%")


def _pending(session: Session, ids: Iterable[int]) -> dict[int, int]:
    rows = session.exec(
        select(Statement.conversation_id, func.count())
        .where(col(Statement.conversation_id).in_(list(ids)), *_waits())
        .group_by(col(Statement.conversation_id))
    )
    return dict(rows.all())
