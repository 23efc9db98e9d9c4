"""Officials: turning a report's findings into recommendations, and handing them over."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deliberation import (
    conversations,
    handing_over,
    offices,
    outcomes,
    policy,
    recommendations,
    reports,
    rewording,
)
from deliberation.errors import N_
from deliberation.errors.recommendations import AnswerDayMissing, OfficeUnknown
from deliberation.finding import Finding, Kind
from deliberation.outcomes import Recommended
from deliberation.reports import Published
from deliberation.storage.rows import identity
from deliberation.storage.tables import Office
from deliberation.translations import Reading
from web import first_words
from web.entries import Entry, PageEntries, attempt
from web.http import locale, municipality, read, render, see, staff, tell, today, transact
from web.recommendation_forms import HandOverForm, RecommendationForm, ThemeForm
from web.services import services

DRAFTED = N_("The draft is kept. Only staff see it until it is opened for comments or handed over.")
PUBLISHED = N_("The recommendation is public now. Its answer has a day by which it is due.")
HANDED_OVER = N_("Handed over. The answer has a day by which it is due, for everybody to see.")
GROUPED = N_("Saved.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding that a recommendation may be drafted from; `used_in` are those that rest on its statement already."""

    finding: Finding
    reading: Reading
    used_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Workshop:
    """A conversation's report with its findings by kind, and the recommendations made so far by heading.

    `offices`: those that can be asked. `themes`: the headings there are, with their languages.
    """

    slug: str
    topic: Reading
    report: Published | None
    report_title: Reading | None
    candidates: dict[Kind, list[Candidate]]
    themed: list[tuple[Reading | None, list[Recommended]]]
    offices: list[Office]
    themes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entries(PageEntries):
    """What is typed in the page's two forms."""

    new: Entry = field(default_factory=Entry)
    several: Entry = field(default_factory=Entry)


async def show(request: Request) -> Response:
    return await _page(request, Entries())


async def back(request: Request) -> Response:
    """The address of a form, opened as a page."""
    return see(request, "official_conversation", slug=request.path_params["slug"])


async def recommend(request: Request) -> Response:
    """Draft a recommendation from findings, or publish one at once."""
    drafted: int | None = None

    async def act(form: RecommendationForm) -> None:
        nonlocal drafted
        is_draft = form.act == "draft"
        text = form.text or (await read(request, _beginning, request, form.findings) if is_draft else "")
        typed: dict[str, Any] = {"staff": staff(request), "slug": request.path_params["slug"], "text": text}
        typed |= {"language": form.language, "findings": form.findings, "statements": form.statements}
        if is_draft:
            drafted = await transact(request, recommendations.draft, **typed)
        else:
            await transact(
                request, handing_over.publish, **typed, office=form.office, answer_due_on=_day(form.answer_due_on, form.office)
            )

    wrong = await attempt(request, RecommendationForm, act)
    if wrong:
        return await _page(request, Entries(new=wrong))
    if drafted is None:
        tell(request, PUBLISHED)
        return see(request, "official_conversation", slug=request.path_params["slug"])
    tell(request, DRAFTED)
    return see(request, "recommendation_text", slug=request.path_params["slug"], number=str(drafted))


async def hand_over(request: Request) -> Response:
    """Ask an office to answer, one recommendation or several."""

    async def act(form: HandOverForm) -> None:
        await transact(request, handing_over.hand_over, **_where(request), **form.model_dump())

    return await _done(request, await attempt(request, HandOverForm, act), HANDED_OVER)


async def put_under(request: Request) -> Response:
    """Group recommendations under a heading."""

    async def act(form: ThemeForm) -> None:
        chosen = {"numbers": form.numbers, "theme": form.new_theme or form.theme, "language": form.language}
        await transact(request, rewording.put_under, **_where(request), **chosen, away=bool(form.away))

    return await _done(request, await attempt(request, ThemeForm, act), GROUPED)


def _day(day: date | None, office: str) -> date:
    """A recommendation that is handed over at once needs both."""
    if not office:
        raise OfficeUnknown()
    if day is None:
        raise AnswerDayMissing()
    return day


def _where(request: Request) -> dict[str, Any]:
    return {"staff": staff(request), "slug": request.path_params["slug"]}


async def _done(request: Request, wrong: Entry | None, message: str) -> Response:
    if wrong:
        return await _page(request, Entries(several=wrong))
    tell(request, message)
    page = services(request).url("official_conversation", slug=request.path_params["slug"])
    return RedirectResponse(f"{page}#made", status_code=303)


async def _page(request: Request, entries: Entries) -> Response:
    found = await read(request, _workshop, request)
    return render(request, "official/conversation.html", status=entries.status, workshop=found, entries=entries, today=today())


def _beginning(session: Session, request: Request, keys: tuple[str, ...]) -> str:
    row = conversations.get(session, municipality(request).id, request.path_params["slug"])
    report = reports.newest(session, identity(row))
    return first_words.of(report.contents, keys, locale(request)) if report else ""


def _workshop(session: Session, request: Request) -> Workshop:
    slug, language = request.path_params["slug"], locale(request)
    row = conversations.get(session, municipality(request).id, slug)
    report = reports.newest(session, identity(row))
    titles = reports.titles(session, [report.heading] if report else [], language)
    recommended = policy.of_conversation(session, identity(row), language, today(), drafts=True)
    return Workshop(
        slug,
        conversations.headings(session, [row], language)[identity(row)],
        report,
        titles.get(report.number) if report else None,
        candidates(report, recommended, language) if report else {},
        outcomes.by_theme(recommended),
        offices.choices(session, municipality(request).id),
        rewording.themes(session, identity(row)),
    )


def candidates(report: Published, recommended: list[Recommended], language: str) -> dict[Kind, list[Candidate]]:
    """Every finding whose statement can still be read, by kind."""
    by_kind: dict[Kind, list[Candidate]] = {kind: [] for kind in Kind}
    for finding in report.contents.findings.everything:
        text = report.contents.texts.get(finding.number)
        if text is None:
            continue
        used_in = tuple(row.number for row in recommended if any(link.number == finding.number for link in row.statements))
        by_kind[finding.kind].append(Candidate(finding, text.reading(language), used_in))
    return {kind: found for kind, found in by_kind.items() if found}
