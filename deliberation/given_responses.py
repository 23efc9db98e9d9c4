"""The answers that were published to a recommendation."""

from sqlmodel import Session, col, func, select

from deliberation.storage.tables import Response


def standing(session: Session, recommendation_id: int) -> Response | None:
    """The answer that counts now."""
    return session.exec(
        select(Response)
        .where(Response.recommendation_id == recommendation_id)
        .order_by(col(Response.published_at).desc(), col(Response.id).desc())
    ).first()


def given(session: Session, recommendation_id: int) -> int:
    """How many answers there have been."""
    return session.exec(select(func.count()).where(Response.recommendation_id == recommendation_id)).one()
