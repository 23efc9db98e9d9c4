"""Moderators read proposed topics and decide about them."""

from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import proposal_list, proposals
from deliberation.errors import N_
from deliberation.proposal_list import Wanted
from deliberation.values import ProposalState, Role
from web import paths
from web.entries import Entry, attempt
from web.handlers.home import word_of
from web.handlers.proposals import address, pages, reason_words
from web.handlers.reading import number_asked
from web.http import locale, municipality, read, render, see, staff, tell, transact
from web.proposal_forms import AcceptProposalForm, DeclineProposalForm

ACCEPTED = N_("Accepted. Everybody can read and support it now.")
DECLINED = N_("Declined. The author sees the reason.")


async def show(request: Request) -> Response:
    """Proposals in one state; without one asked for, those that wait."""
    return await _page(request, word_of(ProposalState, request.query_params.get("state")) or ProposalState.PENDING)


async def accept(request: Request) -> Response:
    async def act(form: AcceptProposalForm) -> None:
        await transact(request, proposals.accept, staff=staff(request), number=_number(request), seen=form.seen)

    wrong = await attempt(request, AcceptProposalForm, act)
    return await _wrong(request, wrong) if wrong else _done(request, ACCEPTED)


async def decline(request: Request) -> Response:
    async def act(form: DeclineProposalForm) -> None:
        await transact(request, proposals.decline, staff=staff(request), number=_number(request), **form.model_dump())

    wrong = await attempt(request, DeclineProposalForm, act)
    return await _wrong(request, wrong) if wrong else _done(request, DECLINED)


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "moderate_proposals")


def _number(request: Request) -> int:
    return paths.number(request, "number")


def _done(request: Request, message: str) -> Response:
    tell(request, message)
    return see(request, "moderate_proposals")


async def _wrong(request: Request, entry: Entry) -> Response:
    """The page with the form again, which shows how the proposal stands now."""
    tenant, number = municipality(request), _number(request)
    now = await read(request, proposal_list.one, tenant.id, number, locale=locale(request), person=None, for_staff=True)
    return await _page(request, now.state, entry, number)


async def _page(request: Request, state: ProposalState, entry: Entry | None = None, number: int | None = None) -> Response:
    page, tenant = max(1, number_asked(request, "page") or 1), municipality(request)

    def query(session: Session) -> dict[str, Any]:
        wanted = Wanted(frozenset({state}))
        return {
            "found": proposal_list.look(session, tenant.id, wanted, locale=locale(request), person=None, page=page),
            "counts": proposal_list.counts(session, tenant.id),
        }

    context = await read(request, query)
    return render(
        request,
        "moderation/proposals.html",
        status=entry.status if entry else 200,
        state=state,
        page=page,
        last=pages(context["found"].total),
        address_of=lambda other: address(request, {"state": state.value, "page": other}),
        deciding={"number": number, "entry": entry} if entry else None,
        reason_options=[(reason.value, words) for reason, words in reason_words(request).items()],
        reason_words=reason_words(request),
        may_open=staff(request).role == Role.ADMIN,
        **context,
    )
