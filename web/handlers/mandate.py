"""What agreement obliges the municipality to: administrators say it in the municipality's own words."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import mandate
from deliberation.errors import N_
from deliberation.texts import Text
from web.admin_forms import MandateForm
from web.entries import Entry, attempt
from web.http import municipality, read, render, see, staff, tell, transact
from web.services import services

SAVED = N_("Saved, and written into the public ledger.")


async def show(request: Request) -> Response:
    return await _page(request, Entry())


async def change(request: Request) -> Response:
    async def act(form: MandateForm) -> None:
        await transact(request, mandate.change, staff=staff(request), **form.model_dump())

    wrong = await attempt(request, MandateForm, act)
    if wrong:
        return await _page(request, wrong)
    services(request).tenants.forget()
    tell(request, SAVED)
    return see(request, "mandate")


async def _page(request: Request, entry: Entry) -> Response:
    def query(session: Session) -> Text | None:
        return mandate.of(session, [municipality(request).id]).get(municipality(request).id)

    own = await read(request, query)
    return render(request, "admin/mandate.html", status=entry.status, entry=entry, own=own, limit=mandate.MOST_CHARACTERS)
