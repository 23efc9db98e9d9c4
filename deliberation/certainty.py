"""How far an analysis is to be trusted, as it says itself: stability, agenda, structure, lookalikes, influence.

Nothing about groups that are withheld: where one is, figures over all groups are left out. Figures are in millionths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.figures import Group, millionths, publishable


@dataclass(frozen=True, slots=True)
class Agenda:
    """Majority plus half the minority: statements with which at least the share `threshold` of their voters agrees.

    `sizes`: people in the groups that the threshold was reckoned from; reports of before they were recorded have none.
    """

    threshold: int
    numbers: tuple[int, ...]
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """Behind the map and the number of groups.

    `explained`: how much of hidden votes the map foretold beyond the statements' means, of `hidden_votes`. `candidates`: numbers
    of groups that were tried, with their stability. `excess`: what the groups explain beyond totals; `deviations`: by how many
    standard deviations of drawn votes.
    """

    axes: int
    imputed: bool
    explained: int | None
    hidden_votes: int
    candidates: tuple[tuple[int, int], ...]
    excess: int | None
    deviations: int | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who voted alike, the middle of their voting within `minutes`; `identical`, `expected`: shares of equal answers."""

    people: int
    statements: int
    minutes: int
    identical: int
    expected: int


@dataclass(frozen=True, slots=True)
class Without:
    """A statement that is shared, with its low end in the group where that is smallest, with and without the cohorts' votes."""

    number: int
    low_with: int | None
    low_without: int | None


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """`standing_out_changed`: statements by which groups stand out only with, or only without, the cohorts' votes."""

    people: int
    cohorts: tuple[Cohort, ...]
    shared: tuple[Without, ...]
    standing_out_changed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """The part of the votes without which the findings change most: `part` “time”, “most_active” or “cohort”, counted from 1.

    `shared_leaving`, `standing_out_leaving`: shares of those findings that would be none; `largest_change` of a shared share.
    `shared`, `standing_out`: how many were looked at; the first ones only, and unknown before they were recorded.
    """

    part: str
    number: int
    votes: int
    people: int
    shared_leaving: int
    standing_out_leaving: int
    largest_change: int
    shared: int | None = None
    standing_out: int | None = None


@dataclass(frozen=True, slots=True)
class Certainty:
    """`stability`: how far the groups stay the same when a tenth of the votes is left out (median adjusted Rand index).

    `stable`: whether that is enough. `groups`: how much of each group that is shown stays together. `apart`: whether the groups
    stand apart or shade into each other. `published_agenda`: the agenda by the groups that were published where the conversation
    was imported from.
    """

    stability: int | None
    stable: bool | None
    groups: dict[str, int]
    agenda: Agenda | None
    structure: Structure | None
    lookalikes: Lookalikes | None
    influence: Influence | None
    apart: bool | None = None
    published_agenda: Agenda | None = None


def of_result(result: Mapping[str, Any], groups: tuple[Group, ...], minimum: int) -> Certainty:
    """What `Analysis.result` says of it; nothing where the method does not say."""
    shown = {group.label for group in groups if group.size is not None}
    complete = len(shown) == len(groups)
    sizes = {group.label: group.size for group in groups if group.size is not None}
    stabilities = {group["label"]: group.get("stability") for group in result["groups"]}
    return Certainty(
        stability=_figure(result.get("stability")),
        stable=result.get("stable"),
        groups={label: millionths(share) for label, share in stabilities.items() if share is not None and label in shown},
        agenda=_agenda(result.get("agenda"), sizes) if complete else None,
        structure=_structure(result.get("structure")),
        lookalikes=_lookalikes(result, complete),
        influence=_influence(result.get("influence")) if complete else None,
        apart=result.get("apart"),
        published_agenda=_published_agenda(result, minimum),
    )


def _agenda(told: Mapping[str, Any] | None, sizes: Mapping[str, int]) -> Agenda | None:
    if not told or told["threshold"] is None:
        return None
    return Agenda(millionths(told["threshold"]), tuple(told["statements"]), tuple(sizes.values()))


def _published_agenda(result: Mapping[str, Any], minimum: int) -> Agenda | None:
    """Nothing where one of these groups would have to be withheld."""
    told = result.get("published_groups")
    if not told or publishable(told["sizes"], result["participants"], minimum) != set(told["sizes"]):
        return None
    return _agenda(told, told["sizes"])


def _structure(told: Mapping[str, Any] | None) -> Structure | None:
    if not told:
        return None
    axes, beyond = told["evidence"]["axes"], told["evidence"]["beyond_totals"] or {}
    numbers = told["evidence"]["numbers_of_groups"]
    chosen = "imputed" if told["imputed"] else str(told["rank"])
    return Structure(
        axes=told["rank"],
        imputed=told["imputed"],
        explained=_figure(axes["hidden_r2"].get(chosen)),
        hidden_votes=axes["hidden_votes"],
        candidates=tuple((int(count), millionths(found["stability"])) for count, found in sorted(numbers.items())),
        excess=_figure(beyond.get("excess")),
        deviations=_figure(beyond.get("z")),
    )


def _lookalikes(result: Mapping[str, Any], complete: bool) -> Lookalikes | None:
    told, compared = result.get("lookalikes"), result.get("without_lookalikes")
    if not told or not told["cohorts"]:
        return None
    cohorts = tuple(
        Cohort(
            cohort["size"],
            cohort["statements"],
            max(1, round(cohort["minutes"])),
            millionths(cohort["identical"]),
            millionths(cohort["expected"]),
        )
        for cohort in told["cohorts"]
    )
    if not compared or not complete:
        return Lookalikes(told["flagged"], cohorts, (), ())
    return Lookalikes(told["flagged"], cohorts, _side_by_side(compared["shared"]), tuple(compared["changed"]["representative"]))


def _side_by_side(shared: Mapping[str, Any]) -> tuple[Without, ...]:
    lows = {side: {row["statement"]: millionths(row["low"]) for row in shared[side]} for side in ("with", "without")}
    numbers = dict.fromkeys([*lows["with"], *lows["without"]])
    return tuple(Without(number, lows["with"].get(number), lows["without"].get(number)) for number in numbers)


def _influence(told: Any) -> Influence | None:
    if not told:
        return None
    most = told[0]
    return Influence(
        most["part"],
        most["number"],
        most["votes"],
        most["people"],
        millionths(most["shared_leaving"]),
        millionths(most["standing_out_leaving"]),
        millionths(most["largest_change"]),
        most.get("shared"),
        most.get("standing_out"),
    )


def _figure(value: float | None) -> int | None:
    return None if value is None else millionths(value)
