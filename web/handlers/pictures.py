"""The second picture of a conversation's people, beside the map."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from deliberation import pictures
from deliberation.findings import Findings
from deliberation.storage.tables import Analysis
from web.drawing import Drawing, draw
from web.http import read, transact


@dataclass(frozen=True, slots=True)
class Picture:
    """`content` is what was drawn, None while the first picture is being drawn; `drawing` None, too, with too few people.

    `is_behind`: drawn for an earlier snapshot; a newer one is on its way.
    """

    content: dict[str, Any] | None
    drawing: Drawing | None
    is_behind: bool


async def of(request: Request, conversation_id: int, analysis: Analysis, found: Findings) -> Picture:
    """The picture as it was drawn last. Where that was for an earlier snapshot, a newer one is asked for; none is drawn here."""
    last = await read(request, pictures.of, conversation_id)
    is_behind = last is None or last.analysis_id != analysis.id
    if is_behind and (last is None or last.wanted_at is None):
        await transact(request, pictures.want, conversation_id=conversation_id)
    content = None if last is None else last.content
    return Picture(content, _drawing(content, found), is_behind)


def _drawing(content: dict[str, Any] | None, found: Findings) -> Drawing | None:
    if content is None or not content["cells"]:
        return None
    shown = {group.label for group in found.shown_groups}
    return draw({"map": {"cells": content["cells"], "hulls": {}}, "statements": []}, shown)
