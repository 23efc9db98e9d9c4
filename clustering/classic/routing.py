"""Which statement to show next: the weight with which each is drawn."""

import numpy as np

from clustering.arrays import Flags, Floats
from clustering.classic.parameters import ClassicParameters
from clustering.votes import Tally


def priorities(tally: Tally, extremity: Floats, meta: Flags, parameters: ClassicParameters) -> Floats:
    """Routing weights (statements,): large for statements that divide, find agreement, are seldom passed and have few votes.

    `tally` holds the votes of people in groups, or of everybody while there are none. Source: Polis's comment priorities.
    """
    votes = tally.votes
    importance = (1 - (tally.passed + 1) / (votes + 2)) * (extremity + 1) * (tally.agree + 1) / (votes + 2)
    newness = 1 + parameters.newcomer_boost * np.exp2(-votes / parameters.newcomer_votes)
    return np.where(meta, parameters.priority_of_meta, np.square(importance * newness))


def priority_of_unseen(parameters: ClassicParameters) -> float:
    """The weight of a statement that nobody has voted on yet."""
    return float(np.square((1 + parameters.newcomer_boost) / 4))
