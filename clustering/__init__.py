"""The opinion-clustering engine: from who voted what to groups, and to what they share."""

from clustering.analysis import analyse
from clustering.parameters import DEFAULT_METHOD, METHODS, Parameters
from clustering.result import Analysis
from clustering.version import ENGINE_VERSION
from clustering.votes import ContradictoryVotesError, Tally, VoteMatrix

__all__ = [
    "DEFAULT_METHOD",
    "ENGINE_VERSION",
    "METHODS",
    "Analysis",
    "ContradictoryVotesError",
    "Parameters",
    "Tally",
    "VoteMatrix",
    "analyse",
]
