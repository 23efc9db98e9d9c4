"""Sharing a statement."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deliberation import languages, statements
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
        shared = await take_in(request, form, voter(request))
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        said, existing = message_of(refusal, locale(request)), refusal.facts.get("number")
        return await _form(request, status_of(refusal), form.text, said, existing, written_in=form.language or "")
    if wants_fragment(request):
        return await _form(request, 200, shared=shared)
    tell(request, THANKS[shared.votable])
    return see(request, "conversation", slug=slug)


async def take_in(request: Request, form: StatementForm, author: str) -> Shared:
    """Only what is taken counts towards the limit: correcting a refused statement is no flood."""
    limits = services(request).limits
    limits.check("statements_per_participant", author)
    # Beside the writer: recognising a language may take a second, the first time, and votes must not wait for it.
    known = form.language if form.language in languages.OFFERED else None
    language = known or await run_in_threadpool(languages.recognise, form.text, locale(request))
    shared: Shared = await transact(
        request,
        statements.share,
        municipality_id=municipality(request).id,
        slug=request.path_params["slug"],
        person=author,
        text=form.text,
        language=language,
        submission=form.submission,
    )
    limits.count("statements_per_participant", author)
    return shared


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
    written_in: str = "",
) -> Response:
    thanks = translate(locale(request), THANKS[shared.votable]) if shared else None
    context = {"typed": typed, "error": error, "existing": existing, "shared": shared, "thanks": thanks, "written_in": written_in}
    if wants_fragment(request):
        page = await conversations.read_page(request)
        return render(request, "statements/_share.html", status=status, page=page, **context)
    return await conversations.page(request, status, **context)
