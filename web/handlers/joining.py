"""Coming into a conversation with an invitation. Opening a link shows a button, so that a mail scanner does not use it up."""

from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, invitation_codes, invitations, joining
from deliberation.errors import N_, Conflict, Invalid, Refusal
from deliberation.invitations import Entered
from deliberation.storage.rows import identity
from deliberation.translations import Reading
from web.entries import Entry, attempt
from web.errors import message_of, status_of
from web.forms import InvitationForm
from web.http import clock, locale, municipality, person, read, render, see, tell, transact, voter
from web.limits import network
from web.services import services

WELCOME = N_("Welcome. You can take part now.")
IN_ALREADY = N_("You can take part already, so your code was not used up.")


async def ask(request: Request) -> Response:
    """Where a code is typed."""
    return await _page(request, Entry())


async def enter(request: Request) -> Response:
    """Use a code that was typed. What is wrong with it stands beside it."""
    slug: str | None = request.path_params.get("slug")
    entered: Entered | None = None

    async def act(form: InvitationForm) -> None:
        nonlocal entered
        entered = await _use(request, form.code, slug)

    wrong = await attempt(request, InvitationForm, act)
    if wrong:
        return await _page(request, wrong)
    assert entered is not None
    return _welcome(request, entered)


async def invited(request: Request) -> Response:
    """The page behind a link with a code."""
    code = request.path_params["code"]
    _count(request)

    def query(session: Session) -> tuple[str, Reading]:
        row = invitations.conversation_of(session, municipality(request).id, code, person(request), clock())
        return row.slug, conversations.headings(session, [row], locale(request))[identity(row)]

    try:
        slug, topic = await read(request, query)
    except (Invalid, Conflict) as refusal:
        return await _page(request, _wrong(request, code, refusal))
    return render(request, "joining/invited.html", code=invitation_codes.read(code), slug=slug, topic=topic)


async def accept(request: Request) -> Response:
    """The button on that page."""
    code = request.path_params["code"]
    try:
        return _welcome(request, await _use(request, code, None))
    except (Invalid, Conflict) as refusal:
        return await _page(request, _wrong(request, code, refusal))


async def _use(request: Request, code: str, slug: str | None) -> Entered:
    invitation_codes.read(code)  # a typing error is told without counting as a try
    _count(request)
    return await transact(
        request, invitations.use, municipality_id=municipality(request).id, typed=code, person=voter(request), slug=slug
    )


def _count(request: Request) -> None:
    services(request).limits.count("invitations_per_network", network(request.client.host if request.client else None))


def _wrong(request: Request, code: str, refusal: Refusal) -> Entry:
    return Entry({"code": code}, {"code": message_of(refusal, locale(request))}, status_of(refusal))


def _welcome(request: Request, entered: Entered) -> Response:
    tell(request, WELCOME if entered.used else IN_ALREADY)
    return see(request, "conversation", slug=entered.slug)


async def _page(request: Request, entry: Entry) -> Response:
    tenant, slug = municipality(request), request.path_params.get("slug")

    def query(session: Session) -> dict[str, Any]:
        if slug is None:
            return {"door": None, "topic": None}
        row = conversations.get(session, tenant.id, slug)
        topic = conversations.headings(session, [row], locale(request))[identity(row)]
        return {"door": joining.door(session, row, person(request)), "topic": topic}

    return render(request, "joining/page.html", status=entry.status, entry=entry, **await read(request, query))
