"""The card that other sites show: one statement at a time, with a cookie of its own."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import embedding, voting
from deliberation.errors import N_, Conflict, Forbidden, Refusal, TooMany
from web.errors import message_of, status_of
from web.forms import VoteForm
from web.handlers import conversations
from web.handlers.voting import CHOICES
from web.http import greet, locale, municipality, read, read_form, render, transact, voter
from web.i18n import NAMES
from web.security import HEADERS
from web.services import services
from web.static_files import VersionedFiles

POLICY = "Content-Security-Policy"


class CookieNeeded(Forbidden):
    """Without it every vote would be somebody else's."""

    code = "cookie_needed"
    message = N_(
        "Your browser keeps no cookie for this card, so it cannot count votes from here. Please use the full conversation."
    )


async def show(request: Request) -> Response:
    greet(request)
    return await _card(request)


async def cast(request: Request) -> Response:
    """Take a vote from within another site; what is refused is said on the card."""
    try:
        form = await read_form(request, VoteForm)
        if "person" not in request.session:
            raise CookieNeeded()
        me = voter(request)
        services(request).limits.count("votes_per_participant", me)
        await transact(
            request,
            voting.answer,
            municipality_id=municipality(request).id,
            slug=request.path_params["slug"],
            person=me,
            vote=voting.CastVote(form.statement, CHOICES[form.choice], form.ballot, form.important, form.drawn),
        )
    except (Conflict, Forbidden, TooMany) as refusal:
        return await _card(request, refusal)
    return RedirectResponse(f"{request.url.path.removesuffix('/vote')}{_query(request)}", status_code=303)


async def form(request: Request) -> Response:
    """The address of the form, opened as a page."""
    return RedirectResponse(f"{request.url.path.removesuffix('/vote')}{_query(request)}", status_code=303)


async def script(request: Request) -> Response:
    """The one line for other sites leads here."""
    answer = await VersionedFiles().get_response("embed.js", request.scope)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


async def _card(request: Request, refusal: Refusal | None = None) -> Response:
    slug, tenant = request.path_params["slug"], municipality(request)
    page = await conversations.read_page(request)
    hosts = await read(request, embedding.hosts, tenant.id, slug)
    answer = render(
        request,
        "embedding/card.html",
        status=status_of(refusal) if refusal else 200,
        page=page,
        ballot=page.ballot,
        refused=message_of(refusal, locale(request)) if refusal else None,
        query=_query(request),
    )
    if hosts:
        answer.headers[POLICY] = HEADERS[POLICY].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(hosts)}")
    return answer


def _query(request: Request) -> str:
    """The language that the other site chose stays."""
    chosen = request.query_params.get("lang")
    return f"?lang={chosen}" if chosen in NAMES else ""
