"""What became of what somebody said and voted, for that person alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from deliberation import analyses, findings, statements, trace, translations
from deliberation.figures import Tally
from deliberation.finding import Finding
from deliberation.outcomes import Recommended
from deliberation.statements import MyStatement
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, Statement, Vote
from deliberation.translations import Reading
from deliberation.values import Choice, Translatable


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one statement. `note`: what a moderator wrote, in the reader's language where it is translated.

    `votes` on it and on all that is counted with it, the author's own included; None while nobody could vote. `findings`: what
    the latest analysis says about it. `public`: everybody may read it.
    """

    statement: MyStatement
    note: Reading | None
    votes: Tally | None
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommended, ...]
    public: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A recommendation that rests on statements this person agreed with, by number."""

    recommendation: Recommended
    agreed: tuple[int, ...]


def fates(session: Session, municipality_id: int, person: str | None, locale: str, today: date) -> list[Fate]:
    """Of everything this person wrote in the municipality, newest first."""
    mine = statements.mine(session, municipality_id, person, locale)
    if not mine:
        return []
    rows = _rows(session, municipality_id, person)
    keys = {(slug, row.number): identity(row) for row, slug in rows}
    notes = _notes(session, rows, locale)
    said = _Said.read(session, rows)
    resting = trace.resting_on(session, list(keys.values()), locale, today)
    return [_fate(one, keys[one.conversation, one.number], notes, said, resting) for one in mine]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer to a recommendation that rests on a statement of this person, by number."""

    recommendation: Recommended
    statements: tuple[int, ...]


def unread(fates: Sequence[Fate], since: datetime | None) -> list[Told]:
    """The answers given after `since` to what rests on this person's statements, the newest first; None: nothing was read yet."""
    found: dict[int, tuple[Recommended, datetime, list[int]]] = {}
    for fate in fates:
        for row in fate.recommendations:
            if row.answer is not None and (since is None or row.answer.published_at > since):
                found.setdefault(row.id, (row, row.answer.published_at, []))[2].append(fate.statement.number)
    newest = sorted(found.values(), key=lambda one: (one[1], one[0].id), reverse=True)
    return [Told(row, tuple(sorted(numbers))) for row, _, numbers in newest]


def outcomes(session: Session, municipality_id: int, person: str | None, locale: str, today: date) -> list[Outcome]:
    """The recommendations that rest on what this person agreed with, in the order of conversations and numbers."""
    if person is None:
        return []
    agreed = {
        row_id: number
        for row_id, number in session.exec(
            select(Statement.id, Statement.number)
            .join(Vote, col(Vote.statement_id) == col(Statement.id))
            .join(Participant, col(Participant.id) == col(Vote.participant_id))
            .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
            .where(
                Participant.person_id == person,
                Conversation.municipality_id == municipality_id,
                Vote.choice == Choice.AGREE,
            )
        )
        if row_id is not None
    }
    found: dict[int, tuple[Recommended, list[int]]] = {}
    for row_id, resting in trace.resting_on(session, list(agreed), locale, today).items():
        for recommendation in resting:
            found.setdefault(recommendation.id, (recommendation, []))[1].append(agreed[row_id])
    return [Outcome(one, tuple(sorted(numbers))) for _, (one, numbers) in sorted(found.items())]


def _rows(session: Session, municipality_id: int, person: str | None) -> Sequence[tuple[Statement, str]]:
    return session.exec(
        select(Statement, Conversation.slug)
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .join(Participant, col(Participant.id) == col(Statement.author_id))
        .where(Participant.person_id == person, Conversation.municipality_id == municipality_id)
    ).all()


def _notes(session: Session, rows: Sequence[tuple[Statement, str]], locale: str) -> dict[int, Reading]:
    """Notes are in the conversation's language, there being nothing that says otherwise."""
    noted = [row for row, _ in rows if row.note]
    languages = dict(
        session.exec(
            select(Conversation.id, Conversation.language).where(col(Conversation.id).in_({row.conversation_id for row in noted}))
        ).all()
    )
    texts = {identity(row): (row.note, languages[row.conversation_id]) for row in noted}
    return translations.readings(session, Translatable.NOTE, texts, locale)


@dataclass(frozen=True, slots=True)
class _Said:
    """Votes and findings by row id of a statement, and which texts are public."""

    votes: Mapping[int, Tally]
    findings: Mapping[int, tuple[Finding, ...]]
    public: frozenset[int]

    @classmethod
    def read(cls, session: Session, rows: Sequence[tuple[Statement, str]]) -> "_Said":
        """From each conversation's latest analysis; what it does not know yet is counted now."""
        places = {row.conversation_id for row, _ in rows}
        conversations = session.exec(select(Conversation).where(col(Conversation.id).in_(places))).all()
        rules = {identity(c): statements.public_states(c.moderation) for c in conversations}
        public = {identity(row): row for row, _ in rows if row.state in rules[row.conversation_id]}
        roots = trace.counted_for(session, list(public))
        votes: dict[int, Tally] = {}
        told: dict[int, tuple[Finding, ...]] = {}
        for conversation in conversations:
            latest = analyses.latest(session, identity(conversation))
            if latest is None:
                continue
            found = findings.of_result(latest.result, conversation.publication_minimum)
            everybody = {figures.number: figures.everybody for figures in found.statements}
            for key, row in public.items():
                if row.conversation_id == conversation.id and roots[key] in everybody:
                    votes[key], told[key] = everybody[roots[key]], found.about(roots[key])
        fewest = {identity(c): c.publication_minimum for c in conversations}
        counted = _counted(session, public.keys() - votes.keys())
        now = {key: tally.publishable(fewest[public[key].conversation_id]) for key, tally in counted.items()}
        return cls({**now, **votes}, told, frozenset(public))


def _counted(session: Session, ids: set[int]) -> dict[int, Tally]:
    rows = session.exec(
        select(Vote.statement_id, Vote.choice, func.count())
        .join(Participant, col(Participant.id) == col(Vote.participant_id))
        .where(col(Vote.statement_id).in_(ids), col(Participant.banned_at).is_(None))
        .group_by(col(Vote.statement_id), col(Vote.choice))
    ).all()
    counts = {(statement_id, choice): count for statement_id, choice, count in rows}

    def count(key: int, choice: Choice) -> int:
        return counts.get((key, choice), 0)

    return {key: Tally(count(key, Choice.AGREE), count(key, Choice.DISAGREE), count(key, Choice.PASS)) for key in ids}


def _fate(
    one: MyStatement, key: int, notes: Mapping[int, Reading], said: _Said, resting: Mapping[int, list[Recommended]]
) -> Fate:
    return Fate(one, notes.get(key), said.votes.get(key), said.findings.get(key, ()), tuple(resting[key]), key in said.public)
