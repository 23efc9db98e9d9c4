"""Following a conversation by mail. A link from a mail shows a button, so that a program that opens all links decides nothing."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, followed_items, mail_addresses, subscriptions
from deliberation.errors import N_
from deliberation.errors.people import MailNotSetUp
from deliberation.subscriptions import Following
from deliberation.translations import Reading
from web import trace_words
from web.entries import Entry, attempt
from web.forms import FollowForm, StopForm
from web.http import clock, locale, municipality, person, read, read_form, render, see, tell, transact, typed, wants_fragment
from web.limits import network
from web.services import services

ASKED = N_("Look into your mail: if this address does not follow the conversation yet, a link is on its way to it.")
CONFIRMED = N_("Thank you. From now on we write to you when something happens, at most once a day.")
STOPPED = N_("Done. We write no more about this conversation, and have forgotten that this address followed it.")


async def form(request: Request) -> Response:
    """The box on a page of its own."""
    return await _box(request, Entry(), item=request.query_params.get("item", ""))


async def ask(request: Request) -> Response:
    """Have a link sent. The answer is the same whatever is known of the address."""
    slug = request.path_params["slug"]
    await topic(request)

    async def act(form: FollowForm) -> None:
        if not services(request).settings.can_mail(municipality(request).host):
            raise MailNotSetUp()
        limits = services(request).limits
        limits.count("follows_per_network", network(request.client.host if request.client else None))
        limits.count("mails_per_address", mail_addresses.checked(form.email))
        await transact(
            request,
            subscriptions.ask,
            municipality_id=municipality(request).id,
            slug=slug,
            email=form.email,
            item=form.item,
            language=locale(request),
        )

    wrong = await attempt(request, FollowForm, act)
    item = str((await typed(request)).get("item", ""))
    if wrong or wants_fragment(request):
        return await _box(request, wrong or Entry(), asked=wrong is None, item=item)
    tell(request, ASKED)
    return _to(request, slug, item)


async def show(request: Request) -> Response:
    """What a link from a mail leads to."""
    token, tenant = request.path_params["token"], municipality(request)

    def query(session: Session) -> Following:
        return subscriptions.of_token(session, tenant.id, token, locale(request), clock())

    following = await read(request, query)
    names = {key: trace_words.name_of_key(key, locale(request)) for key in (*following.items, *following.wanted) if key}
    answer = render(request, "me/following.html", following=following, names=names)
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


async def confirm(request: Request) -> Response:
    slug = await transact(
        request,
        subscriptions.confirm,
        municipality_id=municipality(request).id,
        token=request.path_params["token"],
        person=person(request),
    )
    tell(request, CONFIRMED)
    return see(request, "conversation", slug=slug)


async def stop(request: Request) -> Response:
    form = await read_form(request, StopForm)
    slug = await transact(
        request,
        subscriptions.stop,
        municipality_id=municipality(request).id,
        token=request.path_params["token"],
        item=form.item,
    )
    tell(request, STOPPED)
    return see(request, "conversation", slug=slug)


async def stop_all(request: Request) -> Response:
    """One click, also by a mail program that shows no page and has no cookies. A second click finds nothing and says the same."""
    await transact(request, subscriptions.stop_all, municipality_id=municipality(request).id, token=request.path_params["token"])
    return render(request, "me/stopped.html")


async def back(request: Request) -> Response:
    """For whoever opens in a browser what is meant for a button or for a mail program."""
    return see(request, "following", token=request.path_params["token"])


def _to(request: Request, slug: str, item: str) -> Response:
    """Back to the page of what is to be followed."""
    kind, _, number = item.partition("/")
    name = {"s": "statement", "r": "recommendation"}.get(kind)
    return see(request, name, slug=slug, number=number) if name else see(request, "conversation", slug=slug)


async def topic(request: Request, item: str = "") -> Reading:
    """What the conversation at this address is about, whose item can be followed. Raises NotFound."""
    tenant, slug = municipality(request), request.path_params["slug"]

    def query(session: Session) -> Reading:
        row = conversations.get(session, tenant.id, slug)
        followed_items.check(session, row, item)
        return conversations.headings(session, [row], locale(request))[conversations.identify(row)]

    return await read(request, query)


async def _box(request: Request, entry: Entry, *, asked: bool = False, item: str = "") -> Response:
    """Raises NotFound, also for an item that is none."""
    context = {"slug": request.path_params["slug"], "follow": entry, "asked": asked, "topic": await topic(request, item)}
    context |= {"item": item, "item_name": trace_words.name_of_key(item, locale(request)) if item else ""}
    return render(request, "me/_follow.html" if wants_fragment(request) else "me/follow.html", entry.status, **context)
