"""The residents of the demo deliberation and their votes, drawn from the model in `fixtures/README.md`. No database, no clock."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deliberation.demo_model import MINUTES_PER_DAY, PlannedStatement, Residents

MOST_PASSING = 0.95
AUTHOR_READS_FIRST = (3.0, 20.0)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class People(NamedTuple):
    """One entry per resident, in order of their index; `arrival` in minutes since opening."""

    camp: list[str]
    language: list[str]
    channel: list[str]
    arrival: Floats


class Votes(NamedTuple):
    """Four arrays of equal length (votes,), in order of time. `choice`: 1 agree, 0 pass, −1 disagree."""

    resident: Integers
    statement: Integers
    choice: NDArray[np.int8]
    minutes: Floats


class Simulation(NamedTuple):
    """`authors` maps a statement’s number to the index of the resident who wrote it; statements of the city are absent."""

    people: People
    authors: Mapping[int, int]
    votes: Votes


class _Inclinations(NamedTuple):
    independence: Floats
    passing: Floats
    intended: Integers


class _Shown(NamedTuple):
    resident: Integers
    column: Integers
    minutes: Floats


def simulate(residents: Residents, statements: Sequence[PlannedStatement], seed: int) -> Simulation:
    """Draw the residents, who wrote what, and every vote with its time.

    A resident votes once on a statement, save for a share `revote_share` of votes given again, of which the later counts.
    Authors agree with their own statement the moment they post it, whether or not it is accepted afterwards.
    The same parameters and seed give the same arrays. Raises ValueError when nobody is left who could have written a statement.
    """
    rng = np.random.default_rng(seed)
    people = _draw_people(rng, residents)
    inclinations = _draw_inclinations(rng, residents)
    authors = _draw_authors(rng, people, statements, end=residents.days * MINUTES_PER_DAY)
    shown = _shown(rng, residents, people.arrival, inclinations.intended, statements, authors)
    again = _seen_again(rng, residents, shown, statements)
    resident = np.concatenate([shown.resident, again.resident])
    column = np.concatenate([shown.column, again.column])
    minutes = np.concatenate([shown.minutes, again.minutes])
    choice = _answers(rng, residents, people.camp, inclinations, statements, resident, column)
    return Simulation(people, authors, _with_authors(resident, column, choice, minutes, statements, authors))


def _draw_people(rng: np.random.Generator, residents: Residents) -> People:
    camp = _draw_labels(rng, residents.camps, residents.count)
    language = _draw_labels(rng, residents.languages, residents.count)
    channel = _draw_labels(rng, residents.channels, residents.count)
    day = rng.choice(residents.days, size=residents.count, p=_shares(residents.day_weights))
    return People(camp, language, channel, day * MINUTES_PER_DAY + _time_of_day(rng, residents, residents.count))


def _draw_inclinations(rng: np.random.Generator, residents: Residents) -> _Inclinations:
    independence = rng.beta(*residents.independence, size=residents.count)
    passing = rng.lognormal(-(residents.pass_spread**2) / 2, residents.pass_spread, size=residents.count)
    stop = 1 - 0.5 ** (1 / residents.intended_median)
    intended = np.maximum(rng.geometric(stop, size=residents.count), residents.minimum)
    return _Inclinations(independence, passing, intended)


def _draw_authors(
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


def _shown(
    rng: np.random.Generator,
    residents: Residents,
    arrival: Floats,
    intended: Integers,
    statements: Sequence[PlannedStatement],
    authors: Mapping[int, int],
) -> _Shown:
    """Which statements each resident answers, and when: visit by visit, among those on show and not yet answered."""
    own = {(author, column) for column, s in enumerate(statements) if (author := authors.get(s.number)) is not None}
    rows = []
    for resident in range(residents.count):
        unseen = np.array([(resident, column) not in own for column in range(len(statements))])
        for column, minute in _visits(rng, residents, statements, arrival[resident], int(intended[resident]), unseen):
            rows.append((resident, column, minute))
    resident_index, columns, minutes = zip(*rows, strict=True)
    return _Shown(np.array(resident_index), np.array(columns), np.array(minutes))


def _visits(
    rng: np.random.Generator,
    residents: Residents,
    statements: Sequence[PlannedStatement],
    start: float,
    left: int,
    unseen: NDArray[np.bool_],
) -> list[tuple[int, float]]:
    answered: list[tuple[int, float]] = []
    shown_from = np.array([statement.shown_from for statement in statements])
    shown_until = np.array([statement.shown_until for statement in statements])
    end = residents.days * MINUTES_PER_DAY
    for _ in range(residents.visits):
        on_show = np.flatnonzero(unseen & (shown_from <= start) & (start < shown_until))
        # The largest of Gumbel-perturbed weights are a weighted sample without replacement.
        order = np.argsort(residents.later_statements * on_show - rng.gumbel(size=on_show.size), kind="stable")[:left]
        minutes = start + np.cumsum(rng.lognormal(np.log(residents.seconds_between / 60), 0.6, size=order.size))
        columns = on_show[order]
        in_time = minutes < np.minimum(shown_until[columns], end)
        answered += zip(columns[in_time].tolist(), minutes[in_time].tolist(), strict=True)
        unseen[columns[in_time]] = False
        left -= int(in_time.sum())
        if left <= 0 or rng.random() >= residents.return_share:
            break
        later = np.floor(start / MINUTES_PER_DAY) + np.ceil(rng.exponential(residents.return_days))
        start = later * MINUTES_PER_DAY + _time_of_day(rng, residents, 1)[0]
    return answered


def _seen_again(rng: np.random.Generator, residents: Residents, shown: _Shown, statements: Sequence[PlannedStatement]) -> _Shown:
    """The votes that are given a second time, a minute to some hours later, while the statement is still on show."""
    again = rng.random(shown.resident.size) < residents.revote_share
    minutes = shown.minutes[again] + 1 + rng.exponential(60.0, size=int(again.sum()))
    columns = shown.column[again]
    until = np.array([min(statement.shown_until, residents.days * MINUTES_PER_DAY) for statement in statements])[columns]
    in_time = minutes < until
    return _Shown(shown.resident[again][in_time], columns[in_time], minutes[in_time])


def _answers(
    rng: np.random.Generator,
    residents: Residents,
    camps: list[str],
    inclinations: _Inclinations,
    statements: Sequence[PlannedStatement],
    resident: Integers,
    column: Integers,
) -> NDArray[np.int8]:
    """P(pass) = passing_j · f_i;  P(agree | no pass) = (1 − ν_i) · p_cj + ν_i · p̄_j.

    p̄_j is the mean of p_cj over the camps, by their shares.
    """
    keys = list(residents.camps)
    by_camp = np.array([[statement.agree[key] for statement in statements] for key in keys])
    on_average = _shares(list(residents.camps.values())) @ by_camp
    camp = np.array([keys.index(name) for name in camps])
    independence = inclinations.independence[resident]
    agreeing = (1 - independence) * by_camp[camp[resident], column] + independence * on_average[column]
    passing = np.array([statement.passing for statement in statements])[column] * inclinations.passing[resident]
    passes = rng.random(resident.size) < np.minimum(passing, MOST_PASSING)
    agrees = rng.random(resident.size) < agreeing
    return np.where(passes, 0, np.where(agrees, 1, -1)).astype(np.int8)


def _with_authors(
    resident: Integers,
    column: Integers,
    choice: NDArray[np.int8],
    minutes: Floats,
    statements: Sequence[PlannedStatement],
    authors: Mapping[int, int],
) -> Votes:
    number = np.array([statement.number for statement in statements])
    own = [(authors[s.number], s.number, s.posted) for s in statements if s.number in authors]
    resident = np.concatenate([resident, np.array([author for author, _, _ in own], dtype=np.int64)])
    numbers = np.concatenate([number[column], np.array([written for _, written, _ in own], dtype=np.int64)])
    choice = np.concatenate([choice, np.ones(len(own), dtype=np.int8)])
    minutes = np.concatenate([minutes, np.array([posted for _, _, posted in own], dtype=np.float64)]).round(3)
    order = np.lexsort((numbers, resident, minutes))
    return Votes(resident[order], numbers[order], choice[order], minutes[order])


def _draw_labels(rng: np.random.Generator, weights: Mapping[str, float], count: int) -> list[str]:
    labels = list(weights)
    return [labels[i] for i in rng.choice(len(labels), size=count, p=_shares(list(weights.values())))]


def _time_of_day(rng: np.random.Generator, residents: Residents, count: int) -> Floats:
    return rng.choice(24, size=count, p=_shares(residents.hour_weights)) * 60 + rng.uniform(0, 60, size=count)


def _shares(weights: Sequence[float]) -> Floats:
    array: Floats = np.asarray(weights, dtype=np.float64)
    shares: Floats = array / array.sum()
    return shares
