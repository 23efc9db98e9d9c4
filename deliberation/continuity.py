"""What became of the groups since the analysis before, as far as it may be published: nothing about groups that are withheld."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from deliberation.figures import groups_of


class Kind(StrEnum):
    NEW = "new"
    RETURNED = "returned"
    SPLIT = "split"
    MERGED = "merged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """split: the group `letter` has come apart from `other`. merged: `letter` has gone into `other`."""

    kind: Kind
    letter: str
    other: str | None = None


def changes(result: Mapping[str, Any], minimum: int) -> tuple[Change, ...]:
    """In the order of letters, groups that are there now first; none when there were or are no groups."""
    record = result.get("continuity")
    if not record or not record["before"] or not result["groups"]:
        return ()
    shown = {group.label for group in groups_of(result, minimum) if group.size is not None}
    known = shown | {end["label"] for end in record["ended"] if end["members"] >= minimum}
    return (*_arrivals(record, shown, known), *_departures(record, shown, known))


def _arrivals(record: Mapping[str, Any], shown: set[str], known: set[str]) -> Iterator[Change]:
    for group in record["groups"]:
        if group["label"] not in shown or group["label"] in record["before"]:
            continue
        if group["kind"] == "split" and group["of"][0] in known:
            yield Change(Kind.SPLIT, group["label"], group["of"][0])
        else:
            yield Change(Kind.RETURNED if group["returned"] else Kind.NEW, group["label"])


def _departures(record: Mapping[str, Any], shown: set[str], known: set[str]) -> Iterator[Change]:
    for end in record["ended"]:
        if end["label"] not in known:
            continue
        into = next((place["label"] for place in end["into"] if 2 * place["members"] > end["members"]), None)
        yield Change(Kind.MERGED, end["label"], into) if into in shown else Change(Kind.ENDED, end["label"])
