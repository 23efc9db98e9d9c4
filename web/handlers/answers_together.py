"""One answer to several recommendations, where one reason fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, policy, recommendations, response_batches
from deliberation.errors import N_
from deliberation.outcomes import Recommended
from deliberation.response_batches import Place
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from web import answer_difference
from web.answer_difference import Differing
from web.answer_forms import TogetherForm, fields_of, marks_of, places, rows_shown, steps_of
from web.entries import CONFLICT, Entry, attempt
from web.http import locale, municipality, read, render, see, staff, tell, today, transact, typed

ASKED = N_("A second person can read and publish these answers now.")
KEPT = N_("The drafts are kept. Only staff see them.")


@dataclass(frozen=True, slots=True)
class Together:
    """The form: for which recommendations, and what it shows. `topics` by slug; `draft`, `mark` and `had` once it was kept."""

    recommended: tuple[Recommended, ...]
    topics: dict[str, Reading]
    fields: Mapping[str, Any]
    rows: int
    batch: str = ""
    mark: str = ""
    had: str = ""
    draft: ResponseDraft | None = None
    differing: tuple[Differing, ...] = ()


async def new(request: Request) -> Response:
    return await _new_page(request, places(request.query_params.getlist("chosen")), Entry())


async def begin(request: Request) -> Response:
    """Start the same answer to all that were chosen."""
    said, batch = KEPT, ""

    async def act(form: TogetherForm) -> None:
        nonlocal said, batch
        said = ASKED if form.act == "submit" else KEPT
        batch = await transact(
            request,
            response_batches.begin,
            staff=staff(request),
            places=form.places,
            written=form.written(steps_of(await typed(request))),
            to_review=form.act == "submit",
        )

    wrong = await attempt(request, TogetherForm, act)
    if wrong:
        shown = wrong.values("offered") or wrong.values("chosen")
        return await _new_page(request, places([str(one) for one in shown]), wrong)
    tell(request, said)
    return see(request, "batch", batch=batch)


async def show(request: Request) -> Response:
    return await _batch_page(request, Entry())


async def rewrite(request: Request) -> Response:
    """Write all answers of a batch anew."""
    said = KEPT

    async def act(form: TogetherForm) -> None:
        nonlocal said
        said = ASKED if form.act == "submit" else KEPT
        await transact(
            request,
            response_batches.rewrite,
            staff=staff(request),
            batch=request.path_params["batch"],
            mark=form.mark,
            written=form.written(steps_of(await typed(request))),
            to_review=form.act == "submit",
        )

    wrong = await attempt(request, TogetherForm, act)
    if wrong:
        return await _batch_page(request, wrong)
    tell(request, said)
    return see(request, "batch", batch=request.path_params["batch"])


async def _new_page(request: Request, chosen: list[Place], entry: Entry) -> Response:
    together = await read(request, _new, request, chosen, entry)
    return render(request, "official/together.html", status=entry.status, together=together, entry=entry, today=today())


async def _batch_page(request: Request, entry: Entry) -> Response:
    together, entry = await read(request, _batch, request, entry)
    return render(request, "official/together.html", status=entry.status, together=together, entry=entry, today=today())


def _new(session: Session, request: Request, chosen: list[Place], entry: Entry) -> Together:
    tenant, language = municipality(request), locale(request)
    ids = [identity(recommendations.get(session, tenant.id, slug, number)) for slug, number in chosen]
    recommended, topics = _read(session, request, ids)
    fields = entry.typed or {"language": language, "owner": recommended[0].office if recommended else ""}
    return Together(recommended, topics, fields, rows_shown(fields))


def _batch(session: Session, request: Request, entry: Entry) -> tuple[Together, Entry]:
    """With the form as it is to be shown."""
    found = response_batches.of(session, municipality(request).id, request.path_params["batch"])
    recommended, topics = _read(session, request, [draft.recommendation_id for draft in found.drafts])
    draft = found.drafts[0]
    differing: list[Differing] = []
    if entry.status == CONFLICT and entry.value("mark") != found.mark:
        entry, differing = answer_difference.with_news(entry, draft, locale(request))
    kept = fields_of(draft)
    fields, had = entry.typed or kept, marks_of(kept)
    return Together(recommended, topics, fields, rows_shown(fields), found.batch, found.mark, had, draft, tuple(differing)), entry


def _read(session: Session, request: Request, ids: list[int]) -> tuple[tuple[Recommended, ...], dict[str, Reading]]:
    tenant, language = municipality(request), locale(request)
    recommended = policy.these(session, ids, language, today())
    return tuple(recommended), conversations.topics(session, tenant.id, (row.slug for row in recommended), language)
