"""Administrators: the offices that answer recommendations."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from deliberation import offices
from deliberation.errors import N_
from deliberation.storage.tables import Office
from web.entries import CONFLICT, Entry, attempt, with_news
from web.forms import Form
from web.http import locale, municipality, read, render, see, staff, tell, transact
from web.recommendation_forms import OfficeChangeForm, OfficeForm

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
    slug, meant = request.path_params["office"], ""

    async def act(form: OfficeChangeForm) -> None:
        nonlocal meant
        meant = offices.marks(**form.words)
        await transact(request, offices.change, staff=staff(request), slug=slug, **form.words, had=form.seen)

    return await _done(request, await attempt(request, OfficeChangeForm, act), slug, meant)


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


async def _done(request: Request, wrong: Entry | None, changing: str | None = None, meant: str = "") -> Response:
    if wrong is not None:
        return await _page(request, wrong, changing, meant)
    tell(request, SAVED)
    return see(request, "offices")


async def _page(request: Request, entry: Entry, changing: str | None = None, meant: str = "") -> Response:
    """`changing`: the office whose form was refused; `meant`: the marks of what was typed there."""
    found = await read(request, offices.listing, municipality(request).id)
    stored = {row.slug: _stored(row) for row in found}
    if entry.status == CONFLICT and meant and changing in stored:
        entry = with_news(entry, stored[changing], meant, locale(request))
    context = {"offices": found, "stored": stored, "entry": entry, "changing": changing}
    return render(request, "admin/offices.html", status=entry.status, **context)


def _stored(row: Office) -> dict[str, str]:
    """An office as its form shows it."""
    shown = {"name": row.name, "language": row.language, "email": row.email}
    return shown | {"seen": offices.marks(**shown)}
