"""Whether planted groups are found, how many, and whether a person's confidence says how often the group is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from clustering import DEFAULT_METHOD, METHODS, Analysis, VoteMatrix, analyse
from clustering.arrays import Floats, Integers
from clustering.result import NOT_GROUPED
from tests.benchmarks import peer
from tests.benchmarks.quality.conversations import ENOUGH_VOTES, IN_TURN
from tests.benchmarks.quality.tables import Table, met
from tests.benchmarks.quality.workers import draws, in_parallel
from tests.clustering.planted import Missing, Planted, Style, not_at_random, planted_groups

GROUPS = (2, 3, 4, 5)
SIZES = ((200, 40, 0.6), (500, 80, 0.3), (1000, 100, 0.2), (2000, 200, 0.12))
"""Participants, statements, and the share of the statements that the usual person meets."""
STYLES: tuple[Style, ...] = ("leanings", "rates")
BINS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
AT_RANDOM, NOT_AT_RANDOM = "clear, at random", "not at random"
DRAWS = {AT_RANDOM: 25, NOT_AT_RANDOM: 12}
"""Conversations per number of groups."""
RIGHT = 0.95
PEER = "red-dwarf"
HEADS = ("right number", "none", "median ARI", "mean ARI")


@dataclass(frozen=True)
class Plan:
    """One planted conversation; `draw` decides size, style and whether groups are equally large."""

    missing: str
    groups: int
    draw: int

    def votes(self) -> Planted:
        """In turn every size in both styles, with equal and with unequal groups, some with statements that all see alike."""
        (participants, statements, density), style, unequal = list(product(SIZES, STYLES, (False, True)))[self.draw % 16]
        missing = Missing(density) if self.missing == AT_RANDOM else not_at_random(density)
        shared = 0.2 * (self.draw // 16 % 2)
        seed = 1000 * self.groups + self.draw
        return planted_groups(
            participants, statements, self.groups, seed, style=style, missing=missing, shared=shared, unequal=unequal
        )


@dataclass(frozen=True, eq=False)
class Found:
    """`confidence` and `right`: of each grouped person, empty without such figures."""

    planted: int
    groups: int
    likeness: float
    confidence: Floats
    right: Integers


def find(task: tuple[str, Plan]) -> Found:
    method, plan = task
    planted = plan.votes()
    votes = planted.matrix()
    truth, analysis = planted.groups_in(votes), analyse(votes, METHODS[method](seed=0))
    labels = analysis.people.groups
    return Found(plan.groups, len(analysis.groups), likeness(votes, labels, truth), *_confidence(analysis, truth))


def likeness(votes: VoteMatrix, labels: Integers, truth: Integers) -> float:
    """Adjusted Rand index among people with enough votes; who has no group counts as one group of such."""
    enough = votes.votes_per_participant >= ENOUGH_VOTES
    return float(adjusted_rand_score(truth[enough], labels[enough]))


def _confidence(analysis: Analysis, truth: Integers) -> tuple[Floats, Integers]:
    grouped = analysis.people.groups != NOT_GROUPED
    if analysis.people.confidence is None or not analysis.groups:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    return analysis.people.confidence[grouped], _right(analysis.people.groups[grouped], truth[grouped])


def _right(labels: Integers, truth: Integers) -> Integers:
    """Whose group is the planted one, each group standing for the planted one that makes most people right."""
    shared = np.zeros((labels.max() + 1, truth.max() + 1))
    np.add.at(shared, (labels, truth), 1)
    here, there = linear_sum_assignment(-shared)
    stands_for = np.full(len(shared), -1)
    stands_for[here] = there
    return (stands_for[labels] == truth).astype(np.int64)


def report() -> None:
    plans = [
        [Plan(missing, groups, draw) for draw in range(draws(count))] for missing, count in DRAWS.items() for groups in GROUPS
    ]
    found = in_parallel(find, [(method, plan) for some in plans for method in IN_TURN for plan in some])
    table = Table(f"Planted groups, {len(SIZES)} sizes", ("votes missing", "planted", "method", *HEADS), first=20, least=10)
    everything: dict[tuple[str, str], list[Found]] = {}
    for some in plans:
        by_method = {method: [next(found) for _ in some] for method in IN_TURN} | _by_the_peer(some)
        for method, those in by_method.items():
            everything.setdefault((some[0].missing, method), []).extend(those)
            table.row(some[0].missing, some[0].groups, method, *_figures(those))
    _totals(everything)
    for method in IN_TURN:
        _calibration(method, [one for (_, name), found in everything.items() if name == method for one in found])


def _totals(everything: dict[tuple[str, str], list[Found]]) -> None:
    table = Table("Planted groups, together", ("votes missing", "method", *HEADS, "to reach", ""), first=20, least=12)
    for (missing, method), found in everything.items():
        wanted = method == DEFAULT_METHOD and missing == AT_RANDOM
        goal = (f"≥ {RIGHT:.0%}", met(_right_number(found) >= RIGHT * len(found))) if wanted else ("", "")
        table.row(missing, method, *_figures(found), *goal)


def _figures(found: Sequence[Found]) -> tuple[str, int, str, str]:
    none = sum(one.groups < 2 for one in found)
    alike = [one.likeness for one in found]
    return f"{_right_number(found)} of {len(found)}", none, f"{np.median(alike):.3f}", f"{np.mean(alike):.3f}"


def _right_number(found: Sequence[Found]) -> int:
    return sum(one.groups == one.planted for one in found)


def _calibration(method: str, found: Sequence[Found]) -> None:
    confidence, right = (np.concatenate([getattr(one, name) for one in found]) for name in ("confidence", "right"))
    if len(confidence) == 0:
        return
    table = Table(
        f"Confidence in a person's group ({method}): how often it is right", ("confidence", "people", "mean", "right"), first=20
    )
    places = np.digitize(confidence, BINS[1:-1], right=True)
    for place in np.unique(places):
        inside = places == place
        bounds = f"{BINS[place]:.2f} – {BINS[place + 1]:.2f}"
        table.row(bounds, f"{inside.sum():,}", f"{confidence[inside].mean():.3f}", f"{right[inside].mean():.3f}")


def _by_the_peer(plans: Sequence[Plan]) -> dict[str, list[Found]]:
    """For the votes that are missing not at random; nothing without its environment."""
    if peer.MISSING or plans[0].missing == AT_RANDOM:
        return {}
    nothing = (np.zeros(0), np.zeros(0, dtype=np.int64))
    planted = [plan.votes() for plan in plans]
    matrices = [those.matrix() for those in planted]
    labels = peer.labels(matrices)
    return {
        PEER: [
            Found(plan.groups, len(set(names.tolist()) - {-1}), likeness(votes, names, those.groups_in(votes)), *nothing)
            for plan, those, votes, names in zip(plans, planted, matrices, labels, strict=True)
        ]
    }
