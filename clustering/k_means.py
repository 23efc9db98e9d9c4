"""Groups of weighted points around centres, the best of several starts."""

import numpy as np

from clustering.arrays import Floats, Integers

MOST_STEPS = 50


def centres_of(points: Floats, weights: Floats, count: int, restarts: int, random: np.random.Generator) -> Floats:
    """(count, axes): the centres with the smallest weighted sum of squared distances that `restarts` starts lead to.

    The starts are drawn far from each other (Arthur and Vassilvitskii 2007), all at once. Points in another order give the
    same centres: the draws are made from the points in the order of their places.
    """
    order = np.lexsort(points.T[::-1])
    points, weights = points[order], weights[order]
    return _settled(points, weights, _spread_out(points, weights, count, restarts, random))


def improved(points: Floats, weights: Floats, starts: Floats) -> Floats:
    """The best centres that these `starts` (starts, count, axes) lead to."""
    return _settled(points, weights, starts)


def nearest(points: Floats, centres: Floats) -> Integers:
    """Which centre each point is nearest to, of equally near ones the first."""
    found: Integers = np.argmin(_distances(points, centres[np.newaxis])[0], axis=1)
    return found


def _spread_out(points: Floats, weights: Floats, count: int, restarts: int, random: np.random.Generator) -> Floats:
    """(restarts, count, axes): the first by weight, each next one by weight times squared distance from those before."""
    far = np.tile(weights, (restarts, 1))
    chosen = np.empty((restarts, count, points.shape[1]))
    for place in range(count):
        chances = np.cumsum(np.where(far.sum(axis=1, keepdims=True) > 0, far, weights), axis=1)
        drawn = (chances <= random.random((restarts, 1)) * chances[:, -1:]).sum(axis=1)
        chosen[:, place] = points[np.minimum(drawn, len(points) - 1)]
        squared = np.square(points - chosen[:, place, np.newaxis]).sum(axis=2) * weights
        far = squared if place == 0 else np.minimum(far, squared)
    return chosen


def _settled(points: Floats, weights: Floats, centres: Floats) -> Floats:
    labels = None
    count = centres.shape[1]
    for _ in range(MOST_STEPS):
        distances = _distances(points, centres)
        found = distances.argmin(axis=2)
        if labels is not None and np.array_equal(found, labels):
            break
        labels = found
        member = (found[:, :, np.newaxis] == np.arange(count)) * weights[:, np.newaxis]
        mass = member.sum(axis=1)[:, :, np.newaxis]
        centres = np.where(mass > 0, member.transpose(0, 2, 1) @ points / np.maximum(mass, 1e-300), centres)
    spread = (_distances(points, centres).min(axis=2) * weights).sum(axis=1)
    best: Floats = centres[int(np.argmin(spread))]
    return best


def _distances(points: Floats, centres: Floats) -> Floats:
    """Squared, (starts, points, count)."""
    lengths = np.square(centres).sum(axis=2)
    products = points @ centres.transpose(0, 2, 1)
    squared: Floats = np.square(points).sum(axis=1)[:, np.newaxis] + lengths[:, np.newaxis] - 2 * products
    return np.maximum(squared, 0.0)
