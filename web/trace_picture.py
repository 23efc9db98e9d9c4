"""The trace as a picture: a box for each item, in columns from statements to evidence; on narrow screens in rows.

Only places are computed here. The boxes hold text that the browser breaks into lines, because it knows where Thai may be broken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deliberation.trace_items import ORDER, Graph, Item, ItemKind

WIDE_BOX = (164, 176)
NARROW_BOX = (308, 136)
"""Width and height; a narrow one needs fewer lines for the same words."""
HEADING_HEIGHT = 44
"""Two lines: in some languages the words do not fit into one."""
GAP = 14
MOST_IN_A_COLUMN = 6
"""The list beside the picture has them all."""


@dataclass(frozen=True, slots=True)
class Box:
    item: Item
    x: int
    y: int
    here: bool
    size: tuple[int, int]

    @property
    def right(self) -> int:
        return self.x + self.size[0]

    @property
    def middle(self) -> int:
        return self.y + self.size[1] // 2


@dataclass(frozen=True, slots=True)
class Heading:
    """Over the boxes of a kind. `more`: how many of them have no box. `empty`: none is there."""

    kind: ItemKind
    x: int
    y: int
    more: int
    more_at: int
    empty: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """In units of a pixel. `lines` are paths."""

    name: str
    width: int
    height: int
    box_width: int
    box_height: int
    headings: tuple[Heading, ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]

    @property
    def heading_height(self) -> int:
        return HEADING_HEIGHT


@dataclass(frozen=True, slots=True)
class _Column:
    kind: ItemKind
    items: Sequence[Item]
    more: int

    def height(self, box_height: int) -> int:
        places = max(1, len(self.items))
        return HEADING_HEIGHT + places * (box_height + GAP) + (HEADING_HEIGHT if self.more else 0)


def wide(graph: Graph, here: str) -> Picture:
    """Columns beside each other; lines run from left to right."""
    (width, box_height), between = WIDE_BOX, 26
    columns = _columns(graph, here)
    placed = [(column, number * (width + between), 0) for number, column in enumerate(columns)]
    height = max(column.height(box_height) for column in columns)
    return _drawn("wide", graph, here, placed, ((width + between) * len(ORDER) - between, height), WIDE_BOX, _across)


def narrow(graph: Graph, here: str) -> Picture:
    """One kind below the other; lines run along the side."""
    (width, box_height), gutter = NARROW_BOX, 32
    placed, y = [], 0
    for column in _columns(graph, here):
        placed.append((column, gutter, y))
        y += column.height(box_height) + GAP
    return _drawn("narrow", graph, here, placed, (width + gutter, y), NARROW_BOX, _along)


def _columns(graph: Graph, here: str) -> list[_Column]:
    columns = []
    for kind in ORDER:
        items = [item for item in graph.items.values() if item.kind == kind]
        shown = sorted(items, key=lambda item: item.key != here)[:MOST_IN_A_COLUMN]
        columns.append(_Column(kind, [item for item in items if item in shown], len(items) - len(shown)))
    return columns


def _drawn(
    name: str,
    graph: Graph,
    here: str,
    placed: Sequence[tuple[_Column, int, int]],
    size: tuple[int, int],
    box: tuple[int, int],
    line: Callable[[Box, Box], str],
) -> Picture:
    step = box[1] + GAP
    headings, boxes = [], []
    for column, x, y in placed:
        below = y + column.height(box[1]) - HEADING_HEIGHT
        headings.append(Heading(column.kind, x, y, column.more, below, not column.items))
        first = y + HEADING_HEIGHT
        boxes += [Box(item, x, first + number * step, item.key == here, box) for number, item in enumerate(column.items)]
    at = {one.item.key: one for one in boxes}
    lines = tuple(line(at[start], at[end]) for start, end in graph.edges if start in at and end in at)
    return Picture(name, *size, *box, tuple(headings), tuple(boxes), lines)


def _across(start: Box, end: Box) -> str:
    """From the right side of one box to the left side of another; below each other, along the left side."""
    if start.x == end.x:
        return _along(start, end)
    bend = 20
    return f"M{start.right} {start.middle}C{start.right + bend} {start.middle} {end.x - bend} {end.middle} {end.x} {end.middle}"


def _along(start: Box, end: Box) -> str:
    bend = min(44, 18 + abs(end.middle - start.middle) // 40)
    return f"M{start.x} {start.middle}C{start.x - bend} {start.middle} {end.x - bend} {end.middle} {end.x} {end.middle}"
