"""One recommendation as officials work on it: its answer, its steps with evidence, the statements it rests on."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, milestones, policy, recommendations, responses
from deliberation.errors import N_
from deliberation.outcomes import Recommended
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from web import paths
from web.entries import Entry, attempt
from web.http import locale, municipality, read, render, see, staff, tell, today, transact
from web.official_forms import AnswerForm, DoneForm, EvidenceForm, LinkForm, MilestoneForm, UnlinkForm

ANSWERED = N_("The answer is public now.")
KEPT = N_("The draft is kept. Only staff see it.")
SAVED = N_("Saved, and written into the public ledger.")


@dataclass(frozen=True, slots=True)
class Entries:
    """What is typed in the page's forms. Forms of a step are known by its number."""

    answer: Entry = field(default_factory=Entry)
    milestone: Entry = field(default_factory=Entry)
    links: Entry = field(default_factory=Entry)
    done: dict[int, Entry] = field(default_factory=dict)
    evidence: dict[int, Entry] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return max(
            entry.status for entry in (self.answer, self.milestone, self.links, *self.done.values(), *self.evidence.values())
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A recommendation with its unfinished answer, if there is one."""

    topic: Reading
    recommendation: Recommended
    draft: ResponseDraft | None


async def show(request: Request) -> Response:
    return await _page(request, Entries())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return _see(request)


async def answer(request: Request) -> Response:
    """Publish the answer, or keep it as a draft."""
    drafted = False

    async def act(form: AnswerForm) -> None:
        nonlocal drafted
        drafted = form.act == "draft"
        if drafted:
            await transact(request, responses.keep_draft, **_where(request), written=form.written)
        else:
            await transact(request, responses.answer, **_where(request), written=form.written, seen=form.seen)

    wrong = await attempt(request, AnswerForm, act)
    return await _page(request, Entries(answer=wrong)) if wrong else _done(request, KEPT if drafted else ANSWERED)


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

    async def act(form: EvidenceForm) -> None:
        typed = {"title": form.title, "language": form.language, "url": form.url}
        await transact(request, milestones.add_evidence, **_where(request), step=step, **typed)

    wrong = await attempt(request, EvidenceForm, act)
    return await _page(request, Entries(evidence={step: wrong})) if wrong else _done(request, SAVED)


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


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"], "number": paths.number(request, "number")}


def _done(request: Request, message: str) -> Response:
    tell(request, message)
    return _see(request)


def _see(request: Request) -> Response:
    return see(request, "official_recommendation", slug=request.path_params["slug"], number=request.path_params["number"])


async def _page(request: Request, entries: Entries) -> Response:
    desk = await read(request, _desk, request)
    return render(request, "official/recommendation.html", status=entries.status, desk=desk, entries=entries, today=today())


def _desk(session: Session, request: Request) -> Desk:
    tenant, slug, language = municipality(request), request.path_params["slug"], locale(request)
    row = conversations.get(session, tenant.id, slug)
    recommended = policy.one(session, tenant.id, slug, paths.number(request, "number"), language, today())
    topic = conversations.headings(session, [row], language)[identity(row)]
    return Desk(topic, recommended, responses.draft_of(session, recommended.id))
