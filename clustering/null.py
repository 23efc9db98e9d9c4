"""Do groups explain more than totals do? A comparison with votes that keep everybody's and every statement's totals only."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.arrays import Floats, Integers
from clustering.blocks import blocks_of, rows_of
from clustering.crowds import crowds
from clustering.groups import weights_of
from clustering.imputed import impute
from clustering.k_means import centres_of, nearest
from clustering.model import fit, start
from clustering.parameters import Parameters
from clustering.projection import placed, scores_of
from clustering.votes import VoteMatrix
from clustering.work import each

ROUNDS = 12
ROUNDS_AGAIN = 2
"""For votes that were drawn from totals fitted before."""
SMOOTHING = 1.0
"""Votes on each statement that are shared out over the three choices as all votes are, so that none is certain."""
SMALLEST = 1e-6
NULL_STEPS = 3
NULL_STARTS = 3
MOST_VOTES = 200_000
"""Of larger conversations a part of the people is enough."""


@dataclass(frozen=True)
class Beyond:
    """`excess`: share of what totals leave open that the groups explain, more than such groups would by chance; `z`: by how many
    standard deviations of the null draws. `votes`: how many were looked at."""

    excess: float
    z: float
    votes: int


def beyond_totals(
    votes: VoteMatrix, labels: Integers, axes: int | None, parameters: Parameters, executor: Executor | None = None
) -> Beyond:
    """Compare what the groups explain with what groups explain in votes drawn from totals alone.

    `votes` of the people who are grouped, `labels` (people,); `axes`: None where missing votes are taken for means. In each draw
    the same people vote on the same statements; how often each statement gets agreement, disagreement and passes is kept on
    average, and how often each person gives them as far as people differ by more than chance. The map and as many groups are then
    sought in the same way.
    Source: quasi-independence, fitted by proportional scaling (Goodman 1968).
    """
    votes, labels = _part(votes, labels, parameters.seed)
    totals = Totals.of(votes)
    own = totals.explained(votes.values, labels)
    count = int(labels.max(initial=0)) + 1
    seeds = [(parameters.seed, 2, number) for number in range(parameters.null_draws)]
    drawn = each(executor, _drawn, seeds, votes, totals, axes, count, parameters)
    spread = max(float(np.std(drawn, ddof=1)), 1e-6)
    excess = own - float(np.mean(drawn))
    return Beyond(excess, excess / spread, len(votes.values))


@dataclass(frozen=True, eq=False)
class Totals:
    """What each vote would be if totals were everything: `chances` (votes, 3) of disagreeing, passing, agreeing.

    A chance is proportional to a factor of the `person` (people, 3) times one of the `statement` (statements, 3).
    """

    rows: Integers
    columns: Integers
    person: Floats
    statement: Floats
    chances: Floats

    @classmethod
    def of(cls, votes: VoteMatrix, near: "Totals | None" = None) -> "Totals":
        """Fit to the totals of these votes, from the start or from totals that are `near` these."""
        rows = np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)
        columns = votes.columns.astype(np.int64)
        choices = votes.values.astype(np.int64) + 1
        shares = np.maximum(np.bincount(choices, minlength=3), 1) / max(len(choices), 1)
        of_statements = _counts(columns, choices, votes.shape[1]) + SMOOTHING * shares
        usual = of_statements / of_statements.sum(axis=1, keepdims=True)
        of_people = _believed(_counts(rows, choices, votes.shape[0]), rows, usual[columns])
        person = near.person.copy() if near else np.ones((votes.shape[0], 3))
        statement = near.statement.copy() if near else usual
        chances = _chances(person, statement, rows, columns)
        for _ in range(ROUNDS_AGAIN if near else ROUNDS):
            person *= of_people / np.maximum(_sums(rows, chances, votes.shape[0]), SMALLEST)
            chances = _chances(person, statement, rows, columns)
            statement *= of_statements / (_sums(columns, chances, votes.shape[1]) + SMOOTHING * shares)
            chances = _chances(person, statement, rows, columns)
        return cls(rows, columns, person, statement, chances)

    def draw(self, random: np.random.Generator) -> Integers:
        """One choice per vote, −1, 0 or 1."""
        chance = random.random(len(self.rows))
        below = self.chances[:, 0]
        return (chance >= below).astype(np.int64) + (chance >= below + self.chances[:, 1]) - 1

    def explained(self, choices: NDArray[Any], labels: Integers) -> float:
        """Share of the squared, standardised deviations from totals that group means per statement account for."""
        expected = self.chances[:, 2] - self.chances[:, 0]
        variance = np.maximum(self.chances[:, 2] + self.chances[:, 0] - np.square(expected), 0.05)
        left = (choices - expected) / np.sqrt(variance)
        left -= _means(self.rows, left, len(self.person))[self.rows]
        left -= _means(self.columns, left, len(self.statement))[self.columns]
        cells = labels[self.rows] * len(self.statement) + self.columns
        counts, sums = np.bincount(cells), np.bincount(cells, left)
        between = float((np.square(sums) / np.maximum(counts, 1)).sum())
        return between / max(float(np.square(left).sum()), 1e-12)


def _part(votes: VoteMatrix, labels: Integers, seed: int) -> tuple[VoteMatrix, Integers]:
    if len(votes.values) <= MOST_VOTES:
        return votes, labels
    people = max(1, int(votes.shape[0] * MOST_VOTES / len(votes.values)))
    chosen = np.sort(np.random.default_rng((seed, 3)).permutation(votes.shape[0])[:people])
    return rows_of(votes, chosen), labels[chosen]


def _drawn(
    seed: tuple[int, ...], votes: VoteMatrix, totals: Totals, axes: int | None, count: int, parameters: Parameters
) -> float:
    """How much as many groups explain in votes drawn from totals."""
    random = np.random.default_rng(seed)
    choices = totals.draw(random)
    drawn = replace(votes, values=choices.astype(np.int8))
    points = impute(drawn, parameters.seed).places if axes is None else _places(drawn, axes, parameters)
    found = crowds(points, weights_of(votes.votes_per_participant, parameters), parameters.crowds)
    centres = centres_of(found.centres, found.weights, count, NULL_STARTS, random)
    return Totals.of(drawn, totals).explained(choices, nearest(points, centres))


def _believed(counts: Floats, rows: Integers, usual: Floats) -> Floats:
    """(people, 3): how often each makes each choice, drawn towards what is usual as far as people differ by chance only.

    `counts` (people, 3); `usual` (votes, 3): how often everybody makes each choice on these statements.
    Source: empirical Bayes by the method of moments.
    """
    expected, chance = _sums(rows, usual, len(counts)), _sums(rows, usual * (1 - usual), len(counts))
    votes = counts.sum(axis=1, keepdims=True)
    between = (np.square(counts - expected) - chance).sum(axis=0) / max(float(np.square(votes).sum()), 1.0)
    within = chance.sum(axis=0) / max(float(votes.sum()), 1.0)
    doubt = within / np.maximum(between, SMALLEST)
    believed = np.maximum((counts + doubt * expected / np.maximum(votes, 1)) / (votes + doubt), SMALLEST)
    shown: Floats = believed / believed.sum(axis=1, keepdims=True) * votes
    return shown


def _places(votes: VoteMatrix, axes: int, parameters: Parameters) -> Floats:
    blocks = blocks_of(votes)
    model = fit(blocks, start(blocks, axes, parameters.seed), NULL_STEPS)
    return placed(model, scores_of(votes, model))


def _chances(person: Floats, statement: Floats, rows: Integers, columns: Integers) -> Floats:
    product = person[rows] * statement[columns]
    chances: Floats = product / product.sum(axis=1, keepdims=True)
    return chances


def _counts(places: Integers, choices: Integers, size: int) -> Floats:
    return np.bincount(3 * places + choices, minlength=3 * size).reshape(size, 3).astype(np.float64)


def _sums(places: Integers, values: Floats, size: int) -> Floats:
    return np.stack([np.bincount(places, values[:, choice], size) for choice in range(3)], axis=1)


def _means(places: Integers, values: Floats, size: int) -> Floats:
    return np.bincount(places, values, size) / np.maximum(np.bincount(places, minlength=size), 1)
