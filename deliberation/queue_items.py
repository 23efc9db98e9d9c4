"""Statements as moderators see them, with what may say the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from deliberation import conversations, decisions, foundations, likeness, translations
from deliberation.foundations import Resting
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, Statement
from deliberation.translations import Reading
from deliberation.values import Reason, StatementState, Translatable


@dataclass(frozen=True, slots=True)
class Alike:
    """An accepted statement that may say the same."""

    number: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Item:
    """A statement as a moderator sees it, never with a name.

    `leads_to`: the number of what it was merged into; `merged_here`: how many were merged into it; `undoable`: the decision that
    can be undone next; `resting`: public things that rest on it.
    """

    slug: str
    topic: Reading
    number: int
    reading: Reading
    state: StatementState
    reason: Reason | None
    note: str
    created_at: datetime
    decided_at: datetime | None
    is_seed: bool
    has_author: bool
    author_banned: bool
    leads_to: int | None
    merged_here: int
    undoable: int | None
    alike: Sequence[Alike]
    resting: Sequence[Resting] = ()


def collect(session: Session, of: Iterable[Conversation], rows: Sequence[Statement], locale: str) -> list[Item]:
    by_id = {identity(conversation): conversation for conversation in of}
    topics = conversations.headings(session, list(by_id.values()), locale)
    texts = readings(session, rows, locale)
    banned = _banned(session, [row.author_id for row in rows if row.author_id is not None])
    numbers = _numbers(session, [row.merged_into_id for row in rows if row.merged_into_id is not None])
    merged = _merged_here(session, [identity(row) for row in rows])
    undoable = decisions.newest_about(session, [identity(row) for row in rows])
    near = _alike(session, rows, locale)
    readable = [identity(row) for row in rows if row.state in public_states(by_id[row.conversation_id].moderation)]
    resting = foundations.on_statements(session, readable)
    return [
        Item(
            slug=by_id[row.conversation_id].slug,
            topic=topics[row.conversation_id],
            number=row.number,
            reading=texts[identity(row)],
            state=row.state,
            reason=row.reason,
            note=row.note,
            created_at=row.created_at,
            decided_at=row.decided_at,
            is_seed=row.is_seed,
            has_author=row.author_id is not None,
            author_banned=row.author_id in banned,
            leads_to=numbers.get(row.merged_into_id) if row.merged_into_id is not None else None,
            merged_here=merged.get(identity(row), 0),
            undoable=undoable.get(identity(row)),
            alike=near.get(identity(row), ()),
            resting=resting.get(identity(row), ()),
        )
        for row in rows
    ]


def readings(session: Session, rows: Iterable[Statement], locale: str) -> dict[int, Reading]:
    return translations.readings(session, Translatable.STATEMENT, {identity(s): (s.text, s.language) for s in rows}, locale)


def _banned(session: Session, ids: Iterable[int]) -> set[int]:
    query = select(Participant.id).where(col(Participant.id).in_(list(ids)), col(Participant.banned_at).is_not(None))
    return {key for key in session.exec(query) if key is not None}


def _numbers(session: Session, ids: Iterable[int]) -> dict[int, int]:
    rows = session.exec(select(Statement.id, Statement.number).where(col(Statement.id).in_(list(ids))))
    return {key: number for key, number in rows if key is not None}


def _merged_here(session: Session, ids: Iterable[int]) -> dict[int, int]:
    rows = session.exec(
        select(Statement.merged_into_id, func.count())
        .where(col(Statement.merged_into_id).in_(list(ids)))
        .group_by(col(Statement.merged_into_id))
    )
    return {key: count for key, count in rows if key is not None}


def _alike(session: Session, rows: Iterable[Statement], locale: str) -> dict[int, list[Alike]]:
    """For the pending ones among these, what is accepted in the same conversation and looks alike."""
    asked: dict[int, list[Statement]] = defaultdict(list)
    for row in rows:
        if row.state == StatementState.PENDING:
            asked[row.conversation_id].append(row)
    found: dict[int, list[Alike]] = {}
    for conversation_id, these in asked.items():
        accepted = session.exec(
            select(Statement).where(Statement.conversation_id == conversation_id, Statement.state == StatementState.ACCEPTED)
        ).all()
        by_id = {identity(row): row for row in [*accepted, *these]}
        wordings = _wordings(session, by_id)
        near = likeness.nearest(
            {identity(row): wordings[identity(row)] for row in these},
            {identity(row): wordings[identity(row)] for row in accepted},
        )
        texts = readings(session, [by_id[key] for keys in near.values() for key in keys], locale)
        found |= {key: [Alike(by_id[other].number, texts[other]) for other in others] for key, others in near.items()}
    return found


def _wordings(session: Session, rows: Mapping[int, Statement]) -> dict[int, dict[str, str]]:
    known = translations.of(session, Translatable.STATEMENT, rows)
    return {
        key: {language: text for language, (text, _) in known.get(key, {}).items()} | {row.language: row.text}
        for key, row in rows.items()
    }
