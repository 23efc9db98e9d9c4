"""The map keeps its orientation from one analysis to the next."""

from dataclasses import replace
from typing import Any

import numpy as np

from clustering.arrays import Ids
from clustering.projection import Projection


def oriented_as(previous: dict[str, Any] | None, statements: Ids, projection: Projection) -> Projection:
    """Mirror the axes on which statements would otherwise lie opposite to where they were. `previous`: an analysis's `to_json()`.

    Nothing but signs changes: distances, groups and figures are those of the votes alone.
    """
    if previous is None:
        return projection
    placed = (figure for figure in previous["statement_figures"] if figure["x"] is not None)
    before = {str(figure["id"]): (figure["x"], figure["y"]) for figure in placed}
    shared = [column for column, identifier in enumerate(statements.tolist()) if str(identifier) in before]
    if not shared:
        return projection
    earlier = np.array([before[str(statements[column])] for column in shared])
    signs = np.where((projection.statements[shared] * earlier).sum(axis=0) < 0, -1.0, 1.0)
    return replace(
        projection,
        axes=projection.axes * signs,
        positions=projection.positions * signs,
        statements=projection.statements * signs,
    )
