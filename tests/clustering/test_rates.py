"""Shares judged by few votes or by many."""

import numpy as np
import pytest

from clustering import Tally
from clustering.arrays import Integers
from clustering.rates import EXPECTED, LARGEST, SMALLEST, Prior, answers, difference, fit_prior, rates


def drawn(prior: tuple[float, float], cells: int, most_votes: int, seed: int = 0) -> tuple[Integers, Integers, np.ndarray]:
    """Counts, votes and the true shares."""
    random = np.random.default_rng(seed)
    truth = random.beta(*prior, cells)
    votes = random.integers(0, most_votes, cells, endpoint=True)
    return random.binomial(votes, truth), votes, truth


@pytest.mark.parametrize("most_votes", [5, 30, 400])
@pytest.mark.parametrize("prior", [(2.0, 3.0), (0.5, 4.0), (8.0, 2.0)])
def test_nine_in_ten_intervals_hold_the_truth(prior: tuple[float, float], most_votes: int) -> None:
    counts, votes, truth = drawn(prior, 5000, most_votes)
    found = rates(counts, votes, fit_prior(counts, votes), 0.9)
    assert 0.87 <= ((found.low <= truth) & (truth <= found.high)).mean() <= 0.93
    assert (found.low <= found.rate).all()
    assert (found.rate <= found.high).all()


@pytest.mark.parametrize("most_votes", [5, 30, 400])
def test_nine_in_ten_intervals_of_a_difference_hold_the_truth(most_votes: int) -> None:
    sides = [drawn((2.0, 3.0), 5000, most_votes, seed) for seed in (1, 2)]
    here, there = (rates(counts, votes, fit_prior(counts, votes), 0.9) for counts, votes, _ in sides)
    gap, truth = difference(here, there), sides[0][2] - sides[1][2]
    assert 0.87 <= ((gap.low <= truth) & (truth <= gap.high)).mean() <= 0.93
    assert gap.rate == pytest.approx(here.rate - there.rate)


@pytest.mark.parametrize("prior", [(2.0, 3.0), (0.6, 4.0), (12.0, 6.0)])
def test_the_prior_that_shares_were_drawn_from_is_recovered(prior: tuple[float, float]) -> None:
    counts, votes, _ = drawn(prior, 3000, 60)
    found = fit_prior(counts, votes)
    assert (found.alpha, found.beta) == pytest.approx(prior, rel=0.15)


def test_the_fitted_prior_is_the_most_probable_one() -> None:
    """Compared with a plain search over a grid by the formula of the beta-binomial distribution."""
    from scipy.special import betaln

    counts, votes, _ = drawn((2.0, 5.0), 40, 12)

    def log_posterior(prior: Prior) -> float:
        away = np.log([prior.alpha / EXPECTED.alpha, prior.beta / EXPECTED.beta])
        likelihood = betaln(counts + prior.alpha, votes - counts + prior.beta) - betaln(prior.alpha, prior.beta)
        return float(likelihood.sum() - (away**2).sum() / 2)

    best = log_posterior(fit_prior(counts, votes))
    axis = np.geomspace(SMALLEST, LARGEST, 60)
    assert best >= max(log_posterior(Prior(alpha, beta)) for alpha in axis for beta in axis)
    assert best >= log_posterior(EXPECTED)


@pytest.mark.parametrize(
    ("counts", "votes"), [([], []), ([0], [0]), ([0] * 900, [70] * 900), ([70] * 900, [70] * 900), ([0, 9] * 400, [9] * 800)]
)
def test_no_prior_degenerates(counts: list[int], votes: list[int]) -> None:
    prior = fit_prior(np.array(counts, dtype=np.int64), np.array(votes, dtype=np.int64))
    for weight in (prior.alpha, prior.beta):
        assert SMALLEST * 0.999 <= weight <= LARGEST * 1.001
    found = rates(np.array([0, 1, 10**6]), np.array([0, 1, 10**6]), prior, 0.9)
    assert ((found.low >= 0) & (found.low < found.high) & (found.high <= 1)).all()


def test_without_votes_the_prior_speaks() -> None:
    found = rates(np.array([0]), np.array([0]), Prior(3.0, 1.0), 0.9)
    assert found.rate.tolist() == [0.75]
    assert found.high[0] - found.low[0] > 0.5


def test_more_votes_make_an_interval_narrower() -> None:
    votes = np.array([0, 4, 40, 400, 4000])
    found = rates(votes // 2, votes, Prior(2.0, 2.0), 0.9)
    assert (np.diff(found.high - found.low) < 0).all()


def test_swapping_two_answers_swaps_their_rates() -> None:
    random = np.random.default_rng(3)
    agree, disagree, passed = (random.integers(0, 20, (3, 50)) for _ in range(3))
    everything = np.ones(50, dtype=np.bool_)
    one, other = (answers(Tally(a, d, passed), everything, 0.9) for a, d in ((agree, disagree), (disagree, agree)))
    assert one.agree.low.tolist() == other.disagree.low.tolist()
    assert one.disagree.rate.tolist() == other.agree.rate.tolist()
    assert one.passed.high.tolist() == other.passed.high.tolist()


def test_the_prior_comes_from_the_marked_statements_alone() -> None:
    agree = np.array([[9, 8, 0], [7, 9, 0]])
    tally = Tally(agree, 10 - agree, np.zeros_like(agree))
    fitted = answers(tally, np.array([True, True, False]), 0.9).priors["agree"]
    assert fitted == fit_prior(agree[:, :2], np.full((2, 2), 10))
