"""How far these pages can be used by everybody, and whom to tell where they cannot."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from deliberation import municipalities
from web.http import municipality, read, render

CHECKED_ON = date(2026, 11, 22)
"""When the pages were last gone through as `docs/accessibility.md` says, which names the same day."""


async def show(request: Request) -> Response:
    # Asked for anew: the tenant of the request may be some seconds old, and an administrator wants to see what was just saved.
    known = await read(request, municipalities.get, municipality(request).slug)
    return render(request, "accessibility/page.html", contact=known.contact, checked_on=CHECKED_ON)
