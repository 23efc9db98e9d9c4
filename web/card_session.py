"""The session of the card that other sites show: in a cookie of its own, which no other page reads."""

import re

from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from web.sessions import SteadySigner

CARD = re.compile(r"/c/[^/]+/card(/vote)?")
COOKIE = "hiroba_card"
SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""


class CardSession:
    """At the card's addresses, takes the place of the site's session.

    The cookie is sent from within other sites, and browsers keep it apart for each of them (decision 13).
    """

    def __init__(self, app: ASGIApp, secret_key: str) -> None:
        self.app = app
        # Always Secure, without which browsers take no cookie from a frame; loopback addresses count as secure to them.
        self.card = SessionMiddleware(
            app, secret_key, COOKIE, max_age=SECONDS, path="/c", same_site="none", https_only=True, partitioned=True
        )
        self.card.signer = SteadySigner(secret_key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and CARD.fullmatch(scope["path"]):
            await self.card(dict(scope), receive, send)  # a copy, so that the site's session stays as it was
        else:
            await self.app(scope, receive, send)
