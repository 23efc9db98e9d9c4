"""Staff sign in with a one-time link. Opening it shows a button, so that a mail scanner does not use it up."""

import time

from starlette.requests import Request
from starlette.responses import Response

from deliberation import accounts
from deliberation.values import Role
from web.http import account, locale, municipality, render, see, transact
from web.limits import network
from web.services import services

FIRST_PAGE = {Role.ADMIN: "admin", Role.MODERATOR: "moderate", Role.OFFICIAL: "official", Role.TRANSLATOR: "translate"}


async def ask(request: Request) -> Response:
    return render(request, "sign_in/page.html", token=request.path_params["token"])


async def enter(request: Request) -> Response:
    services(request).limits.count("sign_in_per_network", network(request.client.host if request.client else None))
    whose = {"municipality_id": municipality(request).id, "token": request.path_params["token"]}
    staff = await transact(request, accounts.sign_in, **whose, language=locale(request))
    request.session["staff"] = {"id": staff.id, "at": time.time()}
    return see(request, FIRST_PAGE.get(staff.role, "home"))


async def leave(request: Request) -> Response:
    signed_in = account(request)
    if signed_in is not None:
        await transact(request, accounts.sign_out, account_id=signed_in.id)
    request.session.pop("staff", None)
    return see(request, "home")
