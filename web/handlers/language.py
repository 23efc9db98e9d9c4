"""Choosing the language of the interface."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import accounts
from deliberation.values import LANGUAGES
from web.forms import LanguageForm
from web.http import account, read_form, transact
from web.services import services

ONE_YEAR = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    form = await read_form(request, LanguageForm)
    answer = RedirectResponse(local(form.next), status_code=303)
    if form.lang in LANGUAGES:
        signed_in = account(request)
        if signed_in is not None:
            await transact(request, accounts.choose_language, account_id=signed_in.id, language=form.lang)
        secure = services(request).settings.secure_cookies
        answer.set_cookie("lang", form.lang, max_age=ONE_YEAR, samesite="lax", httponly=True, secure=secure)
    return answer


def local(address: str) -> str:
    """Only a path of this site; browsers read a backslash as a slash."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable() else "/"
