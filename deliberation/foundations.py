"""What public things rest on a statement, a recommendation, an office or a document, each with the address where one finds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from deliberation import attachments
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Comment,
    Conversation,
    Evidence,
    Meeting,
    Milestone,
    Recommendation,
    RecommendationStatement,
    Report,
    ReportStatement,
    Response,
)
from deliberation.values import RecommendationState, StatementState


@dataclass(frozen=True, slots=True)
class Resting:
    """A public thing. `route` is its page's name; the numbers are those in its address. `count`: how many such things."""

    route: str
    slug: str
    number: int
    part: int | None = None
    count: int = 1


def on_statements(session: Session, ids: Collection[int]) -> Mapping[int, tuple[Resting, ...]]:
    """Published reports and public recommendations, by the statement's row id."""
    reports = session.exec(
        select(ReportStatement.statement_id, Conversation.slug, Report.number)
        .join(Report, col(Report.id) == col(ReportStatement.report_id))
        .join(Conversation, col(Conversation.id) == col(Report.conversation_id))
        .where(col(ReportStatement.statement_id).in_(list(ids)))
        .order_by(col(Report.number))
    )
    recommendations = session.exec(
        select(RecommendationStatement.statement_id, Conversation.slug, Recommendation.number)
        .join(Recommendation, col(Recommendation.id) == col(RecommendationStatement.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(col(RecommendationStatement.statement_id).in_(list(ids)), Recommendation.state != RecommendationState.DRAFT)
        .order_by(col(Recommendation.number))
    )
    found: dict[int, tuple[Resting, ...]] = dict.fromkeys(ids, ())
    for route, rows in (("report", reports), ("recommendation", recommendations)):
        for key, slug, number in rows:
            found[key] = (*found[key], Resting(route, slug, number))
    return found


def on_answered(session: Session, row: Recommendation, slug: str) -> tuple[Resting, ...]:
    """The answers that were given to a recommendation."""
    count = session.exec(select(func.count()).where(Response.recommendation_id == row.id)).one()
    return tuple(Resting("response", slug, row.number, number) for number in range(1, count + 1))


def on_recommendation(session: Session, row: Recommendation, slug: str) -> tuple[Resting, ...]:
    """A public recommendation's own page, its comments, answers and steps."""
    comments = session.exec(
        select(func.count()).where(Comment.recommendation_id == row.id, Comment.state == StatementState.ACCEPTED)
    ).one()
    steps = session.exec(select(func.count()).where(Milestone.recommendation_id == row.id)).one()
    return (
        Resting("recommendation", slug, row.number),
        *((Resting("comment_form", slug, row.number, count=comments),) if comments else ()),
        *on_answered(session, row, slug),
        *(Resting("milestone", slug, row.number, number) for number in range(1, steps + 1)),
    )


def on_office(session: Session, office_id: int, *, unanswered: bool = False) -> tuple[Resting, ...]:
    """The recommendations that were handed over to it, or those of them that still wait for an answer."""
    query = (
        select(Conversation.slug, Recommendation.number)
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Recommendation.office_id == office_id)
        .order_by(col(Conversation.slug), col(Recommendation.number))
    )
    if unanswered:
        query = query.where(col(Recommendation.id).not_in(select(Response.recommendation_id)))
    return tuple(Resting("recommendation", slug, number) for slug, number in session.exec(query))


def on_document(
    session: Session, conversation: Conversation, *, url: str, attachment_id: int | None = None
) -> tuple[Resting, ...]:
    """Reports and answers that name its address, steps that it proves, and meetings that lead to it."""
    key, slug = identity(conversation), conversation.slug
    reports = session.exec(
        select(Report.number)
        .where(Report.conversation_id == key, _named(col(Report.introduction), url))
        .order_by(col(Report.number))
    )
    meetings = session.exec(
        select(Meeting.number)
        .where(Meeting.conversation_id == key, or_(*(_leads(column, url) for column in _MEETING_LINKS)))
        .order_by(col(Meeting.number))
    )
    return (
        *(Resting("report", slug, number) for number in reports),
        *(Resting("recommendation", slug, number) for number in _answered_with(session, key, url)),
        *(Resting("milestone", slug, number, step) for number, step in _proven_by(session, key, url, attachment_id)),
        *(Resting("meeting", slug, number) for number in meetings),
    )


_MEETING_LINKS = (col(Meeting.minutes_url), col(Meeting.recording_url), col(Meeting.room_url), col(Meeting.stream_url))


def _leads(column: Mapped[str], url: str) -> ColumnElement[bool]:
    """Whether a link leads there; a path of ours is the same under every host, a file under every spelling of its name."""
    folder = attachments.folder_in(url) or (url if url.startswith("/") else None)
    return column.contains(folder, autoescape=True) if folder else column == url


def _named(column: Mapped[str], url: str) -> ColumnElement[bool]:
    """Whether a text names the address."""
    return column.contains(attachments.folder_in(url) or url, autoescape=True)


def _answered_with(session: Session, conversation_id: int, url: str) -> Sequence[int]:
    return session.exec(
        select(Recommendation.number)
        .join(Response, col(Response.recommendation_id) == col(Recommendation.id))
        .where(
            Recommendation.conversation_id == conversation_id,
            or_(_leads(col(Response.legal_url), url), _named(col(Response.reason), url)),
        )
        .distinct()
        .order_by(col(Recommendation.number))
    ).all()


def _proven_by(session: Session, conversation_id: int, url: str, attachment_id: int | None) -> list[tuple[int, int]]:
    """Numbers of recommendations, each with the number of a step."""
    place = func.row_number().over(partition_by=col(Milestone.recommendation_id), order_by=col(Milestone.id)).label("place")
    steps = select(col(Milestone.id).label("id"), col(Milestone.recommendation_id).label("recommendation_id"), place).subquery()
    same = _leads(col(Evidence.url), url)
    if attachment_id is not None:
        same = or_(same, col(Evidence.attachment_id) == attachment_id)
    rows = session.execute(
        select(Recommendation.number, steps.c.place)
        .join(steps, steps.c.recommendation_id == col(Recommendation.id))
        .join(Evidence, col(Evidence.milestone_id) == steps.c.id)
        .where(Recommendation.conversation_id == conversation_id, same)
        .distinct()
        .order_by(col(Recommendation.number), steps.c.place)
    )
    return [(number, step) for number, step in rows]
