"""The residents of the demo deliberation, drawn from the model in `fixtures/README.md`: who they are and what they wrote."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deliberation.demo_model import MINUTES_PER_DAY, PlannedStatement, Residents

AUTHOR_READS_FIRST = (3.0, 20.0)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class People(NamedTuple):
    """One entry per resident, in order of their index; `arrival` in minutes since opening."""

    camp: list[str]
    language: list[str]
    channel: list[str]
    arrival: Floats


class Inclinations(NamedTuple):
    independence: Floats
    passing: Floats
    intended: Integers


def draw_people(rng: np.random.Generator, residents: Residents) -> People:
    camp = _draw_labels(rng, residents.camps, residents.count)
    language = _draw_labels(rng, residents.languages, residents.count)
    channel = _draw_labels(rng, residents.channels, residents.count)
    day = rng.choice(residents.days, size=residents.count, p=shares(residents.day_weights))
    return People(camp, language, channel, day * MINUTES_PER_DAY + time_of_day(rng, residents, residents.count))


def draw_inclinations(rng: np.random.Generator, residents: Residents) -> Inclinations:
    independence = rng.beta(*residents.independence, size=residents.count)
    passing = rng.lognormal(-(residents.pass_spread**2) / 2, residents.pass_spread, size=residents.count)
    stop = 1 - 0.5 ** (1 / residents.intended_median)
    intended = np.maximum(rng.geometric(stop, size=residents.count), residents.minimum)
    return Inclinations(independence, passing, intended)


def draw_authors(
    rng: np.random.Generator, people: People, statements: Sequence[PlannedStatement], end: float
) -> Mapping[int, int]:
    """Give each statement of a camp a resident who speaks its language, and let that resident arrive shortly before posting."""
    authors: dict[int, int] = {}
    for statement in statements:
        if statement.author is None:
            continue
        wanted, taken = (statement.author, statement.language), set(authors.values())
        candidates = [
            i for i, who in enumerate(zip(people.camp, people.language, strict=True)) if who == wanted and i not in taken
        ]
        if not candidates:
            raise ValueError(f"no resident left who could have written statement {statement.number}: {wanted}")
        author = int(rng.choice(candidates))
        authors[statement.number] = author
        if statement.posted < end:
            people.arrival[author] = statement.posted - rng.uniform(*AUTHOR_READS_FIRST)
    return authors


def _draw_labels(rng: np.random.Generator, weights: Mapping[str, float], count: int) -> list[str]:
    labels = list(weights)
    return [labels[i] for i in rng.choice(len(labels), size=count, p=shares(list(weights.values())))]


def time_of_day(rng: np.random.Generator, residents: Residents, count: int) -> Floats:
    return rng.choice(24, size=count, p=shares(residents.hour_weights)) * 60 + rng.uniform(0, 60, size=count)


def shares(weights: Sequence[float]) -> Floats:
    array: Floats = np.asarray(weights, dtype=np.float64)
    summing_to_one: Floats = array / array.sum()
    return summing_to_one
