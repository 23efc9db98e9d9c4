"""What protects every route: size limits, refusal of cross-site posts, security headers, and who may enter."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deliberation.errors import N_, Forbidden, NotFound, Refusal, TooLarge
from deliberation.values import Role
from web.http import account, by_name

Handler = Callable[[Request], Awaitable[Response]]
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 10
"""How many times the limit of one file is read from staff, and forgotten, so that the browser hears why it was refused."""
_TAKES_FILES = re.compile(r"/(admin|official)/.+")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_FROM_ANYWHERE = re.compile(r"/following/[^/]+/stop-all")
"""A mail program's one click (RFC 8058): it comes without cookies, and the token in the address is all that it needs."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), interest-cohort=()",
}


class CrossSite(Forbidden):
    code = "cross_site"
    message = N_("This was sent from another site and has not been taken. Please use the form on this page.")


class SignInFirst(Forbidden):
    code = "sign_in_first"
    message = N_("Please sign in first: open the one-time link that you were given.")


class Shield:
    """Refuses cross-site posts and oversized bodies before anything reads them, and adds the security headers."""

    def __init__(self, app: ASGIApp, secure: bool, attachment_limit: int) -> None:
        self.app = app
        self.largest_upload = LARGEST_BODY + LARGEST_UPLOAD * attachment_limit
        self.headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        scope["header"] = headers = by_name(scope)
        if scope["method"] not in SAFE_METHODS:
            most = self.largest_upload if _may_hold_files(headers, scope["path"]) else LARGEST_BODY
            scope["refusal"] = _refusal(headers, scope["path"], most)
            receive = _limited(receive, most)
        await self.app(scope, receive, send_with_headers)


class Doorkeeper:
    """Raises, inside the error handling, what the shield found. Placed nearest to the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal: Refusal | None = scope.get("refusal")
        if refusal is not None:
            raise refusal
        if "\0" in scope.get("path", ""):  # no database knows the sign, and some do not even take the question
            raise NotFound()
        await self.app(scope, receive, send)


def _may_hold_files(headers: Mapping[bytes, bytes], path: str) -> bool:
    """Only pages of staff take files; whoever else posts there is turned away before anything is read."""
    return headers.get(b"content-type", b"").startswith(b"multipart/form-data") and _TAKES_FILES.fullmatch(path) is not None


def _refusal(headers: Mapping[bytes, bytes], path: str, most: int) -> Refusal | None:
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > most:
        return TooLarge()
    return None if _same_site(headers) or _FROM_ANYWHERE.fullmatch(path) else CrossSite()


def _same_site(headers: Mapping[bytes, bytes]) -> bool:
    """Browsers say where a post comes from; programs without a browser's headers carry no cookies by accident."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge()
        return message

    return limited


def staff_only(roles: Collection[Role], handler: Handler) -> Handler:
    """A handler that only these roles reach."""

    async def guarded(request: Request) -> Response:
        found = account(request)
        if found is None:
            raise SignInFirst()
        if found.role not in roles:
            raise Forbidden()
        return await handler(request)

    guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
    return guarded
