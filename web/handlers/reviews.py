"""A second person reads an answer, or several that were written together, and publishes it: a page made for a phone."""

from dataclasses import dataclass

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
    translations,
)
from deliberation.errors import N_, NotFound
from deliberation.outcomes import Answer, Recommended
from deliberation.response_drafts import PlannedStep
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from deliberation.values import DraftState
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
    if review.draft is not None and review.draft.batch:
        return see(request, "batch_review", batch=review.draft.batch)
    return await _page(request, review, Entry())


async def approve(request: Request) -> Response:
    """Publish the answer."""

    async def act(form: ReviewForm) -> None:
        await transact(request, responses.approve, **_where(request), version=form.version)

    wrong = await attempt(request, ReviewForm, act)
    if wrong:
        return await _page(request, await read(request, _review, request), wrong)
    tell(request, APPROVED)
    return see(request, "official_recommendation", slug=request.path_params["slug"], number=request.path_params["number"])


async def give_back(request: Request) -> Response:
    """Send the answer back to its author."""

    async def act(form: GiveBackForm) -> None:
        await transact(request, responses.give_back, **_where(request), version=form.version, note=form.note)

    wrong = await attempt(request, GiveBackForm, act)
    if wrong:
        return await _page(request, await read(request, _review, request), wrong)
    tell(request, GIVEN_BACK)
    return see(request, "official")


async def show_batch(request: Request) -> Response:
    return await _page(request, await read(request, _batch_review, request), Entry())


async def approve_batch(request: Request) -> Response:
    """Publish all answers of a batch."""

    async def act(form: ReviewForm) -> None:
        await transact(request, response_batches.approve, **_batch(request), mark=form.mark)

    wrong = await attempt(request, ReviewForm, act)
    if wrong:
        return await _page(request, await read(request, _batch_review, request), wrong)
    tell(request, ALL_APPROVED)
    return see(request, "official")


async def give_batch_back(request: Request) -> Response:
    """Send all answers of a batch back to their author."""

    async def act(form: GiveBackForm) -> None:
        await transact(request, response_batches.give_back, **_batch(request), mark=form.mark, note=form.note)

    wrong = await attempt(request, GiveBackForm, act)
    if wrong:
        return await _page(request, await read(request, _batch_review, request), wrong)
    tell(request, GIVEN_BACK)
    return see(request, "official")


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "review", slug=request.path_params["slug"], number=request.path_params["number"])


async def back_to_batch(request: Request) -> Response:
    """The same for several answers."""
    return see(request, "batch_review", batch=request.path_params["batch"])


def _where(request: Request) -> dict[str, object]:
    return {"staff": staff(request), "slug": request.path_params["slug"], "number": paths.number(request, "number")}


def _batch(request: Request) -> dict[str, object]:
    return {"staff": staff(request), "batch": request.path_params["batch"]}


async def _page(request: Request, review: Review, entry: Entry) -> Response:
    return render(request, "official/review.html", status=entry.status, review=review, entry=entry)


def _review(session: Session, request: Request) -> Review:
    tenant, slug = municipality(request), request.path_params["slug"]
    row = recommendations.get(session, tenant.id, slug, paths.number(request, "number"))
    draft = response_drafts.draft_of(session, identity(row))
    return _read(session, request, [identity(row)], draft)


def _batch_review(session: Session, request: Request) -> Review:
    batch = request.path_params["batch"]
    try:
        found = response_batches.of(session, municipality(request).id, batch)
    except NotFound:
        if request.method == "GET":
            raise
        return Review((), {}, None, None, (), "", allowed=False, batch=batch)
    ids = [draft.recommendation_id for draft in found.drafts]
    waiting = next((draft for draft in found.drafts if draft.state != DraftState.SUBMITTED), found.drafts[0])
    return _read(session, request, ids, waiting, batch, found.mark)


def _read(
    session: Session, request: Request, ids: list[int], draft: ResponseDraft | None, batch: str = "", mark: str = ""
) -> Review:
    tenant, language = municipality(request), locale(request)
    recommended = policy.these(session, ids, language, today(), drafts=True)
    rows = [conversations.get(session, tenant.id, slug) for slug in dict.fromkeys(row.slug for row in recommended)]
    headings = conversations.headings(session, rows, language)
    return Review(
        recommended=tuple(recommended),
        topics={row.slug: headings[identity(row)] for row in rows},
        draft=draft,
        answer=_answer(session, draft) if draft is not None and draft.state == DraftState.SUBMITTED else None,
        steps=response_drafts.said(draft).steps if draft else (),
        author=accounts.address_of(session, tenant.id, draft.account_id) if draft else "",
        allowed=draft is not None and response_drafts.may_review(draft, staff(request)),
        batch=batch,
        mark=mark,
    )


def _answer(session: Session, draft: ResponseDraft) -> Answer | None:
    if draft.outcome is None:
        return None
    return Answer(
        number=given_responses.given(session, draft.recommendation_id) + 1,
        outcome=draft.outcome,
        reason=translations.read(draft.reason, draft.language, {}, draft.language),
        owner=draft.owner,
        due_on=draft.due_on,
        published_at=clock(),
        legal_basis=draft.legal_basis,
        legal_url=draft.legal_url,
        budget=draft.budget,
        reviewed=True,
    )
