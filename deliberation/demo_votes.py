"""The votes of the demo deliberation’s residents, drawn from the model in `fixtures/README.md`. No database, no clock."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deliberation.demo_model import MINUTES_PER_DAY, NEVER, PlannedStatement, Residents
from deliberation.demo_people import (
    Floats,
    Inclinations,
    Integers,
    People,
    draw_authors,
    draw_inclinations,
    draw_people,
    shares,
    time_of_day,
)

MOST_PASSING = 0.95


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
    people = draw_people(rng, residents)
    inclinations = draw_inclinations(rng, residents)
    authors = draw_authors(rng, people, statements, end=residents.days * MINUTES_PER_DAY)
    banned = _banned_from(residents, statements, authors)
    once = _shown(rng, residents, people.arrival, inclinations.intended, statements, authors, banned)
    first = _together(once, _seen_again(rng, residents, once, statements, banned))
    answered = _answers(rng, residents, people.camp, inclinations, statements, first)
    second = _second_round(rng, residents, first, statements, authors, banned)
    later = _answers(rng, residents, people.camp, inclinations, statements, second)
    votes = _with_authors(_together(first, second), np.concatenate([answered, later]), statements, authors)
    return Simulation(people, authors, votes)


def _shown(
    rng: np.random.Generator,
    residents: Residents,
    arrival: Floats,
    intended: Integers,
    statements: Sequence[PlannedStatement],
    authors: Mapping[int, int],
    banned: Floats,
) -> _Shown:
    """Which statements each resident answers, and when: visit by visit, among those on show and not yet answered."""
    unseen = _not_own(residents, statements, authors)
    end = np.minimum(residents.days * MINUTES_PER_DAY, banned)
    rows = []
    for resident in range(residents.count):
        left = int(intended[resident])
        visits = _visits(rng, residents, statements, arrival[resident], left, unseen[resident], end[resident])
        rows += [(resident, column, minute) for column, minute in visits]
    return _as_shown(rows)


def _second_round(
    rng: np.random.Generator,
    residents: Residents,
    first: _Shown,
    statements: Sequence[PlannedStatement],
    authors: Mapping[int, int],
    banned: Floats,
) -> _Shown:
    """What those who come back for the second round answer, of what they have not answered in the first."""
    planned = residents.second_round
    unseen = _not_own(residents, statements, authors)
    unseen[first.resident, first.column] = False
    end = np.minimum(planned.last_day * MINUTES_PER_DAY, banned)
    rows = []
    for resident in rng.choice(residents.count, size=planned.residents, replace=False).tolist():
        day = rng.integers(planned.first_day, planned.last_day)
        start, left = day * MINUTES_PER_DAY + time_of_day(rng, residents, 1)[0], int(rng.integers(1, planned.most + 1))
        visits = _visits(rng, residents, statements, start, left, unseen[resident], end[resident])
        rows += [(resident, column, minute) for column, minute in visits]
    return _as_shown(rows)


def _not_own(residents: Residents, statements: Sequence[PlannedStatement], authors: Mapping[int, int]) -> NDArray[np.bool_]:
    """(residents, statements): whether the statement is somebody else’s."""
    others = np.ones((residents.count, len(statements)), dtype=np.bool_)
    for column, statement in enumerate(statements):
        if statement.number in authors:
            others[authors[statement.number], column] = False
    return others


def _banned_from(residents: Residents, statements: Sequence[PlannedStatement], authors: Mapping[int, int]) -> Floats:
    """The minute from which each resident may not vote any more, endless for almost all."""
    banned = np.full(residents.count, NEVER)
    for statement in statements:
        if statement.number in authors:
            author = authors[statement.number]
            banned[author] = min(banned[author], statement.author_banned)
    return banned


def _visits(
    rng: np.random.Generator,
    residents: Residents,
    statements: Sequence[PlannedStatement],
    start: float,
    left: int,
    unseen: NDArray[np.bool_],
    end: float,
) -> list[tuple[int, float]]:
    answered: list[tuple[int, float]] = []
    shown_from = np.array([statement.shown_from for statement in statements])
    shown_until = np.array([statement.shown_until for statement in statements])
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
        start = later * MINUTES_PER_DAY + time_of_day(rng, residents, 1)[0]
    return answered


def _seen_again(
    rng: np.random.Generator, residents: Residents, shown: _Shown, statements: Sequence[PlannedStatement], banned: Floats
) -> _Shown:
    """The votes that are given a second time, a minute to some hours later, while the statement is still on show."""
    again = rng.random(shown.resident.size) < residents.revote_share
    minutes = shown.minutes[again] + 1 + rng.exponential(60.0, size=int(again.sum()))
    columns = shown.column[again]
    until = np.array([min(statement.shown_until, residents.days * MINUTES_PER_DAY) for statement in statements])[columns]
    in_time = minutes < np.minimum(until, banned[shown.resident[again]])
    return _Shown(shown.resident[again][in_time], columns[in_time], minutes[in_time])


def _answers(
    rng: np.random.Generator,
    residents: Residents,
    camps: list[str],
    inclinations: Inclinations,
    statements: Sequence[PlannedStatement],
    shown: _Shown,
) -> NDArray[np.int8]:
    """P(pass) = passing_j · f_i;  P(agree | no pass) = (1 − ν_i) · p_cj + ν_i · p̄_j.

    p̄_j is the mean of p_cj over the camps, by their shares.
    """
    keys = list(residents.camps)
    by_camp = np.array([[statement.agree[key] for statement in statements] for key in keys])
    on_average = shares(list(residents.camps.values())) @ by_camp
    camp = np.array([keys.index(name) for name in camps])
    resident, column, _ = shown
    independence = inclinations.independence[resident]
    agreeing = (1 - independence) * by_camp[camp[resident], column] + independence * on_average[column]
    passing = np.array([statement.passing for statement in statements])[column] * inclinations.passing[resident]
    passes = rng.random(resident.size) < np.minimum(passing, MOST_PASSING)
    agrees = rng.random(resident.size) < agreeing
    return np.where(passes, 0, np.where(agrees, 1, -1)).astype(np.int8)


def _with_authors(
    shown: _Shown, choice: NDArray[np.int8], statements: Sequence[PlannedStatement], authors: Mapping[int, int]
) -> Votes:
    number = np.array([statement.number for statement in statements])
    own = [(authors[s.number], s.number, s.posted) for s in statements if s.number in authors]
    resident = np.concatenate([shown.resident, np.array([author for author, _, _ in own], dtype=np.int64)])
    numbers = np.concatenate([number[shown.column], np.array([written for _, written, _ in own], dtype=np.int64)])
    choice = np.concatenate([choice, np.ones(len(own), dtype=np.int8)])
    minutes = np.concatenate([shown.minutes, np.array([posted for _, _, posted in own], dtype=np.float64)]).round(3)
    order = np.lexsort((numbers, resident, minutes))
    return Votes(resident[order], numbers[order], choice[order], minutes[order])


def _together(one: _Shown, other: _Shown) -> _Shown:
    return _Shown(*(np.concatenate(columns) for columns in zip(one, other, strict=True)))


def _as_shown(rows: Sequence[tuple[int, int, float]]) -> _Shown:
    resident, column, minutes = zip(*rows, strict=True)
    return _Shown(np.array(resident), np.array(column), np.array(minutes))
