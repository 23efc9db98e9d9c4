"""Sharing a statement."""

from starlette.requests import Request
from starlette.responses import Response

from deliberation import statements
from deliberation.errors import N_, Forbidden, NotFound, Refusal
from deliberation.statements import Shared
from web.errors import message_of, status_of
from web.forms import FormInvalid, StatementForm
from web.handlers import conversations
from web.http import locale, municipality, read_form, render, see, tell, transact, voter, wants_fragment
from web.i18n import translate
from web.services import services

THANKS = {
    False: N_("Thank you. A moderator reads your statement before others vote on it; your page shows what becomes of it."),
    True: N_("Thank you. Others can vote on your statement now."),
}


async def share(request: Request) -> Response:
    """Take in a statement. Whatever is wrong with it, what was typed comes back with the reason beside it."""
    slug = request.path_params["slug"]
    try:
        form = await read_form(request, StatementForm)
    except FormInvalid as invalid:
        return await _wrong(request, invalid)
    try:
        author = voter(request)
        services(request).limits.count("statements_per_participant", author)
        shared = await transact(
            request,
            statements.share,
            municipality_id=municipality(request).id,
            slug=slug,
            person=author,
            text=form.text,
            language=form.language or locale(request),
        )
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        return await _form(
            request, status_of(refusal), form.text, message_of(refusal, locale(request)), refusal.facts.get("number")
        )
    if wants_fragment(request):
        return await _form(request, 200, shared=shared)
    tell(request, THANKS[shared.votable])
    return see(request, "conversation", slug=slug)


async def _wrong(request: Request, invalid: FormInvalid) -> Response:
    """The form again. A text that came several times comes back in one piece; no sentence about a field suits that."""
    text = invalid.typed.get("text", "")
    said = text if isinstance(text, str) else "\n".join(text)
    message = invalid.errors.get("text", invalid.message) if said == text else invalid.message
    return await _form(request, status_of(invalid), said, translate(locale(request), message))


async def _form(
    request: Request,
    status: int,
    typed: str = "",
    error: str | None = None,
    existing: int | None = None,
    shared: Shared | None = None,
) -> Response:
    thanks = translate(locale(request), THANKS[shared.votable]) if shared else None
    context = {"typed": typed, "error": error, "existing": existing, "shared": shared, "thanks": thanks}
    if wants_fragment(request):
        page = await conversations.read_page(request)
        return render(request, "statements/_share.html", status=status, page=page, **context)
    return await conversations.page(request, status, **context)
