"""How large a share of people would answer so, judged by few votes or by many, and how surely."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from clustering.arrays import Flags, Floats, Integers
from clustering.votes import Tally

STEPS = 50
SETTLED = 1e-10


@dataclass(frozen=True)
class Prior:
    """What is known before the first vote: as if `alpha` had answered so and `beta` otherwise."""

    alpha: float
    beta: float

    def to_json(self) -> list[float]:
        return [self.alpha, self.beta]


EXPECTED = Prior(2.0, 2.0)
"""Around which a prior is sought, so that a conversation with few votes has one too."""
SMALLEST, LARGEST = 0.1, 50.0


@dataclass(frozen=True, eq=False)
class Rates:
    """Shares of one answer, and the ends of their intervals, 0…1; arrays as the counts had."""

    rate: Floats
    low: Floats
    high: Floats

    def where(self, said: Flags) -> "Rates":
        """NaN elsewhere."""
        return Rates(*(np.where(said, values, np.nan) for values in (self.rate, self.low, self.high)))


@dataclass(frozen=True, eq=False)
class Answers:
    """The rates of the three answers, each of all votes, and the priors that they were judged by."""

    agree: Rates
    disagree: Rates
    passed: Rates
    priors: dict[str, Prior]


def answers(tally: Tally, fitted_on: Flags, interval: float) -> Answers:
    """Rates of each answer; the priors come from the statements (last axis) marked in `fitted_on`."""
    counts = {"agree": tally.agree, "disagree": tally.disagree, "pass": tally.passed}
    votes = tally.votes[..., fitted_on]
    priors = {answer: fit_prior(given[..., fitted_on], votes) for answer, given in counts.items()}
    agree, disagree, passed = (rates(given, tally.votes, priors[answer], interval) for answer, given in counts.items())
    return Answers(agree, disagree, passed, priors)


def rates(counts: Integers, votes: Integers, prior: Prior, interval: float) -> Rates:
    """Mean and equal-tailed interval of the posterior beta distribution of each share; `interval`: its probability, 0…1."""
    alpha, beta = counts + prior.alpha, votes - counts + prior.beta
    low, high = (np.asarray(betaincinv(alpha, beta, end), dtype=np.float64) for end in ((1 - interval) / 2, (1 + interval) / 2))
    return Rates(alpha / (alpha + beta), low, high)


def difference(one: Rates, other: Rates) -> Rates:
    """How much larger one share is than another that is independent of it, −1…1.

    The interval joins those of the two shares. Source: Zou and Donner 2008 (MOVER), after Newcombe 1998.
    """
    gap = one.rate - other.rate
    low = gap - np.hypot(one.rate - one.low, other.high - other.rate)
    high = gap + np.hypot(one.high - one.rate, other.rate - other.low)
    return Rates(gap, np.maximum(low, -1.0), np.minimum(high, 1.0))


def fit_prior(counts: Integers, votes: Integers) -> Prior:
    """The beta distribution that the shares seem to be drawn from; `counts` of the `votes`, arrays of any one shape.

    Largest marginal likelihood of the beta-binomial distribution, weighed with a log-normal belief around EXPECTED (a factor e
    either way is one standard deviation), kept within SMALLEST … LARGEST. Newton's method on the logarithms.
    Source: Minka 2000, “Estimating a Dirichlet distribution”.
    """
    seen = [_exceeding(numbers) for numbers in (counts, votes - counts, votes)]
    centre = np.log([EXPECTED.alpha, EXPECTED.beta])
    place, level = centre, _log_posterior(centre, centre, seen)
    for _ in range(STEPS):
        step = _ascent(place, centre, seen)
        moved, reached = place, level
        while np.abs(step).max() > SETTLED:
            moved = np.clip(place + step, np.log(SMALLEST), np.log(LARGEST))
            reached = _log_posterior(moved, centre, seen)
            if reached >= level:
                break
            step = step / 2
        if np.abs(moved - place).max() <= SETTLED:
            break
        place, level = moved, reached
    alpha, beta = np.exp(place).tolist()
    return Prior(alpha, beta)


def _exceeding(numbers: Integers) -> Floats:
    """How many of the numbers are larger than 0, than 1, … Sums over all numbers of functions of 0 … n − 1 need no more."""
    counted = np.bincount(numbers.ravel())
    return (numbers.size - np.cumsum(counted)[:-1]).astype(np.float64)


def _log_posterior(place: Floats, centre: Floats, seen: list[Floats]) -> float:
    alpha, beta = np.exp(place)
    starts = (alpha, beta, alpha + beta)
    terms = [float(more @ np.log(start + np.arange(len(more)))) for start, more in zip(starts, seen, strict=True)]
    return terms[0] + terms[1] - terms[2] - float(((place - centre) ** 2).sum()) / 2


def _ascent(place: Floats, centre: Floats, seen: list[Floats]) -> Floats:
    """A step uphill, one at most in length: Newton's, with the curvature turned downwards where it points up."""
    scale = np.exp(place)
    starts = (scale[0], scale[1], scale.sum())
    inverse = [1 / (start + np.arange(len(more))) for start, more in zip(starts, seen, strict=True)]
    first = [float(more @ of) for more, of in zip(seen, inverse, strict=True)]
    second = [float(more @ of**2) for more, of in zip(seen, inverse, strict=True)]
    slope = scale * (np.array(first[:2]) - first[2])
    curvature = np.outer(scale, scale) * second[2] + np.diag(slope - scale**2 * np.array(second[:2]))
    values, directions = np.linalg.eigh(curvature - np.eye(2))
    step: Floats = directions @ ((directions.T @ (slope - (place - centre))) / np.maximum(np.abs(values), 1.0))
    return step / max(1.0, float(np.sqrt((step**2).sum())))
