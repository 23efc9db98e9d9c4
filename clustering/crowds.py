"""Crowds: people who stand together, so that work grows with the number of crowds and not of people."""

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from clustering.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class Crowds:
    """`of` (people,): each one's crowd. `centres` (crowds, axes), `weights` and `sizes` (crowds,), sums of the people's."""

    of: Integers
    centres: Floats
    weights: Floats
    sizes: Floats


def crowds(points: Floats, weights: Floats, most: int) -> Crowds:
    """At most so many crowds: again and again the one that is spread most is cut across its longest side."""
    of = np.arange(len(points)) if len(points) <= most else _cut(points, most)
    sizes, mass = np.bincount(of).astype(np.float64), np.bincount(of, weights).astype(np.float64)
    sums = np.stack([np.bincount(of, weights * points[:, axis]) for axis in range(points.shape[1])], axis=1)
    return Crowds(of, sums / mass[:, np.newaxis], mass, sizes)


def _cut(points: Floats, most: int) -> Integers:
    members = [np.arange(len(points))]
    waiting = [_Spread.of(points, 0)]
    while waiting and len(members) < most:
        widest = heappop(waiting)
        if widest.size == 0:
            break
        people = members[widest.place]
        along = points[people, widest.axis]
        low = along < widest.middle
        if low.all() or not low.any():  # rounding: they stand practically on one spot
            continue
        members[widest.place] = people[low]
        members.append(people[~low])
        for place in (widest.place, len(members) - 1):
            heappush(waiting, _Spread.of(points[members[place]], place))
    of = np.empty(len(points), dtype=np.int64)
    for place, people in enumerate(members):
        of[people] = place
    return of


class _Spread(NamedTuple):
    """How far the people of a crowd are spread, the largest first in order, and where to cut it: its longest side's middle."""

    order: float
    place: int
    axis: int
    middle: float

    @classmethod
    def of(cls, points: Floats, place: int) -> "_Spread":
        means = points.mean(axis=0)
        variances = np.square(points - means).mean(axis=0)
        axis = int(np.argmax(variances))
        return cls(-float(variances.sum()) * len(points), place, axis, float(means[axis]))

    @property
    def size(self) -> float:
        return -self.order
