"""Official answers to recommendations. The newest stands; earlier ones stay in sight."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from deliberation import ledger, municipalities, recommendations
from deliberation.accounts import Staff
from deliberation.errors import (
    AnsweredMeanwhile,
    AnsweredSoAlready,
    AnswerWithoutDay,
    AnswerWithoutOutcome,
    AnswerWithoutOwner,
    AnswerWithoutReason,
    DueDayPassed,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, Response, ResponseDraft
from deliberation.values import Outcome


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it is written. Only a draft may lack something."""

    outcome: Outcome | None
    reason: str
    language: str
    owner: str
    due_on: date | None


def answer(session: Session, *, staff: Staff, slug: str, number: int, written: Written, now: datetime, seen: int = 0) -> None:
    """Publish an answer; it stands until there is a later one. A draft is thereby used up.

    `seen` is how many answers there were when it was written.
    Only a declined recommendation needs no day by which something happens.
    Raises NotFound, Forbidden, AnswerWithoutOutcome, AnswerWithoutReason, AnswerWithoutOwner, AnswerWithoutDay, DueDayPassed,
    AnsweredMeanwhile, AnsweredSoAlready.
    """
    recommendation = recommendations.of_staff(session, staff, slug, number)
    recommendation_id = identity(recommendation)
    reason, owner = written.reason.strip(), " ".join(written.owner.split())
    outcome = _checked(written, reason, owner, municipalities.today(session, staff.municipality_id, now))
    _refuse_unseen(session, recommendation_id, replace(written, outcome=outcome, reason=reason, owner=owner), seen)
    salt, digest = ledger.seal(reason)
    session.add(
        Response(
            recommendation_id=recommendation_id,
            outcome=outcome,
            reason=reason,
            language=written.language,
            owner=owner,
            due_on=written.due_on,
            salt=salt,
            published_at=now,
            account_id=staff.id,
        )
    )
    session.execute(delete(ResponseDraft).where(col(ResponseDraft.recommendation_id) == recommendation_id))
    ledger.append(
        session,
        municipality_id=staff.municipality_id,
        actor=staff.actor,
        action="response.published",
        subject=f"recommendation/{slug}/{number}",
        facts={
            "outcome": outcome.value,
            "reason": digest,
            "owner": ledger.sealed(owner, salt),
            "due_on": written.due_on.isoformat() if written.due_on else None,
        },
        now=now,
    )


def keep_draft(session: Session, *, staff: Staff, slug: str, number: int, written: Written, now: datetime) -> None:
    """Keep an unfinished answer for other officials; it is neither public nor in the ledger. Raises NotFound, Forbidden."""
    recommendation = recommendations.of_staff(session, staff, slug, number)
    recommendation_id = identity(recommendation)
    row = session.get(ResponseDraft, recommendation_id) or ResponseDraft(recommendation_id=recommendation_id, saved_at=now)
    row.outcome, row.reason, row.language = written.outcome, written.reason, written.language
    row.owner, row.due_on = written.owner, written.due_on
    row.saved_at, row.account_id = now, staff.id
    session.add(row)
    session.flush()


def draft_of(session: Session, recommendation_id: int) -> ResponseDraft | None:
    return session.get(ResponseDraft, recommendation_id)


def drafts(session: Session, municipality_id: int) -> dict[int, ResponseDraft]:
    """All unfinished answers of the municipality, by recommendation."""
    rows = session.exec(
        select(ResponseDraft)
        .join(Recommendation, col(Recommendation.id) == col(ResponseDraft.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
    )
    return {row.recommendation_id: row for row in rows}


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


def _refuse_unseen(session: Session, recommendation_id: int, written: Written, seen: int) -> None:
    """No answer takes the place of one that its author has not seen; of officials at once one answers.

    On PostgreSQL the lock lets pass what only refers to the recommendation.
    """
    session.exec(select(Recommendation.id).where(Recommendation.id == recommendation_id).with_for_update(key_share=True)).one()
    now_standing = standing(session, recommendation_id)
    if now_standing is not None and _said(now_standing) == written:
        raise AnsweredSoAlready()
    if given(session, recommendation_id) != seen:
        raise AnsweredMeanwhile()


def _said(row: Response) -> Written:
    return Written(row.outcome, row.reason, row.language, row.owner, row.due_on)


def _checked(written: Written, reason: str, owner: str, today: date) -> Outcome:
    """The outcome, when the answer may be published as it is."""
    if written.outcome is None:
        raise AnswerWithoutOutcome()
    if not reason:
        raise AnswerWithoutReason()
    if not owner:
        raise AnswerWithoutOwner()
    if written.due_on is None and written.outcome != Outcome.DECLINED:
        raise AnswerWithoutDay()
    if written.due_on is not None and written.due_on < today:
        raise DueDayPassed()
    return written.outcome
