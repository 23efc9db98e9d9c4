"""Moderators read comments on recommendations and decide about them. The last decision counts; each stands in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from deliberation import ledger, recommendations, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.moderation import DecidedMeanwhile
from deliberation.errors.recommendations import CommentRejectedWithoutReason
from deliberation.storage.rows import identity
from deliberation.storage.tables import Comment, Conversation, Recommendation
from deliberation.translations import Reading
from deliberation.values import MODERATION_ROLES, Reason, StatementState, Translatable

PAGE = 20
STATES = (StatementState.PENDING, StatementState.ACCEPTED, StatementState.REJECTED)


@dataclass(frozen=True, slots=True)
class Item:
    """A comment as a moderator sees it, never with a name."""

    slug: str
    recommendation: int
    about: Reading
    number: int
    reading: Reading
    state: StatementState
    reason: Reason | None
    created_at: datetime
    decided_at: datetime | None


def look(session: Session, municipality_id: int, locale: str, state: StatementState, page: int) -> list[Item]:
    """One page of the comments in this state, the oldest first."""
    rows = session.exec(
        select(Comment, Recommendation, Conversation.slug)
        .join(Recommendation, col(Recommendation.id) == col(Comment.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(_of(municipality_id), Comment.state == state)
        .order_by(col(Comment.created_at), col(Comment.id))
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    about = translations.readings(
        session, Translatable.RECOMMENDATION, {identity(row): (row.text, row.language) for _, row, _ in rows}, locale
    )
    texts = translations.readings(
        session, Translatable.COMMENT, {identity(one): (one.text, one.language) for one, _, _ in rows}, locale
    )
    return [
        Item(
            slug,
            row.number,
            about[identity(row)],
            one.number,
            texts[identity(one)],
            one.state,
            one.reason,
            one.created_at,
            one.decided_at,
        )
        for one, row, slug in rows
    ]


def counts(session: Session, municipality_id: int) -> Mapping[StatementState, int]:
    """How many comments there are in each state."""
    rows = session.exec(
        select(Comment.state, func.count())
        .join(Recommendation, col(Recommendation.id) == col(Comment.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(_of(municipality_id))
        .group_by(col(Comment.state))
    ).all()
    found = dict(rows)
    return {state: found.get(state, 0) for state in STATES}


def accept(session: Session, *, staff: Staff, slug: str, number: int, comment: int, seen: StatementState, now: datetime) -> None:
    """Let everybody read it. `seen` is the state in which the moderator saw it. Raises NotFound, Forbidden, DecidedMeanwhile."""
    _decide(session, staff, slug, number, comment, seen, StatementState.ACCEPTED, None, now)


def reject(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    comment: int,
    seen: StatementState,
    reason: Reason | None,
    now: datetime,
) -> None:
    """Keep its text from others, for a reason that its author sees.

    Raises NotFound, Forbidden, DecidedMeanwhile, CommentRejectedWithoutReason.
    """
    if reason is None:
        raise CommentRejectedWithoutReason()
    _decide(session, staff, slug, number, comment, seen, StatementState.REJECTED, reason, now)


def _decide(
    session: Session,
    staff: Staff,
    slug: str,
    number: int,
    comment: int,
    seen: StatementState,
    state: StatementState,
    reason: Reason | None,
    now: datetime,
) -> None:
    if staff.role not in MODERATION_ROLES:
        raise Forbidden()
    recommendation = recommendations.get(session, staff.municipality_id, slug, number)
    row = session.exec(
        select(Comment)
        .where(Comment.recommendation_id == recommendation.id, Comment.number == comment)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    if (row.state, row.reason) == (state, reason):
        return
    if row.state != seen:
        raise DecidedMeanwhile()
    row.state, row.reason, row.decided_at = state, reason, now
    session.add(row)
    session.flush()
    ledger.record(
        session,
        staff,
        f"comment.{state.value}",
        f"comment/{slug}/{number}/{comment}",
        {} if reason is None else {"reason": reason.value},
        now,
    )


def _of(municipality_id: int) -> ColumnElement[bool]:
    return col(Conversation.municipality_id) == municipality_id
