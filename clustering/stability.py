"""How many groups there are, and whether they stay when a part of the votes is left out."""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from clustering.arrays import Flags, Floats, Integers
from clustering.blocks import blocks_of
from clustering.crowds import crowds
from clustering.groups import Grouping, grouped, weights_of
from clustering.imputed import impute
from clustering.k_means import centres_of, improved, nearest
from clustering.model import Model, fit
from clustering.parameters import Parameters
from clustering.projection import placed, scores_of
from clustering.votes import VoteMatrix
from clustering.work import each

FRESH_STARTS = 3


@dataclass(frozen=True, eq=False)
class Stability:
    """Of one number of groups.

    `index`: median adjusted Rand index between the groups with all votes and with a part left out. `groups` (groups,): how much
    of each group stays together on average (Jaccard index of its members).
    """

    index: float
    groups: Floats


def stability(
    votes: VoteMatrix,
    model: Model | None,
    among: Flags,
    groupings: dict[int, Grouping],
    parameters: Parameters,
    executor: Executor | None = None,
) -> dict[int, Stability]:
    """Leave out a part of the votes, again and again, and see who is still together with whom.

    `model`: None where missing votes are taken for means. `among` (participants,) marks the people whose `groupings` there are.
    Source: Hennig 2007; Hubert and Arabie 1985.
    """
    seeds = [(parameters.seed, 1, number) for number in range(parameters.draws)]
    tables = each(executor, _tables, seeds, votes, model, among, groupings, parameters)
    return {count: _summary([table[count] for table in tables]) for count in groupings}


def rand_index(table: Integers) -> float:
    """Adjusted Rand index of two groupings, whose common members `table` (groups, groups) counts.

    1 where neither divides anybody.
    """
    pairs = _pairs(table).sum()
    rows, columns, all_pairs = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum(), _pairs(table.sum())
    chance = rows * columns / max(float(all_pairs), 1.0)
    most = (rows + columns) / 2
    return float((pairs - chance) / (most - chance)) if most > chance else 1.0


def _tables(
    seed: tuple[int, ...],
    votes: VoteMatrix,
    model: Model | None,
    among: Flags,
    groupings: dict[int, Grouping],
    parameters: Parameters,
) -> dict[int, Integers]:
    """Per number of groups, how many people are in each group before and after."""
    random = np.random.default_rng(seed)
    part = votes.subset(random.random(len(votes.values)) >= parameters.left_out)
    places = impute(part, parameters.seed).places if model is None else _placed_again(part, model, parameters)
    still = grouped(part.votes_per_participant, part.shape[1], parameters) & among
    weights = weights_of(part.votes_per_participant[still], parameters)
    points, before = places[still], still[among]
    found = crowds(points, weights, parameters.crowds)
    tables = {}
    for count, grouping in groupings.items():
        fresh = centres_of(found.centres, found.weights, count, FRESH_STARTS, random)
        centres = improved(found.centres, found.weights, np.stack([fresh, grouping.centres]))
        tables[count] = _table(grouping.labels[before], nearest(points, centres), count)
    return tables


def _placed_again(part: VoteMatrix, model: Model, parameters: Parameters) -> Floats:
    again = fit(blocks_of(part), model, parameters.steps_more)
    return placed(again, scores_of(part, again))


def _table(one: Integers, other: Integers, count: int) -> Integers:
    return np.bincount(one * count + other, minlength=count * count).reshape(count, count)


def _summary(tables: list[Integers]) -> Stability:
    alike = []
    for table in tables:
        together = table.sum(axis=1)[:, np.newaxis] + table.sum(axis=0) - table
        alike.append((table / np.maximum(together, 1)).max(axis=1))
    return Stability(float(np.median([rand_index(table) for table in tables])), np.mean(alike, axis=0))


def _pairs(numbers: Integers) -> Floats:
    counts = np.asarray(numbers, dtype=np.float64)
    return counts * (counts - 1) / 2
