"""The entry point of the engine."""

from typing import Any

from clustering.classic import classic
from clustering.parameters import Parameters
from clustering.result import Analysis
from clustering.votes import VoteMatrix


def analyse(votes: VoteMatrix, parameters: Parameters | None = None, previous: dict[str, Any] | None = None) -> Analysis:
    """Map, groups and statement figures of these votes by the method that the parameters name.

    Depends on its arguments only. `previous` is the `to_json()` of an earlier analysis of the same conversation: a map that would
    be its mirror image is turned over, and nothing else depends on it.
    """
    return classic(votes, parameters or Parameters(), previous)
