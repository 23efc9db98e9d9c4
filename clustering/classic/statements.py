"""What statements say about groups: rates, tests, what a group stands out by, what everybody shares."""

from dataclasses import dataclass

import numpy as np

from clustering.arrays import Flags, Floats, Integers
from clustering.classic.parameters import ClassicParameters
from clustering.result import OverallConsensus, RepresentativeStatement, SharedStatement
from clustering.votes import Tally


@dataclass(frozen=True, eq=False)
class Rates:
    """One direction (agreeing, or disagreeing) of each statement in each group; arrays (groups, statements).

    `share` of the votes, with one more in each direction; `share_test`: z against one half; `ratio` to the share in the
    other groups together; `ratio_test`: z of the difference to them; `metric`: all four multiplied.
    """

    counts: Integers
    share: Floats
    share_test: Floats
    ratio: Floats
    ratio_test: Floats

    @property
    def metric(self) -> Floats:
        return self.ratio * self.ratio_test * self.share * self.share_test


@dataclass(frozen=True, eq=False)
class Representativeness:
    """How much each statement sets each group apart, in both directions."""

    agree: Rates
    disagree: Rates
    votes: Integers


@dataclass(frozen=True)
class ScoredStatement(RepresentativeStatement):
    """With the figures by which the classic method chose it."""

    share_test: float
    ratio: float
    ratio_test: float
    best_agree: bool
    agrees: int


@dataclass(frozen=True)
class ScoredConsensus(SharedStatement):
    """With the z of its share against one half."""

    share_test: float


def smoothed_share(counts: Integers, votes: Integers) -> Floats:
    """Share with one more vote in each direction, so that few votes say little."""
    return (counts + 1) / (votes + 2)


def share_test(counts: Integers, votes: Integers) -> Floats:
    """z of a share against one half, with one more vote in the direction. Source: one-proportion z-test."""
    return 2 * np.sqrt(votes + 1) * ((counts + 1) / (votes + 1) - 0.5)


def difference_test(counts: Integers, votes: Integers, other_counts: Integers, other_votes: Integers) -> Floats:
    """z of the difference of two shares, one more vote in the direction added to each; 0 where all voted so.

    Source: two-proportion z-test.
    """
    here, there = votes + 1, other_votes + 1
    pooled = (counts + other_counts + 2) / (here + there)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / here + 1 / there))
    difference: Floats = (counts + 1) / here - (other_counts + 1) / there
    z: Floats = np.divide(difference, spread, out=np.zeros_like(difference), where=spread > 0)
    return z


def representativeness(by_group: Tally) -> Representativeness:
    """Compare each group with all other groups together; people outside the groups do not enter."""
    elsewhere = by_group.elsewhere()

    def rates(counts: Integers, other_counts: Integers) -> Rates:
        share = smoothed_share(counts, by_group.votes)
        return Rates(
            counts=counts,
            share=share,
            share_test=share_test(counts, by_group.votes),
            ratio=share / smoothed_share(other_counts, elsewhere.votes),
            ratio_test=difference_test(counts, by_group.votes, other_counts, elsewhere.votes),
        )

    return Representativeness(
        agree=rates(by_group.agree, elsewhere.agree),
        disagree=rates(by_group.disagree, elsewhere.disagree),
        votes=by_group.votes,
    )


def representative_statements(
    figures: Representativeness, moderated_out: Flags, parameters: ClassicParameters
) -> tuple[tuple[ScoredStatement, ...], ...]:
    """For each group the few statements it stands out by: those it agrees with first.

    The statement that the group agrees with best leads. The others must pass both tests in one direction, and go by their metric.
    When none passes, the best-agreed one stands alone, or else the one that differs most from the other groups.
    """
    candidates = np.flatnonzero(~moderated_out)
    return tuple(_representative(figures, group, candidates, parameters) for group in range(len(figures.votes)))


