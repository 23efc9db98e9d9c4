"""The fast clustering does what the plain one does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustering.arrays import Floats
from clustering.classic.k_means import k_means


def plain_k_means(points: Floats, weights: Floats, count: int, steps: int, settled_shift: float) -> NDArray[np.int64]:
    _, first = np.unique(points, axis=0, return_index=True)
    centres = points[np.sort(first)[:count]]
    for _ in range(steps):
        distances = np.sqrt(((points[:, np.newaxis] - centres) ** 2).sum(axis=2))
        labels = len(centres) - 1 - distances[:, ::-1].argmin(axis=1)
        moved = np.array([np.average(points[labels == c], axis=0, weights=weights[labels == c]) for c in np.unique(labels)])
        settled = len(moved) == len(centres) and shift(moved, centres) < settled_shift
        centres = moved
        if settled:
            break
    return np.unique(labels, return_inverse=True)[1]


def shift(centres: Floats, previous: Floats) -> float:
    return float(np.sqrt(((np.array(sorted(centres.tolist())) - np.array(sorted(previous.tolist()))) ** 2).sum(axis=1)).max())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(1, 30), st.integers(1, 40))
def test_bounds_change_no_result(seed: int, people: int, count: int, steps: int) -> None:
    random = np.random.default_rng(seed)
    points = random.normal(size=(people, 2)) * random.choice([0.01, 1.0, 50.0]) + random.choice([-3.0, 0.0, 3.0], (people, 1))
    weights = random.integers(1, 9, people).astype(np.float64)
    fast = k_means(points, weights, count, steps, 0.01)
    assert fast.tolist() == plain_k_means(points, weights, count, steps, 0.01).tolist()


def test_a_point_between_two_centres_goes_to_the_later() -> None:
    assert k_means(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]]), np.ones(3), 2, 1, 0.01).tolist() == [0, 1, 1]


def test_people_on_one_spot_are_one_cluster() -> None:
    assert k_means(np.zeros((6, 2)), np.ones(6), 100, 100, 0.01).tolist() == [0] * 6


@pytest.mark.parametrize("count", [1, 2, 5])
def test_there_are_never_more_clusters_than_asked_for(count: int) -> None:
    points = np.random.default_rng(1).normal(size=(50, 2))
    assert len(set(k_means(points, np.ones(50), count, 100, 0.01).tolist())) <= count
