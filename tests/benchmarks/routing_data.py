"""What the routing benchmark runs on: who came when in real conversations, and planted opinions for them."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clustering.arrays import Integers
from tests.support.open_data import conversation

SIZES = (0.5, 0.3, 0.2)
"""Shares of the planted groups."""
POPULARITY = (0.25, 0.5)
"""Mean and standard deviation, over the statements, of the leaning that all groups share."""
DIVISIVENESS = (1.5, 1.1)
"""Shape and mean, of a gamma distribution over the statements, of how far apart the groups are."""
UNDECIDED = (0.1, 0.6)
"""Feelings weaker than this are passes; a limit per statement, evenly between the two."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Who cast each vote, in order of time, and before which vote each statement first appeared, in order."""

    voters: Integers
    appeared: Integers

    @property
    def people(self) -> int:
        return int(self.voters.max()) + 1


@dataclass(frozen=True, eq=False)
class Opinions:
    """`groups` (people,), `choices` (people, statements): what each person would vote."""

    groups: Integers
    choices: NDArray[np.int8]


def arrivals(name: str) -> Arrivals:
    """As in this real conversation; of repeated votes the first."""
    table = np.loadtxt(conversation(name) / "votes.csv", delimiter=",", skiprows=1, usecols=(0, 2, 3), dtype=np.int64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    table = table[np.sort(np.unique(table[:, 1:], axis=0, return_index=True)[1])]
    appeared = np.sort(np.unique(table[:, 1], return_index=True)[1])
    return Arrivals(np.unique(table[:, 2], return_inverse=True)[1], appeared)


def opinions(people: int, statements: int, random: Generator) -> Opinions:
    """Groups whose leanings on each statement differ more or less; a person's feeling is the group's leaning and chance."""
    groups = random.choice(len(SIZES), people, p=SIZES)
    apart = DIVISIVENESS[1] * random.gamma(DIVISIVENESS[0], 1 / DIVISIVENESS[0], statements)
    sides = random.normal(0.0, 1.0, (len(SIZES), statements))
    leanings = random.normal(*POPULARITY, statements) + apart * (sides - np.array(SIZES) @ sides)
    limits = random.uniform(*UNDECIDED, statements)
    feelings = leanings[groups] + random.normal(0.0, 1.0, (people, statements))
    return Opinions(groups, ((feelings > limits).astype(np.int8) - (feelings < -limits)).astype(np.int8))
