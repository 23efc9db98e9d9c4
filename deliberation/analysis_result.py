"""What a snapshot stores of an analysis, as plain data: figures of statements and groups, and the map without single people.

The map may be shown as it is. The other figures are complete; `deliberation.figures` says what of them may be published.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deliberation import map_cells
from deliberation.figures import publishable

Json: TypeAlias = dict[str, Any]


def build(
    analysis: Json,
    positions: NDArray[Any] | None,
    groups: NDArray[Any],
    rejected: frozenset[int],
    publication_minimum: int,
    smallest_cell: int = map_cells.SMALLEST_CELL,
) -> Json:
    """The result of an analysis as the engine tells it in plain data, its statements named by public number.

    `positions` (participants, 2), or None without a map; `groups` (participants,). Rejected statements are counted by the engine
    and not listed. A figure that there is none of is None. The map tells no group apart below `publication_minimum`.
    """
    sizes = {group["label"]: group["size"] for group in analysis["groups"]}
    shown = publishable(sizes, analysis["participants"], publication_minimum)
    statements = [_statement(s, list(sizes)) for s in analysis["statement_figures"] if s["id"] not in rejected]
    return {
        "verdict": analysis["verdict"],
        "participants": analysis["participants"],
        "clustered": analysis["clustered"],
        "votes": sum(s["votes"] for s in statements),
        "explained_variance": analysis["explained_variance"],
        "silhouette": analysis["silhouette"],
        "groups": [_group(group) for group in analysis["groups"]],
        "statements": statements,
        "shared": {side: [finding["statement"] for finding in analysis["overall"][side]] for side in ("agree", "disagree")},
        "map": _map(positions, groups, {i: label for i, label in enumerate(sizes) if label in shown}, smallest_cell),
    }


def _group(group: Json) -> Json:
    return {
        "label": group["label"],
        "size": group["size"],
        "center": [group["x"], group["y"]],
        "representative": [
            {
                "number": finding["statement"],
                "direction": finding["direction"],
                "ratio": finding["ratio"],
                "test": finding["ratio_test"],
                "successes": finding["counts"],
                "trials": finding["votes"],
            }
            for finding in group["representative"]
        ],
    }


def _statement(figures: Json, labels: list[str]) -> Json:
    return {
        "number": figures["id"],
        **{name: figures[name] for name in ("x", "y", "votes", "agree", "disagree", "pass")},
        **{name: figures[name] for name in ("consensus", "consensus_disagree", "priority")},
        "groups": dict(zip(labels, figures["groups"], strict=True)),
    }


def _map(positions: NDArray[Any] | None, groups: NDArray[Any], labels: Mapping[int, str], smallest_cell: int) -> Json:
    if positions is None:
        return map_cells.draw(np.empty((0, 2)), np.empty(0, dtype=np.int64), {}, smallest_cell)
    return map_cells.draw(positions, groups, labels, smallest_cell)
