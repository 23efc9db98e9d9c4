"""Everything at a glance: for the public, for officials, for the screen in the hall; live where that is possible."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from deliberation.values import STAFF_CONTENT_ROLES, Stage
from web import dashboard_parts
from web.addresses import absolute, readable
from web.dashboard_parts import Audience, Choice, Show, Sort
from web.handlers.home import word_of
from web.http import account, locale, municipality, render
from web.i18n import time_zone
from web.limits import network
from web.live import Stream
from web.services import services

WALL = "wall"
LONGEST_PAGE = 4
"""Digits."""


async def show(request: Request) -> Response:
    """The page, or with `?screen=wall` the one for a screen that nobody touches."""
    audience, choice = _audience(request), _choice(request)
    found = await services(request).dashboards.figures(municipality(request), audience, choice)
    return render(
        request,
        "dashboard/wall.html" if audience.wall else "dashboard/page.html",
        figures=found,
        official=audience.official,
        query=_query(audience, choice),
        build=dashboard_parts.build(),
        zone=str(time_zone()),
        square=readable(absolute(request, "home")) if audience.wall else "",
    )


async def figures(request: Request) -> Response:
    """The fragment alone, for whoever cannot listen: 304 while nothing has changed, and in any case of when that is."""
    found = await services(request).dashboards.figures(municipality(request), _audience(request), _choice(request))
    headers = {
        "ETag": found.etag,
        "X-Digest": found.digest,
        "X-As-Of": found.as_of.isoformat(),
        "X-Figures-Age": str(found.age),
        "X-Build": dashboard_parts.build(),
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Accept-Language",
        "Content-Language": locale(request),
    }
    known = request.headers.get("if-none-match", "")
    if found.etag in (tag.strip() for tag in known.split(",")):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(found.html, headers=headers)


async def live(request: Request) -> Response:
    """A stream of what changes."""
    where = network(request.client.host if request.client else None)
    listener, hello = await services(request).dashboards.listen(municipality(request), _audience(request), where)
    return Stream(listener, hello)


def _audience(request: Request) -> Audience:
    """The screen in the hall shows nothing but what is public, whoever has set it up."""
    wall = request.query_params.get("screen") == WALL
    staff = account(request)
    return Audience(locale(request), not wall and staff is not None and staff.role in STAFF_CONTENT_ROLES, wall)


def _choice(request: Request) -> Choice:
    """A choice that does not exist is none."""
    given = request.query_params
    page = given.get("page", "")
    return Choice(
        word_of(Show, given.get("show")) or Show.ALL,
        word_of(Stage, given.get("stage")),
        word_of(Sort, given.get("sort")) or Sort.URGENCY,
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= LONGEST_PAGE else 1,
    )


def _query(audience: Audience, choice: Choice) -> dict[str, Any]:
    """What leads to the same figures in the same language."""
    screen = {"screen": WALL} if audience.wall else {}
    return {"lang": audience.language, **choice.query, **screen}
