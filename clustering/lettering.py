"""Which letter each group gets: that of the earlier group with which it shares most members, or one that is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering.arrays import Floats, Integers
from clustering.result import NOT_GROUPED, letter

SAME_GROUP = 0.3
"""Groups that have less in common (Jaccard index of their members) are different groups."""
RETURNING_WEIGHT = 0.5
"""What a letter that no group had any more counts beside one that a group still has."""


@dataclass(frozen=True, eq=False)
class Remembered:
    """A letter and who had it, `belonged` (people,): 1 for its members, 0 for those of other groups then, −1 for everybody else.

    `in_use`: whether a group of the last analysis had it.
    """

    label: str
    belonged: Integers
    in_use: bool


def letters(groups: Integers, number: int, remembered: Sequence[Remembered], given: Sequence[str]) -> tuple[str, ...]:
    """The letter of each of the `number` groups; `groups` (people,) in the order of `remembered`, −1 without a group.

    Earlier and present groups are matched one to one so that they have as much in common as possible (Hungarian method); who had
    no group at either time does not count. What is left gets the first letters that are not among the `given`.
    """
    found = _matched(groups, number, remembered)
    fresh = (label for label in map(letter, count()) if label not in set(given))
    return tuple(found[place] if place in found else next(fresh) for place in range(number))


def _matched(groups: Integers, number: int, remembered: Sequence[Remembered]) -> dict[int, str]:
    if not remembered or not number:
        return {}
    common = np.stack([_in_common(groups, number, earlier.belonged) for earlier in remembered], axis=1)
    weights = np.array([1.0 if earlier.in_use else RETURNING_WEIGHT for earlier in remembered])
    worth = np.where(common >= SAME_GROUP, common * weights, 0.0)
    pairs = zip(*(places.tolist() for places in linear_sum_assignment(worth, maximize=True)), strict=True)
    return {place: remembered[column].label for place, column in pairs if worth[place, column] > 0}


def _in_common(groups: Integers, number: int, belonged: Integers) -> Floats:
    """Jaccard index of each group's members with those who belonged, among people who had a group both times (groups,)."""
    both = (groups != NOT_GROUPED) & (belonged != NOT_GROUPED)
    shared = np.bincount(groups[both & (belonged == 1)], minlength=number)
    together = np.bincount(groups[both], minlength=number) + shared.sum() - shared
    common: Floats = shared / np.maximum(together, 1)
    return common
