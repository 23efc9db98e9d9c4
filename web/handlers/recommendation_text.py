"""One recommendation on its way to an office: its wording, what it rests on, comments, handing over."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import comments, conversations, handing_over, offices, policy, recommendations, reports, rewording
from deliberation.comments import Thread
from deliberation.errors import N_
from deliberation.figures import Figures
from deliberation.finding import Finding
from deliberation.outcomes import Recommended
from deliberation.reports import Published
from deliberation.storage.rows import identity
from deliberation.storage.tables import Office
from deliberation.translations import Reading
from deliberation.values import STAFF_CONTENT_ROLES, RecommendationState
from web import differences, discussion, paths
from web.differences import Part
from web.discussion import Change
from web.entries import Entry, PageEntries, attempt
from web.handlers.workshop import Candidate, candidates
from web.http import locale, municipality, read, render, see, staff, tell, today, transact
from web.recommendation_forms import EvidenceOfReportForm, HandOverForm, OpenForm, RewordForm, TakeAwayForm
from web.services import services

REWORDED = N_("The new wording is saved.")
OPENED = N_("Everybody can read and comment on it now.")
SAVED = N_("Saved.")
DELETED = N_("The draft is deleted.")
CONFLICT = 409
HANDED_OVER = N_("Handed over. The answer has a day by which it is due, for everybody to see.")


@dataclass(frozen=True, slots=True)
class Entries(PageEntries):
    """What is typed in the page's forms."""

    text: Entry = field(default_factory=Entry)
    evidence: Entry = field(default_factory=Entry)
    opening: Entry = field(default_factory=Entry)
    handing: Entry = field(default_factory=Entry)
    deleting: Entry = field(default_factory=Entry)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding that the recommendation was drafted from; without figures where the report no longer has it."""

    key: str
    number: int
    finding: Finding | None
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A recommendation with everything that staff do to it before an office answers.

    `version` and `wording` stand, whatever the reader's language; `differing`: what the reader typed, against them.
    `may_decide`: whether the reader may do more than word it.
    """

    topic: Reading
    row: Recommended
    version: int
    wording: str
    language: str
    differing: tuple[Part, ...]
    evidence: tuple[Evidence, ...]
    more: list[Candidate]
    published: Published
    thread: Thread | None
    commented: bool
    changes: tuple[Change, ...]
    offices: list[Office]
    may_decide: bool


async def show(request: Request) -> Response:
    return await _page(request, Entries())


async def reword(request: Request) -> Response:
    async def act(form: RewordForm) -> None:
        await transact(request, rewording.reword, **_where(request), **form.model_dump())

    wrong = await attempt(request, RewordForm, act)
    return await _page(request, Entries(text=wrong)) if wrong else _done(request, REWORDED, "wording")


async def open_comments(request: Request) -> Response:
    async def act(form: OpenForm) -> None:
        await transact(request, handing_over.open_comments, **_where(request), until=form.until)

    wrong = await attempt(request, OpenForm, act)
    return await _page(request, Entries(opening=wrong)) if wrong else _done(request, OPENED, "opening")


async def hand_over(request: Request) -> Response:
    async def act(form: HandOverForm) -> None:
        where = {"staff": staff(request), "slug": request.path_params["slug"], "numbers": [paths.number(request, "number")]}
        await transact(request, handing_over.hand_over, **where, office=form.office, answer_due_on=form.answer_due_on)

    wrong = await attempt(request, HandOverForm, act)
    if wrong:
        return await _page(request, Entries(handing=wrong))
    tell(request, HANDED_OVER)
    return see(request, "official_recommendation", **request.path_params)


async def add_evidence(request: Request) -> Response:
    """Let it rest on further findings and statements."""

    async def act(form: EvidenceOfReportForm) -> None:
        await transact(request, recommendations.link, **_where(request), findings=form.findings, statements=form.statements)

    wrong = await attempt(request, EvidenceOfReportForm, act)
    return await _page(request, Entries(evidence=wrong)) if wrong else _done(request, SAVED, "rests")


async def take_away_evidence(request: Request) -> Response:
    """Take away a finding or a statement."""

    async def act(form: TakeAwayForm) -> None:
        if form.statement is not None:
            await transact(request, recommendations.unlink, **_where(request), statement=form.statement)
        else:
            await transact(request, recommendations.unlink_finding, **_where(request), finding=form.finding)

    wrong = await attempt(request, TakeAwayForm, act)
    return await _page(request, Entries(evidence=wrong)) if wrong else _done(request, SAVED, "rests")


async def delete(request: Request) -> Response:
    async def act(form: TakeAwayForm) -> None:
        await transact(request, recommendations.delete_draft, **_where(request))

    wrong = await attempt(request, TakeAwayForm, act)
    if wrong:
        return await _page(request, Entries(deleting=wrong))
    tell(request, DELETED)
    return see(request, "official_conversation", slug=request.path_params["slug"])


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    paths.number(request, "number")
    return see(request, "recommendation_text", **_address(request))


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"], "number": paths.number(request, "number")}


def _address(request: Request) -> dict[str, str]:
    return {name: request.path_params[name] for name in ("slug", "number")}


def _done(request: Request, message: str, place: str) -> Response:
    tell(request, message)
    page = services(request).url("recommendation_text", **_address(request))
    return RedirectResponse(f"{page}#{place}", status_code=303)


async def _page(request: Request, entries: Entries) -> Response:
    desk = await read(request, _desk, request, entries.text)
    return render(request, "official/text.html", status=entries.status, desk=desk, entries=entries, today=today())


def _desk(session: Session, request: Request, typed: Entry) -> Desk:
    tenant, slug, language = municipality(request), request.path_params["slug"], locale(request)
    conversation = conversations.get(session, tenant.id, slug)
    row = policy.one(session, tenant.id, slug, paths.number(request, "number"), language, today(), drafts=True)
    stored = recommendations.get(session, tenant.id, slug, row.number)
    published = reports.get(session, identity(conversation), row.report)
    public = row.phase != RecommendationState.DRAFT
    found = discussion.of(session, request, row) if public else None
    rests = {finding.key for finding in row.findings}
    every = policy.of_conversation(session, identity(conversation), language, today(), drafts=True)
    return Desk(
        topic=conversations.headings(session, [conversation], language)[identity(conversation)],
        row=row,
        version=stored.version,
        wording=stored.text,
        language=stored.language,
        differing=_differing(typed, stored.text, stored.language),
        evidence=tuple(_evidence(published, key, number) for key, number in _of(row)),
        more=[one for found in candidates(published, every, language).values() for one in found if one.finding.key not in rests],
        published=published,
        thread=found.thread if found else None,
        commented=comments.is_commented(session, row.id),
        changes=found.changes if found else (),
        offices=offices.choices(session, tenant.id),
        may_decide=staff(request).role in STAFF_CONTENT_ROLES,
    )


def _differing(typed: Entry, text: str, language: str) -> tuple[Part, ...]:
    """What somebody typed while another wording was saved, as the difference from that one."""
    written = str(typed.value("text"))
    return differences.between(text, written, language) if typed.status == CONFLICT and written else ()


def _of(row: Recommended) -> list[tuple[str, int]]:
    return [(finding.key, finding.number) for finding in row.findings]


def _evidence(published: Published, key: str, number: int) -> Evidence:
    found = next((one for one in published.contents.findings.everything if one.key == key), None)
    return Evidence(key, number, found, published.contents.findings.figures(number) if found else None)
