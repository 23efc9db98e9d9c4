"""Signed messages for a program: asking for them, and a page on which whoever asked can see how it goes and end them."""

from typing import Any

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deliberation import webhooks
from deliberation.errors import N_
from deliberation.errors.webhooks import WebhookAddressInvalid, WebhookAddressPrivate, WebhooksNotSetUp
from deliberation.webhooks import Hook
from web import trace_words
from web.entries import Entry, attempt
from web.forms import WebhookForm
from web.handlers.following import topic
from web.http import locale, municipality, read, render, see, tell, transact, typed
from web.limits import network
from web.services import services

ENDED = N_("Done. No more messages are sent there, and the address is forgotten.")
AGAIN = N_("We are trying again now. Look at this page in a moment.")
SHOWN_ONCE = "webhook_secrets"


async def form(request: Request) -> Response:
    return await _page(request, Entry(), request.query_params.get("item", ""))


async def ask(request: Request) -> Response:
    """Keep the address; its owner has the next page alone."""
    slug, tenant = request.path_params["slug"], municipality(request)
    made: list[webhooks.Made] = []
    item = str((await typed(request)).get("item", ""))
    await topic(request, item)

    async def act(form: WebhookForm) -> None:
        if not services(request).settings.has_address(tenant.host):
            raise WebhooksNotSetUp()
        services(request).limits.count("webhooks_per_network", network(request.client.host if request.client else None))
        await run_in_threadpool(_check, form.url, services(request).settings.webhook_hosts)
        made.append(
            await transact(
                request,
                webhooks.ask,
                municipality_id=tenant.id,
                slug=slug,
                url=form.url,
                item=form.item,
                language=locale(request),
            )
        )

    wrong = await attempt(request, WebhookForm, act)
    if wrong:
        return await _page(request, wrong, item)
    request.session[SHOWN_ONCE] = {made[0].token: made[0].secret}
    return see(request, "webhook", token=made[0].token)


async def show(request: Request) -> Response:
    token, tenant = request.path_params["token"], municipality(request)

    def query(session: Session) -> Hook:
        return webhooks.of_token(session, tenant.id, token, locale(request))

    hook = await read(request, query)
    secret = request.session.pop(SHOWN_ONCE, {}).get(token)
    answer = render(request, "trace/webhook.html", hook=hook, secret=secret, item_name=_name(request, hook.item))
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


async def confirm(request: Request) -> Response:
    """Send what is due at once."""
    token = request.path_params["token"]
    services(request).limits.count("webhooks_per_network", network(request.client.host if request.client else None))
    await transact(request, webhooks.try_again, municipality_id=municipality(request).id, token=token)
    tell(request, AGAIN)
    return see(request, "webhook", token=token)


async def end(request: Request) -> Response:
    slug = await transact(request, webhooks.end, municipality_id=municipality(request).id, token=request.path_params["token"])
    tell(request, ENDED)
    return see(request, "conversation", slug=slug)


async def back(request: Request) -> Response:
    """For whoever reloads what is meant for a button."""
    return see(request, "webhook", token=request.path_params["token"])


def _check(url: str, allowed: frozenset[str]) -> None:
    """Raises WebhookAddressInvalid, WebhookAddressPrivate."""
    # Here and not above: a client for HTTP is slow to import, and only this form and its errand need one.
    from urllib.parse import urlsplit

    from web import webhook_client

    if not webhooks.is_address(url):
        raise WebhookAddressInvalid()
    try:
        webhook_client.check(url, allowed)
    except webhook_client.AddressRefused as refused:
        if urlsplit(url).scheme != "https":
            raise WebhookAddressInvalid() from refused
        raise WebhookAddressPrivate(host=urlsplit(url).hostname) from refused


async def _page(request: Request, entry: Entry, item: str) -> Response:
    """Raises NotFound, also for an item that is none."""
    context: dict[str, Any] = {"topic": await topic(request, item), "entry": entry, "item": item}
    context |= {"slug": request.path_params["slug"], "item_name": _name(request, item)}
    context["set_up"] = services(request).settings.has_address(municipality(request).host)
    return render(request, "trace/webhooks.html", entry.status, **context)


def _name(request: Request, item: str) -> str:
    return trace_words.name_of_key(item, locale(request)) if item else ""
