"""Answers that are still being written: kept for colleagues, asked to be reviewed, never written over unseen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation import given_responses, links, municipalities, recommendations
from deliberation.accounts import Staff
from deliberation.errors.conversations import LinkInvalid
from deliberation.errors.outcomes import (
    AnsweredMeanwhile,
    AnswerWithoutDay,
    AnswerWithoutOutcome,
    AnswerWithoutOwner,
    AnswerWithoutReason,
    DueDayPassed,
)
from deliberation.errors.responses import (
    DraftChanged,
    LegalLinkInvalid,
    NotHandedOver,
    StepDayPassed,
    StepIncomplete,
    StepsOfADeclinedAnswer,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, ResponseDraft
from deliberation.values import DraftState, Outcome, RecommendationState


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A milestone that is to be promised with an answer."""

    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it is written. Only a draft may lack something."""

    outcome: Outcome | None
    reason: str
    language: str
    owner: str
    due_on: date | None
    legal_basis: str = ""
    legal_url: str = ""
    budget: str = ""
    steps: tuple[PlannedStep, ...] = ()

    @property
    def tidied(self) -> "Written":
        """Without surrounding space and without empty steps."""
        steps = (PlannedStep(_line(step.title), step.due_on) for step in self.steps)
        return replace(
            self,
            reason=self.reason.strip(),
            owner=_line(self.owner),
            legal_basis=_line(self.legal_basis),
            legal_url=self.legal_url.strip(),
            budget=_line(self.budget),
            steps=tuple(step for step in steps if step.title or step.due_on),
        )


def keep(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    written: Written,
    now: datetime,
    version: int = 0,
    seen: int = 0,
    batch: str | None = None,
) -> None:
    """Keep an unfinished answer for other officials; it is neither public nor in the ledger.

    `version`: of the draft that its author has seen, 0 for none; `seen`: how many answers there were. Keeping the same again
    changes nothing. Raises NotFound, Forbidden, NotHandedOver, DraftChanged, AnsweredMeanwhile.
    """
    recommendation_id = answerable(session, staff, slug, number)
    lock(session, recommendation_id)
    written = written.tidied
    row = open_for(session, recommendation_id, written, version, seen, now)
    if not (row.version and said(row) == written and row.state != DraftState.SUBMITTED and row.batch == batch):
        put(session, row, written, staff, now, batch)


def answerable(session: Session, staff: Staff, slug: str, number: int) -> int:
    """The row id of a recommendation that an office was asked to answer. Raises NotFound, Forbidden, NotHandedOver."""
    row = recommendations.of_staff(session, staff, slug, number)
    if row.state != RecommendationState.HANDED_OVER:
        raise NotHandedOver()
    return identity(row)


def put(session: Session, row: ResponseDraft, written: Written, staff: Staff, now: datetime, batch: str | None) -> None:
    """Write it down as a draft that is being written."""
    row.outcome, row.reason, row.language = written.outcome, written.reason, written.language
    row.owner, row.due_on, row.budget = written.owner, written.due_on, written.budget
    row.legal_basis, row.legal_url = written.legal_basis, written.legal_url
    row.steps = [{"title": step.title, "due_on": step.due_on and step.due_on.isoformat()} for step in written.steps]
    row.saved_at, row.account_id, row.batch = now, staff.id, batch
    row.state, row.submitted_at, row.submitted_by = DraftState.WRITING, None, None
    row.version += 1
    session.add(row)
    session.flush()


def open_for(session: Session, recommendation_id: int, written: Written, version: int, seen: int, now: datetime) -> ResponseDraft:
    """The draft, or a new one of version 0, for somebody who has seen this version. Raises DraftChanged, AnsweredMeanwhile."""
    row = draft_of(session, recommendation_id)
    if row is None:
        if version:
            raise AnsweredMeanwhile()
        return ResponseDraft(recommendation_id=recommendation_id, saved_at=now, version=0)
    if said(row) != written and (row.version != version or given_responses.given(session, recommendation_id) != seen):
        raise DraftChanged()
    return row


def lock(session: Session, recommendation_id: int) -> None:
    """Of officials at once one goes first. On PostgreSQL the lock lets pass what only refers to the recommendation."""
    session.exec(select(Recommendation.id).where(Recommendation.id == recommendation_id).with_for_update(key_share=True)).one()


def draft_of(session: Session, recommendation_id: int) -> ResponseDraft | None:
    return session.get(ResponseDraft, recommendation_id, populate_existing=True)


def drafts(session: Session, municipality_id: int) -> dict[int, ResponseDraft]:
    """All unfinished answers of the municipality, by recommendation."""
    return {row.recommendation_id: row for row in _of_municipality(session, municipality_id)}


def _of_municipality(session: Session, municipality_id: int) -> Sequence[ResponseDraft]:
    return session.exec(
        select(ResponseDraft)
        .join(Recommendation, col(Recommendation.id) == col(ResponseDraft.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
        .order_by(col(ResponseDraft.recommendation_id))
    ).all()


def said(row: ResponseDraft) -> Written:
    steps = (PlannedStep(step["title"], _day(step["due_on"])) for step in row.steps or ())
    return Written(
        row.outcome,
        row.reason,
        row.language,
        row.owner,
        row.due_on,
        row.legal_basis,
        row.legal_url,
        row.budget,
        tuple(steps),
    )


def may_review(row: ResponseDraft, staff: Staff) -> bool:
    """Whether this is a second person: neither who asked for the review nor who wrote it last."""
    return staff.id not in (row.submitted_by, row.account_id)


def checked(session: Session, written: Written, staff: Staff, now: datetime) -> Outcome:
    """The outcome, when the answer may be published as it is.

    Only a declined recommendation needs no day by which something happens. Raises AnswerWithoutOutcome, AnswerWithoutReason,
    AnswerWithoutOwner, AnswerWithoutDay, DueDayPassed, LegalLinkInvalid, StepsOfADeclinedAnswer, StepIncomplete, StepDayPassed.
    """
    today = municipalities.today(session, staff.municipality_id, now)
    if written.outcome is None:
        raise AnswerWithoutOutcome()
    if not written.reason:
        raise AnswerWithoutReason()
    if not written.owner:
        raise AnswerWithoutOwner()
    if written.due_on is None and written.outcome != Outcome.DECLINED:
        raise AnswerWithoutDay()
    if written.due_on is not None and written.due_on < today:
        raise DueDayPassed()
    _check_link(written.legal_url)
    _check_steps(written, today)
    return written.outcome


def _check_link(url: str) -> None:
    try:
        if url:
            links.checked(url, url)
    except LinkInvalid as error:
        raise LegalLinkInvalid() from error


def _check_steps(written: Written, today: date) -> None:
    if written.steps and written.outcome == Outcome.DECLINED:
        raise StepsOfADeclinedAnswer()
    for place, step in enumerate(written.steps, start=1):
        if not step.title or step.due_on is None:
            raise StepIncomplete(number=place)
        if step.due_on < today:
            raise StepDayPassed(number=place)


def _line(text: str) -> str:
    return " ".join(text.split())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
