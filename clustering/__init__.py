"""The opinion-clustering engine: from who voted what to groups, and to what they share."""

from clustering.analysis import DEFAULT_METHOD, METHODS, analyse, examined, find_structure
from clustering.classic.parameters import ClassicParameters
from clustering.identity import Previous, shown
from clustering.parameters import Parameters
from clustering.result import Analysis
from clustering.structure import Structure
from clustering.version import ENGINE_VERSION
from clustering.votes import ContradictoryVotesError, Tally, VoteMatrix

__all__ = [
    "DEFAULT_METHOD",
    "ENGINE_VERSION",
    "METHODS",
    "Analysis",
    "ClassicParameters",
    "ContradictoryVotesError",
    "Parameters",
    "Previous",
    "Structure",
    "Tally",
    "VoteMatrix",
    "analyse",
    "examined",
    "find_structure",
    "shown",
]
