"""What groups share, what everybody shares, and what would be on an agenda."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from clustering.arrays import Flags, Floats, Integers
from clustering.parameters import Parameters
from clustering.rates import Answers, Rates
from clustering.result import OverallConsensus, SharedStatement
from clustering.votes import Tally


@dataclass(frozen=True)
class SurelyShared(SharedStatement):
    """With the interval of the share."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Agenda:
    """`threshold`: the share of agreement needed, None without groups; `statements` (columns), in their order."""

    threshold: float | None
    statements: Integers


def consensus(everybody: Answers, of_groups: Answers) -> dict[str, Floats]:
    """Of each statement the rate of agreement, and of disagreement, in the group where it is smallest, and its lower end.

    A group without votes on a statement counts with what is expected of any group and statement. Without groups: of everybody.
    """
    grouped = len(of_groups.agree.rate) > 0
    of = of_groups if grouped else everybody

    def smallest(values: Floats) -> Floats:
        return np.asarray(values.min(axis=0)) if grouped else values

    return {
        "consensus": smallest(of.agree.rate),
        "consensus_lower": smallest(of.agree.low),
        "consensus_disagree": smallest(of.disagree.rate),
        "consensus_disagree_lower": smallest(of.disagree.low),
    }


def overall_consensus(tally: Tally, everybody: Answers, listed: Flags, parameters: Parameters) -> OverallConsensus:
    """Statements that most of everybody agrees with, and that most disagree with, by the lower end; the surest first."""

    def shared(counts: Integers, said: Rates) -> tuple[SurelyShared, ...]:
        sure = np.flatnonzero(listed & (said.low > 0.5))
        first = sure[np.argsort(-said.low[sure], kind="stable")][: parameters.consensus_statements]
        return tuple(
            SurelyShared(
                int(column),
                int(counts[column]),
                int(tally.votes[column]),
                float(said.rate[column]),
                float(said.low[column]),
                float(said.high[column]),
            )
            for column in first
        )

    return OverallConsensus(shared(tally.agree, everybody.agree), shared(tally.disagree, everybody.disagree))


def agenda(tally: Tally, sizes: Sequence[int], listed: Flags, parameters: Parameters) -> Agenda:
    """Majority plus half the minority: statements that as large a share of their voters agrees with as the largest group and
    half of everybody in the other groups make of all who are in groups. `sizes`: people in each group.

    Compared in whole numbers, so that no rounding decides. Source: the practice of vTaiwan.
    """
    if not sizes:
        return Agenda(None, np.zeros(0, dtype=np.int64))
    needed = Fraction(sum(sizes) + max(sizes), 2 * sum(sizes))
    enough = tally.agree * needed.denominator >= needed.numerator * tally.votes
    return Agenda(float(needed), np.flatnonzero(listed & enough & (tally.votes >= parameters.agenda_votes)))
