"""What a snapshot stores of an analysis, as plain data: figures of statements and groups, and the map without single people.

The map may be shown as it is. The other figures are complete; `deliberation.figures` says what of them may be published.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clustering import Analysis
from deliberation import map_cells
from deliberation.figures import publishable

STORED_BESIDE = ("method", "seed", "engine_version", "parameters", "input_sha256")
"""What the engine says of itself is stored with the snapshot, not in its result."""
TOLD_OTHERWISE = ("overall", "statement_figures")
ALWAYS_THERE = ("consensus", "consensus_disagree", "kind", "priority")
"""Figures of a statement that pages may ask for whatever the method, None where it says nothing."""

Json: TypeAlias = dict[str, Any]


def of_analysis(analysis: Analysis, rejected: frozenset[int], publication_minimum: int, smallest_cell: int) -> Json:
    """What a snapshot stores of this analysis; see `build`."""
    return build(
        analysis.to_json(),
        None if analysis.projection is None else analysis.projection.positions,
        analysis.people.groups,
        rejected,
        publication_minimum=publication_minimum,
        smallest_cell=smallest_cell,
        confidence=analysis.people.confidence,
    )


def build(
    analysis: Json,
    positions: NDArray[Any] | None,
    groups: NDArray[Any],
    rejected: frozenset[int],
    publication_minimum: int,
    smallest_cell: int = map_cells.SMALLEST_CELL,
    confidence: NDArray[Any] | None = None,
) -> Json:
    """The result of an analysis as the engine tells it in plain data, its statements named by public number.

    `positions` (participants, 2), or None without a map; `groups` (participants,). Rejected statements are counted by the engine
    and not listed. A figure that there is none of is None; whatever else the engine tells by name is taken over. The map tells no
    group apart below `publication_minimum`; with `confidence` (participants,) it says where people's group is unsure.
    """
    sizes = {group["label"]: group["size"] for group in analysis["groups"]}
    shown = publishable(sizes, analysis["participants"], publication_minimum)
    statements = [_statement(s, list(sizes)) for s in analysis["statement_figures"] if s["id"] not in rejected]
    return {
        "continuity": None,
        **_without(analysis, *STORED_BESIDE, *TOLD_OTHERWISE),
        "votes": sum(s["votes"] for s in statements),
        "groups": [_group(group) for group in analysis["groups"]],
        "statements": statements,
        "shared": {side: [finding["statement"] for finding in analysis["overall"][side]] for side in ("agree", "disagree")},
        "map": _map(positions, groups, {i: label for i, label in enumerate(sizes) if label in shown}, smallest_cell, confidence),
    }


def _group(group: Json) -> Json:
    return {
        **_without(group, "x", "y"),
        "center": [group["x"], group["y"]],
        "representative": [
            {"number": finding["statement"], **_without(finding, "statement")} for finding in group["representative"]
        ],
    }


def _statement(figures: Json, labels: list[str]) -> Json:
    return {
        "number": figures["id"],
        **dict.fromkeys(ALWAYS_THERE),
        **_without(figures, "id", "moderated_out"),
        "groups": dict(zip(labels, figures["groups"], strict=True)),
    }


def _without(told: Json, *names: str) -> Json:
    return {name: value for name, value in told.items() if name not in names}


def _map(
    positions: NDArray[Any] | None,
    groups: NDArray[Any],
    labels: Mapping[int, str],
    smallest_cell: int,
    confidence: NDArray[Any] | None,
) -> Json:
    if positions is None:
        return map_cells.draw(np.empty((0, 2)), np.empty(0, dtype=np.int64), {}, smallest_cell)
    return map_cells.draw(positions, groups, labels, smallest_cell, confidence)
