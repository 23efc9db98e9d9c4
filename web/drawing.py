"""The opinion map as a drawing: positions become coordinates of an SVG, groups become outlined courts.

Both axes have the same scale, so that nearness means the same in every direction. In the analysis y points upward, here downward.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, degrees, hypot, log, sqrt
from typing import Any, TypeAlias

from deliberation.map_colours import Colours, Shares

WIDTH = 640
GREATEST_HEIGHT = 560
LEAST_HEIGHT = 280
MARGIN = 40
MARGIN_ABOVE = 60
"""Above and below everything, so that there is room for letters."""
SMALLEST_SIGN, LARGEST_SIGN = 5.0, 10.0
SMALLEST_TILE, LARGEST_TILE = 9.0, 14.0
SURE_FROM = 0.8
"""Signs of people whose group is less sure on average are drawn hollow."""
REGION = 0.9
"""How probable it is that the reader stands within the region around their sign."""
LARGEST_REGION = 2000
COURT_MARGIN = 15
"""Room between the outermost signs of a group and its outline."""
LETTER_HEIGHT = 28

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A sign of radius `r` at x, y. `sure`: whether its people's group is."""

    x: int
    y: int
    r: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Tile:
    """A paving stone of half width `r` at x, y: so many tenths of its people agree, disagree and pass."""

    x: int
    y: int
    r: int
    group: str
    shares: Shares


@dataclass(frozen=True, slots=True)
class Region:
    """An ellipse with the half axes `rx` and `ry`, turned by `angle` degrees about its middle."""

    x: int
    y: int
    rx: int
    ry: int
    angle: int


@dataclass(frozen=True, slots=True)
class Court:
    """A group's outline as an SVG path, and where its letter stands."""

    label: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A statement's number at x, y."""

    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """`spots` by group in the order of drawing, at last those of "", which belong to no group that is shown.

    `axes`: where the analysis has its origin. `region`: where the reader may stand. `tiles` are there on a coloured map.
    """

    width: int
    height: int
    axes: Spot
    courts: tuple[Court, ...]
    spots: dict[str, tuple[Spot, ...]]
    you: Spot | None
    marks: tuple[Mark, ...]
    region: Region | None = None
    tiles: tuple[Tile, ...] = ()

    @property
    def has_unsure(self) -> bool:
        return any(not spot.sure for spots in self.spots.values() for spot in spots)

    @property
    def dots(self) -> str:
        """All signs as points of one path, for the ground of a coloured map."""
        return "".join(f"M{spot.x} {spot.y}h0" for spots in self.spots.values() for spot in spots)


def draw(
    result: Mapping[str, Any],
    shown: Collection[str],
    you: Point | None = None,
    statements: Collection[int] = (),
    *,
    spread: tuple[float, float, float] | None = None,
    colours: Colours | None = None,
) -> Drawing:
    """The map of `Analysis.result`: `shown` groups with an outline, the reader at `you`, and these statements' numbers.

    `spread`: variance of the reader's x, covariance, variance of y.
    """
    cells = result["map"]["cells"]
    hulls = {label: hull for label, hull in result["map"]["hulls"].items() if label in shown}
    points = [(cell["x"], cell["y"]) for cell in cells] + [tuple(point) for hull in hulls.values() for point in hull]
    frame = _Frame([*points, *([you] if you else [])])
    most = max((cell["n"] for cell in cells), default=1)
    spots: dict[str, list[Spot]] = {}
    for cell in cells:
        group = cell["group"] if cell["group"] in shown else ""
        spot = frame.spot((cell["x"], cell["y"]), LARGEST_SIGN * sqrt(cell["n"] / most))
        spots.setdefault(group, []).append(replace(spot, sure=not group or cell.get("sure", 1.0) >= SURE_FROM))
    return Drawing(
        width=WIDTH,
        height=frame.height,
        axes=frame.spot((0.0, 0.0), 0),
        courts=tuple(
            _court(label, [frame.place(point) for point in hull], frame.height) for label, hull in sorted(hulls.items()) if hull
        ),
        spots={group: tuple(spots[group]) for group in sorted(spots, key=lambda group: (not group, group))},
        you=frame.spot(you, LARGEST_SIGN) if you else None,
        marks=_marks(result, statements, points, frame),
        region=_region(frame, you, spread) if you and spread else None,
        tiles=_tiles(frame, colours) if colours else (),
    )


