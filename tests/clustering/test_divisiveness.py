"""How far people differ over a statement."""

import numpy as np
import pytest

from clustering import ClassicParameters, VoteMatrix, analyse
from clustering.arrays import Floats, Integers
from clustering.divisiveness import divisiveness, position_share
from clustering.projection import Projection
from clustering.rates import Prior, Rates, fit_prior, rates
from tests.clustering.planted import planted, planted_votes


def judged(counts: Integers, votes: Integers) -> Rates:
    return rates(counts, votes, fit_prior(counts, votes), 0.9)


def everywhere(votes: Integers) -> np.ndarray:
    return np.ones(votes.shape, dtype=np.bool_)


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_nine_in_ten_intervals_hold_the_true_spread_of_groups(groups: int) -> None:
    """Where groups are like those of real conversations: each statement has its own rate, groups differ from it."""
    random = np.random.default_rng(groups)
    overall = random.beta(3.0, 2.0, 4000)
    truth = random.beta(6 * overall, 6 * (1 - overall), (groups, 4000))
    votes = random.integers(40, 300, truth.shape)
    counts = random.binomial(votes, truth)
    spread = divisiveness(judged(counts, votes), everywhere(votes))
    true_spread = truth.max(axis=0) - truth.min(axis=0)
    assert 0.87 <= ((spread.low <= true_spread) & (true_spread <= spread.high)).mean() <= 0.93


def test_the_two_groups_furthest_apart_are_compared() -> None:
    counts, votes = np.array([[90], [50], [20]]), np.full((3, 1), 100)
    agree = rates(counts, votes, Prior(2.0, 2.0), 0.9)
    spread = divisiveness(agree, everywhere(votes))
    assert spread.rate == pytest.approx(agree.rate[0] - agree.rate[2])
    assert 0 < spread.low[0] < spread.rate[0] < spread.high[0] <= 1


def test_groups_without_a_say_are_left_out_and_one_group_alone_does_not_differ() -> None:
    counts, votes = np.array([[90, 90], [50, 50], [0, 0]]), np.full((3, 2), 100)
    say = np.array([[True, True], [True, False], [False, False]])
    agree = rates(counts, votes, Prior(2.0, 2.0), 0.9)
    spread = divisiveness(agree, say)
    assert spread.rate[0] == pytest.approx(agree.rate[0, 0] - agree.rate[1, 0])
    assert np.isnan([spread.rate[1], spread.low[1], spread.high[1]]).all()


@pytest.mark.parametrize("groups", [0, 1])
def test_fewer_than_two_groups_have_no_spread(groups: int) -> None:
    votes = np.full((groups, 3), 50)
    spread = divisiveness(rates(votes // 2, votes, Prior(2.0, 2.0), 0.9), everywhere(votes))
    assert np.isnan(spread.rate).tolist() == [True] * 3


def test_like_minded_groups_may_not_differ_at_all() -> None:
    votes = np.full((2, 1), 100)
    spread = divisiveness(rates(votes // 2, votes, Prior(2.0, 2.0), 0.9), everywhere(votes))
    assert (spread.rate[0], spread.low[0]) == (0.0, 0.0)
    assert spread.high[0] > 0.05


def explained_one_by_one(votes: VoteMatrix, projection: Projection, column: int) -> float:
    """From the definition, with the expected vote of each voter."""
    of_column = votes.columns == column
    rows = np.repeat(np.arange(len(votes.participants)), votes.votes_per_participant)[of_column]
    given = votes.values[of_column].astype(np.float64)
    expected = projection.means[column] + projection.scores[rows] @ projection.loadings[column]
    return max(0.0, 1 - float(((given - expected) ** 2).sum() / ((given - given.mean()) ** 2).sum()))


def projected(votes: VoteMatrix) -> Projection:
    projection = analyse(votes, ClassicParameters()).projection
    assert projection is not None
    return projection


def test_position_explains_its_share_of_the_variance() -> None:
    votes = planted(150, 25, 15, 3)
    projection = projected(votes)
    found: Floats = position_share(votes, projection, np.ones(25, dtype=np.bool_))
    assert found == pytest.approx([explained_one_by_one(votes, projection, column) for column in range(25)])
    assert ((found >= 0) & (found <= 1)).all()
    assert found.max() > 0.3


def test_swapping_agree_and_disagree_leaves_the_share() -> None:
    rows, columns, choices = planted_votes(150, 25, 15, 3)
    everything = np.ones(25, dtype=np.bool_)
    one, other = (VoteMatrix.from_votes(rows, columns, sign * choices) for sign in (1, -1))
    assert position_share(one, projected(one), everything) == pytest.approx(position_share(other, projected(other), everything))


def test_nothing_is_said_where_all_voted_alike_or_nothing_may_be_said() -> None:
    rows, columns, choices = planted_votes(60, 10, 8, 2)
    choices[columns == 3] = 1
    votes = VoteMatrix.from_votes(rows, columns, choices)
    found = position_share(votes, projected(votes), np.arange(10) != 5)
    assert np.isnan(found).nonzero()[0].tolist() == [3, 5]
