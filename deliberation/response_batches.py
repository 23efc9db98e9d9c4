"""One answer to several recommendations, where one reason fits: written, reviewed and published together."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import given_responses, recommendations, response_drafts, responses
from deliberation.accounts import Staff
from deliberation.errors import NotFound
from deliberation.errors.responses import AnswerBegunAlready, DraftChanged, NothingChosen, NothingToReview, ReadAnswerChanged
from deliberation.response_drafts import Written
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, Response, ResponseDraft

Place = tuple[str, int]
"""A recommendation: slug of the conversation and public number."""


@dataclass(frozen=True, slots=True)
class Together:
    """Drafts of one batch with their places. `mark` changes whenever one of them does, joins or leaves."""

    batch: str
    drafts: tuple[ResponseDraft, ...]
    places: tuple[Place, ...]

    @property
    def mark(self) -> str:
        return ",".join(f"{draft.recommendation_id}.{draft.version}" for draft in self.drafts)


def begin(session: Session, *, staff: Staff, places: Sequence[Place], written: Written, to_review: bool, now: datetime) -> str:
    """Start the same answer to several unanswered recommendations, and return the name of the batch.

    Raises NothingChosen, AnswerBegunAlready (by somebody, to one of them), and what `keep` or `submit` raise.
    """
    if not places:
        raise NothingChosen()
    begun = [number for slug, number in places if _begun(session, staff, slug, number)]
    if begun:
        raise AnswerBegunAlready(numbers=", ".join(str(number) for number in begun))
    batch = secrets.token_hex(8)
    act = responses.submit if to_review else response_drafts.keep
    for slug, number in sorted(set(places)):
        act(session, staff=staff, slug=slug, number=number, written=written, now=now, batch=batch)
    return batch


def rewrite(session: Session, *, staff: Staff, batch: str, mark: str, written: Written, to_review: bool, now: datetime) -> None:
    """Write all of them anew. Raises NotFound, DraftChanged, and what `keep` or `submit` raise."""
    found = of(session, staff.municipality_id, batch)
    if found.mark != mark and any(response_drafts.said(draft) != written.tidied for draft in found.drafts):
        raise DraftChanged()
    act = responses.submit if to_review else response_drafts.keep
    for (slug, number), draft in zip(found.places, found.drafts, strict=True):
        seen = given_responses.given(session, draft.recommendation_id)
        act(
            session,
            staff=staff,
            slug=slug,
            number=number,
            written=written,
            now=now,
            version=draft.version,
            seen=seen,
            batch=batch,
        )


def approve(session: Session, *, staff: Staff, batch: str, mark: str, now: datetime) -> None:
    """Publish all of them at once. Approving them again changes nothing.

    Raises NothingToReview, ReadAnswerChanged, and what `responses.approve` raises.
    """
    if _approved(session, staff, batch):
        return
    found = _as_read(session, staff, batch, mark)
    for (slug, number), draft in zip(found.places, found.drafts, strict=True):
        responses.approve(session, staff=staff, slug=slug, number=number, version=draft.version, now=now, batch=batch)


def give_back(session: Session, *, staff: Staff, batch: str, mark: str, note: str, now: datetime) -> None:
    """Send all of them back. Raises NothingToReview, ReadAnswerChanged, and what `responses.give_back` raises."""
    found = _as_read(session, staff, batch, mark)
    for (slug, number), draft in zip(found.places, found.drafts, strict=True):
        responses.give_back(
            session, staff=staff, slug=slug, number=number, version=draft.version, note=note, now=now, batch=batch
        )


def of(session: Session, municipality_id: int, batch: str) -> Together:
    """Raises NotFound, also for another municipality's and when all of them were published or left the batch."""
    rows = session.exec(
        select(ResponseDraft, Conversation.slug, Recommendation.number)
        .join(Recommendation, col(Recommendation.id) == col(ResponseDraft.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(ResponseDraft.batch == batch, Conversation.municipality_id == municipality_id)
        .order_by(col(ResponseDraft.recommendation_id))
    ).all()
    if not rows:
        raise NotFound()
    return Together(batch, tuple(draft for draft, _, _ in rows), tuple((slug, number) for _, slug, number in rows))


def _as_read(session: Session, staff: Staff, batch: str, mark: str) -> Together:
    try:
        found = of(session, staff.municipality_id, batch)
    except NotFound as error:
        raise NothingToReview() from error
    if found.mark != mark:
        raise ReadAnswerChanged()
    return found


def _approved(session: Session, staff: Staff, batch: str) -> bool:
    """Whether this reviewer has published the batch; accounts belong to one municipality, so the batch does too."""
    waiting = session.exec(select(ResponseDraft.recommendation_id).where(ResponseDraft.batch == batch)).first()
    published = select(Response.id).where(Response.batch == batch, Response.reviewer_id == staff.id)
    return waiting is None and session.exec(published).first() is not None


def _begun(session: Session, staff: Staff, slug: str, number: int) -> bool:
    key = identity(recommendations.of_staff(session, staff, slug, number))
    response_drafts.lock(session, key)
    return response_drafts.draft_of(session, key) is not None or given_responses.given(session, key) > 0
