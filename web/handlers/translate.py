"""Translators at work: originals beside translations, and the forms to write, check and put right."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import translation_desk, translation_edits
from deliberation.errors import N_, NotFound
from deliberation.translation_desk import Asked, Desk, Line, Need
from deliberation.translation_edits import Seen
from deliberation.values import LANGUAGES, Translatable
from web import i18n, paths
from web.entries import Entry, attempt
from web.handlers.reading import number_asked
from web.http import clock, locale, municipality, read, render, see, staff, tell, transact, wants_fragment
from web.services import services
from web.translation_forms import OriginalLanguageForm, TranslationForm

SAVED = N_("The translation is saved; readers see it from now on.")
CHECKED = N_("The translation is marked as checked.")
CORRECTED = N_("The language of the original is corrected.")
MOST_PAGES = 10_000


async def page(request: Request) -> Response:
    """What most readers need next."""
    asked = _asked(request)
    request.session["translate_to"] = asked.language
    desk = await read(request, translation_desk.desk, staff(request), asked, locale(request), clock())
    return render(request, "translate/page.html", desk=desk, asked=asked, pages=_pages(desk, asked), **_context(request, asked))


async def one(request: Request) -> Response:
    """A text with its translation, on a page of its own; also the address of its forms, opened as a page."""
    return await _line(request, _language(request))


async def save(request: Request) -> Response:
    """Write a translation, or find correct what stands. What is wrong comes back with what was typed."""
    done: TranslationForm | None = None

    async def act(form: TranslationForm) -> None:
        nonlocal done
        subject, key = _which(request)
        what = {"staff": staff(request), "subject": subject, "subject_id": key, "language": form.to}
        seen = Seen(form.seen_original, form.seen)
        if form.deed == "check":
            await transact(request, translation_edits.review, seen=seen, **what)
        else:
            await transact(request, translation_edits.save, seen=seen, text=form.text, **what)
        done = form

    wrong = await attempt(request, TranslationForm, act)
    if done is None:
        return await _line(request, _typed_language(request, wrong), wrong)
    return await _done(request, done.to, done.back, CHECKED if done.deed == "check" else SAVED)


async def correct(request: Request) -> Response:
    """Record that the original is in another language."""
    done: OriginalLanguageForm | None = None

    async def act(form: OriginalLanguageForm) -> None:
        nonlocal done
        subject, key = _which(request)
        await transact(
            request,
            translation_edits.correct_language,
            staff=staff(request),
            subject=subject,
            subject_id=key,
            language=form.language,
        )
        done = form

    wrong = await attempt(request, OriginalLanguageForm, act)
    if done is None:
        return await _line(request, _typed_language(request, wrong), wrong)
    return await _done(request, done.to, done.back, CORRECTED)


async def _done(request: Request, language: str, back: str, said: str) -> Response:
    if wants_fragment(request):
        return await _line(request, language, said=said)
    tell(request, said)
    return RedirectResponse(back, status_code=303) if back else see(request, "translate")


async def _line(request: Request, language: str, entry: Entry | None = None, said: str | None = None) -> Response:
    entry = entry or Entry()
    subject, key = _which(request)
    line: Line = await read(request, translation_desk.line, staff(request), subject, key, language, locale(request), clock())
    template = "translate/_line.html" if wants_fragment(request) else "translate/one.html"
    context = _context(request, Asked(language)) | {"entry": entry, "said": said and _said(request, said)}
    return render(request, template, status=entry.status, line=line, **context | {"back": entry.value("back")})


def _context(request: Request, asked: Asked) -> dict[str, Any]:
    """What a line needs besides itself."""
    return {
        "entry": Entry(),
        "said": None,
        "back": _address(asked, asked.page) if request.method == "GET" else "",
        "targets": [(code, i18n.NAMES[code]) for code in LANGUAGES],
        "kinds": list(Translatable),
        "has_machine": services(request).settings.translate_url is not None,
    }


def _pages(desk: Desk, asked: Asked) -> tuple[str | None, str | None]:
    earlier = _address(asked, asked.page - 1) if asked.page > 1 else None
    return earlier, _address(asked, asked.page + 1) if desk.has_more else None


def _address(asked: Asked, page: int) -> str:
    given = {
        "to": asked.language,
        "need": asked.need.value if asked.need != Need.NEEDED else "",
        "conversation": asked.slug or "",
        "kind": asked.kind.value if asked.kind else "",
        "q": asked.words,
        "page": str(page) if page > 1 else "",
    }
    return "/translate?" + urlencode({name: value for name, value in given.items() if value})


def _asked(request: Request) -> Asked:
    """Raises NotFound for what the page does not offer."""
    query = request.query_params
    try:
        need = Need(query.get("need") or Need.NEEDED)
        kind = Translatable(query["kind"]) if query.get("kind") else None
    except ValueError as error:
        raise NotFound() from error
    page = number_asked(request, "page") or 1
    if page > MOST_PAGES:
        raise NotFound()
    return Asked(_language(request), need, query.get("conversation") or None, kind, query.get("q", "")[:200], page)


def _language(request: Request) -> str:
    """Asked for, remembered, or guessed: what this translator reads, unless the municipality writes in it."""
    asked = request.query_params.get("to")
    if asked is not None and asked not in LANGUAGES:
        raise NotFound()
    remembered = request.session.get("translate_to")
    if asked or remembered in LANGUAGES:
        return asked or str(remembered)
    main = municipality(request).language
    return locale(request) if locale(request) != main else next(code for code in LANGUAGES if code != main)


def _typed_language(request: Request, entry: Entry | None) -> str:
    typed = entry.value("to") if entry else ""
    return typed if typed in LANGUAGES else _language(request)


def _which(request: Request) -> tuple[Translatable, int]:
    try:
        return Translatable(request.path_params["kind"]), paths.number(request, "key")
    except ValueError as error:
        raise NotFound() from error


def _said(request: Request, message: str) -> str:
    return i18n.translate(locale(request), message)
