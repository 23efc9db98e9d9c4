"""Refusals as answers: code → status; a page, a fragment for htmx, or a problem document for programs."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from deliberation import errors
from deliberation.errors import N_, Refusal
from deliberation.errors.conversations import ConversationClosed
from deliberation.errors.joining import AdmissionNeeded
from deliberation.values import Reason
from web import i18n
from web.answer_forms import MOST_STEPS, step_field
from web.http import clock, locale, render, typed, wants_fragment
from web.security import SignInFirst
from web.services import services
from web.words import REASONS

log = logging.getLogger(__name__)

STATUS: list[tuple[type[Refusal], int]] = [
    (errors.BadRequest, 400),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
]
HTTP_MESSAGES = {
    404: errors.NotFound.message,
    405: N_("This address does not take that kind of request."),
    413: errors.TooLarge.message,
    429: errors.TooMany.message,
}
WRITTEN = (
    *("topic", "title", "new_theme", "text", "why", "background", "introduction", "seeds", "owner", "reason", "progress"),
    *("legal_basis", "legal_url", "budget", "url", "note", "name", "email", "place", "new_title", "new_speaker", "speaker"),
    *("starts_at", "ends_at", "room_url", "stream_url", "recording_url", "minutes_url"),
    *(step_field(row, "title") for row in range(1, MOST_STEPS + 1)),
)
"""Fields that people write into; everything else in a form is chosen or hidden."""
HOW_TO_JOIN = N_("How to take part")
SIGN_IN_WITH = N_("Sign in with %(provider)s")
BROKEN = N_("Something broke on our side. It has been noted. Nothing you had already sent is lost.")


def status_of(refusal: Refusal) -> int:
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 400)


def message_of(refusal: Refusal, language: str) -> str:
    """The refusal in the reader's language, its facts shown as the language writes them."""
    facts = {name: _shown(value, language) for name, value in refusal.facts.items()}
    if isinstance(refusal, ConversationClosed):
        facts |= {"closed_at": i18n.until(refusal.facts["closed_at"], language)}
    return i18n.translate(language, refusal.message) % facts


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    kept = await _written(request) if isinstance(error, (errors.Forbidden, errors.NotFound, errors.Conflict)) else ""
    answer = _answer(request, status_of(error), error.code, message_of(error, locale(request)), kept, _way(request, error))
    if isinstance(error, errors.TooManyUntil):
        answer.headers["Retry-After"] = str(max(1, round((error.facts["again"] - clock()).total_seconds())))
    return answer


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = HTTP_MESSAGES.get(error.status_code, errors.BadRequest.message)
    answer = _answer(request, error.status_code, f"http_{error.status_code}", i18n.translate(locale(request), message))
    answer.headers.update(error.headers or {})
    return answer


async def broken(request: Request, error: Exception) -> Response:
    log.error("an error on %s %s", request.method, request.url.path, exc_info=error)
    return _answer(request, 500, "broken", i18n.translate(locale(request), BROKEN))


async def hung_up(request: Request, error: Exception) -> Response:
    """Nobody is there any more to read this."""
    return Response(status_code=400)


HANDLERS: Mapping[Any, Any] = {Refusal: refused, HTTPException: http_error, ClientDisconnect: hung_up, Exception: broken}


async def _written(request: Request) -> str:
    """What somebody wrote into a form that leads nowhere now. Where htmx sent it, the form is still on the page."""
    if request.method != "POST" or wants_fragment(request):
        return ""
    try:
        fields = await typed(request)
    except (Refusal, HTTPException, ClientDisconnect):
        return ""
    return written(fields)


def written(fields: Mapping[str, Any]) -> str:
    """What people wrote into a form, without what they chose."""
    values = [value for name in WRITTEN for value in _several(fields.get(name, "")) if value not in set(Reason)]
    return "\n\n".join(value for value in values if value.strip())


def _several(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _way(request: Request, refusal: Refusal) -> tuple[str, str] | None:
    """Where somebody who was not let in goes on, and in which words."""
    if isinstance(refusal, AdmissionNeeded):
        return services(request).url("join", slug=refusal.facts["slug"]), i18n.translate(locale(request), HOW_TO_JOIN)
    provider = services(request).settings.identity_provider
    if isinstance(refusal, SignInFirst) and provider:
        return services(request).url("sign_in_staff"), i18n.translate(locale(request), SIGN_IN_WITH) % {"provider": provider.name}
    return None


def _answer(
    request: Request, status: int, code: str, message: str, written: str = "", way: tuple[str, str] | None = None
) -> Response:
    if request.url.path.startswith("/api/") or _wants_json(request):
        problem = {"type": "about:blank", "status": status, "title": message, "code": code}
        return JSONResponse(problem, status, media_type="application/problem+json")
    if wants_fragment(request):
        answer = render(request, "errors/_notice.html", status=status, message=message, way=way)
        answer.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
        return answer
    return render(request, "errors/page.html", status=status, message=message, code=status, written=written, way=way)


def _wants_json(request: Request) -> bool:
    accepted: bytes = request.scope["header"].get(b"accept", b"")
    return accepted.startswith(b"application/json")


def _shown(value: Any, language: str) -> Any:
    if isinstance(value, datetime):
        return i18n.moment(value, language)
    if isinstance(value, date):
        return i18n.day(value, language)
    if isinstance(value, Reason):
        return i18n.translate(language, REASONS[value])
    if isinstance(value, int):
        return i18n.number(value, language)
    return value
