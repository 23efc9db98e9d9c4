"""One recommendation as officials work on it: its answer, its steps with evidence, later days, the statements it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import accounts, conversations, extensions, milestones, policy, recommendations, response_drafts, responses
from deliberation.attachments import File
from deliberation.errors import N_, NotFound
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from web import answer_difference, paths
from web.answer_difference import Differing
from web.answer_forms import (
    AnswerForm,
    DoneForm,
    EvidenceForm,
    ExtensionForm,
    MilestoneForm,
    fields_of,
    marks_of,
    rows_shown,
    steps_of,
)
from web.entries import CONFLICT, Entry, PageEntries, attempt
from web.http import locale, municipality, read, render, see, staff, tell, today, transact, typed
from web.official_forms import LinkForm, UnlinkForm
from web.uploads import attempt_with_file

ASKED = N_("A second person can read and publish it now.")
KEPT = N_("The draft is kept. Only staff see it.")
SAVED = N_("Saved, and written into the public ledger.")
ITSELF = 0
"""The number under which an entry is about the recommendation itself and not about one of its steps."""


@dataclass(frozen=True, slots=True)
class Entries(PageEntries):
    """What is typed in the page's forms. Forms of a step are known by its number."""

    answer: Entry = field(default_factory=Entry)
    milestone: Entry = field(default_factory=Entry)
    links: Entry = field(default_factory=Entry)
    done: Mapping[int, Entry] = field(default_factory=dict)
    evidence: Mapping[int, Entry] = field(default_factory=dict)
    extension: Mapping[int, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """A recommendation with its unfinished answer, if there is one, and by whom it is.

    `differing`: what the reader typed beside what somebody else has kept meanwhile. `fields` and `rows`: what the form shows;
    `had`: the marks of what is kept.
    """

    topic: Reading
    recommendation: Recommended
    draft: ResponseDraft | None
    author: str
    reviewable: bool
    differing: list[Differing]
    fields: Mapping[str, Any]
    rows: int
    had: str


async def show(request: Request) -> Response:
    return await _page(request, Entries())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return _see(request)


async def answer(request: Request) -> Response:
    """Keep the answer as a draft, or ask a second person to publish it."""
    said = KEPT

    async def act(form: AnswerForm) -> None:
        nonlocal said
        written = form.written(steps_of(await typed(request)))
        action, said = (response_drafts.keep, KEPT) if form.act == "draft" else (responses.submit, ASKED)
        await transact(request, action, **_where(request), written=written, version=form.version, seen=form.seen)

    wrong = await attempt(request, AnswerForm, act)
    return await _page(request, Entries(answer=wrong)) if wrong else _done(request, said)


async def promise(request: Request) -> Response:
    """Announce a step."""

    async def act(form: MilestoneForm) -> None:
        await transact(
            request, milestones.promise, **_where(request), title=form.title, language=form.language, due_on=form.due_on
        )

    wrong = await attempt(request, MilestoneForm, act)
    return await _page(request, Entries(milestone=wrong)) if wrong else _done(request, SAVED)


async def finish(request: Request) -> Response:
    """Say that a step is done."""
    step = paths.number(request, "step")

    async def act(form: DoneForm) -> None:
        await transact(request, milestones.finish, **_where(request), step=step, done_on=form.done_on)

    wrong = await attempt(request, DoneForm, act)
    return await _page(request, Entries(done={step: wrong})) if wrong else _done(request, SAVED)


async def reopen(request: Request) -> Response:
    """Say that a step is not done after all."""
    await transact(request, milestones.reopen, **_where(request), step=paths.number(request, "step"))
    return _done(request, SAVED)


async def add_evidence(request: Request) -> Response:
    step = paths.number(request, "step")

    async def act(form: EvidenceForm, file: File | None) -> None:
        await transact(request, milestones.add_evidence, **_where(request), step=step, **form.model_dump(), file=file)

    wrong = await attempt_with_file(request, EvidenceForm, act)
    return await _page(request, Entries(evidence={step: wrong})) if wrong else _done(request, SAVED)


async def extend(request: Request) -> Response:
    """Put off what the recommendation waits for."""
    return await _extend(request, ITSELF)


async def extend_step(request: Request) -> Response:
    """Put off a step."""
    return await _extend(request, paths.number(request, "step") or _nothing())


async def _extend(request: Request, step: int) -> Response:
    async def act(form: ExtensionForm) -> None:
        await transact(request, extensions.extend, **_where(request), **form.model_dump(), step=step or None)

    wrong = await attempt(request, ExtensionForm, act)
    return await _page(request, Entries(extension={step: wrong})) if wrong else _done(request, SAVED)


async def link(request: Request) -> Response:
    """Let the recommendation rest on further statements."""

    async def act(form: LinkForm) -> None:
        await transact(request, recommendations.link, **_where(request), statements=form.statements)

    wrong = await attempt(request, LinkForm, act)
    return await _page(request, Entries(links=wrong)) if wrong else _done(request, SAVED)


async def unlink(request: Request) -> Response:
    """Take a statement away again."""

    async def act(form: UnlinkForm) -> None:
        await transact(request, recommendations.unlink, **_where(request), statement=form.statement)

    wrong = await attempt(request, UnlinkForm, act)
    return await _page(request, Entries(links=wrong)) if wrong else _done(request, SAVED)


def _nothing() -> int:
    raise NotFound()


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"], "number": paths.number(request, "number")}


def _done(request: Request, message: str) -> Response:
    tell(request, message)
    return _see(request)


def _see(request: Request) -> Response:
    return see(request, "official_recommendation", slug=request.path_params["slug"], number=request.path_params["number"])


async def _page(request: Request, entries: Entries) -> Response:
    desk, answer = await read(request, _desk, request, entries.answer)
    entries = replace(entries, answer=answer)
    return render(request, "official/recommendation.html", status=entries.status, desk=desk, entries=entries, today=today())


def _desk(session: Session, request: Request, entry: Entry) -> tuple[Desk, Entry]:
    """With the form of the answer as it is to be shown."""
    tenant, slug, language = municipality(request), request.path_params["slug"], locale(request)
    row = conversations.get(session, tenant.id, slug)
    recommended = policy.one(session, tenant.id, slug, paths.number(request, "number"), language, today(), drafts=True)
    topic = conversations.headings(session, [row], language)[identity(row)]
    draft = response_drafts.draft_of(session, recommended.id)
    differing: list[Differing] = []
    if draft is not None and _is_old(entry, draft):
        entry, differing = answer_difference.with_news(entry, draft, language)
    kept = fields_of(draft) if draft else _empty(recommended, language)
    fields = entry.typed or kept
    desk = Desk(
        topic=topic,
        recommendation=recommended,
        draft=draft,
        author=accounts.address_of(session, tenant.id, draft.account_id) if draft else "",
        reviewable=draft is not None and response_drafts.may_review(draft, staff(request)),
        differing=differing,
        fields=fields,
        rows=rows_shown(fields),
        had=marks_of(kept),
    )
    return desk, entry


def _empty(recommended: Recommended, language: str) -> dict[str, Any]:
    return {"language": language, "owner": recommended.answer.owner if recommended.answer else recommended.office}


def _is_old(entry: Entry, draft: ResponseDraft) -> bool:
    """Whether the form was written on another draft than the one that is kept now."""
    return entry.status == CONFLICT and str(entry.value("version") or 0) != str(draft.version)
