"""Whether groups explain more than totals do."""

import numpy as np
import pytest

from clustering import Parameters
from clustering.null import beyond_totals
from tests.clustering.planted import Missing, planted_groups, structureless


@pytest.mark.parametrize("groups", [2, 4])
def test_planted_groups_explain_more_than_totals(groups: int) -> None:
    people = planted_groups(60 * groups, 30, groups, seed=groups, missing=Missing(0.6))
    votes = people.matrix()
    found = beyond_totals(votes, people.groups_in(votes), groups - 1, Parameters())
    assert found.z > 10
    assert found.excess > 0.1
    assert found.votes == len(votes.values)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_groups_of_people_at_random_explain_no_more(seed: int) -> None:
    votes = planted_groups(120, 30, 2, seed=seed, missing=Missing(0.6)).matrix()
    labels = np.random.default_rng(seed).integers(0, 2, votes.shape[0])
    found = beyond_totals(votes, labels, 1, Parameters())
    assert found.excess < 0.02


def test_those_who_agree_readily_are_no_group() -> None:
    votes = structureless(150, 30, 20, margins="strong").matrix()
    agreeing = np.add.reduceat(votes.values.astype(np.int64), votes.starts[:-1])
    sides = (agreeing > np.median(agreeing)).astype(np.int64)
    assert beyond_totals(votes, sides, 1, Parameters()).excess < 0.02


def test_the_answer_is_the_same_every_time() -> None:
    people = planted_groups(80, 20, 2, missing=Missing(0.6))
    votes = people.matrix()
    one, other = (beyond_totals(votes, people.groups_in(votes), 1, Parameters()) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_where_everybody_says_the_same_totals_leave_nothing_open(choice: int) -> None:
    votes = structureless(30, 10, 10).matrix()
    same = type(votes).from_votes(np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30), np.full(300, choice))
    found = beyond_totals(same, np.arange(30) % 2, 1, Parameters())
    assert np.isfinite([found.excess, found.z]).all()
    assert found.excess < 0.02
