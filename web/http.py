"""What every handler does: read a form, run an action or a query, render."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlsplit

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from deliberation import participants
from deliberation.accounts import Staff
from deliberation.errors import BadRequest, NotFound
from deliberation.municipalities import Tenant
from web import forms, i18n, rendering
from web.limits import network
from web.services import services

URL_ENCODED = b"application/x-www-form-urlencoded"
MOST_FIELDS = 2000
NOBODY = "nobody"
"""The reader of a page that was shown to somebody without a cookie."""
P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=forms.Form)


def clock() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Which day it is by the municipality's clocks."""
    return clock().astimezone(i18n.time_zone()).date()


async def transact(request: Request, action: Callable[..., T], **arguments: Any) -> T:
    """Run a domain action `action(session, *, now, **arguments)` in a transaction; return its result after the commit."""
    now = clock()
    return await services(request).writer.run(lambda session: action(session, now=now, **arguments))


async def read(request: Request, query: Callable[Concatenate[Session, P], T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run a query `query(session, …)` beside the event loop."""

    def run() -> T:
        with services(request).database.read() as session:
            return query(session, *arguments, **named)

    return await run_in_threadpool(run)


async def read_form(request: Request, model: type[F]) -> F:
    """The posted form. A field that comes several times is a list. Raises FormInvalid."""
    return forms.validated(model, await typed(request))


async def typed(request: Request) -> dict[str, Any]:
    """What was posted, as text."""
    fields: dict[str, list[str]] = {}
    for name, value in await _sent(request):
        # A null character cannot be stored everywhere, and nobody can type one.
        fields.setdefault(name, []).append(value.replace("\0", ""))
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


async def _sent(request: Request) -> list[tuple[str, str]]:
    """Names and values in the order of the form. The kind that our pages send is read without a parser for files."""
    if (read_with_files := request.scope.get("sent")) is not None:
        fields: list[tuple[str, str]] = read_with_files
        return fields
    if request.scope["header"].get(b"content-type", b"").startswith(URL_ENCODED):
        body = (await request.body()).decode("utf-8", "replace")
        try:
            return parse_qsl(body, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise BadRequest() from error
    sent = await request.form(max_fields=MOST_FIELDS, max_files=0)
    return [(name, value) for name, value in sent.multi_items() if not isinstance(value, UploadFile)]


def by_name(scope: Scope) -> dict[bytes, bytes]:
    """The request's headers as a mapping, made once (Starlette searches its list anew for every look)."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers


def wants_fragment(request: Request) -> bool:
    asked: bool = request.scope["header"].get(b"hx-request") == b"true"
    return asked


def municipality(request: Request) -> Tenant:
    """The tenant this request is for. Raises NotFound in an installation that has none yet."""
    tenant: Tenant | None = request.scope.get("municipality")
    if tenant is None:
        raise NotFound()
    return tenant


def account(request: Request) -> Staff | None:
    """The signed-in member of staff, if any."""
    staff: Staff | None = request.scope.get("account")
    return staff


def staff(request: Request) -> Staff:
    """The signed-in member of staff behind a guarded route."""
    found = account(request)
    assert found is not None, "the route is not guarded"
    return found


def locale(request: Request) -> str:
    """The language of this answer: `?lang=`, cookie, Accept-Language, the municipality's."""
    chosen: str | None = request.scope.get("locale")
    if chosen is None:
        tenant: Tenant | None = request.scope.get("municipality")
        chosen = i18n.choose(
            (_asked_for(request), _remembered(request)),
            request.scope["header"].get(b"accept-language", b"").decode("latin-1"),
            tenant.language if tenant else "en",
        )
        request.scope["locale"] = chosen
    return chosen


def person(request: Request) -> str | None:
    """Who this visitor is in this municipality: whom they have shown to be on another device, else the one behind the cookie.

    One cookie shown to two municipalities is two people who cannot be connected.
    """
    recovered: dict[str, str] | None = request.session.get("recovered")
    if recovered and (shown := recovered.get(str(municipality(request).id))):
        return shown
    return _behind_cookie(request)


def _behind_cookie(request: Request) -> str | None:
    known: str | None = request.session.get("person")
    if known is None:
        return None
    return hashlib.blake2b(f"{known}:{municipality(request).id}".encode(), digest_size=16).hexdigest()


def reader(request: Request) -> str:
    """A name for this visitor that leads nowhere: what a device keeps of our pages is for whoever it was shown to."""
    return _reader(person(request) if request.scope.get("municipality") and "session" in request.scope else None)


def is_of_this_reader(request: Request, named: object) -> bool:
    """Whether what a device kept belongs to this visitor: as the person they are now, or as the one behind the cookie."""
    return named in (None, NOBODY, _reader(person(request)), _reader(_behind_cookie(request)))


def _reader(known: str | None) -> str:
    return hashlib.blake2b(known.encode(), digest_size=8).hexdigest() if known else NOBODY


def recovered_as(request: Request, known: str | None) -> None:
    """From here on this visitor is this person in this municipality; None: the cookie's own again."""
    others = {key: value for key, value in request.session.get("recovered", {}).items() if key != str(municipality(request).id)}
    request.session["recovered"] = others | ({} if known is None else {str(municipality(request).id): known})


def _asked_for(request: Request) -> str | None:
    return request.query_params.get("lang") if request.scope["query_string"] else None


def _remembered(request: Request) -> str | None:
    """Cookies are taken apart only where this one may be among them."""
    cookies: bytes = request.scope["header"].get(b"cookie", b"")
    return request.cookies.get("lang") if b"lang=" in cookies else None


def greet(request: Request) -> None:
    """Give a first-time visitor an id, so that a vote counts for the same person later. Nothing is stored."""
    if "person" not in request.session:
        request.session["person"] = participants.new_person()


def voter(request: Request) -> str:
    """The id of a visitor who says something; the first time counts towards the limit of newcomers per network."""
    greet(request)
    if not request.session.get("joined"):
        services(request).limits.count("newcomers_per_network", network(request.client.host if request.client else None))
        request.session["joined"] = True
    known = person(request)
    assert known is not None
    return known


def tell(request: Request, message: str) -> None:
    """Keep a sentence for the next page that this visitor sees."""
    request.session["notice"] = i18n.translate(locale(request), message)


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or a fragment in the visitor's language. `docs/design.md` lists what every template is given."""
    environment = services(request).templates[locale(request)]
    common = {
        "request": request,
        "municipality": request.scope.get("municipality"),
        "account": account(request),
        "path": _path(request),
        "url": services(request).url,
        "can_mail": _can_mail(request),
        "reader": reader(request),
        "offline": services(request).settings.offline,
        "notice": None if wants_fragment(request) else request.scope.get("session", {}).pop("notice", None),
    }
    headers = {"Content-Language": locale(request), "Vary": "Cookie, Accept-Language", "Cache-Control": "private, no-cache"}
    headers["X-Reader"] = f"{common['reader']}-{locale(request)}"
    return HTMLResponse(rendering.render(environment, template, common | context), status, headers)


def _path(request: Request) -> str:
    """Of the page that is shown: a form that comes back stands on the page from which it was sent."""
    path: str = request.scope["path"]
    if request.method in {"GET", "HEAD"} or wants_fragment(request):
        return path
    came_from = urlsplit(request.headers.get("referer", ""))
    return came_from.path if came_from.path and came_from.netloc == request.headers.get("host") else path


def _can_mail(request: Request) -> bool:
    tenant: Tenant | None = request.scope.get("municipality")
    return tenant is not None and services(request).settings.can_mail(tenant.host)


def see(request: Request, name: str, **params: Any) -> Response:
    """Send the browser on to a page after a form was taken."""
    return RedirectResponse(services(request).url(name, **params), status_code=303)
