"""A second person reads an answer, or several that were written together, and publishes it: a page made for a phone."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import (
    accounts,
    conversations,
    given_responses,
    policy,
    recommendations,
    response_batches,
    response_drafts,
    responses,
)
from deliberation.errors import N_, NotFound
from deliberation.outcomes import Answer, Recommended
from deliberation.response_drafts import PlannedStep
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from deliberation.values import DraftState, Provenance
from web import paths
from web.answer_forms import GiveBackForm, ReviewForm
from web.entries import Entry, attempt
from web.http import clock, locale, municipality, read, render, see, staff, tell, today, transact

APPROVED = N_("The answer is public now.")
ALL_APPROVED = N_("The answers are public now.")
GIVEN_BACK = N_("Given back, with your note.")


@dataclass(frozen=True, slots=True)
class Review:
    """What is read before it is published. `answer`: as the public will see it, None where nothing waits for a review.

    `topics` by slug. `batch` and `mark` where several recommendations get this answer.
    """

    recommended: tuple[Recommended, ...]
    topics: dict[str, Reading]
    draft: ResponseDraft | None
    answer: Answer | None
    steps: tuple[PlannedStep, ...]
    author: str
    allowed: bool
    batch: str = ""
    mark: str = ""


async def show(request: Request) -> Response:
    review = await read(request, _review, request)
    if review.draft is not None and review.draft.batch and not review.batch:
        return see(request, "batch_review", batch=review.draft.batch)
    return _page(request, review, Entry())


async def approve(request: Request) -> Response:
    """Publish the answer, or all answers of a batch."""

    async def act(form: ReviewForm) -> None:
        publish = response_batches.approve if _batch(request) else responses.approve
        await transact(request, publish, **_which(request), **_seen(request, form))

    wrong = await attempt(request, ReviewForm, act)
    if wrong:
        return _page(request, await read(request, _review, request), wrong)
    if _batch(request):
        tell(request, ALL_APPROVED)
        return see(request, "official")
    tell(request, APPROVED)
    return see(request, "official_recommendation", **request.path_params)


async def give_back(request: Request) -> Response:
    """Send the answer, or all answers of a batch, back to the author."""

    async def act(form: GiveBackForm) -> None:
        send = response_batches.give_back if _batch(request) else responses.give_back
        await transact(request, send, **_which(request), **_seen(request, form), note=form.note)

    wrong = await attempt(request, GiveBackForm, act)
    if wrong:
        return _page(request, await read(request, _review, request), wrong)
    tell(request, GIVEN_BACK)
    return see(request, "official")


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    where = {name: value for name, value in request.path_params.items() if name != "form"}
    return see(request, "batch_review" if _batch(request) else "review", **where)


def _batch(request: Request) -> str:
    """The batch that the address names; empty where it names one recommendation."""
    return str(request.path_params.get("batch", ""))


def _which(request: Request) -> dict[str, Any]:
    if batch := _batch(request):
        return {"staff": staff(request), "batch": batch}
    return {"staff": staff(request), "slug": request.path_params["slug"], "number": paths.number(request, "number")}


def _seen(request: Request, form: ReviewForm) -> dict[str, Any]:
    """What was read, so that nothing else is published."""
    return {"mark": form.mark} if _batch(request) else {"version": form.version}


def _page(request: Request, review: Review, entry: Entry) -> Response:
    return render(request, "official/review.html", status=entry.status, review=review, entry=entry)


def _review(session: Session, request: Request) -> Review:
    """Raises NotFound; but when a batch has gone that somebody acts on, what they wrote is shown.

    Who acts on one answer of a batch alone is shown the whole, with what they wrote.
    """
    tenant, batch = municipality(request), _batch(request)
    if not batch:
        key = identity(recommendations.get(session, tenant.id, request.path_params["slug"], paths.number(request, "number")))
        draft = response_drafts.draft_of(session, key)
        if draft is None or not draft.batch or request.method != "POST":
            return _read(session, request, [key], draft)
        batch = draft.batch
    try:
        found = response_batches.of(session, tenant.id, batch)
    except NotFound:
        if request.method == "GET":
            raise
        return _read(session, request, [], None, batch)
    waiting = next((draft for draft in found.drafts if draft.state != DraftState.SUBMITTED), found.drafts[0])
    return _read(session, request, [draft.recommendation_id for draft in found.drafts], waiting, batch, found.mark)


def _read(
    session: Session, request: Request, ids: list[int], draft: ResponseDraft | None, batch: str = "", mark: str = ""
) -> Review:
    tenant, language = municipality(request), locale(request)
    recommended = policy.these(session, ids, language, today(), drafts=True)
    return Review(
        recommended=tuple(recommended),
        topics=conversations.topics(session, tenant.id, (row.slug for row in recommended), language),
        draft=draft,
        answer=_answer(session, draft, recommended) if draft is not None and draft.state == DraftState.SUBMITTED else None,
        steps=response_drafts.said(draft).steps if draft else (),
        author=accounts.address_of(session, tenant.id, draft.account_id) if draft else "",
        allowed=draft is not None and response_drafts.may_review(draft, staff(request)),
        batch=batch,
        mark=mark,
    )


def _answer(session: Session, draft: ResponseDraft, recommended: list[Recommended]) -> Answer | None:
    if draft.outcome is None:
        return None

    def as_written(text: str) -> Reading | None:
        return Reading(text, draft.language, Provenance.ORIGINAL) if text else None

    return Answer(
        number=given_responses.given(session, draft.recommendation_id) + 1,
        outcome=draft.outcome,
        reason=Reading(draft.reason, draft.language, Provenance.ORIGINAL),
        owner=draft.owner,
        due_on=draft.due_on,
        published_at=clock(),
        legal_basis=as_written(draft.legal_basis),
        legal_url=draft.legal_url,
        budget=as_written(draft.budget),
        reviewed=True,
        owner_name=next((row.office_name for row in recommended if row.office == draft.owner), None),
    )
