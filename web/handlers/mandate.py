"""What agreement obliges the municipality to: administrators say it in the municipality's own words."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import mandate
from deliberation.errors import N_
from deliberation.texts import Text
from web.admin_forms import MandateForm
from web.entries import CONFLICT, Entry, attempt, with_news
from web.http import locale, municipality, read, render, see, staff, tell, transact
from web.services import services

SAVED = N_("Saved, and written into the public ledger.")


async def show(request: Request) -> Response:
    return await _page(request, Entry())


async def change(request: Request) -> Response:
    meant = ""

    async def act(form: MandateForm) -> None:
        nonlocal meant
        meant = mandate.marks(form.text, form.language)
        await transact(request, mandate.change, staff=staff(request), text=form.text, language=form.language, had=form.seen)

    wrong = await attempt(request, MandateForm, act)
    if wrong:
        return await _page(request, wrong, meant)
    services(request).tenants.forget()
    tell(request, SAVED)
    return see(request, "mandate")


async def _page(request: Request, entry: Entry, meant: str = "") -> Response:
    """`meant`: the marks of what was typed."""
    tenant = municipality(request)

    def query(session: Session) -> Text | None:
        return mandate.of(session, [tenant.id]).get(tenant.id)

    own = await read(request, query) or Text("", tenant.language, {})
    stored = {"text": own.text, "language": own.language, "seen": mandate.marks(own.text, own.language)}
    if entry.status == CONFLICT:
        entry = with_news(entry, stored, meant, locale(request))
    shown = entry.typed or stored
    return render(request, "admin/mandate.html", status=entry.status, entry=entry, shown=shown, limit=mandate.MOST_CHARACTERS)
