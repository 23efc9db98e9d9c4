"""The trace of a statement: what became of it, what was voted, and which recommendations rest on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from deliberation import analyses, conversations, figures, participants, policy, statements, translations
from deliberation.decks import merged_leads_to
from deliberation.figures import Figures, Tally
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Conversation,
    Participant,
    RecommendationStatement,
    Statement,
    Vote,
)
from deliberation.translations import Reading
from deliberation.values import Choice, Reason, StatementState, Translatable


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes on a statement and all merged into it. No groups while no analysis knows it; then `analysed_at` is None."""

    figures: Figures
    analysed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A statement's way. `reading` is None for whoever may not read the text; `own`: the reader wrote it.

    `counted_with` is the statement that its votes are counted for; `merged_from` are those counted for it.
    """

    number: int
    state: StatementState
    reading: Reading | None
    public: bool
    own: bool
    is_seed: bool
    created_at: datetime
    decided_at: datetime | None
    reason: Reason | None
    note: Reading | None
    counted_with: int | None
    merged_from: tuple[int, ...]
    votes: Votes | None
    recommendations: tuple[Recommended, ...]


@dataclass(frozen=True, slots=True)
class _Family:
    """Statements that a moderator found to say the same, by row id; their votes are counted for `root`."""

    root: int
    members: frozenset[int]


def of_statement(
    session: Session, *, municipality_id: int, slug: str, number: int, person: str | None, locale: str, today: date
) -> Trace:
    """Raises NotFound, also for another municipality's statement."""
    conversation = conversations.get(session, municipality_id, slug)
    row = statements.get(session, municipality_id, slug, number)
    key = identity(row)
    author = participants.find(session, row.conversation_id, person)
    own = author is not None and author == row.author_id
    public = row.state in statements.public_states(conversation.moderation)
    family = _families(session, [key])[key]
    numbers = _numbers(session, family)
    leads = family.root == key
    texts = {key: (row.text, row.language)} if public or own else {}
    return Trace(
        number=row.number,
        state=row.state,
        reading=translations.readings(session, Translatable.STATEMENT, texts, locale).get(key),
        public=public,
        own=own,
        is_seed=row.is_seed,
        created_at=row.created_at,
        decided_at=row.decided_at,
        reason=row.reason,
        note=_note(session, row, conversation.language, locale),
        counted_with=None if leads else numbers[family.root],
        merged_from=tuple(sorted(numbers[key] for key in family.members - {key})) if leads else (),
        votes=_votes(session, conversation, family, numbers[family.root]) if public else None,
        recommendations=tuple(resting_on(session, [key], locale, today)[key]),
    )


def _note(session: Session, row: Statement, language: str, locale: str) -> Reading | None:
    """What a moderator wrote beside the decision; moderators write in the conversation's language."""
    texts = {identity(row): (row.note, language)} if row.note else {}
    return translations.readings(session, Translatable.NOTE, texts, locale).get(identity(row))


def resting_on(session: Session, statement_ids: Collection[int], locale: str, today: date) -> dict[int, list[Recommended]]:
    """By statement id, the recommendations that rest on it or on one that says the same."""
    families = _families(session, statement_ids)
    members = {member for family in families.values() for member in family.members}
    links = session.exec(select(RecommendationStatement).where(col(RecommendationStatement.statement_id).in_(members))).all()
    read = policy.these(session, {link.recommendation_id for link in links}, locale, today)
    linked = {
        key: {link.recommendation_id for link in links if link.statement_id in family.members} for key, family in families.items()
    }
    return {key: [row for row in read if row.id in linked[key]] for key in families}


def counted_for(session: Session, statement_ids: Collection[int]) -> dict[int, int]:
    """By statement id, the public number of the statement that its votes are counted for."""
    roots = {key: family.root for key, family in _families(session, statement_ids).items()}
    rows = session.exec(select(Statement.id, Statement.number).where(col(Statement.id).in_(set(roots.values())))).all()
    numbers = dict(rows)
    return {key: numbers[root] for key, root in roots.items()}


def _families(session: Session, statement_ids: Collection[int]) -> dict[int, _Family]:
    here = select(Statement.conversation_id).where(col(Statement.id).in_(list(statement_ids)))
    merges = session.exec(
        select(Statement.id, Statement.merged_into_id).where(
            col(Statement.conversation_id).in_(here), col(Statement.merged_into_id).is_not(None)
        )
    ).all()
    leads_to = merged_leads_to({start: end for start, end in merges if start is not None and end is not None})
    families = {}
    for key in statement_ids:
        root = leads_to.get(key, key)
        families[key] = _Family(root, frozenset({root, *(start for start, end in leads_to.items() if end == root)}))
    return families


def _numbers(session: Session, family: _Family) -> dict[int, int]:
    rows = session.exec(select(Statement.id, Statement.number).where(col(Statement.id).in_(family.members))).all()
    return {key: number for key, number in rows if key is not None}


def _votes(session: Session, conversation: Conversation, family: _Family, number: int) -> Votes:
    """From the latest analysis, so that the parts fit the whole; as they stand now when it does not know the statement."""
    latest = analyses.latest(session, conversations.identify(conversation))
    known = figures.statement_of(latest.result, number, conversation.publication_minimum) if latest else None
    if latest is None or known is None:
        counted = _tally(session, family).publishable(conversation.publication_minimum)
        return Votes(Figures(number, counted, {}), None)
    return Votes(known, latest.created_at)


def _tally(session: Session, family: _Family) -> Tally:
    """Votes as they stand now: each participant's latest on any of these statements; banned participants do not count."""
    newest_first = func.row_number().over(
        partition_by=col(Vote.participant_id), order_by=(col(Vote.voted_at).desc(), col(Vote.statement_id).desc())
    )
    last = (
        select(col(Vote.choice).label("choice"), newest_first.label("place"))
        .join(Participant, col(Participant.id) == col(Vote.participant_id))
        .where(col(Vote.statement_id).in_(family.members), col(Participant.banned_at).is_(None))
        .subquery()
    )
    counts = dict(session.execute(select(last.c.choice, func.count()).where(last.c.place == 1).group_by(last.c.choice)).all())
    return Tally(counts.get(Choice.AGREE, 0), counts.get(Choice.DISAGREE, 0), counts.get(Choice.PASS, 0))
