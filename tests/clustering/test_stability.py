"""Whether groups stay when a part of the votes is left out."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from clustering import Parameters
from clustering.groups import find_groups, grouped, weights_of
from clustering.projection import fit_model, placed, scores_of
from clustering.stability import Stability, rand_index, stability
from clustering.votes import VoteMatrix
from tests.clustering.planted import Missing, gradient, planted_groups


def steadiness(votes: VoteMatrix, parameters: Parameters | None = None) -> dict[int, Stability]:
    parameters = parameters or Parameters(most_groups=4)
    model = fit_model(votes, 2, parameters)
    among = grouped(votes.votes_per_participant, votes.shape[1], parameters)
    weights = weights_of(votes.votes_per_participant[among], parameters)
    groupings = find_groups(placed(model, scores_of(votes, model))[among], weights, range(2, 5), parameters)
    return stability(votes, model, among, groupings, parameters)


@pytest.mark.parametrize("seed", [0, 1])
def test_planted_groups_stay(seed: int) -> None:
    found = steadiness(planted_groups(180, 40, 3, seed=seed, missing=Missing(0.7)).matrix())
    assert found[3].index > 0.95
    assert found[3].groups.shape == (3,)
    assert (found[3].groups > 0.9).all()
    assert found[3].index > found[4].index


def test_opinions_that_shade_into_each_other_are_cut_elsewhere_every_time() -> None:
    found = steadiness(gradient(180, 20, seed=0, axes=2, missing=Missing(0.4)).matrix())
    assert max(one.index for one in found.values()) < 0.85


def test_the_fewer_votes_are_left_the_less_stays() -> None:
    votes = planted_groups(150, 25, 3, seed=3, missing=Missing(0.5)).matrix()
    little, much = (steadiness(votes, Parameters(left_out=share))[3].index for share in (0.05, 0.5))
    assert little > much


def test_the_same_votes_are_left_out_every_time() -> None:
    votes = planted_groups(120, 25, 3, seed=3, missing=Missing(0.5)).matrix()
    one, other = (steadiness(votes) for _ in range(2))
    assert {count: (found.index, found.groups.tolist()) for count, found in one.items()} == {
        count: (found.index, found.groups.tolist()) for count, found in other.items()
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_index_is_the_adjusted_rand_index(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(0, 3, 50), random.integers(0, 3, 50)
    other[:30] = one[:30]
    table = np.bincount(3 * one + other, minlength=9).reshape(3, 3)
    assert rand_index(table) == pytest.approx(adjusted_rand_score(one, other))


@pytest.mark.parametrize("table", [[[9, 0], [0, 0]], [[1, 0], [0, 1]], [[0, 0], [0, 0]], [[5, 0], [0, 7]]])
def test_groupings_that_say_the_same_agree_entirely(table: list[list[int]]) -> None:
    assert rand_index(np.array(table)) == 1.0


def test_people_thrown_together_at_random_agree_no_more_than_by_chance() -> None:
    assert rand_index(np.full((2, 2), 1000)) == pytest.approx(0.0, abs=0.001)
