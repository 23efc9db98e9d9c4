"""How a recommendation becomes public: open for comments for a set time, then with an office that answers by a day."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from deliberation import comments, grounds, ledger, municipalities, offices, recommendations
from deliberation.accounts import Staff
from deliberation.errors.outcomes import AnswerDayPassed
from deliberation.errors.recommendations import (
    CommentDayPassed,
    CommentDayTooFar,
    CommentsPromised,
    CommentsStillOpen,
    HandedOverAlready,
    NoRecommendationChosen,
)
from deliberation.finding import Kind
from deliberation.outcomes import FoundBy
from deliberation.storage.rows import identity
from deliberation.storage.tables import Office, Recommendation, RecommendationStatement, Report, Statement
from deliberation.values import Choice, RecommendationState

LONGEST_TIME_FOR_COMMENTS = timedelta(days=365)


def open_comments(session: Session, *, staff: Staff, slug: str, number: int, until: date, now: datetime) -> None:
    """Let residents say what they think of a recommendation, to the end of a day.

    That day can be moved: to any other while nobody has commented, then only to a later one. Raises NotFound, Forbidden,
    CommentDayPassed, CommentDayTooFar, CommentsPromised, HandedOverAlready.
    """
    row = recommendations.held(session, staff, slug, number)
    if row.state == RecommendationState.HANDED_OVER:
        raise HandedOverAlready(number=number)
    today = municipalities.today(session, staff.municipality_id, now)
    if until < today:
        raise CommentDayPassed()
    if until > today + LONGEST_TIME_FOR_COMMENTS:
        raise CommentDayTooFar()
    if row.comments_until is not None and until < row.comments_until and comments.is_commented(session, identity(row)):
        raise CommentsPromised()
    if until == row.comments_until:
        return
    row.state, row.comments_until = RecommendationState.COMMENTING, until
    facts = _made_public(session, row, now)
    session.add(row)
    recommendations.record(
        session, staff, "recommendation.opened", slug, number, facts | {"comments_until": until.isoformat()}, now
    )


def hand_over(
    session: Session, *, staff: Staff, slug: str, numbers: Collection[int], office: str, answer_due_on: date, now: datetime
) -> None:
    """Ask an office, given by its short name, to answer these recommendations by a day.

    Raises NotFound, Forbidden, NoRecommendationChosen, AnswerDayPassed, OfficeUnknown, HandedOverAlready, CommentsStillOpen.
    """
    today = municipalities.today(session, staff.municipality_id, now)
    asked = _asked(session, staff, office, answer_due_on, today)
    rows = [recommendations.held(session, staff, slug, number) for number in sorted(set(numbers))]
    if not rows:
        raise NoRecommendationChosen()
    for row in rows:
        _check_ready(row, today)
    for row in rows:
        _hand_over(session, staff, slug, row, asked, answer_due_on, now)


def publish(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    text: str,
    language: str,
    office: str,
    answer_due_on: date,
    now: datetime,
    statements: Collection[int] = (),
    findings: Collection[str] = (),
    report: int | None = None,
) -> int:
    """Make a recommendation and hand it over at once, and return its number. Raises what drafting and handing over raise."""
    _asked(session, staff, office, answer_due_on, municipalities.today(session, staff.municipality_id, now))
    number = recommendations.draft(
        session,
        staff=staff,
        slug=slug,
        text=text,
        language=language,
        statements=statements,
        findings=findings,
        report=report,
        now=now,
    )
    hand_over(session, staff=staff, slug=slug, numbers=[number], office=office, answer_due_on=answer_due_on, now=now)
    return number


def _asked(session: Session, staff: Staff, office: str, answer_due_on: date, today: date) -> Office:
    if answer_due_on < today:
        raise AnswerDayPassed()
    return offices.to_ask(session, staff.municipality_id, office)


def _check_ready(row: Recommendation, today: date) -> None:
    phase = recommendations.phase(row, today)
    if phase == RecommendationState.HANDED_OVER:
        raise HandedOverAlready(number=row.number)
    if phase == RecommendationState.COMMENTING:
        raise CommentsStillOpen(number=row.number)


def _hand_over(
    session: Session, staff: Staff, slug: str, row: Recommendation, office: Office, answer_due_on: date, now: datetime
) -> None:
    action = "recommendation.published" if row.public_at is None else "recommendation.handed_over"
    row.state, row.handed_over_at = RecommendationState.HANDED_OVER, now
    row.office, row.office_id, row.answer_due_on = office.name, office.id, answer_due_on
    facts = _made_public(session, row, now)
    facts |= {"office": ledger.sealed(row.office, row.salt), "answer_due_on": answer_due_on.isoformat()}
    session.add(row)
    recommendations.record(session, staff, action, slug, row.number, facts, now)


def _made_public(session: Session, row: Recommendation, now: datetime) -> dict[str, object]:
    """What the ledger is told of it; from now on everybody can read it."""
    if row.public_at is None:
        row.public_at = now
        row.salt, _ = ledger.seal(row.text)
    row.version += 1
    session.flush()
    facts: dict[str, object] = {
        "report": session.get_one(Report, row.report_id).number,
        "statements": _statements(session, row),
        "text": ledger.sealed(row.text, row.salt),
    }
    keys = [
        FoundBy(Kind(found.kind), found.number, Choice(found.choice), found.group_label or None, found.other_label or None).key
        for found in grounds.findings(session, row)
    ]
    return facts | {"findings": sorted(keys)} if keys else facts


def _statements(session: Session, row: Recommendation) -> list[int]:
    return list(
        session.exec(
            select(Statement.number)
            .join(RecommendationStatement, col(RecommendationStatement.statement_id) == col(Statement.id))
            .where(RecommendationStatement.recommendation_id == identity(row))
            .order_by(col(Statement.number))
        )
    )
