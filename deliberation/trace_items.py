"""What the trace is made of: items with an address of their own, and which of them rests on which."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from deliberation.finding import Finding
from deliberation.outcomes import Answer, Proof, Recommended, Step
from deliberation.translations import Reading


class ItemKind(StrEnum):
    """In the order of the way from what people said to what one can see."""

    STATEMENT = "statement"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"
    RESPONSE = "response"
    MILESTONE = "milestone"
    EVIDENCE = "evidence"


ORDER = tuple(ItemKind)
_NUMBER = r"[1-9]\d{0,8}"
_KEY = re.compile(
    rf"s/{_NUMBER}|report/{_NUMBER}/f/[a-zA-Z0-9-]{{1,60}}|r/{_NUMBER}(/a/{_NUMBER}|/m/{_NUMBER}(/e/{_NUMBER})?)?", re.ASCII
)
_FOLLOWED = re.compile(rf"[sr]/{_NUMBER}", re.ASCII)
Parts = dict[str, int | str]
"""What the address of an item is made of, below that of its conversation."""


@dataclass(frozen=True, slots=True)
class Item:
    """One box of the trace. `key` is its address below the conversation's; `parts` what the address is made of.

    `title` is None where the public may not read it. `about`: the thing itself, to be shown in full; statements have none.
    """

    kind: ItemKind
    key: str
    parts: Parts
    title: Reading | None
    state: str
    at: datetime | date | None
    about: Finding | Recommended | Answer | Step | Proof | None = field(default=None, compare=False)

    @property
    def rank(self) -> int:
        return ORDER.index(self.kind)


Edge = tuple[str, str]
"""Keys of what is rested on and of what rests on it."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Items by key, in the order of the way, and what rests on what."""

    items: Mapping[str, Item]
    edges: tuple[Edge, ...]

    def below(self, key: str) -> tuple[Item, ...]:
        """Everything that rests on this item, near and far."""
        return self._reached(key, self.edges)

    def above(self, key: str) -> tuple[Item, ...]:
        """Everything that this item rests on, near and far."""
        return self._reached(key, [(end, start) for start, end in self.edges])

    def next_to(self, key: str) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """What this item rests on directly, and what rests directly on it."""
        before = {start for start, end in self.edges if end == key}
        after = {end for start, end in self.edges if start == key}
        return self._in_order(before), self._in_order(after)

    def around(self, key: str) -> "Graph":
        """This item with all that it rests on and all that rests on it."""
        return self.only({key, *(item.key for item in (*self.above(key), *self.below(key)))})

    def only(self, keys: Collection[str]) -> "Graph":
        edges = tuple(edge for edge in self.edges if edge[0] in keys and edge[1] in keys)
        return Graph({key: item for key, item in self.items.items() if key in keys}, edges)

    def _reached(self, key: str, edges: Iterable[Edge]) -> tuple[Item, ...]:
        onward: dict[str, list[str]] = defaultdict(list)
        for start, end in edges:
            onward[start].append(end)
        found: set[str] = set()
        waiting = [key]
        while waiting:
            new = [end for end in onward[waiting.pop()] if end not in found]
            found.update(new)
            waiting += new
        return self._in_order(found - {key})

    def _in_order(self, keys: Collection[str]) -> tuple[Item, ...]:
        return tuple(item for key, item in self.items.items() if key in keys)


def graph(items: Iterable[Item], edges: Iterable[Edge]) -> Graph:
    """Edges to what is not there are left out."""
    found = {item.key: item for item in sorted(items, key=lambda item: item.rank)}
    kept = dict.fromkeys(edge for edge in edges if edge[0] in found and edge[1] in found)
    return Graph(found, tuple(kept))


def is_key(text: str) -> bool:
    """Whether there could be an item of this key."""
    return _KEY.fullmatch(text) is not None


def can_be_followed(key: str) -> bool:
    """Statements and recommendations; what comes of them goes with them."""
    return _FOLLOWED.fullmatch(key) is not None


def statement_key(number: int) -> str:
    return f"s/{number}"


def finding_key(report: int, key: str) -> str:
    return f"report/{report}/f/{key}"


def recommendation_key(number: int) -> str:
    return f"r/{number}"
