"""What only officials see of recommendations, in numbers: drafts, and answers that were begun."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation.storage.tables import Conversation, Recommendation, ResponseDraft
from deliberation.values import DraftState, RecommendationState


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Drafts of recommendations, answers begun, and those of them that wait for a second person."""

    recommendations: int = 0
    answers: int = 0
    in_review: int = 0

    @property
    def any(self) -> bool:
        return bool(self.recommendations or self.answers)


def of_municipality(session: Session, municipality_id: int) -> dict[int, Unpublished]:
    """By conversation."""
    counted = (
        select(Recommendation.conversation_id, func.count())
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
        .group_by(col(Recommendation.conversation_id))
    )
    begun = counted.join(ResponseDraft, col(ResponseDraft.recommendation_id) == col(Recommendation.id))
    drafts = _found(session, counted.where(Recommendation.state == RecommendationState.DRAFT))
    answers = _found(session, begun)
    in_review = _found(session, begun.where(ResponseDraft.state == DraftState.SUBMITTED))
    keys = drafts.keys() | answers.keys()
    return {key: Unpublished(drafts.get(key, 0), answers.get(key, 0), in_review.get(key, 0)) for key in keys}


def _found(session: Session, query: Any) -> dict[int, int]:
    return dict(session.exec(query).all())
