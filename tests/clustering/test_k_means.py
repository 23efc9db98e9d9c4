"""Groups of weighted points around centres."""

import numpy as np
import pytest

from clustering.arrays import Floats
from clustering.k_means import centres_of, improved, nearest


def three_heaps(seed: int = 0) -> Floats:
    middles = np.repeat([[-5.0, 0.0], [5.0, 0.0], [0.0, 6.0]], 40, axis=0)
    points: Floats = middles + np.random.default_rng(seed).normal(0, 0.5, (120, 2))
    return points


def by_place(centres: Floats) -> Floats:
    ordered: Floats = centres[np.lexsort(centres.T[::-1])]
    return ordered


def test_centres_are_the_means_of_those_nearest() -> None:
    points = three_heaps()
    centres = centres_of(points, np.ones(120), 3, 5, np.random.default_rng(0))
    labels = nearest(points, centres)
    assert sorted(np.bincount(labels).tolist()) == [40, 40, 40]
    assert centres == pytest.approx(np.array([points[labels == group].mean(axis=0) for group in range(3)]))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_points_in_another_order_have_the_same_centres(seed: int) -> None:
    random = np.random.default_rng(seed)
    points, weights, order = random.normal(size=(200, 2)), random.uniform(1, 9, 200), random.permutation(200)
    one = centres_of(points, weights, 4, 5, np.random.default_rng(7))
    other = centres_of(points[order], weights[order], 4, 5, np.random.default_rng(7))
    assert one.tolist() == other.tolist()


def test_a_point_counts_by_its_weight() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    centres = centres_of(points, np.array([3.0, 1.0, 1.0, 3.0]), 2, 5, np.random.default_rng(0))
    assert by_place(centres).ravel().tolist() == [0.25, 10.75]


def test_a_point_of_weight_three_is_three_points() -> None:
    points = three_heaps()
    weights = np.tile([1.0, 2.0, 3.0], 40)
    heavy = centres_of(points, weights, 3, 5, np.random.default_rng(0))
    many = centres_of(np.repeat(points, weights.astype(int), axis=0), np.ones(240), 3, 5, np.random.default_rng(0))
    assert by_place(heavy) == pytest.approx(by_place(many))


def test_more_centres_than_spots_is_no_trouble() -> None:
    points = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    centres = centres_of(points, np.ones(10), 4, 3, np.random.default_rng(0))
    assert np.isfinite(centres).all()
    assert (centres[nearest(points, centres)] == points).all()


def test_the_best_start_counts_and_of_equally_near_centres_the_first() -> None:
    points = three_heaps()
    good, bad = np.array([[-5.0, 0], [5, 0], [0, 6]]), np.array([[50.0, 50], [60, 60], [0, 0]])
    assert improved(points, np.ones(120), np.stack([bad, good])).tolist() == improved(points, np.ones(120), good[None]).tolist()
    assert nearest(np.array([[0.0]]), np.array([[1.0], [-1.0], [1.0]])).tolist() == [0]
