"""How far the findings of an analysis can be trusted: who votes alike, and which votes move the findings most."""

from typing import Any

from clustering import influence, lookalikes
from clustering.parameters import Parameters
from clustering.result import Analysis
from clustering.votes import VoteMatrix


def examine(votes: VoteMatrix, analysis: Analysis, parameters: Parameters) -> dict[str, Any]:
    """Cohorts of lookalikes, what is found without them, and the influence of parts of the votes, as plain data.

    `analysis` is one of these votes. Nothing about single people.
    """
    labels, groups = analysis.people.groups, len(analysis.groups)
    alike = lookalikes.find(votes, analysis.projection, parameters)
    letters = [group.label for group in analysis.groups]
    without = influence.side_by_side(votes, labels, letters, alike, parameters) if alike.cohorts else None
    measured = influence.measure(votes, labels, groups, alike, parameters)
    return {
        "lookalikes": alike.to_json(),
        "without_lookalikes": without,
        "influence": [part.to_json() for part in measured],
    }
