"""Votes as they may be published: nothing about so few people that one of them could be made out.

How people answered a statement is published when at least `publication_minimum` people have answered it; before, only how many.

A figure of a group is published when at least `publication_minimum` people stand behind it: the group has that many members, and
that many of them voted on the statement. What is left when the published groups are taken from everybody could be worked out by
subtraction; so when something is withheld and that rest is smaller than the minimum, the next smallest group is withheld too,
until the rest is large enough or nothing is left to show. People without a group are part of the rest and no group themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deliberation.values import Choice

MILLION = 1_000_000
HALF = MILLION // 2
ANSWERS = {Choice.AGREE: "agree", Choice.DISAGREE: "disagree", Choice.PASS: "pass"}


def millionths(figure: float) -> int:
    """Whole numbers, which every program writes alike, so that anybody can check the fingerprint of a report."""
    return round(figure * MILLION)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the votes tell about a share, and the ends of its 90 % interval, in millionths."""

    best: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes on one statement. `estimates` of the shares that agree, disagree and pass; None where the method gives none.

    `few`: so many votes, and too few to say how they were cast; then all other numbers are 0.
    """

    agree: int
    disagree: int
    passes: int
    estimates: tuple[Estimate, Estimate, Estimate] | None = field(default=None, compare=False)
    few: int = 0

    @property
    def votes(self) -> int:
        return self.agree + self.disagree + self.passes + self.few

    @property
    def told(self) -> bool:
        """Whether there is something to say of how people voted."""
        return self.votes > self.few

    def count(self, choice: Choice) -> int:
        return {Choice.AGREE: self.agree, Choice.DISAGREE: self.disagree, Choice.PASS: self.passes}[choice]

    def share(self, choice: Choice) -> float:
        """In 0…1; 0 without votes."""
        return self.count(choice) / self.votes if self.votes else 0.0

    def estimate(self, choice: Choice) -> Estimate | None:
        return None if self.estimates is None else self.estimates[list(ANSWERS).index(choice)]

    def best(self, choice: Choice) -> int:
        """In millionths; 0 without an estimate."""
        estimate = self.estimate(choice)
        return 0 if estimate is None else estimate.best

    def low(self, choice: Choice) -> int:
        """The low end, in millionths; 0 without an estimate."""
        estimate = self.estimate(choice)
        return 0 if estimate is None else estimate.low

    def publishable(self, minimum: int) -> "Tally":
        """As it may be published."""
        return Tally(0, 0, 0, few=self.votes) if self.votes < minimum else self

    def without(self, other: "Tally") -> "Tally":
        return Tally(self.agree - other.agree, self.disagree - other.disagree, self.passes - other.passes)


@dataclass(frozen=True, slots=True)
class Group:
    """An opinion group. `size` is None where the group is withheld."""

    label: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The votes on one statement. A group's tally is None where it is withheld.

    `divides`: the difference between the shares that agree in the two groups furthest apart; None where a group is withheld.
    `explained`: how much of the differences between votes the voters' places on the map explain. `bridging`: how somebody in the
    middle of all viewpoints would vote, −1 … 1. All in millionths, None without a figure.
    """

    number: int
    everybody: Tally
    by_group: dict[str, Tally | None]
    divides: Estimate | None = None
    explained: int | None = None
    bridging: int | None = None

    @property
    def shown(self) -> dict[str, Tally]:
        return {label: tally for label, tally in self.by_group.items() if tally is not None}


def groups_of(result: Mapping[str, Any], minimum: int) -> tuple[Group, ...]:
    """The groups of an analysis's result in the order of their letters; those that are withheld have no size."""
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
    everybody = _tally(row).publishable(minimum)
    tallies = {group.label: None if group.size is None else _tally(row["groups"][group.label]) for group in groups}
    votes = {label: 0 if tally is None else tally.votes for label, tally in tallies.items()}
    shown = publishable(votes, everybody.votes, minimum)
    by_group = {label: tally if label in shown else None for label, tally in tallies.items()}
    divides = None if None in by_group.values() else _estimate(row, "divisiveness", best="divisiveness")
    explained, bridging = (None if everybody.few else _figure(row, name) for name in ("position_share", "bridging"))
    return Figures(row["number"], everybody, by_group, divides, explained, bridging)


def _tally(row: Mapping[str, Any]) -> Tally:
    agree, disagree, passed = (_estimate(row, answer, best=f"{answer}_rate") for answer in ANSWERS.values())
    estimates = (agree, disagree, passed) if agree and disagree and passed else None
    return Tally(row["agree"], row["disagree"], row["pass"], estimates)


def _estimate(row: Mapping[str, Any], name: str, best: str) -> Estimate | None:
    found = [_figure(row, key) for key in (best, f"{name}_low", f"{name}_high")]
    if found[0] is None or found[1] is None or found[2] is None:
        return None
    return Estimate(found[0], found[1], found[2])


def _figure(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    return None if value is None else millionths(value)