class _Frame:
    """Fits points into the drawing."""

    def __init__(self, points: Iterable[Point]) -> None:
        xs, ys = zip(*(list(points) or [(0.0, 0.0)]), strict=True)
        across, upward = max(xs) - min(xs), max(ys) - min(ys)
        room_x, room_y = WIDTH - 2 * MARGIN, GREATEST_HEIGHT - 2 * MARGIN_ABOVE
        self.scale = min(room_x / across if across else room_x, room_y / upward if upward else room_y)
        self.height = max(LEAST_HEIGHT, round(upward * self.scale) + 2 * MARGIN_ABOVE)
        self.middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)

    def place(self, point: Point) -> Point:
        return (
            WIDTH / 2 + (point[0] - self.middle[0]) * self.scale,
            self.height / 2 - (point[1] - self.middle[1]) * self.scale,
        )

    def spot(self, point: Point, radius: float) -> Spot:
        x, y = self.place(point)
        return Spot(round(x), round(y), round(max(radius, SMALLEST_SIGN)))


def _tiles(frame: _Frame, colours: Colours) -> tuple[Tile, ...]:
    """The largest first, so that none hides another; a sign's size says how many people it stands for, roughly."""
    most = max((sign.n for sign in colours.signs), default=1)
    tiles = []
    for sign in sorted(colours.signs, key=lambda sign: -sign.n):
        spot = frame.spot((sign.x, sign.y), max(LARGEST_TILE * sqrt(sign.n / most), SMALLEST_TILE))
        tiles.append(Tile(spot.x, spot.y, spot.r, sign.group, sign.shares))
    return tuple(tiles)


def _region(frame: _Frame, you: Point, spread: tuple[float, float, float]) -> Region:
    """The ellipse of a normal distribution in which `REGION` of the probability lies; upward is downward on the screen."""
    across, both, upward = spread[0], -spread[1], spread[2]
    middle, apart = (across + upward) / 2, hypot((across - upward) / 2, both)
    reach = frame.scale * sqrt(-2 * log(1 - REGION))
    longer, shorter = (min(round(reach * sqrt(max(axis, 0.0))), LARGEST_REGION) for axis in (middle + apart, middle - apart))
    x, y = frame.place(you)
    return Region(round(x), round(y), longer, shorter, round(degrees(atan2(2 * both, across - upward) / 2)))


def _court(label: str, corners: Sequence[Point], height: int) -> Court:
    """The outline, with its letter outside, on the side away from the middle of the map."""
    middle = (min(corners)[0] + max(corners)[0]) / 2
    top, bottom = _ends(corners, middle)
    above = top - COURT_MARGIN - LETTER_HEIGHT / 4
    beside = above if top + bottom <= height else bottom + COURT_MARGIN + LETTER_HEIGHT
    return Court(label, _outline(corners), round(middle), round(min(max(beside, LETTER_HEIGHT), height - LETTER_HEIGHT / 4)))


def _outline(corners: Sequence[Point]) -> str:
    """A path around a convex polygon or a line, at `COURT_MARGIN` from it and round at the corners."""
    clockwise = corners if _area(corners) >= 0 else corners[::-1]
    sides = [_shifted(a, b) for a, b in _sides(clockwise)]
    corner = f"A{COURT_MARGIN} {COURT_MARGIN} 0 0 1 "
    straight = corner.join(f"{_written(a)}L{_written(b)}" for a, b in sides)
    return f"M{straight}{corner}{_written(sides[0][0])}Z"


def _sides(corners: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """From each corner to the next."""
    return zip(corners, [*corners[1:], corners[0]], strict=True)


def _shifted(a: Point, b: Point) -> tuple[Point, Point]:
    """A side moved outward, where the corners go clockwise on the screen."""
    across, down = b[0] - a[0], b[1] - a[1]
    length = hypot(across, down)
    x, y = (COURT_MARGIN * down / length, -COURT_MARGIN * across / length) if length else (0.0, 0.0)
    return (a[0] + x, a[1] + y), (b[0] + x, b[1] + y)


def _area(corners: Sequence[Point]) -> float:
    """Twice the area, positive where the corners go clockwise on the screen."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _sides(corners))


def _written(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"


def _ends(corners: Sequence[Point], x: float) -> tuple[float, float]:
    """Where a line straight down at x enters the polygon and leaves it."""
    met = [
        a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
        for a, b in _sides(corners)
        if a[0] != b[0] and (a[0] - x) * (b[0] - x) <= 0
    ] or [y for _, y in corners]
    return min(met), max(met)


def _marks(result: Mapping[str, Any], statements: Collection[int], people: Sequence[Point], frame: _Frame) -> tuple[Mark, ...]:
    """Statements in the direction in which those stand who agree with them, drawn in to where people are."""
    rows = [row for row in result["statements"] if row["number"] in statements]
    reach = max((hypot(*point) for point in people), default=0.0)
    farthest = max((hypot(row["x"], row["y"]) for row in rows), default=0.0)
    shrink = reach / farthest if farthest else 0.0
    placed = [(row["number"], frame.place((row["x"] * shrink, row["y"] * shrink))) for row in rows]
    return tuple(
        Mark(
            number, round(min(max(x, MARGIN / 2), WIDTH - MARGIN / 2)), round(min(max(y, MARGIN / 2), frame.height - MARGIN / 2))
        )
        for number, (x, y) in placed
    )
