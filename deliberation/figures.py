"""Votes by group as they may be published: nothing about so few people that one of them could be made out.

A figure of a group is published when at least `publication_minimum` people stand behind it: the group has that many members, and
that many of them voted on the statement. What is left when the published groups are taken from everybody could be worked out by
subtraction; so when something is withheld and that rest is smaller than the minimum, the next smallest group is withheld too,
until the rest is large enough or nothing is left to show. People without a group are part of the rest and no group themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.values import Choice


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes on one statement."""

    agree: int
    disagree: int
    passes: int

    @property
    def votes(self) -> int:
        return self.agree + self.disagree + self.passes

    def count(self, choice: Choice) -> int:
        return {Choice.AGREE: self.agree, Choice.DISAGREE: self.disagree, Choice.PASS: self.passes}[choice]

    def share(self, choice: Choice) -> float:
        """In 0…1; 0 without votes."""
        return self.count(choice) / self.votes if self.votes else 0.0

    def without(self, other: "Tally") -> "Tally":
        return Tally(self.agree - other.agree, self.disagree - other.disagree, self.passes - other.passes)


@dataclass(frozen=True, slots=True)
class Group:
    """An opinion group. `size` is None where the group is withheld."""

    label: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The votes on one statement. A group's tally is None where it is withheld."""

    number: int
    everybody: Tally
    by_group: dict[str, Tally | None]

    @property
    def shown(self) -> dict[str, Tally]:
        return {label: tally for label, tally in self.by_group.items() if tally is not None}


def groups_of(result: Mapping[str, Any], minimum: int) -> tuple[Group, ...]:
    """The groups of an analysis's result, the largest first; those that are withheld have no size."""
    sizes = {group["label"]: group["size"] for group in result["groups"]}
    shown = publishable(sizes, result["participants"], minimum)
    return tuple(Group(label, size if label in shown else None) for label, size in sizes.items())


def statements_of(result: Mapping[str, Any], minimum: int) -> tuple[Figures, ...]:
    """The figures of every statement in an analysis's result, by number."""
    groups = groups_of(result, minimum)
    rows = sorted(result["statements"], key=lambda row: row["number"])
    return tuple(_figures(row, groups, minimum) for row in rows)


def statement_of(result: Mapping[str, Any], number: int, minimum: int) -> Figures | None:
    """The figures of one statement; None when the analysis does not have it."""
    row = next((row for row in result["statements"] if row["number"] == number), None)
    return None if row is None else _figures(row, groups_of(result, minimum), minimum)


def publishable(counts: Mapping[str, int], total: int, minimum: int) -> set[str]:
    """Which of these parts of `total` may be published beside it."""
    kept = sorted((label for label in counts if counts[label] >= minimum), key=lambda label: (-counts[label], label))
    while kept and len(kept) < len(counts) and 0 < total - sum(counts[label] for label in kept) < minimum:
        kept.pop()
    return set(kept)


def _figures(row: Mapping[str, Any], groups: tuple[Group, ...], minimum: int) -> Figures:
    everybody = _tally(row)
    tallies = {group.label: None if group.size is None else _tally(row["groups"][group.label]) for group in groups}
    votes = {label: 0 if tally is None else tally.votes for label, tally in tallies.items()}
    shown = publishable(votes, everybody.votes, minimum)
    return Figures(row["number"], everybody, {label: tally if label in shown else None for label, tally in tallies.items()})


def _tally(counts: Mapping[str, int]) -> Tally:
    return Tally(counts["agree"], counts["disagree"], counts["pass"])
