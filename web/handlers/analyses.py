"""The opinion map of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import analyses, continuity, conversations, findings, participants, report_contents
from deliberation.analyses import Standing
from deliberation.continuity import Change
from deliberation.finding import Finding
from deliberation.findings import Findings
from deliberation.report_contents import Text
from deliberation.storage.tables import Analysis
from web.drawing import Drawing, Point, draw
from web.handlers import pictures
from web.handlers.conversations import Page, read_page
from web.http import person, read, render

MOST_LISTED = 5
"""Statements that are listed for a group, and marked on the map."""


@dataclass(frozen=True, slots=True)
class Map:
    """The latest snapshot as a picture and as figures. `standing` is this visitor's, None when the snapshot does not know them.

    `listed`: per group what is told of it. `votes_needed`: so many put somebody in a group; `votes_given`: this visitor's, those
    after the snapshot included.
    """

    analysis: Analysis
    findings: Findings
    changes: tuple[Change, ...]
    drawing: Drawing | None
    listed: Mapping[str, tuple[Finding, ...]]
    texts: Mapping[int, Text]
    standing: Standing | None
    votes_needed: int
    votes_given: int
    with_statements: bool

    @property
    def votes_missing(self) -> int:
        return max(0, self.votes_needed - self.votes_given)


async def show(request: Request) -> Response:
    page = await read_page(request)
    with_statements = request.query_params.get("statements") == "yes"
    found = await read(request, _map, page, person(request), with_statements)
    picture = None
    if found and found.drawing and request.query_params.get("picture") == "umap":
        picture = await pictures.of(request, conversations.identify(page.conversation), found.analysis, found.findings)
    return render(request, "analyses/map.html", page=page, map=found, picture=picture)


def _map(session: Session, page: Page, me: str | None, with_statements: bool) -> Map | None:
    conversation = page.conversation
    conversation_id = conversations.identify(conversation)
    analysis = analyses.latest(session, conversation_id)
    if analysis is None:
        return None
    found = findings.of_result(analysis.result, conversation.publication_minimum)
    participant = participants.find(session, conversation_id, me)
    standing = None if participant is None else analyses.standing(session, conversation_id, participant)
    texts = report_contents.texts_of(session, conversation_id, {finding.number for finding in found.distinctive})
    listed = _listed(found, texts)
    marked = {finding.number for of_group in listed.values() for finding in of_group}
    return Map(
        analysis=analysis,
        findings=found,
        changes=continuity.changes(analysis.result, conversation.publication_minimum),
        drawing=_drawing(analysis, found, standing, marked if with_statements else set()),
        listed=listed,
        texts=texts,
        standing=standing,
        votes_needed=min(analysis.parameters["votes_to_be_grouped"], len(found.statements)),
        votes_given=max(page.ballot.answered, standing.votes if standing else 0),
        with_statements=with_statements,
    )


def _listed(found: Findings, texts: Mapping[int, Text]) -> dict[str, tuple[Finding, ...]]:
    """The first few findings about each group that is shown, of statements whose text may be shown."""
    return {
        group.label: tuple(finding for finding in found.of_group(group.label) if finding.number in texts)[:MOST_LISTED]
        for group in found.shown_groups
    }


def _drawing(analysis: Analysis, found: Findings, standing: Standing | None, statements: set[int]) -> Drawing | None:
    if not analysis.result["map"]["cells"]:
        return None
    return draw(analysis.result, {group.label for group in found.shown_groups}, _place(found, standing), statements)


def _place(found: Findings, standing: Standing | None) -> Point | None:
    """Where the visitor stands; nowhere yet with so few votes that the place would mostly be chance."""
    if standing is None or standing.x is None or standing.y is None:
        return None
    return None if standing.group is None and found.verdict == "groups" else (standing.x, standing.y)
