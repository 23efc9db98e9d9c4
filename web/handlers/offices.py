"""Administrators: the offices that answer recommendations."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from deliberation import offices
from deliberation.errors import N_
from web.entries import Entry, attempt
from web.forms import Form
from web.http import municipality, read, render, see, staff, tell, transact
from web.recommendation_forms import OfficeForm

SAVED = N_("Saved.")


async def show(request: Request) -> Response:
    return await _page(request, Entry())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "offices")


async def add(request: Request) -> Response:
    async def act(form: OfficeForm) -> None:
        await transact(request, offices.add, staff=staff(request), **form.model_dump())

    return await _done(request, await attempt(request, OfficeForm, act))


async def change(request: Request) -> Response:
    slug = request.path_params["office"]

    async def act(form: OfficeForm) -> None:
        await transact(request, offices.change, staff=staff(request), slug=slug, **form.model_dump())

    return await _done(request, await attempt(request, OfficeForm, act), slug)


async def close(request: Request) -> Response:
    return await _do(request, offices.close)


async def reopen(request: Request) -> Response:
    return await _do(request, offices.reopen)


async def remove(request: Request) -> Response:
    return await _do(request, offices.remove)


async def _do(request: Request, action: Callable[..., None]) -> Response:
    slug = request.path_params["office"]

    async def act(form: Form) -> None:
        await transact(request, action, staff=staff(request), slug=slug)

    return await _done(request, await attempt(request, Form, act), slug)


async def _done(request: Request, wrong: Entry | None, changing: str | None = None) -> Response:
    if wrong is not None:
        return await _page(request, wrong, changing)
    tell(request, SAVED)
    return see(request, "offices")


async def _page(request: Request, entry: Entry, changing: str | None = None) -> Response:
    found = await read(request, offices.listing, municipality(request).id)
    return render(request, "admin/offices.html", status=entry.status, offices=found, entry=entry, changing=changing)
