"""Officials: what is due, and turning a report's findings into recommendations."""

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, outcomes, policy, recommendations, reports, responses
from deliberation.errors import N_
from deliberation.figures import Tally
from deliberation.finding import Finding, Kind
from deliberation.outcomes import Due, Recommended
from deliberation.reports import Heading, Published
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from web.entries import Entry, attempt
from web.http import locale, municipality, read, render, see, staff, tell, today, transact
from web.official_forms import RecommendationForm

PUBLISHED = N_("The recommendation is public now. Its answer has a day by which it is due.")


@dataclass(frozen=True, slots=True)
class Overseen:
    """A conversation as officials see it in their list."""

    slug: str
    topic: Reading
    report: Heading | None
    recommendations: int
    unanswered: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything an official has to see to. `topics` by slug; `drafts` are recommendations with an unfinished answer."""

    topics: dict[str, Reading]
    due: tuple[Due, ...]
    drafts: tuple[tuple[Recommended, ResponseDraft], ...]
    conversations: tuple[Overseen, ...]

    @property
    def overdue(self) -> list[Due]:
        return [item for item in self.due if item.clock.days_over]

    @property
    def coming(self) -> list[Due]:
        return [item for item in self.due if not item.clock.days_over]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement of a report that a recommendation may rest on; `used_in` are the ones that do already."""

    number: int
    reading: Reading
    tally: Tally
    kinds: tuple[Kind, ...]
    findings: tuple[Finding, ...]
    used_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Workshop:
    """A conversation's report with its findings by kind, and the recommendations made so far."""

    slug: str
    topic: Reading
    report: Published | None
    report_title: Reading | None
    candidates: dict[Kind, list[Candidate]]
    recommendations: tuple[Recommended, ...]


async def overview(request: Request) -> Response:
    found = await read(request, _overview, request)
    return render(request, "official/page.html", overview=found)


async def conversation(request: Request) -> Response:
    return await _page(request, Entry())


async def recommend(request: Request) -> Response:
    """Draw up a recommendation from findings."""
    slug = request.path_params["slug"]

    async def act(form: RecommendationForm) -> None:
        await transact(
            request,
            recommendations.draft,
            staff=staff(request),
            slug=slug,
            text=form.text,
            language=form.language,
            statements=form.chosen,
            office=form.office,
            answer_due_on=form.answer_due_on,
        )

    wrong = await attempt(request, RecommendationForm, act)
    if wrong:
        return await _page(request, wrong)
    tell(request, PUBLISHED)
    return see(request, "official_conversation", slug=slug)


async def _page(request: Request, entry: Entry) -> Response:
    found = await read(request, _workshop, request)
    return render(request, "official/conversation.html", status=entry.status, workshop=found, entry=entry, today=today())


def _overview(session: Session, request: Request) -> Overview:
    tenant, language = municipality(request), locale(request)
    recommended = policy.of_municipality(session, tenant.id, language, today())
    unfinished = responses.drafts(session, tenant.id)
    rows = conversations.listing(session, tenant.id)
    topics = conversations.headings(session, rows, language)
    return Overview(
        topics={row.slug: topics[identity(row)] for row in rows},
        due=tuple(outcomes.due(recommended)),
        drafts=tuple((row, unfinished[row.id]) for row in recommended if row.id in unfinished),
        conversations=tuple(
            _overseen(
                row.slug,
                topics[identity(row)],
                next(iter(reports.listing(session, identity(row))), None),
                [r for r in recommended if r.slug == row.slug],
            )
            for row in rows
        ),
    )


def _overseen(slug: str, topic: Reading, report: Heading | None, recommended: list[Recommended]) -> Overseen:
    return Overseen(
        slug,
        topic,
        report,
        recommendations=len(recommended),
        unanswered=sum(row.answer is None for row in recommended),
        overdue=sum(row.days_over > 0 for row in recommended),
    )


def _workshop(session: Session, request: Request) -> Workshop:
    slug, language = request.path_params["slug"], locale(request)
    row = conversations.get(session, municipality(request).id, slug)
    report = reports.newest(session, identity(row))
    titles = reports.titles(session, [report.heading] if report else [], language)
    recommended = policy.of_conversation(session, identity(row), language, today())
    return Workshop(
        slug,
        conversations.headings(session, [row], language)[identity(row)],
        report,
        titles.get(report.number) if report else None,
        _candidates(report, recommended, language) if report else {},
        tuple(recommended),
    )


def _candidates(report: Published, recommended: list[Recommended], language: str) -> dict[Kind, list[Candidate]]:
    """Each statement once, under the first kind of finding that it belongs to."""
    found = report.contents.findings
    by_kind: dict[Kind, list[Candidate]] = {kind: [] for kind in Kind}
    seen: set[int] = set()
    for finding in found.everything:
        number = finding.number
        text = report.contents.texts.get(number)
        if number in seen or text is None:
            continue
        seen.add(number)
        about = found.about(number)
        used_in = tuple(row.number for row in recommended if any(link.number == number for link in row.statements))
        candidate = Candidate(
            number,
            text.reading(language),
            found.figures(number).everybody,
            tuple(dict.fromkeys(item.kind for item in about)),
            about,
            used_in,
        )
        by_kind[finding.kind].append(candidate)
    return {kind: candidates for kind, candidates in by_kind.items() if candidates}
