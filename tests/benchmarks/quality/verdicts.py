"""What is said about votes without any groups."""

from itertools import product

from clustering import DEFAULT_METHOD, METHODS, analyse
from tests.benchmarks.quality.conversations import IN_TURN
from tests.benchmarks.quality.tables import Table, met
from tests.benchmarks.quality.workers import draws, in_parallel
from tests.clustering.planted import SPREADS, Missing, gradient, not_at_random, structureless

SIZES = ((200, 40, 0.4), (1000, 100, 0.25), (2000, 200, 0.12))
"""Participants, statements, and the share of the statements that the usual person meets."""
DRAWS = 100
GRADIENTS = 8
WANTED = 0.95
NO_GROUPS = "no_distinct_groups"

Task = tuple[str, tuple[int, int, float], int]


def of_structureless(task: Task) -> str:
    """In turn weak, usual and strong margins; votes missing at random or not; chances as a multinomial or an ordinal logit."""
    method, (participants, statements, density), draw = task
    margins, scattered, ordinal = list(product(SPREADS, (True, False), (False, True)))[draw % 12]
    missing = Missing(density) if scattered else not_at_random(density)
    votes = structureless(participants, statements, seed=draw, missing=missing, margins=margins, ordinal=ordinal).matrix()
    return analyse(votes, METHODS[method](seed=0)).verdict


def of_gradient(task: tuple[str, int, int]) -> int:
    """How many groups are found where people stand anywhere along one or two axes."""
    method, axes, draw = task
    return len(analyse(gradient(1000, 100, draw, axes=axes, missing=Missing(0.25)).matrix(), METHODS[method](seed=0)).groups)


def report() -> None:
    count = draws(DRAWS)
    found = in_parallel(of_structureless, [(method, size, draw) for size in SIZES for method in IN_TURN for draw in range(count)])
    heads = ("participants × statements", "method", "no groups", *SPREADS, "to reach", "")
    table = Table(
        f"Votes from margins only: how often “{NO_GROUPS}”, and by the strength of the margins", heads, first=26, least=12
    )
    for (participants, statements, _), method in product(SIZES, IN_TURN):
        none = [next(found) == NO_GROUPS for _ in range(count)]
        by_margins = [_of([said for draw, said in enumerate(none) if draw % 12 // 4 == place]) for place in range(len(SPREADS))]
        goal = (f"≥ {WANTED:.0%}", met(sum(none) >= WANTED * count)) if method == DEFAULT_METHOD else ("", "")
        table.row(f"{participants:,} × {statements}", method, _of(none), *by_margins, *goal)
    _gradients(draws(GRADIENTS))


def _gradients(count: int) -> None:
    cases = list(product((1, 2), IN_TURN))
    found = in_parallel(of_gradient, [(method, axes, draw) for axes, method in cases for draw in range(count)])
    title = "Opinions that shade into each other, 1,000 × 100 (for information): groups found (draws)"
    table = Table(title, ("axes", "method", "groups"), first=6, least=40)
    for axes, method in cases:
        numbers = [next(found) for _ in range(count)]
        table.row(axes, method, ", ".join(f"{number} ({numbers.count(number)})" for number in sorted(set(numbers))))


def _of(said: list[bool]) -> str:
    return f"{sum(said)} of {len(said)}"
