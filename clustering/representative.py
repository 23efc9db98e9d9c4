"""What a group stands out by: what most of it says, clearly more than all the other groups, and not by chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr, ndtri

from clustering.arrays import Flags, Floats, Integers
from clustering.parameters import Parameters
from clustering.rates import Answers, Rates, difference, rates
from clustering.result import Direction, RepresentativeStatement
from clustering.votes import Tally

DIRECTIONS: tuple[Direction, Direction] = ("agree", "disagree")
NEGLIGIBLE = 1e-9
"""Further terms of a sum that add less, relative to it, are left out."""


@dataclass(frozen=True)
class StandingOut(RepresentativeStatement):
    """`share` and its interval, that of the other groups together, and by how much it is larger, with interval.

    `q_value`: the share of chance findings among all that are at least as clear.
    """

    low: float
    high: float
    elsewhere: float
    difference: float
    difference_low: float
    difference_high: float
    q_value: float


@dataclass(frozen=True, eq=False)
class Contrast:
    """One direction of each statement in each group, against all other groups; arrays (groups, statements).

    `clear`: most of the group says so, and clearly more than the others; `p_values`: how probably chance alone sets the group as
    far apart, 1 where it is not clear.
    """

    direction: Direction
    counts: Integers
    here: Rates
    elsewhere: Rates
    difference: Rates
    clear: Flags
    p_values: Floats

    def finding(self, group: int, statement: int, votes: int, q_value: float) -> StandingOut:
        place = (group, statement)
        return StandingOut(
            statement=int(statement),
            direction=self.direction,
            counts=int(self.counts[place]),
            votes=int(votes),
            share=float(self.here.rate[place]),
            low=float(self.here.low[place]),
            high=float(self.here.high[place]),
            elsewhere=float(self.elsewhere.rate[place]),
            difference=float(self.difference.rate[place]),
            difference_low=float(self.difference.low[place]),
            difference_high=float(self.difference.high[place]),
            q_value=float(q_value),
        )


@dataclass(frozen=True, eq=False)
class Representative:
    """`found` (2, groups, statements): in agreement, in disagreement; `lists`: the clearest of each group; `tests`: how many."""

    found: Flags
    lists: tuple[tuple[StandingOut, ...], ...]
    tests: int


def has_a_say(votes: Integers, sizes: Integers, parameters: Parameters) -> Flags:
    """Where enough of a group has voted to speak for it; `votes` (groups, statements), `sizes` (groups,)."""
    needed = np.maximum(parameters.say_votes, parameters.say_share * sizes)
    return np.asarray(votes >= needed[:, np.newaxis])


def representative(by_group: Tally, said: Answers, tested: Flags, parameters: Parameters) -> Representative:
    """Where groups stand out, among the cells (groups, statements) that are `tested`, both ways each; often nothing is found.

    Source of the correction for so many tests: Benjamini and Hochberg 1995.
    """
    tested = tested & (by_group.elsewhere().votes >= parameters.say_votes)
    contrasts = [_contrast(direction, by_group, said, tested, parameters) for direction in DIRECTIONS]
    tests = 2 * int(tested.sum())
    q_values = false_discovery_rates(np.stack([contrast.p_values for contrast in contrasts]), tests)
    found = np.stack([contrast.clear for contrast in contrasts]) & (q_values <= parameters.false_discoveries)
    lists = []
    for group, votes in enumerate(by_group.votes):
        findings = [
            contrasts[way].finding(group, column, votes[column], q_values[way, group, column])
            for way, column in zip(*found[:, group].nonzero(), strict=True)
        ]
        lists.append(_clearest(findings, parameters.representative_statements))
    return Representative(found, tuple(lists), tests)


def _contrast(direction: Direction, by_group: Tally, said: Answers, tested: Flags, parameters: Parameters) -> Contrast:
    others, here = by_group.elsewhere(), said.agree if direction == "agree" else said.disagree
    counts, other_counts = (of.agree if direction == "agree" else of.disagree for of in (by_group, others))
    elsewhere = rates(other_counts, others.votes, said.priors[direction], parameters.interval)
    gap = difference(here, elsewhere)
    deviation = (gap.rate - gap.low) / ndtri((1 + parameters.interval) / 2)
    chance = ndtr((gap.rate - parameters.standing_out) / np.maximum(deviation, np.finfo(np.float64).tiny))
    clear = tested & (here.rate > 0.5) & (chance >= parameters.standing_out_chance)
    p_values = np.ones(clear.shape)
    p_values[clear] = chance_alone(counts[clear], by_group.votes[clear], other_counts[clear], others.votes[clear])
    return Contrast(direction, counts, here, elsewhere, gap, clear, p_values)


def chance_alone(counts: Integers, votes: Integers, other_counts: Integers, other_votes: Integers) -> Floats:
    """Probability of at least `counts` here if it were chance who is here and who elsewhere. Source: Fisher's exact test."""
    drawn, marked, everybody = votes, counts + other_counts, votes + other_votes

    def ways(of: Integers, taken: Integers) -> Floats:
        return np.asarray(gammaln(of + 1) - gammaln(taken + 1) - gammaln(of - taken + 1))

    term = np.exp(ways(marked, counts) + ways(everybody - marked, drawn - counts) - ways(everybody, drawn))
    total, place = term.copy(), counts.copy()
    for _ in range(int((np.minimum(marked, drawn) - counts).max(initial=0))):
        term = term * (marked - place) * (drawn - place) / ((place + 1) * (everybody - marked - drawn + place + 1))
        total, place = total + term, place + 1
        if (term <= NEGLIGIBLE * total).all():
            break
    return np.minimum(total, 1.0)


def false_discovery_rates(p_values: Floats, tests: int) -> Floats:
    """For each p-value the share of chance findings if it and all smaller ones were called findings (q-values).

    `tests`: how many were made; those beyond `p_values` count as 1. Source: Benjamini and Hochberg 1995.
    """
    flat = p_values.ravel()
    order = np.argsort(flat, kind="stable")
    ratios = flat[order] * tests / np.arange(1, len(flat) + 1)
    q_values = np.empty_like(flat)
    q_values[order] = np.minimum(np.minimum.accumulate(ratios[::-1])[::-1], 1.0)
    return q_values.reshape(p_values.shape)


def _clearest(findings: list[StandingOut], most: int) -> tuple[StandingOut, ...]:
    """Those with the surely largest difference, of equal ones the earlier statement."""
    return tuple(sorted(findings, key=lambda finding: (-finding.difference_low, finding.statement))[:most])
