"""Do groups explain more than totals do? A comparison with votes that keep everybody's and every statement's totals only."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from clustering.arrays import Floats, Integers
from clustering.blocks import blocks_of, rows_of
from clustering.crowds import crowds
from clustering.groups import weights_of
from clustering.imputed import impute
from clustering.k_means import centres_of, nearest
from clustering.model import fit, start
from clustering.parameters import Parameters
from clustering.projection import placed, scores_of
from clustering.totals import Totals
from clustering.votes import VoteMatrix
from clustering.work import each

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
    average (to a few per cent), and how often people give them as far as they differ by more than chance. The map and as many
    groups are then sought in the same way.
    """
    votes, labels = _part(votes, labels, parameters.seed)
    totals = Totals.of(votes)
    own = _explained(totals.deviations(votes.values), totals, labels)
    count = int(labels.max(initial=0)) + 1
    seeds = [(parameters.seed, 2, number) for number in range(parameters.null_draws)]
    drawn = each(executor, _drawn, seeds, votes, totals, axes, count, parameters)
    spread = max(float(np.std(drawn, ddof=1)), 1e-6)
    excess = own - float(np.mean(drawn))
    return Beyond(excess, excess / spread, len(votes.values))


def _explained(deviations: Floats, totals: Totals, labels: Integers) -> float:
    """Share of the squared deviations that group means per statement account for."""
    statements = int(totals.columns.max(initial=0)) + 1
    cells = labels[totals.rows] * statements + totals.columns
    counts, sums = np.bincount(cells), np.bincount(cells, deviations)
    between = float((np.square(sums) / np.maximum(counts, 1)).sum())
    return between / max(float(np.square(deviations).sum()), 1e-12)


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
    again = Totals.of(drawn, totals)
    return _explained(again.deviations(choices), again, nearest(points, centres))


def _places(votes: VoteMatrix, axes: int, parameters: Parameters) -> Floats:
    blocks = blocks_of(votes)
    model = fit(blocks, start(blocks, axes, parameters.seed), NULL_STEPS)
    return placed(model, scores_of(votes, model))
