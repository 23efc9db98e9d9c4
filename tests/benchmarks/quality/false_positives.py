"""How often a group is said to stand out by a statement when people were put in groups by lot."""

import numpy as np

from clustering import ClassicParameters, VoteMatrix, analyse
from clustering.arrays import Integers
from clustering.classic.statements import representativeness
from clustering.parameters import Parameters
from clustering.result import NOT_GROUPED
from clustering.statements import describe
from tests.benchmarks.quality.conversations import ALL
from tests.benchmarks.quality.tables import Table, met
from tests.benchmarks.quality.workers import draws, in_parallel

PERMUTATIONS = 30
WANTED = 0.01
Counted = tuple[int, int, int]
"""Pairs of group and statement that the classic method names, that the default one names, and that it had enough votes for."""


def named(task: tuple[str, int]) -> tuple[int, int, list[Counted]]:
    """Pairs in all, groups, and for the true groups and then some permutations of them what is named."""
    name, permutations = task
    votes, random = ALL[name](), np.random.default_rng(0)
    analysis = analyse(votes, ClassicParameters())
    labels, groups = analysis.people.groups, len(analysis.groups)
    grouped = labels != NOT_GROUPED
    counted = [_counted(votes, labels, groups)]
    for _ in range(permutations):
        shuffled = labels.copy()
        shuffled[grouped] = random.permutation(labels[grouped])
        counted.append(_counted(votes, shuffled, groups))
    return groups * int((~votes.moderated_out).sum()), groups, counted


def _counted(votes: VoteMatrix, labels: Integers, groups: int) -> Counted:
    z, live = ClassicParameters().significant_z, ~votes.moderated_out
    figures = representativeness(votes.tally_by_group(labels, groups))
    passing = [(rates.ratio_test > z) & (rates.share_test > z) for rates in (figures.agree, figures.disagree)]
    said = describe(votes, labels, groups, None, Parameters()).details["representative"]
    return int((passing[0] | passing[1])[:, live].sum()), said["found"], said["tests"] // 2


def report() -> None:
    permutations = draws(PERMUTATIONS)
    found = in_parallel(named, [(name, permutations) for name in ALL])
    lots = f"{permutations} permutations of the classic groups"
    title = f"Groups by lot: share of pairs of group and statement called representative, {lots}"
    methods = ("classic", "default", "worst draw", "of tested", "true: classic", "true: default")
    heads = ("conversation", "groups", "pairs", *methods, "to reach", "")
    table = Table(title, heads)
    for name in ALL:
        pairs, groups, (true, *by_lot) = next(found)
        classic, default, tested = (np.array(column, dtype=float) for column in zip(*by_lot, strict=True))
        share = default.mean() / pairs
        figures = (classic.mean() / pairs, share, default.max() / pairs, float((default / np.maximum(tested, 1)).mean()))
        genuine = (true[0] / pairs, true[1] / pairs)
        table.row(
            name, groups, pairs, *(f"{figure:.2%}" for figure in (*figures, *genuine)), f"≤ {WANTED:.0%}", met(share <= WANTED)
        )
