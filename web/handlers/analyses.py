"""The opinion map of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import (
    analyses,
    continuity,
    conversations,
    findings,
    group_names,
    map_colours,
    participants,
    report_contents,
    snapshots,
    standings,
)
from deliberation.analyses import Standing
from deliberation.continuity import Change
from deliberation.figures import Figures
from deliberation.finding import Finding
from deliberation.findings import Findings
from deliberation.map_colours import Colours
from deliberation.snapshots import Moment
from deliberation.storage.tables import Analysis
from deliberation.texts import Text
from deliberation.translations import Reading
from web import map_view
from web.drawing import Drawing, Point, draw
from web.handlers import pictures
from web.handlers.conversations import Page, read_page
from web.http import locale, person, read, render, wants_fragment
from web.map_view import View

MOST_LISTED = 5
"""Statements that are listed for a group, and marked on the map."""
MOST_OFFERED = 3
"""Statements of a kind that are offered to colour the map by."""
VIEW, SLIDER = b"section#map-view", b"form#map-times"
"""What htmx swaps, and the form that moves it along in time: whoever holds the slider keeps the focus there."""


@dataclass(frozen=True, slots=True)
class Map:
    """A snapshot as a picture and as figures. `standing` is this visitor's, None when the snapshot does not know them.

    `moments`: snapshots to look back at. `names` of groups by letter. `listed`: per group what is told of it. `offered`:
    statements to colour the map by. `figures`: of the one it is coloured by; `colours`: None where the map itself is not.
    `votes_needed`: so many put somebody in a group; `votes_given`: this visitor's, those after the snapshot included.
    """

    analysis: Analysis
    is_past: bool
    moments: list[Moment]
    findings: Findings
    changes: tuple[Change, ...]
    drawing: Drawing | None
    names: Mapping[str, Reading]
    listed: Mapping[str, tuple[Finding, ...]]
    offered: tuple[int, ...]
    texts: Mapping[int, Text]
    figures: Figures | None
    colours: Colours | None
    standing: Standing | None
    closest: str | None
    votes_needed: int
    votes_given: int

    @property
    def votes_missing(self) -> int:
        return max(0, self.votes_needed - self.votes_given)


async def show(request: Request) -> Response:
    page = await read_page(request)
    view = map_view.read(request.query_params)
    found = await read(request, _map, page, person(request), view, locale(request))
    picture = None
    if found and found.drawing and request.query_params.get("picture") == "umap":
        picture = await pictures.of(request, conversations.identify(page.conversation), found.analysis, found.findings)
    headers = request.scope["header"]
    is_part = found is not None and wants_fragment(request) and headers.get(b"hx-target") == VIEW
    return render(
        request,
        "analyses/_view.html" if is_part else "analyses/map.html",
        page=page,
        map=found,
        view=view,
        picture=picture,
        keeps_focus=headers.get(b"hx-source") == SLIDER,
    )


def _map(session: Session, page: Page, me: str | None, view: View, language: str) -> Map | None:
    conversation = page.conversation
    conversation_id = conversations.identify(conversation)
    latest = analyses.latest(session, conversation_id)
    if latest is None:
        return None
    analysis = latest if view.snapshot is None else snapshots.get(session, conversation_id, view.snapshot)
    found = findings.of_result(analysis.result, conversation.publication_minimum)
    participant = participants.find(session, conversation_id, me)
    standing = None if participant is None else analyses.standing_in(session, analysis, participant)
    texts = report_contents.texts_of(session, conversation_id, _mentioned(found, view))
    figures = next((figures for figures in found.statements if figures.number == view.colour and view.colour in texts), None)
    is_past, has_map = analysis.id != latest.id, bool(analysis.result["map"]["cells"])
    colours = None
    if figures is not None and has_map and not is_past:
        colours = map_colours.of_statement(session, analysis, figures.number, conversation.publication_minimum)
    listed = _listed(found, texts)
    return Map(
        analysis=analysis,
        is_past=is_past,
        moments=snapshots.moments(session, conversation_id, analysis.sequence),
        findings=found,
        changes=continuity.changes(analysis.result, conversation.publication_minimum),
        drawing=_drawing(analysis, found, standing, view, listed, colours) if has_map else None,
        names={label: name.reading(language) for label, name in group_names.of(session, conversation_id).items()},
        listed=listed,
        offered=tuple(number for number in _offered(found) if number in texts),
        texts=texts,
        figures=figures,
        colours=colours,
        standing=standing,
        closest=standings.closest(analysis.result, found.shown_groups, standing),
        votes_needed=min(analysis.parameters["votes_to_be_grouped"], len(found.statements)),
        votes_given=max(page.ballot.answered, standing.votes if standing else 0),
    )


def _mentioned(found: Findings, view: View) -> set[int]:
    """Statements whose texts the page may need."""
    chosen = set() if view.colour is None else {view.colour}
    return {finding.number for finding in found.distinctive} | set(_offered(found)) | chosen


def _offered(found: Findings) -> tuple[int, ...]:
    """What divides most and what is shared most, each statement once."""
    divided = [finding.number for finding in found.split[:MOST_OFFERED]]
    return tuple(dict.fromkeys([*divided, *(finding.number for finding in found.shared[:MOST_OFFERED])]))


def _listed(found: Findings, texts: Mapping[int, Text]) -> dict[str, tuple[Finding, ...]]:
    """The first few findings about each group that is shown, of statements whose text may be shown."""
    return {
        group.label: tuple(finding for finding in found.of_group(group.label) if finding.number in texts)[:MOST_LISTED]
        for group in found.shown_groups
    }


def _drawing(
    analysis: Analysis,
    found: Findings,
    standing: Standing | None,
    view: View,
    listed: Mapping[str, tuple[Finding, ...]],
    colours: Colours | None,
) -> Drawing:
    marked = {finding.number for of_group in listed.values() for finding in of_group} if view.statements else set()
    shown, spread = {group.label for group in found.shown_groups}, standing.spread if standing else None
    return draw(analysis.result, shown, _place(found, standing), marked, spread=spread, colours=colours)


def _place(found: Findings, standing: Standing | None) -> Point | None:
    """Where the visitor stands; nowhere with so few votes that the place is mostly chance and nobody knows how much."""
    if standing is None or standing.x is None or standing.y is None:
        return None
    if standing.group is None and found.verdict == "groups" and standing.spread is None:
        return None
    return standing.x, standing.y
