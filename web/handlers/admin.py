"""Administrators: conversations, their rules, stages and documents, and who the staff are."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import accounts, administration, conversations
from deliberation.errors import N_
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.translations import Reading
from deliberation.values import ModerationMode
from web.admin_forms import (
    LARGEST_LIMIT,
    SMALLEST_LIMIT,
    ArtefactForm,
    ConversationForm,
    DetachForm,
    PeriodsForm,
    RulesForm,
    SeedsForm,
    StageForm,
)
from web.entries import Entry, attempt
from web.handlers.policy import StageView, stages
from web.http import clock, locale, municipality, read, render, see, staff, tell, transact

USUAL_LIMIT = 140
OPENED = N_("The conversation is there.")
SAVED = N_("Saved, and written into the public ledger.")


@dataclass(frozen=True, slots=True)
class Entries:
    """What is typed in the forms of a conversation's page."""

    rules: Entry = field(default_factory=Entry)
    stage: Entry = field(default_factory=Entry)
    periods: Entry = field(default_factory=Entry)
    artefact: Entry = field(default_factory=Entry)
    seeds: Entry = field(default_factory=Entry)

    @property
    def status(self) -> int:
        return max(entry.status for entry in (self.rules, self.stage, self.periods, self.artefact, self.seeds))


@dataclass(frozen=True, slots=True)
class Managed:
    """A conversation as its administrator sees it."""

    conversation: Conversation
    topic: Reading
    stages: list[StageView]


async def overview(request: Request) -> Response:
    tenant = municipality(request)

    def query(session: Session) -> dict[str, Any]:
        rows = conversations.listing(session, tenant.id)
        topics = conversations.headings(session, rows, locale(request))
        return {
            "listing": [(row, topics[identity(row)], conversations.is_open(row, clock())) for row in rows],
            "everyone": accounts.everyone(session, tenant.id),
        }

    return render(request, "admin/page.html", **await read(request, query))


async def new(request: Request) -> Response:
    usual = {"language": locale(request), "statement_limit": USUAL_LIMIT, "moderation": ModerationMode.PRE.value}
    return _new_page(request, Entry(usual))


async def create(request: Request) -> Response:
    """Open a conversation."""
    slug = ""

    async def act(form: ConversationForm) -> None:
        nonlocal slug
        slug = form.slug
        await transact(
            request,
            administration.open_conversation,
            staff=staff(request),
            slug=slug,
            rules=form.rules,
            seeds=form.seeds.splitlines(),
        )

    wrong = await attempt(request, ConversationForm, act)
    if wrong:
        return _new_page(request, wrong)
    tell(request, OPENED)
    return see(request, "admin_conversation", slug=slug)


async def conversation(request: Request) -> Response:
    return await _page(request, Entries())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "admin_conversation", slug=request.path_params["slug"])


async def change_rules(request: Request) -> Response:
    async def act(form: RulesForm) -> None:
        await transact(request, administration.change_rules, **_where(request), rules=form.rules)

    wrong = await attempt(request, RulesForm, act)
    return await _page(request, Entries(rules=wrong)) if wrong else _done(request)


async def enter_stage(request: Request) -> Response:
    async def act(form: StageForm) -> None:
        await transact(request, administration.enter_stage, **_where(request), stage=form.stage)

    wrong = await attempt(request, StageForm, act)
    return await _page(request, Entries(stage=wrong)) if wrong else _done(request)


async def plan_stages(request: Request) -> Response:
    async def act(form: PeriodsForm) -> None:
        await transact(request, administration.plan_stages, **_where(request), plan=form.plan)

    wrong = await attempt(request, PeriodsForm, act)
    return await _page(request, Entries(periods=wrong)) if wrong else _done(request)


async def attach(request: Request) -> Response:
    async def act(form: ArtefactForm) -> None:
        await transact(request, administration.attach, **_where(request), **form.model_dump())

    wrong = await attempt(request, ArtefactForm, act)
    return await _page(request, Entries(artefact=wrong)) if wrong else _done(request)


async def detach(request: Request) -> Response:
    async def act(form: DetachForm) -> None:
        await transact(request, administration.detach, **_where(request), artefact=form.artefact)

    wrong = await attempt(request, DetachForm, act)
    return await _page(request, Entries(artefact=wrong)) if wrong else _done(request)


async def add_seeds(request: Request) -> Response:
    async def act(form: SeedsForm) -> None:
        await transact(request, administration.add_seeds, **_where(request), seeds=form.seeds.splitlines())

    wrong = await attempt(request, SeedsForm, act)
    return await _page(request, Entries(seeds=wrong)) if wrong else _done(request)


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"]}


def _done(request: Request) -> Response:
    tell(request, SAVED)
    return see(request, "admin_conversation", slug=request.path_params["slug"])


def _new_page(request: Request, entry: Entry) -> Response:
    return render(request, "admin/new.html", status=entry.status, entry=entry, limits=(SMALLEST_LIMIT, LARGEST_LIMIT))


async def _page(request: Request, entries: Entries) -> Response:
    def query(session: Session) -> Managed:
        row = conversations.get(session, municipality(request).id, request.path_params["slug"])
        topics = conversations.headings(session, [row], locale(request))
        return Managed(row, topics[identity(row)], stages(session, identity(row), locale(request)))

    managed = await read(request, query)
    return render(
        request,
        "admin/conversation.html",
        status=entries.status,
        managed=managed,
        entries=entries,
        limits=(SMALLEST_LIMIT, LARGEST_LIMIT),
    )
