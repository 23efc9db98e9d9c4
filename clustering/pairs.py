"""Pairs of people who voted about the same time, and how much likelier their answers are as copies than by chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clustering.arrays import Flags, Floats, Integers
from clustering.likelihood import ANSWERS, Others
from clustering.parameters import Parameters
from clustering.votes import VoteMatrix

TOGETHER = 64
"""People whose neighbours are looked through at once."""
MOST_CELLS = 20_000
"""Answers whose probabilities are looked up at once."""
Singles: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """People go by their place in the order of time. `first` and `second` (pairs,) answered much alike.

    `gaps` (pairs,) in seconds. `ratios` (2, pairs): log likelihood ratio of “copied from the other” against “honest” for the
    answers of the second, and of the first. `compared` (windows, people): with how many others somebody shares enough statements.
    """

    first: Integers
    second: Integers
    gaps: Floats
    ratios: Floats
    compared: Integers


@dataclass(frozen=True, eq=False)
class _Block:
    """People from place `begin` on, `own` of them with all their neighbours after them.

    `answers` (people, cells) and `seen` (people, statements), 0 or 1; `given` (people, statements): which answer, 0 … 2.
    """

    begin: int
    own: int
    answers: Singles
    seen: Singles
    given: Singles


def windows(parameters: Parameters) -> Floats:
    """Seconds, the narrowest first."""
    return np.array([parameters.lookalike_seconds * parameters.lookalike_wider**step for step in range(3)])


def alike_about_the_same_time(
    votes: VoteMatrix, people: Integers, moments: Floats, others: Others, parameters: Parameters
) -> Pairs:
    """`people`: rows in the order of their `moments`. Each is compared with the nearest, so that work grows with people."""
    answers = answer_table(votes)[people]
    widths = windows(parameters)
    compared = np.zeros((len(widths), len(people)), dtype=np.int64)
    found: list[tuple[Integers, Integers, Floats]] = []
    for block in _blocks(answers, parameters.lookalike_neighbours):
        shared, near = _near(block, moments, widths[-1], parameters)
        _count(compared, block, near, moments, widths)
        same = block.answers[: block.own] @ block.answers.T
        first, second = np.nonzero(near & (same >= parameters.lookalike_same * shared))
        for some in _portions(shared[first, second]):
            ratios = _ratios(block, first[some], second[some], moments, others, parameters)
            found.append((first[some] + block.begin, second[some] + block.begin, ratios))
    return _joined(found, moments, compared)


def answer_table(votes: VoteMatrix) -> sparse.csr_array:
    """(participants, cells): 1 where somebody gave this answer."""
    cells = votes.columns.astype(np.int64) * ANSWERS + (votes.values.astype(np.int64) + 1)
    shape = (votes.shape[0], votes.shape[1] * ANSWERS)
    return sparse.csr_array((np.ones(len(cells), dtype=np.float32), cells, votes.starts), shape=shape)


def _blocks(answers: sparse.csr_array, neighbours: int) -> Iterator[_Block]:
    people = answers.shape[0]
    for begin in range(0, people, TOGETHER):
        end = min(begin + TOGETHER, people)
        table = answers[begin : min(end + neighbours, people)].toarray()
        disagree, passed, agree = (table[:, answer::ANSWERS] for answer in range(ANSWERS))
        yield _Block(begin, end - begin, table, disagree + passed + agree, passed + 2 * agree)


def _near(block: _Block, moments: Floats, widest: float, parameters: Parameters) -> tuple[Singles, Flags]:
    """(own, people): how many statements two share, and whether they are to be compared."""
    shared = block.seen[: block.own] @ block.seen.T
    apart = np.arange(len(block.seen))[None] - np.arange(block.own)[:, None]
    near = (apart > 0) & (apart <= parameters.lookalike_neighbours) & (shared >= parameters.lookalike_votes)
    return shared, near & (_gaps(block, moments) <= widest)


def _gaps(block: _Block, moments: Floats) -> Floats:
    there = moments[block.begin : block.begin + len(block.answers)]
    gaps: Floats = there[None] - there[: block.own, None]
    return gaps


def _count(compared: Integers, block: _Block, near: Flags, moments: Floats, widths: Floats) -> None:
    gaps = _gaps(block, moments)
    for window, width in enumerate(widths):
        within = near & (gaps <= width)
        compared[window, block.begin : block.begin + block.own] += within.sum(axis=1)
        compared[window, block.begin : block.begin + len(block.answers)] += within.sum(axis=0)


def _portions(shared: Singles) -> Iterator[slice]:
    """Runs of pairs that share no more than so many statements altogether."""
    portion = (np.cumsum(shared) // MOST_CELLS).astype(np.int64)
    ends = np.flatnonzero(np.diff(portion, append=-1)) + 1
    for begin, end in zip(np.append(0, ends), ends, strict=False):
        yield slice(int(begin), int(end))


def _ratios(block: _Block, first: Integers, second: Integers, moments: Floats, others: Others, parameters: Parameters) -> Floats:
    seen = block.seen > 0
    pair, column = np.nonzero(seen[first] & seen[second])
    starts = np.searchsorted(pair, np.arange(len(first)))
    one, other = (block.given[people[pair], column].astype(np.int64) for people in (first, second))
    same = (one == other).astype(np.float64)
    when = (moments[block.begin + first] + moments[block.begin + second]) / 2
    ratios = []
    for answer in (other, one):
        cells = column * ANSWERS + answer
        copied = np.add.reduceat(others.log_copied(cells, same, parameters.lookalike_slips), starts)
        ratios.append(copied - others.log_chance(cells, starts, when))
    counts = np.diff(starts, append=len(pair))
    return np.stack(ratios) * np.minimum(1.0, parameters.lookalike_telling / counts)


def _joined(found: list[tuple[Integers, Integers, Floats]], moments: Floats, compared: Integers) -> Pairs:
    nobody = np.zeros(0, dtype=np.int64)
    first = np.concatenate([nobody, *(part[0] for part in found)])
    second = np.concatenate([nobody, *(part[1] for part in found)])
    ratios = np.concatenate([np.zeros((2, 0)), *(part[2] for part in found)], axis=1)
    return Pairs(first, second, moments[second] - moments[first], ratios, compared)
