"""What groups share."""

from dataclasses import dataclass

from clustering.arrays import Floats
from clustering.classic.statements import smoothed_share
from clustering.votes import Tally


@dataclass(frozen=True, eq=False)
class GroupInformedConsensus:
    """How far every group agrees, or disagrees, with each statement: 0…1, comparable only where there are equally many groups."""

    agree: Floats
    disagree: Floats


def group_informed_consensus(by_group: Tally) -> GroupInformedConsensus:
    """Multiply the groups' shares, so that a small group counts as much as a large one. Source: Small et al. 2021."""
    return GroupInformedConsensus(
        agree=smoothed_share(by_group.agree, by_group.votes).prod(axis=0),
        disagree=smoothed_share(by_group.disagree, by_group.votes).prod(axis=0),
    )
