"""The entry points of the engine."""

from concurrent.futures import Executor
from dataclasses import replace

from clustering import trust
from clustering.blocks import live_votes
from clustering.classic.method import classic
from clustering.classic.parameters import ClassicParameters
from clustering.default import default
from clustering.identity import Previous, continued
from clustering.parameters import Parameters
from clustering.result import Analysis
from clustering.structure import Structure
from clustering.structure import find_structure as structure_of
from clustering.votes import VoteMatrix

AnyParameters = Parameters | ClassicParameters
METHODS: dict[str, type[Parameters] | type[ClassicParameters]] = {"default": Parameters, "classic": ClassicParameters}
DEFAULT_METHOD = "default"


def analyse(
    votes: VoteMatrix,
    parameters: AnyParameters | None = None,
    previous: Previous | None = None,
    *,
    structure: Structure | None = None,
    executor: Executor | None = None,
) -> Analysis:
    """Map, groups and statement figures of these votes by the method that the parameters belong to.

    `previous` is what an earlier analysis of the same conversation showed: groups keep their letters and the map its orientation;
    no figure depends on it. `structure` is what an earlier full run by the default method found out about axes and groups;
    without it this is a full run, which also examines how far the findings can be trusted. The work of the default method goes
    through the executor; the result is the same without.
    """
    parameters = parameters or Parameters()
    if isinstance(parameters, ClassicParameters):
        return continued(previous, classic(votes, parameters))
    if structure is not None:
        return continued(previous, default(votes, parameters, structure, executor))
    found = find_structure(votes, parameters, executor)
    return examined(votes, continued(previous, default(votes, parameters, found, executor)))


def find_structure(votes: VoteMatrix, parameters: AnyParameters, executor: Executor | None = None) -> Structure | None:
    """The long part of a full run by the default method; None for other methods, and with too few votes for a map."""
    if isinstance(parameters, ClassicParameters):
        return None
    return structure_of(live_votes(votes).votes, parameters, executor)


def examined(votes: VoteMatrix, analysis: Analysis) -> Analysis:
    """The analysis of these votes by the default method, with how far its findings can be trusted; others as they are."""
    if not isinstance(analysis.parameters, Parameters):
        return analysis
    return replace(analysis, details={**analysis.details, **trust.examine(votes, analysis, analysis.parameters)})
