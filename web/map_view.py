"""What of a map is looked at, as its address says it: every view of the map can be linked to and needs no script."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

ZOOMS = (1, 2, 4, 8)
LARGEST_NUMBER = 10**9
MOST_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """The part of a drawing that is shown; x, y is its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class View:
    """`at`: what stands in the middle, in the drawing's own units; None is its middle.

    `group`: whose findings are told. `colour`: by which statement's votes the map is coloured. `snapshot`: None is the latest.
    """

    zoom: int = 1
    at: tuple[int, int] | None = None
    group: str | None = None
    colour: int | None = None
    snapshot: int | None = None
    statements: bool = False

    def query(self, **changes: Any) -> str:
        """The address of this view with these changes, as seen from the map's page."""
        view = asdict(replace(self, **changes))
        zoomed = view["zoom"] != 1
        parts = {
            "zoom": view["zoom"] if zoomed else None,
            "at": "{},{}".format(*view["at"]) if zoomed and view["at"] else None,
            "group": view["group"],
            "colour": view["colour"],
            "snapshot": view["snapshot"],
            "statements": "yes" if view["statements"] else None,
        }
        return "?" + urlencode({name: part for name, part in parts.items() if part is not None}, safe=",")

    def nearer(self) -> "View | None":
        return self._zoomed(1)

    def farther(self) -> "View | None":
        return self._zoomed(-1)

    def box(self, width: int, height: int) -> Box:
        """What is shown of a drawing of this size: never anything beyond its edges."""
        across, down = round(width / self.zoom), round(height / self.zoom)
        x, y = self.at or (width // 2, height // 2)
        return Box(_within(x - across // 2, width - across), _within(y - down // 2, height - down), across, down)

    def moved(self, across: int, down: int, width: int, height: int) -> "View":
        """Half of what is shown further on, in steps of −1, 0 or 1."""
        box = self.box(width, height)
        x, y = box.x + box.width // 2 + across * box.width // 2, box.y + box.height // 2 + down * box.height // 2
        return replace(self, at=(_within(x, width), _within(y, height)))

    def _zoomed(self, steps: int) -> "View | None":
        place = ZOOMS.index(self.zoom) + steps
        return replace(self, zoom=ZOOMS[place]) if 0 <= place < len(ZOOMS) else None


def read(asked: Mapping[str, str]) -> View:
    """What an address asks for. What makes no sense there is as if it was not asked."""
    zoom = _number(asked.get("zoom"))
    group = asked.get("group") or None
    return View(
        zoom=zoom if zoom in ZOOMS else 1,
        at=_point(asked.get("at", "")),
        group=group if group is not None and len(group) <= MOST_LETTERS else None,
        colour=_number(asked.get("colour")),
        snapshot=_number(asked.get("snapshot")),
        statements=asked.get("statements") == "yes",
    )


def _number(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal()) or int(text[:10]) >= LARGEST_NUMBER:
        return None
    return int(text)


def _point(text: str) -> tuple[int, int] | None:
    x, _, y = text.partition(",")
    across, down = _number(x), _number(y)
    return None if across is None or down is None else (across, down)


def _within(value: int, most: int) -> int:
    return min(max(value, 0), max(most, 0))
