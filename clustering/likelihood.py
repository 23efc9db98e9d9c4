"""How probable answers are, given how people agree with each other anyway."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from clustering.arrays import Floats, Integers
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.votes import VoteMatrix

ANSWERS = 3
"""In the order disagree, pass, agree; answer a to statement j is cell 3 j + a."""
PRIOR_VOTES = 4.0
CARELESS = 0.1
"""Share of the answers that nothing explains."""
SAME_ANSWER_PEOPLE = 0.05
"""For each answer, how many people are taken to give it to nearly everything."""
NEAR_SECONDS = 6 * 3600.0
MOST_NEAR = 0.25
"""Nearer in time, somebody may belong to the same campaign; but at most this share of the others is left out for that."""


@dataclass(frozen=True, eq=False)
class Others:
    """People drawn from all times, by whom to reckon what somebody honest would answer.

    `margins` (cells,): how often everybody gives each answer. `logs` (cells, others): log probability of each answer by each of
    them. `log_weights` (others,). `moments`: when they voted, in order; the last ones, who say the same to everything, have none.
    """

    margins: Floats
    logs: Floats
    log_weights: Floats
    moments: Floats
    likeminded: float

    def log_chance(self, cells: Integers, starts: Integers, moments: Floats) -> Floats:
        """Log probability that somebody honest gives these answers, in lists that begin at `starts`, at these moments.

        Of people at other times, `likeminded` times as often as they give them, but no more often than the most like-minded one
        does: people who think alike do come together.
        """
        logs = np.add.reduceat(self.logs[cells], starts, axis=0)
        weighted = np.where(self._too_near(moments), -np.inf, logs + self.log_weights)
        usual: Floats = logsumexp(weighted, axis=1)
        chance: Floats = np.minimum(usual + np.log(self.likeminded), (weighted - self.log_weights).max(axis=1))
        return chance

    def log_copied(self, cells: Integers, copied: Floats | float, slips: float) -> Floats:
        """Log probability of each answer by somebody who copies an original that gives it with probability `copied`."""
        result: Floats = np.log((1 - slips) * copied + slips * self.margins[cells])
        return result

    def usual(self) -> Floats:
        """(cells,): how often the others give each answer."""
        shares: Floats = np.exp(self.logs) @ np.exp(self.log_weights)
        return shares

    def _too_near(self, moments: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """(moments, others): the others nearest in time, who may belong to the same campaign."""
        people = len(self.moments)
        width = int(people * MOST_NEAR)
        first = np.clip(np.searchsorted(self.moments, moments) - width // 2, 0, people - width)[:, None]
        place = np.arange(len(self.log_weights))[None]
        near = np.abs(np.append(self.moments, np.full(ANSWERS, np.inf))[None] - moments[:, None]) <= NEAR_SECONDS
        return near & (place >= first) & (place < first + width)


def others(votes: VoteMatrix, projection: Projection | None, people: Integers, moments: Floats, parameters: Parameters) -> Others:
    """`people`: rows of those who voted enough, in the order of their `moments`."""
    places = np.unique(np.linspace(0, len(people) - 1, min(parameters.lookalike_others, len(people))).astype(np.int64))
    margins = _margins(votes)
    chances = _chances(margins, projection, people[places])
    same = np.full((ANSWERS, votes.shape[1], ANSWERS), CARELESS / 2)
    for answer in range(ANSWERS):
        same[answer, :, answer] = 1 - CARELESS
    weights = np.full(len(places), (1 - ANSWERS * SAME_ANSWER_PEOPLE) / len(places))
    weights = np.append(weights, np.full(ANSWERS, SAME_ANSWER_PEOPLE))
    logs = np.log(np.concatenate([chances, same])).reshape(len(weights), -1).T
    return Others(margins.ravel(), np.ascontiguousarray(logs), np.log(weights), moments[places], parameters.lookalike_likeminded)


def _margins(votes: VoteMatrix) -> Floats:
    """(statements, answers): shares, drawn towards those over all statements."""
    tally = votes.tally
    counts = np.stack([tally.disagree, tally.passed, tally.agree], axis=1).astype(np.float64)
    overall = (counts.sum(axis=0) + 1) / (counts.sum() + ANSWERS)
    counts += PRIOR_VOTES * overall
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _chances(margins: Floats, projection: Projection | None, people: Integers) -> Floats:
    """(people, statements, answers): shares of the statement, moved to where each one stands on the map."""
    said = 1 - margins[:, 1]
    moved = np.zeros((len(people), len(margins))) if projection is None else projection.scores[people] @ projection.loadings.T
    expected = np.clip(margins[:, 2] - margins[:, 0] + moved, -said, said)
    passed = np.broadcast_to(margins[:, 1], expected.shape)
    chances = np.stack([(said - expected) / 2, passed, (said + expected) / 2], axis=2)
    result: Floats = (1 - CARELESS) * chances + CARELESS / ANSWERS
    return result
