"""Whether the same groups come out when a tenth of the votes is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from clustering import DEFAULT_METHOD, METHODS, analyse
from clustering.arrays import Ids, Integers
from tests.benchmarks.quality.conversations import ALL, IN_TURN, REAL, having, partition
from tests.benchmarks.quality.tables import Table, met
from tests.benchmarks.quality.workers import draws, in_parallel
from tests.support.open_data import AUSTRIA, UBER

REMOVED = 0.1
DRAWS = 10
WANTED = {UBER: 0.9, AUSTRIA: 0.9}


@dataclass(frozen=True, eq=False)
class Groups:
    people: Ids
    labels: Integers
    number: int
    stability: float | None


def groups_of(task: tuple[str, str, int | None]) -> Groups:
    """What a method makes of a conversation: of all votes, or of those that one draw leaves."""
    name, method, seed = task
    votes = ALL[name]()
    if seed is not None:
        votes = having(votes, np.random.default_rng(seed).random(len(votes.values)) >= REMOVED)
    analysis = analyse(votes, METHODS[method](seed=0))
    return Groups(*partition(analysis), len(analysis.groups), analysis.stability)


def likeness(one: Groups, other: Groups) -> float:
    """Adjusted Rand index over the people whom both have grouped."""
    _, here, there = np.intersect1d(one.people, other.people, assume_unique=True, return_indices=True)
    return float(adjusted_rand_score(one.labels[here], other.labels[there]))


def report() -> None:
    seeds: Sequence[int | None] = [None, *range(draws(DRAWS))]
    names = list(REAL) or list(ALL)
    pairs = [(name, method) for name in names for method in IN_TURN]
    found = in_parallel(groups_of, [(*pair, seed) for pair in pairs for seed in seeds])
    title = f"Groups with and without a tenth of the votes: adjusted Rand index, {len(seeds) - 1} draws"
    heads = ("conversation", "method", "groups", "median", "lowest", "groups without (draws)", "says", "to reach", "")
    table = Table(title, heads)
    for name, method in pairs:
        whole, *others = (next(found) for _ in seeds)
        alike = [likeness(whole, other) for other in others]
        numbers = Counter(other.number for other in others).most_common()
        without = ", ".join(f"{number} ({count})" for number, count in numbers)
        says = "" if whole.stability is None else f"{whole.stability:.2f}"
        wanted = WANTED.get(name) if method == DEFAULT_METHOD else None
        goal = ("", "") if wanted is None else (f"≥ {wanted:.2f}", met(float(np.median(alike)) >= wanted))
        table.row(name, method, whole.number, f"{np.median(alike):.3f}", f"{min(alike):.3f}", without, says, *goal)
