"""The votes that count, cut into blocks of rows."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clustering.arrays import Integers
from clustering.votes import VoteMatrix

BLOCK_ROWS = 8192
"""Fixed, so that sums over blocks are the same on any number of processes."""


@dataclass(frozen=True, eq=False)
class Block:
    """The votes of some participants, row by row as in a VoteMatrix, over all `width` statements."""

    starts: Integers
    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def seen(self) -> sparse.csr_array:
        """(rows, statements): 1 where there is a vote."""
        return self._table(np.ones(len(self.columns)))

    @cached_property
    def votes(self) -> sparse.csr_array:
        """(rows, statements): the votes."""
        return self._table(self.values.astype(np.float64))

    def _table(self, data: NDArray[np.float64]) -> sparse.csr_array:
        return sparse.csr_array((data, self.columns, self.starts), shape=(len(self), self.width))

    def __reduce__(self) -> tuple[Any, ...]:
        return Block, (self.starts, self.columns, self.values, self.width)


@dataclass(frozen=True, eq=False)
class Live:
    """The `votes` on statements that moderators did not take out, all rows kept.

    `columns`: which of all `width` statements these are.
    """

    votes: VoteMatrix
    columns: Integers
    width: int


def live_votes(votes: VoteMatrix) -> Live:
    """Leave out what moderators took out."""
    width = votes.shape[1]
    live = np.flatnonzero(~votes.moderated_out)
    if len(live) == width:
        return Live(votes, live, width)
    renumbered = np.full(width, -1, dtype=np.int32)
    renumbered[live] = np.arange(len(live), dtype=np.int32)
    kept = votes.subset(renumbered[votes.columns] >= 0)
    nothing = np.zeros(len(live), dtype=np.bool_)
    columns = renumbered[kept.columns]
    chosen = replace(kept, statements=votes.statements[live], columns=columns, rejected=nothing, meta=nothing)
    return Live(chosen, live, width)


def blocks_of(votes: VoteMatrix) -> tuple[Block, ...]:
    """All rows, cut at fixed places."""
    people = votes.shape[0]
    return tuple(_block(votes, first, min(first + BLOCK_ROWS, people)) for first in range(0, max(people, 1), BLOCK_ROWS))


def rows_of(votes: VoteMatrix, people: Integers) -> VoteMatrix:
    """The rows of these `people` only. Columns stay, also those that are left without a vote."""
    lengths = votes.votes_per_participant[people]
    starts = np.append(0, np.cumsum(lengths))
    places = np.repeat(votes.starts[people] - starts[:-1], lengths) + np.arange(starts[-1])
    columns, values = votes.columns[places], votes.values[places]
    return replace(votes, participants=votes.participants[people], starts=starts, columns=columns, values=values, times=None)


def _block(votes: VoteMatrix, first: int, last: int) -> Block:
    start, end = votes.starts[first], votes.starts[last]
    return Block(votes.starts[first : last + 1] - start, votes.columns[start:end], votes.values[start:end], votes.shape[1])
