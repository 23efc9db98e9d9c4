"""What votes would be if totals were everything: how often each person and each statement gets passes and agreement."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from clustering.arrays import Flags, Floats, Integers
from clustering.votes import AGREE, PASS, VoteMatrix

ROUNDS = 60
SETTLED = 0.02
"""Fitted when no leaning moves further than this in a round."""
LONGEST_STEP = 2.0
STATEMENT_PRECISION = 0.05
"""How firmly the leaning of a statement is held to that of all: hardly, so that it is finite where all say the same."""
LEAST_SPREAD = 1e-3
LEAST_VARIANCE = 0.05


@dataclass(frozen=True, eq=False)
class Leanings:
    """The log odds of an event are the leaning of the `person` (people,) plus that of the `statement` (statements,).

    People's leanings are drawn towards each other as far as they differ by chance only; `doubt` (people,) is their variance.
    """

    person: Floats
    doubt: Floats
    statement: Floats

    def chances(self, rows: Integers, columns: Integers) -> Floats:
        chances: Floats = expit(self.person[rows] + self.statement[columns])
        return chances

    def drawn(self, random: np.random.Generator) -> "Leanings":
        """Leanings of people as they might be as well."""
        person = self.person + np.sqrt(self.doubt) * random.standard_normal(len(self.person))
        return Leanings(person, self.doubt, self.statement)


@dataclass(frozen=True, eq=False)
class Totals:
    """`rows` and `columns` (votes,): whose vote on what; `passing`: leanings to pass; `agreeing`: to agree otherwise."""

    rows: Integers
    columns: Integers
    passing: Leanings
    agreeing: Leanings

    @classmethod
    def of(cls, votes: VoteMatrix, near: "Totals | None" = None) -> "Totals":
        """Fit to these votes, from the start or from totals that are `near` these."""
        rows = np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)
        columns = votes.columns.astype(np.int64)
        passed, agreed = votes.values == PASS, votes.values == AGREE
        said = np.flatnonzero(~passed)
        passing = _fitted(rows, columns, passed, votes.shape, near.passing if near else None)
        agreeing = _fitted(rows[said], columns[said], agreed[said], votes.shape, near.agreeing if near else None)
        return cls(rows, columns, passing, agreeing)

    def draw(self, random: np.random.Generator) -> Integers:
        """One choice per vote, −1, 0 or 1."""
        passing = self.passing.drawn(random).chances(self.rows, self.columns)
        agreeing = self.agreeing.drawn(random).chances(self.rows, self.columns)
        sides = np.where(random.random(len(self.rows)) < agreeing, 1, -1)
        return np.where(random.random(len(self.rows)) < passing, 0, sides)

    def deviations(self, choices: NDArray[Any]) -> Floats:
        """(votes,): how far each vote is from what totals expect, in standard deviations, means of both sides taken out."""
        passing, agreeing = self.passing.chances(self.rows, self.columns), self.agreeing.chances(self.rows, self.columns)
        expected = (1 - passing) * (2 * agreeing - 1)
        variance = np.maximum((1 - passing) - np.square(expected), LEAST_VARIANCE)
        left: Floats = (choices - expected) / np.sqrt(variance)
        left -= _means(self.rows, left, len(self.passing.person))[self.rows]
        left -= _means(self.columns, left, len(self.passing.statement))[self.columns]
        return left


def _fitted(rows: Integers, columns: Integers, event: Flags, shape: tuple[int, int], near: Leanings | None) -> Leanings:
    """Newton's steps in turn for people and for statements; people's leanings are normal, with a variance that the votes set.

    Source: Rasch 1960; for normal leanings by Laplace's approximation Breslow and Clayton 1993.
    """
    people, statements = shape
    share = logit((event.sum() + 0.5) / (len(event) + 1))
    person = np.zeros(people) if near is None else near.person
    statement = np.full(statements, share) if near is None else near.statement
    taking_part = np.bincount(rows, minlength=people) > 0
    spread, doubt = 1.0, np.ones(people)
    for _ in range(ROUNDS):
        left, certainty = _slopes(rows, columns, event, person, statement, rows, people)
        doubt = 1 / (certainty + 1 / spread)
        step = np.clip((left - person / spread) * doubt, -LONGEST_STEP, LONGEST_STEP)
        person = person + step
        spread = max(float((np.square(person) + doubt)[taking_part].mean()) if taking_part.any() else 0.0, LEAST_SPREAD)
        left, certainty = _slopes(rows, columns, event, person, statement, columns, statements)
        held = (share - statement) * STATEMENT_PRECISION
        shift = np.clip((left + held) / (certainty + STATEMENT_PRECISION), -LONGEST_STEP, LONGEST_STEP)
        statement = statement + shift
        if max(np.abs(step).max(initial=0.0), np.abs(shift).max(initial=0.0)) < SETTLED:
            break
    return Leanings(person, doubt, statement)


def _slopes(
    rows: Integers, columns: Integers, event: Flags, person: Floats, statement: Floats, places: Integers, size: int
) -> tuple[Floats, Floats]:
    """Per person or statement: events beyond what is expected, and the variance of that."""
    chances = expit(person[rows] + statement[columns])
    left: Floats = np.bincount(places, event - chances, size).astype(np.float64)
    certainty: Floats = np.bincount(places, chances * (1 - chances), size).astype(np.float64)
    return left, certainty


def _means(places: Integers, values: Floats, size: int) -> Floats:
    return np.bincount(places, values, size) / np.maximum(np.bincount(places, minlength=size), 1)
