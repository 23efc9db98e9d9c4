"""Reading what came of a conversation: everything that belongs to some recommendations, in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from deliberation import comments, policy_answers, recommendations, translations
from deliberation.errors import NotFound
from deliberation.finding import Kind
from deliberation.outcomes import (
    Answer,
    Extended,
    FoundBy,
    LinkedStatement,
    Owed,
    Recommended,
    Step,
    extended,
    recommendation_clock,
)
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Conversation,
    Office,
    Recommendation,
    RecommendationFinding,
    RecommendationStatement,
    Report,
    Statement,
)
from deliberation.translations import Reading
from deliberation.values import Choice, ModerationMode, RecommendationState, Translatable


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to recommendations, by row id."""

    texts: dict[int, Reading]
    themes: dict[int, Reading]
    statements: dict[int, list[LinkedStatement]]
    findings: dict[int, tuple[FoundBy, ...]]
    answers: dict[int, list[Answer]]
    steps: dict[int, list[Step]]
    extensions: dict[int, tuple[Extended, ...]]
    comments: dict[int, int]
    offices: dict[int, Reading]


def of_conversation(
    session: Session, conversation_id: int, locale: str, today: date, *, drafts: bool = False
) -> list[Recommended]:
    """The public recommendations of a conversation, in the order of their numbers; with those that only staff see on demand."""
    return _read(session, (col(Recommendation.conversation_id) == conversation_id) & _visible(drafts), locale, today)


def of_municipality(
    session: Session, municipality_id: int, locale: str, today: date, *, drafts: bool = False
) -> list[Recommended]:
    return _read(session, (col(Conversation.municipality_id) == municipality_id) & _visible(drafts), locale, today)


def these(session: Session, ids: Collection[int], locale: str, today: date, *, drafts: bool = False) -> list[Recommended]:
    """Those of the recommendations with these row ids that are public."""
    return _read(session, col(Recommendation.id).in_(list(ids)) & _visible(drafts), locale, today) if ids else []


def one(
    session: Session, municipality_id: int, slug: str, number: int, locale: str, today: date, *, drafts: bool = False
) -> Recommended:
    """The recommendation with this public number. Raises NotFound, also for another municipality's and what only staff see."""
    row = recommendations.get(session, municipality_id, slug, number)
    found = these(session, [identity(row)], locale, today, drafts=drafts)
    if not found:
        raise NotFound()
    return found[0]


def _visible(drafts: bool) -> ColumnElement[bool]:
    return true() if drafts else col(Recommendation.state) != RecommendationState.DRAFT


def _read(session: Session, wanted: ColumnElement[bool], locale: str, today: date) -> list[Recommended]:
    rows = session.exec(
        select(Recommendation, Conversation.slug, Report.number)
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .join(Report, col(Report.id) == col(Recommendation.report_id))
        .where(wanted)
        .order_by(col(Recommendation.conversation_id), col(Recommendation.number))
    ).all()
    keys = {identity(row): row for row, _, _ in rows}
    texts = translations.readings(
        session, Translatable.RECOMMENDATION, {key: (row.text, row.language) for key, row in keys.items()}, locale
    )
    extensions = policy_answers.extensions(session, keys, locale)
    answers = policy_answers.answers(session, keys, extensions, locale)
    parts = _Parts(
        texts=texts,
        themes=translations.readings(
            session, Translatable.THEME, {key: (row.theme, row.theme_language) for key, row in keys.items() if row.theme}, locale
        ),
        statements=_statements(session, keys, locale),
        findings=_findings(session, keys),
        answers=answers,
        steps=policy_answers.steps(session, keys, answers, extensions, locale, today),
        extensions={key: tuple(found) for (key, step), found in extensions.items() if step is None},
        comments=comments.counts(session, keys),
        offices=_offices(session, keys, locale),
    )
    return [_recommended(row, slug, report, parts, today) for row, slug, report in rows]


def _recommended(row: Recommendation, slug: str, report: int, parts: _Parts, today: date) -> Recommended:
    key = identity(row)
    given, promised = parts.answers.get(key, []), parts.steps.get(key, [])
    standing = given[0] if given else None
    extensions = parts.extensions.get(key, ())
    answer_due_on = extended(row.answer_due_on, Owed.ANSWER, extensions)
    return Recommended(
        id=key,
        slug=slug,
        number=row.number,
        report=report,
        text=parts.texts[key],
        office=row.office,
        answer_due_on=answer_due_on,
        created_at=row.created_at,
        statements=tuple(parts.statements.get(key, [])),
        answer=standing,
        earlier=tuple(given[1:]),
        steps=tuple(promised),
        clock=recommendation_clock(answer_due_on, standing, [step.done_on is not None for step in promised], today),
        phase=recommendations.phase(row, today),
        theme=parts.themes.get(key),
        findings=parts.findings.get(key, ()),
        extensions=extensions,
        comments_until=row.comments_until,
        comments=parts.comments.get(key, 0),
        office_name=parts.offices.get(key),
        public_at=row.public_at,
        handed_over_at=row.handed_over_at,
    )


def _statements(session: Session, ids: Collection[int], locale: str) -> dict[int, list[LinkedStatement]]:
    rows = session.exec(
        select(RecommendationStatement.recommendation_id, Statement, Conversation.moderation)
        .join(Statement, col(Statement.id) == col(RecommendationStatement.statement_id))
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(col(RecommendationStatement.recommendation_id).in_(list(ids)))
        .order_by(col(Statement.number))
    ).all()
    public = {
        identity(row): (row.text, row.language)
        for _, row, moderation in rows
        if row.state in public_states(ModerationMode(moderation))
    }
    readings = translations.readings(session, Translatable.STATEMENT, public, locale)
    found: dict[int, list[LinkedStatement]] = defaultdict(list)
    for recommendation_id, row, _ in rows:
        found[recommendation_id].append(LinkedStatement(row.number, row.state, readings.get(identity(row))))
    return found


def _findings(session: Session, ids: Collection[int]) -> dict[int, tuple[FoundBy, ...]]:
    rows = session.exec(
        select(RecommendationFinding)
        .where(col(RecommendationFinding.recommendation_id).in_(list(ids)))
        .order_by(col(RecommendationFinding.kind), col(RecommendationFinding.number), col(RecommendationFinding.group_label))
    ).all()
    found: dict[int, tuple[FoundBy, ...]] = {}
    for row in rows:
        one = FoundBy(Kind(row.kind), row.number, Choice(row.choice), row.group_label or None, row.other_label or None)
        found[row.recommendation_id] = (*found.get(row.recommendation_id, ()), one)
    return found


def _offices(session: Session, rows: Mapping[int, Recommendation], locale: str) -> dict[int, Reading]:
    """Names as they are read today, by recommendation. An office that has another name now is called as it was then."""
    ids = {row.office_id for row in rows.values() if row.office_id is not None}
    known = {identity(office): office for office in session.exec(select(Office).where(col(Office.id).in_(ids)))} if ids else {}
    names = translations.readings(
        session, Translatable.OFFICE, {key: (office.name, office.language) for key, office in known.items()}, locale
    )
    return {
        key: names[row.office_id]
        for key, row in rows.items()
        if row.office_id in names and known[row.office_id].name == row.office
    }
