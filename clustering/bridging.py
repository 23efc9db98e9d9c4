"""Agreement with a statement that people's viewpoints do not explain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clustering.arrays import Flags, Floats, Integers
from clustering.parameters import Parameters
from clustering.votes import VoteMatrix


@dataclass(frozen=True, eq=False)
class _Side:
    """People, or statements: the votes from their side, one row for each.

    `voted`: 1 per vote; `deviations`: the vote minus the mean vote; `counts` (rows,) of votes; `weights`: the same, but at least
    `bridging_votes`, of the penalties.
    """

    voted: sparse.sparray
    deviations: sparse.sparray
    counts: Floats
    weights: Floats


def bridging(votes: VoteMatrix, start: Floats, counted: Flags, parameters: Parameters) -> Floats:
    """How somebody in the middle of all viewpoints would vote on each statement, −1…1; NaN outside `counted` (statements,).

    Fits each vote by μ + i_person + i_statement + f_person · f_statement and returns μ + i_statement; μ is the mean vote. The
    intercepts i pay five times the penalty of the factors f, so that what a viewpoint can explain is left to the viewpoint and
    a majority gains little by its size. `start` (participants,): first guess of f_person, of any scale and sign.
    Alternating least squares. Source of the model: Wojcik et al. 2022, “Birdwatch”; here the penalties are per vote.
    """
    live = counted[votes.columns]
    starts = np.concatenate([[0], np.cumsum(live)])[votes.starts]
    figures, first = np.full(len(counted), np.nan), start[np.diff(starts) > 0]
    if not first.any():
        return figures
    values, places = votes.values[live].astype(np.float64), (np.cumsum(counted, dtype=np.int32) - 1)[votes.columns[live]]
    mean = float(values.mean())
    people, statements = _sides(values - mean, places, np.unique(starts), int(counted.sum()), parameters)
    of_people = np.stack([np.zeros(len(first)), first / np.sqrt((first**2).mean())])
    of_statements = _fitted(statements, of_people, parameters)
    for _ in range(parameters.bridging_sweeps):
        before = of_statements[0]
        of_people = _fitted(people, of_statements, parameters)
        of_statements = _fitted(statements, of_people, parameters)
        of_people, of_statements = _balanced(people, of_people, statements, of_statements, parameters)
        if np.abs(of_statements[0] - before).max() < parameters.bridging_settled:
            break
    figures[counted] = np.clip(mean + of_statements[0], -1.0, 1.0)
    return figures


def _sides(
    deviations: Floats, columns: NDArray[np.int32], starts: Integers, width: int, parameters: Parameters
) -> tuple[_Side, _Side]:
    """The table of these votes, row by row from `starts`, seen from its rows and from its columns; none is empty."""
    shape, fewest = (len(starts) - 1, width), parameters.bridging_votes
    voted = sparse.csr_array((np.ones(len(deviations)), columns, starts), shape=shape)
    table = sparse.csr_array((deviations, columns, starts), shape=shape)
    people, statements = np.diff(starts).astype(np.float64), np.bincount(columns, minlength=width).astype(np.float64)
    return (
        _Side(voted, table, people, np.maximum(people, fewest)),
        _Side(voted.T, table.T, statements, np.maximum(statements, fewest)),
    )


def _fitted(side: _Side, other: Floats, parameters: Parameters) -> Floats:
    """(2, rows): intercept and factor of each row that fit its votes best, given those of the other side."""
    intercepts, factors = other
    sums: Floats = side.voted @ np.stack([factors, factors**2, intercepts, intercepts * factors], axis=1)
    deviations: Floats = side.deviations @ np.stack([np.ones(len(factors)), factors], axis=1)
    left = deviations - sums[:, 2:]
    ones = side.counts + parameters.bridging_intercept_penalty * side.weights
    squares = sums[:, 1] + parameters.bridging_factor_penalty * side.weights
    determinant = ones * squares - sums[:, 0] ** 2
    fitted = [squares * left[:, 0] - sums[:, 0] * left[:, 1], ones * left[:, 1] - sums[:, 0] * left[:, 0]]
    return np.asarray(np.stack(fitted) / determinant)


def _balanced(
    people: _Side, of_people: Floats, statements: _Side, of_statements: Floats, parameters: Parameters
) -> tuple[Floats, Floats]:
    """The same fit of every vote for less penalty; alternating steps alone take hundreds of sweeps to find it."""
    of_people, of_statements = _shifted(people, of_people, statements, of_statements, parameters)
    of_statements, of_people = _shifted(statements, of_statements, people, of_people, parameters)
    pull = statements.weights @ of_statements[0] - people.weights @ of_people[0]
    moved = pull / (statements.weights.sum() + people.weights.sum())
    loads = [float(side.weights @ of[1] ** 2) for side, of in ((people, of_people), (statements, of_statements))]
    scale = (loads[1] / loads[0]) ** 0.25 if min(loads) > 0 else 1.0
    return (
        np.stack([of_people[0] + moved, of_people[1] * scale]),
        np.stack([of_statements[0] - moved, of_statements[1] / scale]),
    )


def _shifted(one: _Side, of_one: Floats, other: _Side, of_other: Floats, parameters: Parameters) -> tuple[Floats, Floats]:
    """All factors of one side moved by the best constant, the other side's intercepts making up for it."""
    dear, cheap = parameters.bridging_intercept_penalty, parameters.bridging_factor_penalty
    intercepts, factors = of_other
    gain = dear * (other.weights @ (intercepts * factors)) - cheap * (one.weights @ of_one[1])
    constant = gain / (cheap * one.weights.sum() + dear * (other.weights @ factors**2))
    return np.stack([of_one[0], of_one[1] + constant]), np.stack([intercepts - constant * factors, factors])
