"""Administrators: areas of the municipality, where a conversation belongs, and which sites may show its card."""

from starlette.requests import Request
from starlette.responses import Response

from deliberation import embedding, places
from deliberation.errors.places import AreaInUse
from web.admin_forms import AreaForm, EmbeddingForm, PlacesForm
from web.entries import Entry, attempt
from web.errors import message_of, status_of
from web.handlers import admin
from web.handlers.admin import SAVED, Entries
from web.http import locale, municipality, read, render, see, staff, tell, transact


async def show(request: Request) -> Response:
    return await _areas(request, Entry())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "areas")


async def add(request: Request) -> Response:
    async def act(form: AreaForm) -> None:
        await transact(request, places.add_area, staff=staff(request), **form.model_dump())

    return await _done(request, await attempt(request, AreaForm, act))


async def rename(request: Request) -> Response:
    slug = request.path_params["area"]

    async def act(form: AreaForm) -> None:
        named = {"name": form.name, "language": form.language}
        await transact(request, places.rename_area, staff=staff(request), slug=slug, **named)

    return await _done(request, await attempt(request, AreaForm, act), slug)


async def remove(request: Request) -> Response:
    slug = request.path_params["area"]
    try:
        await transact(request, places.remove_area, staff=staff(request), slug=slug)
    except AreaInUse as refusal:
        return await _areas(request, Entry({}, {"": message_of(refusal, locale(request))}, status_of(refusal)), slug)
    return await _done(request, None)


async def place(request: Request) -> Response:
    async def act(form: PlacesForm) -> None:
        await transact(request, places.place, **admin.where(request), areas=form.areas, interests=form.interests)

    wrong = await attempt(request, PlacesForm, act)
    return await admin.page(request, Entries(places=wrong)) if wrong else admin.done(request)


async def embed(request: Request) -> Response:
    async def act(form: EmbeddingForm) -> None:
        await transact(request, embedding.allow, **admin.where(request), hosts=form.hosts.splitlines())

    wrong = await attempt(request, EmbeddingForm, act)
    return await admin.page(request, Entries(embedding=wrong)) if wrong else admin.done(request)


async def _done(request: Request, wrong: Entry | None, changing: str | None = None) -> Response:
    if wrong is not None:
        return await _areas(request, wrong, changing)
    tell(request, SAVED)
    return see(request, "areas")


async def _areas(request: Request, entry: Entry, changing: str | None = None) -> Response:
    found = await read(request, places.rows, municipality(request).id)
    return render(request, "admin/areas.html", status=entry.status, areas=found, entry=entry, changing=changing)
