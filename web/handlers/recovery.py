"""Taking one's votes to another device, with a code that is shown once."""

from starlette.requests import Request
from starlette.responses import Response

from deliberation import recovery
from deliberation.errors import N_
from deliberation.errors.people import RecoveryCodeUnknown
from deliberation.recovery import Recovered
from web.addresses import absolute, readable
from web.entries import Entry, attempt
from web.forms import RecoveryForm
from web.http import municipality, person, recovered_as, render, see, tell, transact
from web.limits import network
from web.services import services

HERE = N_("This device is yours now: what you said and voted elsewhere is on this page.")
HERE_TOO = N_("This device is yours now. What had been said on it before is yours, too; nothing counts twice.")
NOT_KEPT = {"Cache-Control": "no-store"}


async def make(request: Request) -> Response:
    """A new code on a page that no cache keeps: it cannot be shown again."""
    me = person(request)
    services(request).limits.count("recovery_codes_per_participant", me or "")
    code = await transact(request, recovery.new_code, municipality_id=municipality(request).id, person=me)
    answer = render(request, "me/code.html", code=code, address=readable(absolute(request, "recover")))
    answer.headers.update(NOT_KEPT)
    return answer


async def ask(request: Request) -> Response:
    return _page(request, Entry())


async def enter(request: Request) -> Response:
    """Become who the code says. What is wrong with it stands beside it, in the same words whatever is stored."""
    found: list[Recovered] = []

    async def act(form: RecoveryForm) -> None:
        limits, place = services(request).limits, network(request.client.host if request.client else None)
        limits.check("recoveries_per_network", place)
        try:
            found.append(
                await transact(
                    request, recovery.recover, municipality_id=municipality(request).id, code=form.code, here=person(request)
                )
            )
        except RecoveryCodeUnknown:  # a guess; typing errors and right codes are none
            limits.count("recoveries_per_network", place)
            raise

    wrong = await attempt(request, RecoveryForm, act)
    if wrong:
        return _page(request, wrong)
    recovered_as(request, found[0].person)
    tell(request, HERE_TOO if found[0].taken_over else HERE)
    return see(request, "me")


async def back(request: Request) -> Response:
    """For whoever reloads the page with the code: it is gone."""
    return see(request, "me")


def _page(request: Request, entry: Entry) -> Response:
    answer = render(request, "me/recover.html", entry.status, entry=entry)
    answer.headers.update(NOT_KEPT)
    return answer
