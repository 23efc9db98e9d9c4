"""Charts as the server draws them: lengths and paths for SVG. The words stand beside them in HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT = 1000, 200


@dataclass(frozen=True, slots=True)
class Skyline:
    """Columns side by side from the highest to the lowest, as one outline within `WIDTH` × `HEIGHT`; `middle`: the middle one."""

    path: str
    middle: int


def widths(counts: Sequence[int]) -> list[float]:
    """Each as percent of the largest."""
    largest = max(counts, default=0)
    return [round(100 * count / largest, 1) if largest else 0.0 for count in counts]


def skyline(counts: Sequence[int]) -> Skyline:
    """At most one step for each unit of height, however many columns there are."""
    ordered = sorted(counts, reverse=True)
    heights = [round(HEIGHT * count / ordered[0]) if ordered[0] else 0 for count in ordered]
    path, drawn = f"M0 {HEIGHT}", 0
    for height, columns in groupby(heights):
        drawn += len(list(columns))
        path += f"V{HEIGHT - height}H{round(WIDTH * drawn / len(heights))}"
    return Skyline(f"{path}V{HEIGHT}Z", HEIGHT - heights[len(heights) // 2])