def _representative(
    figures: Representativeness, group: int, candidates: Integers, parameters: ClassicParameters
) -> tuple[ScoredStatement, ...]:
    z = parameters.significant_z
    agree, disagree = figures.agree, figures.disagree
    leader = _best_agreed(figures, group, candidates, z)
    passing = ((agree.ratio_test > z) & (agree.share_test > z) | (disagree.ratio_test > z) & (disagree.share_test > z))[group]
    sufficient = candidates[passing[candidates]]
    if len(sufficient) == 0:
        differing = np.maximum(agree.ratio_test, disagree.ratio_test)[group][candidates]
        alone = leader if leader is not None else int(candidates[np.argmax(differing)]) if len(candidates) else None
        return () if alone is None else (_finding(figures, group, alone, leader),)
    agreeing = agree.ratio_test[group] > disagree.ratio_test[group]
    metric = np.where(agreeing, agree.metric[group], disagree.metric[group])
    ordered = [int(statement) for statement in sufficient[np.argsort(-metric[sufficient], kind="stable")] if statement != leader]
    chosen = ([leader] if leader is not None else []) + ordered
    findings = [_finding(figures, group, statement, leader) for statement in chosen[: parameters.representative_statements]]
    return tuple(sorted(findings, key=lambda finding: finding.direction != "agree"))


def _best_agreed(figures: Representativeness, group: int, candidates: Integers, significant_z: float) -> int | None:
    """The statement that the group agrees with best.

    Each is compared with the best before it: by the metric when the group agrees with that one more than others do, else by share
    times test.
    """
    agree = figures.agree
    voted = (agree.counts[group] + figures.disagree.counts[group]) > 0
    convincing = (agree.share_test[group] > significant_z) | ((agree.ratio[group] > 1) & (agree.share[group] > 0.5))
    strength = (agree.share[group] * agree.share_test[group]).tolist()
    metric, ratio = agree.metric[group].tolist(), agree.ratio[group].tolist()
    best: int | None = None
    for statement in candidates[voted[candidates]].tolist():
        if best is None:
            better = bool(convincing[statement])
        elif ratio[best] > 1:
            better = metric[statement] > metric[best]
        else:
            better = strength[statement] > strength[best]
        if better:
            best = statement
    return best


def _finding(figures: Representativeness, group: int, statement: int, leader: int | None) -> ScoredStatement:
    agreeing = bool(figures.agree.ratio_test[group, statement] > figures.disagree.ratio_test[group, statement])
    rates = figures.agree if agreeing else figures.disagree
    return ScoredStatement(
        statement=statement,
        direction="agree" if agreeing else "disagree",
        counts=int(rates.counts[group, statement]),
        votes=int(figures.votes[group, statement]),
        share=float(rates.share[group, statement]),
        share_test=float(rates.share_test[group, statement]),
        ratio=float(rates.ratio[group, statement]),
        ratio_test=float(rates.ratio_test[group, statement]),
        best_agree=statement == leader,
        agrees=int(figures.agree.counts[group, statement]),
    )


def overall_consensus(tally: Tally, moderated_out: Flags, parameters: ClassicParameters) -> OverallConsensus:
    """Statements that a clear majority of all agrees with, and that one disagrees with; the clearest first."""

    def shared(counts: Integers) -> tuple[ScoredConsensus, ...]:
        share, test = smoothed_share(counts, tally.votes), share_test(counts, tally.votes)
        clear = np.flatnonzero(~moderated_out & (share > 0.5) & (test > parameters.significant_z))
        first = clear[np.argsort(-(share * test)[clear], kind="stable")][: parameters.consensus_statements]
        figures = zip(first, counts[first], tally.votes[first], share[first], test[first], strict=True)
        return tuple(ScoredConsensus(int(j), int(count), int(votes), float(s), float(z)) for j, count, votes, s, z in figures)

    return OverallConsensus(shared(tally.agree), shared(tally.disagree))
