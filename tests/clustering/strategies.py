"""Conversations of all sorts, for tests of what must hold in every one."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from clustering import VoteMatrix


@dataclass(frozen=True)
class Votes:
    participants: list[int]
    statements: list[int]
    choices: list[int]
    rejected: list[int]
    meta: list[int]

    def matrix(self, order: list[int] | None = None, sign: int = 1) -> VoteMatrix:
        """The same votes in another order, or with agreeing and disagreeing swapped."""
        order = order if order is not None else list(range(len(self.choices)))
        return VoteMatrix.from_votes(
            [self.participants[place] for place in order],
            [self.statements[place] for place in order],
            [sign * self.choices[place] for place in order],
            rejected=self.rejected,
            meta=self.meta,
        )


@st.composite
def conversations(draw: st.DrawFn, *, largest: int = 30) -> Votes:
    people = draw(st.integers(0, largest))
    statements = draw(st.integers(1, 12))
    choice = draw(st.sampled_from([st.sampled_from([-1, 0, 1]), st.just(0), st.just(1), st.sampled_from([0, 1])]))
    seen = st.lists(st.integers(0, statements - 1), unique=True, max_size=statements)
    cells = [(person, statement) for person in range(people) for statement in draw(seen)]
    choices = draw(st.lists(choice, min_size=len(cells), max_size=len(cells)))
    flagged = st.lists(st.integers(0, statements - 1), unique=True, max_size=statements)
    return Votes([row for row, _ in cells], [column for _, column in cells], choices, draw(flagged), draw(flagged))


def everybody_on(people: int, statements: int, choice: int = 1) -> VoteMatrix:
    """Everybody gives the same answer to every statement."""
    rows, columns = np.divmod(np.arange(people * statements), statements)
    return VoteMatrix.from_votes(rows, columns, np.full(people * statements, choice))
