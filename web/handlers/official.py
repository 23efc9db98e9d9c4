"""Officials: what is due, and what waits for them."""

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import (
    conversations,
    outcomes,
    policy,
    reports,
    response_drafts,
    reviews,
)
from deliberation.outcomes import Due, Recommended
from deliberation.reports import Heading
from deliberation.reviews import Waiting
from deliberation.storage.rows import identity
from deliberation.storage.tables import ResponseDraft
from deliberation.translations import Reading
from deliberation.values import RecommendationState
from web.http import locale, municipality, read, render, staff, today


@dataclass(frozen=True, slots=True)
class Overseen:
    """A conversation as officials see it in their list. `drafts`: recommendations that no office has been asked to answer yet."""

    slug: str
    topic: Reading
    report: Heading | None
    recommendations: int
    drafts: int
    unanswered: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything an official has to see to. `topics` by slug; `drafts` are recommendations with another unfinished answer.

    `reviews`: answers that wait for this reader as the second person. `unanswered`: what nobody has begun to answer.
    """

    topics: dict[str, Reading]
    due: tuple[Due, ...]
    drafts: tuple[tuple[Recommended, ResponseDraft], ...]
    reviews: tuple[Waiting, ...]
    unanswered: tuple[Recommended, ...]
    conversations: tuple[Overseen, ...]

    @property
    def overdue(self) -> list[Due]:
        return [item for item in self.due if item.clock.days_over]

    @property
    def coming(self) -> list[Due]:
        return [item for item in self.due if not item.clock.days_over]


async def overview(request: Request) -> Response:
    found = await read(request, _overview, request)
    return render(request, "official/page.html", overview=found)


def _overview(session: Session, request: Request) -> Overview:
    tenant, language = municipality(request), locale(request)
    recommended = policy.of_municipality(session, tenant.id, language, today(), drafts=True)
    unfinished = response_drafts.drafts(session, tenant.id)
    rows = conversations.listing(session, tenant.id)
    topics = conversations.headings(session, rows, language)
    begun = tuple((row, unfinished[row.id]) for row in recommended if row.id in unfinished)
    waiting = reviews.waiting_for(staff(request), begun)
    theirs = {row.id for one in waiting for row in one.recommended}
    asked = (row for row in recommended if row.phase == RecommendationState.HANDED_OVER and row.id not in unfinished)
    return Overview(
        topics={row.slug: topics[identity(row)] for row in rows},
        due=tuple(outcomes.due(recommended)),
        drafts=tuple((row, draft) for row, draft in begun if row.id not in theirs),
        reviews=waiting,
        unanswered=tuple(row for row in asked if row.answer is None),
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
    asked = [row for row in recommended if row.phase == RecommendationState.HANDED_OVER]
    return Overseen(
        slug,
        topic,
        report,
        recommendations=len(recommended),
        drafts=len(recommended) - len(asked),
        unanswered=sum(row.answer is None for row in asked),
        overdue=sum(row.days_over > 0 for row in recommended),
    )
