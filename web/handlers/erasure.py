"""Erasing what is stored about me: what exactly would happen, and doing it."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import erasure
from deliberation.erasure import Consequences, Texts
from deliberation.errors import N_
from deliberation.errors.people import ErasureNotConfirmed
from deliberation.values import LANGUAGES
from web import i18n
from web.entries import Entry, attempt
from web.forms import ErasureForm
from web.http import clock, locale, municipality, person, read, render, transact

REMOVED = N_("(Removed by its author)")
"""Stands in the place of a text."""
CLEARED = {"Clear-Site-Data": '"cache", "cookies", "storage"', "Cache-Control": "no-store"}
"""What a browser drops of this site; on this device that is votes that still wait to be sent, too."""


async def ask(request: Request) -> Response:
    return await _page(request, Entry())


async def erase(request: Request) -> Response:
    """Do it, and say so on a page; the browser leaves with nothing."""

    async def act(form: ErasureForm) -> None:
        if not form.sure:
            raise ErasureNotConfirmed()
        await transact(
            request,
            erasure.erase,
            municipality_id=municipality(request).id,
            person=person(request),
            texts=Texts(form.texts) if form.texts else None,
            removed={language: i18n.translate(language, REMOVED) for language in LANGUAGES},
        )

    wrong = await attempt(request, ErasureForm, act)
    if wrong:
        return await _page(request, wrong)
    request.session.clear()
    request.scope["account"] = None
    answer = render(request, "me/erased.html")
    answer.headers.update(CLEARED)
    return answer


async def _page(request: Request, entry: Entry) -> Response:
    tenant, me, language = municipality(request), person(request), locale(request)

    def query(session: Session) -> Consequences | None:
        return erasure.consequences(session, municipality_id=tenant.id, person=me, locale=language, now=clock())

    answer = render(request, "me/erase.html", entry.status, entry=entry, known=await read(request, query))
    answer.headers.update({"Cache-Control": "no-store"})
    return answer
