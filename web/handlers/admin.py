"""Administrators: conversations, their rules, stages and documents, and who the staff are."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import (
    accounts,
    administration,
    conversation_templates,
    conversations,
    documents,
    embedding,
    invitations,
    municipalities,
    places,
    releases,
)
from deliberation.administration import Rules
from deliberation.attachments import File
from deliberation.errors import N_
from deliberation.invitations import Batch
from deliberation.places import Belonging, Place
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.translations import Reading
from deliberation.values import ArtefactKind, Interest
from web import i18n, stages
from web.admin_forms import (
    LARGEST_LIMIT,
    SMALLEST_LIMIT,
    ArtefactForm,
    ContactForm,
    DetachForm,
    PeriodsForm,
    RulesForm,
    SeedsForm,
    StageForm,
)
from web.entries import CONFLICT, Entry, PageEntries, attempt, with_news
from web.http import clock, locale, municipality, read, render, see, staff, tell, today, transact
from web.stages import StageView
from web.uploads import attempt_with_file, megabytes
from web.words import word

KEPT = N_("Saved.")
SAVED = N_("Saved, and written into the public ledger.")


@dataclass(frozen=True, slots=True)
class Entries(PageEntries):
    """What is typed in the forms of a conversation's page."""

    rules: Entry = field(default_factory=Entry)
    stage: Entry = field(default_factory=Entry)
    periods: Entry = field(default_factory=Entry)
    artefact: Entry = field(default_factory=Entry)
    seeds: Entry = field(default_factory=Entry)
    joining: Entry = field(default_factory=Entry)
    invitations: Entry = field(default_factory=Entry)
    places: Entry = field(default_factory=Entry)
    embedding: Entry = field(default_factory=Entry)
    release: Entry = field(default_factory=Entry)


@dataclass(frozen=True, slots=True)
class Managed:
    """A conversation as its administrator sees it."""

    conversation: Conversation
    topic: Reading
    stages: list[StageView]
    batches: list[Batch]
    areas: list[Place]
    belonging: Belonging
    hosts: list[str]
    has_votes: bool


async def overview(request: Request) -> Response:
    return await _overview(request, Entry())


async def change_contact(request: Request) -> Response:
    async def act(form: ContactForm) -> None:
        await transact(request, administration.change_contact, staff=staff(request), email=form.email)

    wrong = await attempt(request, ContactForm, act)
    if wrong:
        return await _overview(request, wrong)
    tell(request, KEPT)
    return see(request, "admin")


async def _overview(request: Request, contact: Entry) -> Response:
    tenant = municipality(request)

    def query(session: Session) -> dict[str, Any]:
        rows = conversations.listing(session, tenant.id)
        topics = conversations.headings(session, rows, locale(request))
        return {
            "listing": [(row, topics[identity(row)], conversations.is_open(row, clock())) for row in rows],
            "everyone": accounts.everyone(session, tenant.id),
            "known_contact": municipalities.get(session, tenant.slug).contact,
        }

    return render(request, "admin/page.html", status=contact.status, contact=contact, **await read(request, query))


async def conversation(request: Request) -> Response:
    asked = {name: request.query_params[name] for name in ("stage", "kind", "title") if name in request.query_params}
    return await page(request, Entries(artefact=Entry({name: value.replace("\0", "") for name, value in asked.items()})))


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "admin_conversation", slug=request.path_params["slug"])


async def change_rules(request: Request) -> Response:
    meant = ""

    async def act(form: RulesForm) -> None:
        nonlocal meant
        meant = administration.marks(form.rules)
        await transact(request, administration.change_rules, **where(request), rules=form.rules, had=form.seen)

    wrong = await attempt(request, RulesForm, act)
    return await page(request, Entries(rules=wrong), meant) if wrong else done(request)


async def enter_stage(request: Request) -> Response:
    async def act(form: StageForm) -> None:
        await transact(request, administration.enter_stage, **where(request), stage=form.stage)

    wrong = await attempt(request, StageForm, act)
    return await page(request, Entries(stage=wrong)) if wrong else done(request)


async def plan_stages(request: Request) -> Response:
    async def act(form: PeriodsForm) -> None:
        await transact(request, administration.plan_stages, **where(request), plan=form.plan)

    wrong = await attempt(request, PeriodsForm, act)
    return await page(request, Entries(periods=wrong)) if wrong else done(request)


async def attach(request: Request) -> Response:
    async def act(form: ArtefactForm, file: File | None) -> None:
        await transact(request, documents.attach, **where(request), **form.model_dump(), file=file)

    wrong = await attempt_with_file(request, ArtefactForm, act)
    return await page(request, Entries(artefact=wrong)) if wrong else done(request)


async def detach(request: Request) -> Response:
    async def act(form: DetachForm) -> None:
        await transact(request, documents.detach, **where(request), artefact=form.artefact)

    wrong = await attempt(request, DetachForm, act)
    return await page(request, Entries(artefact=wrong)) if wrong else done(request)


async def add_seeds(request: Request) -> Response:
    async def act(form: SeedsForm) -> None:
        await transact(request, administration.add_seeds, **where(request), seeds=form.seeds.splitlines())

    wrong = await attempt(request, SeedsForm, act)
    return await page(request, Entries(seeds=wrong)) if wrong else done(request)


def where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"]}


def done(request: Request) -> Response:
    tell(request, SAVED)
    return see(request, "admin_conversation", slug=request.path_params["slug"])


async def page(request: Request, entries: Entries, meant: str = "") -> Response:
    """`meant`: the marks of what was typed about the rules."""

    def query(session: Session) -> Managed:
        row = conversations.get(session, municipality(request).id, request.path_params["slug"])
        topics = conversations.headings(session, [row], locale(request))
        batches = invitations.of_conversation(session, identity(row), clock())
        return Managed(
            row,
            topics[identity(row)],
            stages.of_conversation(session, row, locale(request), clock(), today()),
            batches,
            places.areas(session, row.municipality_id, locale(request)),
            places.of_conversations(session, row.municipality_id, [identity(row)], locale(request))[identity(row)],
            embedding.hosts(session, row.municipality_id, row.slug),
            releases.has_votes(session, identity(row)),
        )

    managed = await read(request, query)
    stored = _stored(managed.conversation)
    if entries.rules.status == CONFLICT:
        entries = replace(entries, rules=with_news(entries.rules, stored, meant, locale(request)))
    return render(
        request,
        "admin/conversation.html",
        status=entries.status,
        managed=managed,
        entries=entries,
        stored=stored,
        limits=(SMALLEST_LIMIT, LARGEST_LIMIT),
        interests=list(Interest),
        artefact_kinds=[(kind.value, i18n.translate(locale(request), word(kind))) for kind in ArtefactKind],
        megabytes=megabytes(request),
        recommended=conversation_templates.recommended(managed.conversation.template, locale(request)),
    )


def _stored(row: Conversation) -> dict[str, Any]:
    """The rules as their form shows them."""
    moments = {"opens_at": i18n.moment_field(row.opens_at), "closes_at": i18n.moment_field(row.closes_at)}
    rules = {name: getattr(row, name) for name in Rules.__dataclass_fields__} | {"moderation": row.moderation.value}
    return rules | moments | {"seen": administration.marks(row)}
