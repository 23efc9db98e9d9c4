"""The list of conversations, and one conversation's page."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, voting
from deliberation.storage.tables import Artefact, Conversation, StagePeriod
from deliberation.translations import Reading
from deliberation.values import Stage
from deliberation.voting import Ballot
from web.http import clock, greet, locale, municipality, person, read, render


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a conversation's pages have in common."""

    conversation: Conversation
    topic: Reading
    background: Reading
    periods: dict[Stage, StagePeriod]
    artefacts: list[Artefact]
    is_open: bool
    ballot: Ballot = field(repr=False)


async def home(request: Request) -> Response:
    def query(session: Session) -> list[tuple[Conversation, Reading, str]]:
        rows = conversations.listing(session, municipality(request).id)
        topics = conversations.headings(session, rows, locale(request))
        return [(row, topics[conversations.identify(row)], conversations.voting(row, clock())) for row in rows]

    return render(request, "conversations/home.html", listing=await read(request, query))


async def show(request: Request) -> Response:
    greet(request)
    return await page(request)


async def page(request: Request, status: int = 200, **share: Any) -> Response:
    """The conversation's page; `share` holds what was typed into the statement form and what is wrong with it."""
    found = await read_page(request)
    context = {"typed": "", "error": None, "existing": None, "shared": None, "thanks": None} | share
    return render(request, "conversations/page.html", status=status, page=found, ballot=found.ballot, **context)


async def read_page(request: Request) -> Page:
    number = request.query_params.get("statement", "")
    return await read(request, _page, request, int(number) if number.isdecimal() and len(number) < 10 else None)


def _page(session: Session, request: Request, number: int | None) -> Page:
    tenant, slug = municipality(request), request.path_params["slug"]
    conversation = conversations.get(session, tenant.id, slug)
    conversation_id = conversations.identify(conversation)
    return Page(
        conversation,
        conversations.headings(session, [conversation], locale(request))[conversation_id],
        conversations.background(session, conversation, locale(request)),
        conversations.periods(session, conversation_id),
        list(conversations.artefacts(session, conversation_id)),
        conversations.is_open(conversation, clock()),
        voting.ballot(session, municipality_id=tenant.id, slug=slug, person=person(request), number=number),
    )
