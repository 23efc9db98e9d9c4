"""Lloyd's algorithm, exact, on points in the plane."""

import numpy as np
from scipy.spatial import cKDTree

from clustering.arrays import Floats, Integers

MARGIN = 1e-9
"""Larger than the rounding errors that bounds on distances gather, relative to the spread of the points."""


def k_means(points: Floats, weights: Floats, count: int, steps: int, settled_shift: float) -> Integers:
    """Cluster number of each of the `points` (n, 2), 0… without gaps, starting from the first `count` distinct points.

    Each step moves every centre to the weighted mean of the points nearest to it, until no centre moves as far as `settled_shift`
    or `steps` are done. A point between two equally near centres goes to the later one; a centre without points is dropped.
    A point is compared with the centres again only when bounds on its distances leave open which is nearest (Hamerly 2010); that
    changes no result.
    """
    centres = _first_distinct(points, count)
    labels, second = _nearest_two(points, centres)
    weighted = points * weights[:, np.newaxis]
    margin = MARGIN * (1 + float(np.abs(points).max(initial=0)))
    for step in range(steps):
        if step > 0:
            own = _lengths(points - centres[labels])
            doubtful = np.flatnonzero(own + margin >= np.maximum(second, _half_way(centres)[labels]))
            labels[doubtful], second[doubtful] = _nearest_two(points[doubtful], centres)
        mass = np.bincount(labels, weights, len(centres))
        kept = mass > 0
        if not kept.all():
            centres, labels, mass = centres[kept], (np.cumsum(kept) - 1)[labels], mass[kept]
        sums = [np.bincount(labels, weighted[:, axis], len(mass)) for axis in range(2)]
        moved = np.stack(sums, axis=1) / mass[:, np.newaxis]
        if kept.all() and _shift(moved, centres) < settled_shift:
            break
        second -= _lengths(moved - centres).max()
        centres = moved
    return np.unique(labels, return_inverse=True)[1]


def _first_distinct(points: Floats, count: int) -> Floats:
    distinct: dict[tuple[float, float], None] = {}
    for x, y in points:
        distinct.setdefault((x, y))
        if len(distinct) == count:
            break
    return np.array(list(distinct))


def _nearest_two(points: Floats, centres: Floats) -> tuple[Integers, Floats]:
    """The nearest centre of each point, and the distance to the next best (infinite when there is none)."""
    distances, places = (np.asarray(found) for found in cKDTree(centres).query(points, k=2))
    nearest, second = distances.T
    return np.where(nearest == second, places.max(axis=1), places[:, 0]), second


def _lengths(vectors: Floats) -> Floats:
    return np.sqrt(vectors[:, 0] ** 2 + vectors[:, 1] ** 2)


def _half_way(centres: Floats) -> Floats:
    """Half the distance from each centre to the nearest other one: who is nearer to the centre than this is in its cluster."""
    return _nearest_two(centres, centres)[1] / 2


def _shift(centres: Floats, previous: Floats) -> float:
    """The largest move, the two lists being compared in the order of their coordinates."""
    now, before = (cloud[np.lexsort(cloud.T[::-1])] for cloud in (centres, previous))
    return float(_lengths(now - before).max())
