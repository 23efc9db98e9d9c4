"""The list of conversations."""

from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import directory, municipalities, owing, suggestions
from deliberation.directory import Asked
from deliberation.values import Interest, Stage
from web.http import clock, locale, municipality, person, read, render

LONGEST_SEARCH = 200
K = TypeVar("K", bound=StrEnum)


async def show(request: Request) -> Response:
    """All conversations, or what was asked for. A choice that does not exist is none."""
    asked, tenant, me = _asked(request), municipality(request), person(request)

    def query(session: Session) -> dict[str, Any]:
        known: Any = {"locale": locale(request), "person": me, "now": clock()}
        return {
            "directory": directory.look(session, tenant.id, asked, **known),
            "suggestions": suggestions.suggest(session, tenant.id, **known) if asked == Asked() else [],
            "owing": owing.of_municipality(session, tenant.id, municipalities.today(session, tenant.id, clock())),
        }

    def leading_to(**change: str) -> str:
        return address(request, asked, **change)

    return render(request, "conversations/home.html", asked=asked, leading_to=leading_to, **await read(request, query))


def address(request: Request, asked: Asked, **change: str) -> str:
    """Where the same list is, with a choice changed; an empty one is taken back."""
    chosen = {"stage": asked.stage or "", "area": asked.area or "", "interest": asked.interest or "", "q": asked.words} | change
    query = urlencode({name: value for name, value in chosen.items() if value})
    return request.url.path + (f"?{query}" if query else "")


def word_of(kind: type[K], value: str | None) -> K | None:
    return kind(value) if value in set(kind) else None


def _asked(request: Request) -> Asked:
    given = request.query_params
    words = " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    return Asked(word_of(Stage, given.get("stage")), given.get("area") or None, word_of(Interest, given.get("interest")), words)
