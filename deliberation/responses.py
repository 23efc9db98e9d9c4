"""Official answers to recommendations: written by one person, found right by a second. The newest stands; earlier ones stay."""

from datetime import datetime

from sqlmodel import Session

from deliberation import given_responses, ledger, milestones, recommendations
from deliberation import response_drafts as drafts
from deliberation.accounts import Staff
from deliberation.errors.outcomes import AnsweredMeanwhile, AnsweredSoAlready
from deliberation.errors.responses import AnsweredTogether, NothingToReview, ReadAnswerChanged, ReviewByAuthor, ReviewWithoutNote
from deliberation.response_drafts import Written
from deliberation.storage.rows import identity
from deliberation.storage.tables import Account, Response, ResponseDraft
from deliberation.values import DraftState, Outcome


def submit(
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
    """Ask a second person to publish this answer. Asking for the same again changes nothing.

    `version`: of the draft that its author has seen, 0 for none; `seen`: how many answers there were. Raises NotFound, Forbidden,
    NotHandedOver, AnsweredMeanwhile, AnsweredSoAlready, DraftChanged, and what `response_drafts.checked` raises.
    """
    recommendation_id, written = drafts.answerable(session, staff, slug, number), written.tidied
    drafts.checked(session, written, staff, now)
    drafts.lock(session, recommendation_id)
    _refuse_unseen(session, recommendation_id, written, seen)
    row = drafts.open_for(session, recommendation_id, written, version, seen, now)
    if row.version and row.state == DraftState.SUBMITTED and drafts.said(row) == written and row.batch == batch:
        return
    # Whoever mends what waits already does not ask again: it waits as long as before, and nobody is told anew.
    waits_since = row.submitted_at if row.state == DraftState.SUBMITTED and row.submitted_by == staff.id else now
    drafts.put(session, row, written, staff, now, batch)
    row.state, row.submitted_at, row.submitted_by = DraftState.SUBMITTED, waits_since, staff.id
    row.review_note, row.reviewed_by = "", None
    session.add(row)
    session.flush()


def approve(
    session: Session, *, staff: Staff, slug: str, number: int, version: int, now: datetime, batch: str | None = None
) -> None:
    """Publish what somebody else has written; it stands until there is a later answer. Approving it again changes nothing.

    A step that an earlier answer promised for the same day is not promised again.
    `version` is the draft's that was read. Raises NotFound, Forbidden, NothingToReview, ReviewByAuthor, AnsweredTogether,
    ReadAnswerChanged, and what `response_drafts.checked` raises.
    """
    recommendation = recommendations.of_staff(session, staff, slug, number)
    recommendation_id = identity(recommendation)
    drafts.lock(session, recommendation_id)
    draft = drafts.draft_of(session, recommendation_id)
    last = given_responses.standing(session, recommendation_id)
    if draft is None and last is not None and last.reviewer_id == staff.id:
        return
    draft = _reviewable(draft, staff, version, batch)
    written = drafts.said(draft)
    outcome = drafts.checked(session, written, staff, now)
    _publish(session, draft, outcome, staff, f"recommendation/{slug}/{number}", now)
    session.delete(draft)
    session.flush()
    for step in written.steps:
        assert step.due_on is not None, "checked before"
        if milestones.is_promised(session, recommendation_id, step.title, step.due_on):
            continue
        milestones.promise(
            session,
            staff=staff,
            slug=slug,
            number=number,
            title=step.title,
            language=written.language,
            due_on=step.due_on,
            now=now,
        )


def give_back(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    version: int,
    note: str,
    now: datetime,
    batch: str | None = None,
) -> None:
    """Send an answer back to its author, with what should be different. Doing it again changes nothing.

    Raises NotFound, Forbidden, NothingToReview, ReviewByAuthor, AnsweredTogether, ReadAnswerChanged, ReviewWithoutNote.
    """
    recommendation_id = identity(recommendations.of_staff(session, staff, slug, number))
    note = note.strip()
    if not note:
        raise ReviewWithoutNote()
    drafts.lock(session, recommendation_id)
    draft = drafts.draft_of(session, recommendation_id)
    if draft is not None and draft.state == DraftState.RETURNED and (draft.reviewed_by, draft.review_note) == (staff.id, note):
        return
    draft = _reviewable(draft, staff, version, batch)
    draft.state, draft.review_note, draft.reviewed_by = DraftState.RETURNED, note, staff.id
    session.add(draft)
    session.flush()


def _refuse_unseen(session: Session, recommendation_id: int, written: Written, seen: int) -> None:
    """No answer takes the place of one that its author has not seen."""
    now_standing = given_responses.standing(session, recommendation_id)
    if now_standing is not None and _said(now_standing) == written:
        raise AnsweredSoAlready()
    if given_responses.given(session, recommendation_id) != seen:
        raise AnsweredMeanwhile()


def _said(row: Response) -> Written:
    return Written(row.outcome, row.reason, row.language, row.owner, row.due_on, row.legal_basis, row.legal_url, row.budget)


def _reviewable(draft: ResponseDraft | None, staff: Staff, version: int, batch: str | None) -> ResponseDraft:
    if draft is None or draft.state != DraftState.SUBMITTED:
        raise NothingToReview()
    if not drafts.may_review(draft, staff):
        raise ReviewByAuthor()
    if draft.batch and batch is None:
        raise AnsweredTogether()
    if draft.version != version or draft.batch != batch:
        raise ReadAnswerChanged()
    return draft


def _publish(session: Session, draft: ResponseDraft, outcome: Outcome, reviewer: Staff, subject: str, now: datetime) -> None:
    written, author = drafts.said(draft), session.get_one(Account, draft.account_id)
    salt, digest = ledger.seal(written.reason)
    session.add(
        Response(
            recommendation_id=draft.recommendation_id,
            outcome=outcome,
            reason=written.reason,
            language=written.language,
            owner=written.owner,
            due_on=written.due_on,
            salt=salt,
            published_at=now,
            account_id=draft.account_id,
            reviewer_id=reviewer.id,
            legal_basis=written.legal_basis,
            legal_url=written.legal_url,
            budget=written.budget,
            batch=draft.batch,
        )
    )
    seals = {
        name: ledger.sealed(text, salt)
        for name, text in (("legal_basis", written.legal_basis), ("url", written.legal_url), ("budget", written.budget))
        if text
    }
    ledger.record(
        session,
        reviewer,
        "response.published",
        subject,
        {
            "outcome": outcome.value,
            "reason": digest,
            "owner": ledger.sealed(written.owner, salt),
            "due_on": written.due_on.isoformat() if written.due_on else None,
            "author": f"{author.role.value}:{author.id}",
            "reviewer": f"{reviewer.role.value}:{reviewer.id}",
        }
        | seals,
        now,
    )
