"""Votes drawn from totals alone."""

import numpy as np
import pytest

from clustering import VoteMatrix, analyse
from clustering.arrays import Floats, Integers
from clustering.totals import Totals
from tests.clustering.planted import Margins, structureless

DRAWS = 100


def sums(places: Integers, values: Floats, size: int) -> Floats:
    return np.bincount(places, values, size).astype(np.float64)


def drawn(totals: Totals) -> list[Floats]:
    return [totals.draw(np.random.default_rng(seed)).astype(np.float64) for seed in range(DRAWS)]


@pytest.mark.parametrize("margins", ["even", "usual", "strong"])
def test_draws_nearly_keep_statements_totals_and_how_far_people_differ(margins: Margins) -> None:
    votes = structureless(150, 40, 30, seed=1, margins=margins).matrix()
    totals, cast = Totals.of(votes), votes.values.astype(np.float64)
    draws = drawn(totals)
    mean = np.mean(draws, axis=0)
    assert sums(totals.columns, mean, 40) == pytest.approx(sums(totals.columns, cast, 40), abs=6)
    own = sums(totals.rows, cast, 150)
    assert np.mean([sums(totals.rows, draw, 150).std() for draw in draws]) == pytest.approx(own.std(), rel=0.12)


def test_draws_nearly_keep_passes() -> None:
    votes = structureless(150, 40, 30, seed=2, margins="strong").matrix()
    totals = Totals.of(votes)
    passes = np.mean([(draw == 0).sum() for draw in drawn(totals)])
    assert passes == pytest.approx((votes.values == 0).sum(), rel=0.1)


def test_draws_are_votes() -> None:
    assert set(Totals.of(structureless(30, 10, 8).matrix()).draw(np.random.default_rng(0)).tolist()) <= {-1, 0, 1}


@pytest.mark.parametrize("passing", [0.0, 0.12])
def test_people_and_statements_that_differ_very_much_are_no_groups(passing: float) -> None:
    random = np.random.default_rng(5)
    rows, columns = np.nonzero(random.random((200, 40)) < 0.5)
    leanings = random.normal(0, 3, 200)[rows] + random.normal(0, 3, 40)[columns]
    choices = np.where(random.random(len(rows)) < 1 / (1 + np.exp(-leanings)), 1, -1)
    choices[random.random(len(rows)) < passing] = 0
    assert analyse(VoteMatrix.from_votes(rows, columns, choices)).verdict == "no_distinct_groups"
