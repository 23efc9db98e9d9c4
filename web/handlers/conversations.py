"""One conversation's page."""

from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, echo, joining, meetings, proposal_list, stages, voting
from deliberation.joining import Door
from deliberation.meetings import Held
from deliberation.storage.tables import Artefact, Conversation, StagePeriod
from deliberation.translations import Reading
from deliberation.values import Stage
from deliberation.voting import Ballot
from web.addresses import absolute
from web.http import clock, greet, locale, municipality, person, read, render, see, today

PAUSES = (7, 20)
"""After so many answers there is something to look back on."""
AHEAD = 3
"""Cards that a page holds beside the one it shows, so that the next ones need no waiting."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a conversation's pages have in common."""

    conversation: Conversation
    topic: Reading
    background: Reading
    periods: dict[Stage, StagePeriod]
    artefacts: list[Artefact]
    voting: Literal["planned", "open", "closed"]
    ballot: Ballot = field(repr=False)
    door: Door
    proposal: int | None

    @property
    def is_open(self) -> bool:
        return self.voting == "open"

    @property
    def may_answer(self) -> bool:
        """Whether votes and statements of this visitor are taken."""
        return self.is_open and self.door.admitted


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the vote: meetings, and how many things are missing that belong to the stages."""

    meetings: list[Held]
    missing: int


async def show(request: Request) -> Response:
    greet(request)
    if "pause" not in request.query_params:
        return await page(request)
    slug, tenant = request.path_params["slug"], municipality(request)
    heard = await read(request, echo.of_person, municipality_id=tenant.id, slug=slug, person=person(request))
    return await page(request, echo=heard)


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "conversation", slug=request.path_params["slug"])


async def page(request: Request, status: int = 200, **share: Any) -> Response:
    """The conversation's page; `share` holds what was typed into the statement form and what is wrong with it, or an `echo`."""
    found, beside = await read(request, _page_and_beside, request, _number_asked(request))
    context = {"typed": "", "error": None, "existing": None, "shared": None, "thanks": None, "echo": None} | share
    context["share_address"] = absolute(request, "conversation", slug=request.path_params["slug"])
    return render(
        request,
        "conversations/page.html",
        status=status,
        page=found,
        beside=beside,
        ballot=found.ballot,
        pauses=PAUSES,
        **context,
    )


async def read_page(request: Request) -> Page:
    return await read(request, _page, request, _number_asked(request))


def _number_asked(request: Request) -> int | None:
    number = request.query_params.get("statement", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _page_and_beside(session: Session, request: Request, number: int | None) -> tuple[Page, Beside]:
    found = _page(session, request, number)
    checklist = stages.checklist(
        session, found.conversation, periods=found.periods, artefacts=found.artefacts, now=clock(), today=today()
    )
    held = meetings.of_conversation(session, conversations.identify(found.conversation), locale(request))
    return found, Beside(held, stages.missing(checklist))


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
        conversations.voting(conversation, clock()),
        voting.ballot(session, municipality_id=tenant.id, slug=slug, person=person(request), number=number, ahead=AHEAD),
        joining.door(session, conversation, person(request)),
        proposal_list.behind(session, conversation_id),
    )
