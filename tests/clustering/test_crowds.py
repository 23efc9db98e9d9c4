"""People who stand together."""

import numpy as np
import pytest

from clustering.crowds import crowds


@pytest.mark.parametrize("people", [1, 39, 40, 41, 500])
def test_there_are_at_most_so_many_and_everybody_is_in_one(people: int) -> None:
    random = np.random.default_rng(people)
    points, weights = random.normal(size=(people, 2)), random.uniform(1, 50, people)
    found = crowds(points, weights, 40)
    assert len(found.sizes) == min(people, 40)
    assert np.bincount(found.of).tolist() == found.sizes.tolist()
    assert found.sizes.sum() == people
    assert found.weights.sum() == pytest.approx(weights.sum())
    assert found.weights @ found.centres == pytest.approx(weights @ points)


def test_people_on_one_spot_stay_together() -> None:
    spots = np.random.default_rng(0).normal(size=(12, 3))
    points = np.repeat(spots, 50, axis=0)
    found = crowds(points, np.ones(600), 100)
    assert len(found.sizes) == 12
    assert found.sizes.tolist() == [50] * 12
    assert found.centres[found.of] == pytest.approx(points)


def test_everybody_on_one_spot_is_one_crowd() -> None:
    assert crowds(np.zeros((500, 2)), np.ones(500), 40).sizes.tolist() == [500]


def test_far_away_people_are_never_in_one_crowd() -> None:
    random = np.random.default_rng(1)
    points = np.concatenate([random.normal(-10, 1, (300, 2)), random.normal(10, 1, (3, 2))])
    found = crowds(points, np.ones(303), 10)
    assert not set(found.of[:300].tolist()) & set(found.of[300:].tolist())
