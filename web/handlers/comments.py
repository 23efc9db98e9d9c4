"""Residents say what they think of a recommendation that is open for comments."""

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import comments, languages, policy
from deliberation.comments import Said
from deliberation.errors import N_
from deliberation.outcomes import Recommended
from web import discussion, paths
from web.comment_forms import CommentForm
from web.discussion import Discussion
from web.entries import Entry, attempt
from web.http import locale, municipality, read, render, tell, today, transact, voter, wants_fragment
from web.i18n import translate
from web.services import services

THANKS = {
    False: N_("Thank you. A moderator reads your comment before others see it; “My page” shows what becomes of it."),
    True: N_("Thank you. Everybody can read your comment now."),
}


async def say(request: Request) -> Response:
    """Take in a comment. Whatever is wrong with it, what was typed comes back with the reason beside it."""
    said: Said | None = None

    async def act(form: CommentForm) -> None:
        nonlocal said
        said = await _take_in(request, form)

    wrong = await attempt(request, CommentForm, act)
    if wrong is not None or wants_fragment(request):
        return await _shown(request, wrong or Entry(), said)
    assert said is not None
    tell(request, THANKS[said.public])
    return await back(request)


async def back(request: Request) -> Response:
    """The address of the form, opened as a page."""
    where = {"slug": request.path_params["slug"], "number": str(paths.number(request, "number"))}
    return RedirectResponse(f"{services(request).url('recommendation', **where)}#comments", status_code=303)


async def _take_in(request: Request, form: CommentForm) -> Said:
    """Only what is taken counts towards the limit."""
    author, limits = voter(request), services(request).limits
    limits.check("comments_per_participant", author)
    # Recognising may load a model, which must keep no vote waiting.
    known = form.language if form.language in languages.OFFERED else None
    language = known or await run_in_threadpool(languages.recognise, form.text, locale(request))
    said: Said = await transact(
        request,
        comments.say,
        municipality_id=municipality(request).id,
        slug=request.path_params["slug"],
        number=paths.number(request, "number"),
        person=author,
        text=form.text,
        language=language,
        submission=form.submission,
    )
    limits.count("comments_per_participant", author)
    return said


async def _shown(request: Request, entry: Entry, said: Said | None) -> Response:
    row, found = await read(request, _find, request)
    thanks = translate(locale(request), THANKS[said.public]) if said else None
    template = "policy/_comments.html" if wants_fragment(request) else "policy/comment.html"
    return render(request, template, status=entry.status, row=row, discussion=found, entry=entry, thanks=thanks)


def _find(session: Session, request: Request) -> tuple[Recommended, Discussion]:
    tenant, slug = municipality(request), request.path_params["slug"]
    row = policy.one(session, tenant.id, slug, paths.number(request, "number"), locale(request), today())
    return row, discussion.of(session, request, row)
