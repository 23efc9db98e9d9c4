"""Reading what came of a conversation: everything that belongs to some recommendations, in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from deliberation import comments, recommendations, translations
from deliberation.errors import NotFound
from deliberation.finding import Kind
from deliberation.outcomes import (
    Answer,
    Extended,
    FoundBy,
    LinkedStatement,
    Owed,
    Proof,
    Recommended,
    Step,
    extended,
    recommendation_clock,
    step_clock,
)
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Attachment,
    Conversation,
    Evidence,
    Extension,
    Milestone,
    Office,
    Recommendation,
    RecommendationFinding,
    RecommendationStatement,
    Report,
    Response,
    Statement,
)
from deliberation.translations import Reading
from deliberation.values import Choice, ModerationMode, Outcome, RecommendationState, Translatable

Extensions = Mapping[tuple[int, int | None], Sequence[Extended]]
"""By recommendation and milestone, without one for what the recommendation itself waits for."""


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
    extensions = _extensions(session, keys, locale)
    answers = _answers(session, keys, extensions, locale)
    parts = _Parts(
        texts=texts,
        themes=translations.readings(
            session, Translatable.THEME, {key: (row.theme, row.theme_language) for key, row in keys.items() if row.theme}, locale
        ),
        statements=_statements(session, keys, locale),
        findings=_findings(session, keys),
        answers=answers,
        steps=_steps(session, keys, answers, extensions, locale, today),
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


def _extensions(session: Session, ids: Collection[int], locale: str) -> dict[tuple[int, int | None], list[Extended]]:
    """By recommendation and, where it is about one, milestone; oldest first."""
    rows = session.exec(
        select(Extension).where(col(Extension.recommendation_id).in_(list(ids))).order_by(col(Extension.id))
    ).all()
    reasons = translations.readings(
        session, Translatable.EXTENSION_REASON, {identity(row): (row.reason, row.language) for row in rows}, locale
    )
    progress = translations.readings(
        session, Translatable.EXTENSION_PROGRESS, {identity(row): (row.progress, row.language) for row in rows}, locale
    )
    found: dict[tuple[int, int | None], list[Extended]] = defaultdict(list)
    for row in rows:
        key = identity(row)
        one = Extended(Owed(row.owed), row.from_day, row.to_day, reasons[key], progress[key], row.published_at)
        found[row.recommendation_id, row.milestone_id].append(one)
    return found


def _answers(session: Session, ids: Collection[int], extensions: Extensions, locale: str) -> dict[int, list[Answer]]:
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
    for place, row in enumerate(rows):
        number = sum(other.recommendation_id == row.recommendation_id for other in rows[place:])
        owed = Owed.DECISION if row.outcome == Outcome.DEFERRED else Owed.DELIVERY
        due_on = extended(row.due_on, owed, extensions.get((row.recommendation_id, None), []), since=row.published_at)
        found[row.recommendation_id].append(_answer(row, number, reasons[identity(row)], due_on))
    return found


def _answer(row: Response, number: int, reason: Reading, due_on: date | None) -> Answer:
    return Answer(
        number=number,
        outcome=row.outcome,
        reason=reason,
        owner=row.owner,
        due_on=due_on,
        published_at=row.published_at,
        legal_basis=row.legal_basis,
        legal_url=row.legal_url,
        budget=row.budget,
        reviewed=row.reviewer_id is not None,
    )


def _steps(
    session: Session,
    ids: Collection[int],
    answers: dict[int, list[Answer]],
    extensions: Extensions,
    locale: str,
    today: date,
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
        later = extensions.get((row.recommendation_id, key), [])
        due_on = extended(row.due_on, Owed.MILESTONE, later)
        declined = standing is not None and standing.outcome == Outcome.DECLINED
        steps.append(
            Step(
                number=len(steps) + 1,
                title=titles[key],
                due_on=due_on,
                done_on=row.done_on,
                dropped=declined and row.done_on is None,
                clock=step_clock(due_on, row.done_on, standing, today),
                evidence=tuple(evidence.get(key, [])),
                extensions=tuple(later),
            )
        )
    return found


def _evidence(session: Session, milestone_ids: Collection[int], locale: str) -> dict[int, list[Proof]]:
    rows = session.exec(
        select(Evidence, Attachment.media_type)
        .outerjoin(Attachment, col(Attachment.id) == col(Evidence.attachment_id))
        .where(col(Evidence.milestone_id).in_(list(milestone_ids)))
        .order_by(col(Evidence.id))
    ).all()
    titles = translations.readings(
        session, Translatable.EVIDENCE, {identity(row): (row.title, row.language) for row, _ in rows}, locale
    )
    found: dict[int, list[Proof]] = defaultdict(list)
    for row, media_type in rows:
        proofs = found[row.milestone_id]
        proofs.append(Proof(len(proofs) + 1, row.kind, titles[identity(row)], row.url, row.added_at, media_type))
    return found
