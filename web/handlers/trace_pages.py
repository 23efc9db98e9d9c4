"""A page for every item of the trace but statements: what it is in full, what it comes from and what it leads to."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, policy, reports, trace_graph
from deliberation.errors import NotFound
from deliberation.outcomes import Recommended
from deliberation.reports import Published
from deliberation.trace_items import Graph, finding_key, recommendation_key
from deliberation.translations import Reading
from web import discussion, paths, trace_view
from web.discussion import Discussion
from web.handlers.conversations import read_page
from web.http import locale, municipality, read, render, today

LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What a page shows in full: a finding with its report, or a recommendation with all that came of it."""

    graph: Graph
    published: Published | None = None
    names: dict[str, Reading] | None = None
    recommendation: Recommended | None = None
    discussion: Discussion | None = None


async def finding(request: Request) -> Response:
    report, key = paths.number(request, "report"), request.path_params["key"]
    if len(key) > LONGEST_KEY:
        raise NotFound()
    return await _show(request, finding_key(report, key), report=report)


async def recommendation(request: Request) -> Response:
    return await _outcome(request)


async def response(request: Request) -> Response:
    return await _outcome(request, "a", "answer")


async def milestone(request: Request) -> Response:
    return await _outcome(request, "m", "step")


async def evidence(request: Request) -> Response:
    return await _outcome(request, "m", "step", "e", "evidence")


async def _outcome(request: Request, *parts: str) -> Response:
    number = paths.number(request, "number")
    below = _numbered(request, parts)
    return await _show(request, "/".join([recommendation_key(number), *below]), number=number)


def _numbered(request: Request, parts: Iterable[str]) -> list[str]:
    """The words of an address, with numbers in place of their names."""
    return [str(paths.number(request, part)) if part in request.path_params else part for part in parts]


async def _show(request: Request, key: str, *, report: int | None = None, number: int | None = None) -> Response:
    found = await read(request, _find, request, key, report, number)
    page = await read_page(request)
    slug = page.conversation.slug
    return render(
        request,
        "trace/item.html",
        page=page,
        found=found,
        trace=trace_view.surroundings(request, slug, found.graph, key),
        names=found.names or {},
    )


def _find(session: Session, request: Request, key: str, report: int | None, number: int | None) -> Found:
    tenant, slug = municipality(request), request.path_params["slug"]
    conversation = conversations.get(session, tenant.id, slug)
    graph = trace_graph.around(session, conversation, key, locale(request), today())
    if report is not None:
        published = reports.get(session, conversations.identify(conversation), report)
        names = {label: name.reading(locale(request)) for label, name in published.contents.names.items()}
        return Found(graph, published=published, names=names)
    row = policy.one(session, tenant.id, slug, number or 0, locale(request), today())
    whole = key == recommendation_key(row.number)
    return Found(graph, recommendation=row, discussion=discussion.of(session, request, row) if whole else None)
