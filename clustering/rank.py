"""How many axes the votes support: as many as help to foretell votes that were hidden."""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.arrays import Floats
from clustering.blocks import blocks_of, rows_of
from clustering.imputed import impute
from clustering.model import fit, scores, start
from clustering.parameters import Parameters
from clustering.projection import sampled
from clustering.votes import VoteMatrix
from clustering.work import each

IMPUTED = 0
"""Stands for principal components with means for missing votes."""


@dataclass(frozen=True)
class Rank:
    """`axes`: how many foretell best. `gains`: per candidate, the share of the squared error of the statements' means that it
    saves on `votes` hidden votes; candidate 0 is principal components of the table filled up with means.
    """

    axes: int
    imputed: bool
    gains: dict[int, float]
    votes: int

    def to_json(self) -> dict[str, Any]:
        gains = {("imputed" if axes == IMPUTED else str(axes)): gain for axes, gain in self.gains.items()}
        return {"axes": self.axes, "imputed": self.imputed, "hidden_votes": self.votes, "hidden_r2": gains}


def choose_rank(votes: VoteMatrix, parameters: Parameters, executor: Executor | None = None) -> Rank:
    """Hide a share of the votes, fit models with one axis and more to the rest, and compare what they expected.

    `votes` without statements that are moderated out. Of equally good ranks the smaller.
    """
    people = sampled(votes, parameters)
    heard = votes if people is None else rows_of(votes, people)
    most = max(1, min(parameters.most_axes, heard.shape[1] - 1))
    cells = len(heard.values)
    rounds = min(5, max(1, -(-parameters.hidden_votes // max(1, int(parameters.hidden_share * cells)))))
    seeds = [(parameters.seed, number) for number in range(rounds)]
    errors = each(executor, _errors, seeds, heard, most, parameters)
    total = np.sum(errors, axis=0)
    base, hidden, candidates = float(total[-2]), int(total[-1]), total[: most + 1]
    gains = {axes: float(1 - candidates[axes] / base) if base > 0 else 0.0 for axes in range(most + 1)}
    best = max(range(1, most + 1), key=lambda axes: (gains[axes], -axes))
    return Rank(best, gains[IMPUTED] > gains[best] + parameters.imputed_better, gains, hidden)


def _errors(seed: tuple[int, int], votes: VoteMatrix, most: int, parameters: Parameters) -> Floats:
    """Squared errors on hidden votes by candidate, then those of the means, then how many were hidden."""
    hidden = np.random.default_rng(seed).random(len(votes.values)) < parameters.hidden_share
    known = votes.subset(~hidden)
    blocks = blocks_of(known)
    rows = np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)[hidden]
    columns, choices = votes.columns[hidden], votes.values[hidden].astype(np.float64)
    errors = np.zeros(most + 3)
    for axes in range(1, most + 1):
        model = fit(blocks, start(blocks, axes, parameters.seed), parameters.steps_to_compare)
        people = np.concatenate([scores(block, model).means for block in blocks])
        expected = model.means[columns] + (people[rows] * model.loadings[columns]).sum(axis=1)
        errors[axes] = _error(choices, expected)
    filled = impute(known, parameters.seed)
    added = (filled.scores[rows] * filled.loadings[columns]).sum(axis=1)
    errors[IMPUTED] = _error(choices, filled.means[columns] + added)
    errors[most + 1] = _error(choices, filled.means[columns])
    errors[most + 2] = hidden.sum()
    return errors


def _error(choices: Floats, expected: Floats) -> float:
    return float(np.square(choices - np.clip(expected, -1.0, 1.0)).sum())
