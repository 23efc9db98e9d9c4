"""The map without single people: cells of several who stand close to each other, and outlines around the cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Point: TypeAlias = list[float]

SMALLEST_CELL = 3
MOST_CELLS = 150
DECIMALS = 4
DECIMALS_OF_SURETY = 2


@dataclass(frozen=True, eq=False)
class Cell:
    """`people`: where those stand in the arrays who are drawn with this sign at `x`, `y`. `group`: their label, or none."""

    x: float
    y: float
    group: str
    people: Integers


def draw(
    positions: Floats,
    groups: Integers,
    labels: Mapping[int, str],
    smallest_cell: int = SMALLEST_CELL,
    confidence: Floats | None = None,
) -> dict[str, Any]:
    """Cells of at least `smallest_cell` people and, per label, the outline of its cells.

    `positions` (people, 2); `groups` (people,): the people whose group is a key of `labels` are drawn with its label, all others
    together without one. A crowd smaller than a cell is left out. Depends on where people stand, not on their order.
    With `confidence` (people,) cells with a label say how `sure` their people's group is on average.
    """
    cells: list[dict[str, Any]] = [
        {"x": cell.x, "y": cell.y, "n": len(cell.people), "group": cell.group} | _surety(cell, confidence)
        for cell in divide(positions, groups, labels, smallest_cell)
    ]
    hulls = {label: hull([[cell["x"], cell["y"]] for cell in cells if cell["group"] == label]) for label in labels.values()}
    return {"cells": cells, "hulls": hulls, "smallest_cell": smallest_cell}


def divide(
    positions: Floats, groups: Integers, labels: Mapping[int, str], smallest_cell: int, most_cells: int = MOST_CELLS
) -> list[Cell]:
    """The cells, in the order of their labels, at last those without one."""
    everybody = np.arange(len(positions))
    crowds = [(label, everybody[groups == group]) for group, label in labels.items()]
    crowds.append(("", everybody[~np.isin(groups, list(labels))]))
    return [
        Cell(*_centre(positions[people]), label, people)
        for label, people in _divided(positions, crowds, smallest_cell, most_cells)
    ]


def _surety(cell: Cell, confidence: Floats | None) -> dict[str, float]:
    if confidence is None or not cell.group:
        return {}
    return {"sure": round(float(np.sort(confidence[cell.people]).mean()), DECIMALS_OF_SURETY)}


def hull(points: Sequence[Point]) -> list[Point]:
    """The corners of the convex outline, anticlockwise from the leftmost; fewer than three when all lie on a line."""
    ordered = sorted({(x, y) for x, y in points})
    if len(ordered) < 3:
        return [list(point) for point in ordered]
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return [list(point) for point in lower[:-1] + upper[:-1]]


def _divided(
    positions: Floats, crowds: Sequence[tuple[str, Integers]], smallest_cell: int, most_cells: int
) -> list[tuple[str, Integers]]:
    """Cut the cell whose people differ most, again and again, while there are fewer than `most_cells` and it is large enough."""
    cells = [(label, people) for label, people in crowds if len(people) >= smallest_cell]
    waiting = [(-_deviation(positions[people]), place) for place, (_, people) in enumerate(cells)]
    heapify(waiting)
    while waiting and len(cells) < most_cells:
        deviation, place = heappop(waiting)
        label, people = cells[place]
        if deviation == 0 or len(people) < 2 * smallest_cell:
            continue
        near, far = _cut(positions, people, smallest_cell)
        cells[place] = (label, near)
        cells.append((label, far))
        heappush(waiting, (-_deviation(positions[near]), place))
        heappush(waiting, (-_deviation(positions[far]), len(cells) - 1))
    return sorted(cells, key=lambda cell: cell[0] or "~")


def _cut(positions: Floats, people: Integers, smallest_cell: int) -> tuple[Integers, Integers]:
    """Cut in two across the longer side, at its mean, with at least `smallest_cell` people on either side."""
    places = positions[people]
    along = int(np.argmax(places.var(axis=0)))
    order = np.lexsort((places[:, 1 - along], places[:, along]))
    along_the_side = places[order, along]
    below = int(np.searchsorted(along_the_side, along_the_side.mean()))
    at = min(max(below, smallest_cell), len(people) - smallest_cell)
    return people[order[:at]], people[order[at:]]


def _deviation(people: Floats) -> float:
    """Sum of the squared distances from the centre, over people in an order of their own so that rounding is the same for any."""
    ordered = people[np.lexsort((people[:, 1], people[:, 0]))]
    return float(np.square(ordered - ordered.mean(axis=0)).sum())


def _centre(people: Floats) -> tuple[float, float]:
    x, y = people.mean(axis=0).round(DECIMALS) + 0.0  # no negative zero
    return float(x), float(y)


def _chain(ordered: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Half of an outline: the points in order, without those that would make it turn clockwise."""
    chain: list[tuple[float, float]] = []
    for point in ordered:
        while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Positive when the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
