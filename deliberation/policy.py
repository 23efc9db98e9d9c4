"""Reading what came of a conversation: everything that belongs to some recommendations, in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from deliberation import recommendations, translations
from deliberation.outcomes import Answer, LinkedStatement, Proof, Recommended, Step, recommendation_clock, step_clock
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Conversation,
    Evidence,
    Milestone,
    Recommendation,
    RecommendationStatement,
    Report,
    Response,
    Statement,
)
from deliberation.translations import Reading
from deliberation.values import ModerationMode, Outcome, Translatable


def of_conversation(session: Session, conversation_id: int, locale: str, today: date) -> list[Recommended]:
    """All recommendations of a conversation, in the order of their numbers."""
    return _read(session, col(Recommendation.conversation_id) == conversation_id, locale, today)


def of_municipality(session: Session, municipality_id: int, locale: str, today: date) -> list[Recommended]:
    return _read(session, col(Conversation.municipality_id) == municipality_id, locale, today)


def these(session: Session, ids: Collection[int], locale: str, today: date) -> list[Recommended]:
    """The recommendations with these row ids."""
    return _read(session, col(Recommendation.id).in_(list(ids)), locale, today) if ids else []


def one(session: Session, municipality_id: int, slug: str, number: int, locale: str, today: date) -> Recommended:
    """The recommendation with this public number. Raises NotFound, also for another municipality's."""
    row = recommendations.get(session, municipality_id, slug, number)
    return these(session, [identity(row)], locale, today)[0]


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
    statements = _statements(session, keys, locale)
    answers = _answers(session, keys, locale)
    steps = _steps(session, keys, answers, locale, today)
    return [_recommended(row, slug, report, texts, statements, answers, steps, today) for row, slug, report in rows]


def _recommended(
    row: Recommendation,
    slug: str,
    report: int,
    texts: dict[int, Reading],
    statements: dict[int, list[LinkedStatement]],
    answers: dict[int, list[Answer]],
    steps: dict[int, list[Step]],
    today: date,
) -> Recommended:
    key = identity(row)
    given, promised = answers.get(key, []), steps.get(key, [])
    standing = given[0] if given else None
    return Recommended(
        id=key,
        slug=slug,
        number=row.number,
        report=report,
        text=texts[key],
        office=row.office,
        answer_due_on=row.answer_due_on,
        created_at=row.created_at,
        statements=tuple(statements.get(key, [])),
        answer=standing,
        earlier=tuple(given[1:]),
        steps=tuple(promised),
        clock=recommendation_clock(row.answer_due_on, standing, [step.done_on is not None for step in promised], today),
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


def _answers(session: Session, ids: Collection[int], locale: str) -> dict[int, list[Answer]]:
    """By recommendation, newest first."""
    rows = session.exec(
        select(Response)
        .where(col(Response.recommendation_id).in_(list(ids)))
        .order_by(col(Response.published_at).desc(), col(Response.id).desc())
    ).all()
    reasons = translations.readings(
        session, Translatable.RESPONSE, {identity(row): (row.reason, row.language) for row in rows}, locale
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in rows:
        answer = Answer(row.outcome, reasons[identity(row)], row.owner, row.due_on, row.published_at)
        found[row.recommendation_id].append(answer)
    return found


def _steps(
    session: Session, ids: Collection[int], answers: dict[int, list[Answer]], locale: str, today: date
) -> dict[int, list[Step]]:
    """By recommendation, in the order in which they were promised."""
    rows = session.exec(
        select(Milestone).where(col(Milestone.recommendation_id).in_(list(ids))).order_by(col(Milestone.id))
    ).all()
    titles = translations.readings(
        session, Translatable.MILESTONE, {identity(row): (row.title, row.language) for row in rows}, locale
    )
    evidence = _evidence(session, titles, locale)
    found: dict[int, list[Step]] = defaultdict(list)
    for row in rows:
        steps, key = found[row.recommendation_id], identity(row)
        standing = next(iter(answers.get(row.recommendation_id, [])), None)
        declined = standing is not None and standing.outcome == Outcome.DECLINED
        steps.append(
            Step(
                number=len(steps) + 1,
                title=titles[key],
                due_on=row.due_on,
                done_on=row.done_on,
                dropped=declined and row.done_on is None,
                clock=step_clock(row.due_on, row.done_on, standing, today),
                evidence=tuple(evidence.get(key, [])),
            )
        )
    return found


def _evidence(session: Session, milestone_ids: Collection[int], locale: str) -> dict[int, list[Proof]]:
    rows: Sequence[Evidence] = session.exec(
        select(Evidence).where(col(Evidence.milestone_id).in_(list(milestone_ids))).order_by(col(Evidence.id))
    ).all()
    titles = translations.readings(
        session, Translatable.EVIDENCE, {identity(row): (row.title, row.language) for row in rows}, locale
    )
    found: dict[int, list[Proof]] = defaultdict(list)
    for row in rows:
        found[row.milestone_id].append(Proof(titles[identity(row)], row.url, row.added_at))
    return found
