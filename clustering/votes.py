"""Who voted what: the only place that knows unseen, pass, superseded, and the sign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from clustering.arrays import Flags, Floats, Ids, Integers
from clustering.identifiers import numbered

AGREE, PASS, DISAGREE = 1, 0, -1


class ContradictoryVotesError(ValueError):
    """Votes of one participant on one statement differ, and no times say which came last.

    `first` and `second` are the positions of two such votes in the input.
    """

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"the votes at {first} and {second} differ, and no times say which came last")
        self.first, self.second = first, second


@dataclass(frozen=True)
class Tally:
    """Numbers of votes, each array of shape (statements,) or (groups, statements)."""

    agree: Integers
    disagree: Integers
    passed: Integers

    @cached_property
    def votes(self) -> Integers:
        return self.agree + self.disagree + self.passed

    def to_json(self, place: int | tuple[int, int]) -> dict[str, int]:
        """The numbers at one place as plain data."""
        numbers = {"votes": self.votes, "agree": self.agree, "disagree": self.disagree, "pass": self.passed}
        return {name: int(array[place]) for name, array in numbers.items()}

    def of(self, group: int) -> "Tally":
        """One group's numbers."""
        return Tally(self.agree[group], self.disagree[group], self.passed[group])

    def total(self) -> "Tally":
        """All groups together."""
        return Tally(self.agree.sum(axis=0), self.disagree.sum(axis=0), self.passed.sum(axis=0))

    def elsewhere(self) -> "Tally":
        """For each group what all the other groups voted."""
        total = self.total()
        return Tally(total.agree - self.agree, total.disagree - self.disagree, total.passed - self.passed)


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """The last vote of each participant on each statement: agree +1, pass 0, disagree −1; a cell without a vote is not stored.

    Rows are the participants and columns the statements with at least one vote, ordered by id (numbers by size, before other
    ids), so that nothing depends on the order in which votes arrived. `columns` and `values` list the votes row by row, from
    `starts[i]` for row i. `rejected` and `meta` say what moderators decided about each statement. `times`, aligned with `values`,
    are in seconds since any moment; None where nobody wrote them down. No map and no group depends on them.
    """

    participants: Ids
    statements: Ids
    starts: Integers
    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    rejected: Flags
    meta: Flags
    times: Floats | None = None

    @classmethod
    def from_votes(
        cls,
        participants: Sequence[int] | Sequence[str] | NDArray[Any],
        statements: Sequence[int] | Sequence[str] | NDArray[Any],
        choices: ArrayLike,
        times: ArrayLike | None = None,
        *,
        rejected: Iterable[int | str] = (),
        meta: Iterable[int | str] = (),
    ) -> "VoteMatrix":
        """Build from one entry per vote.

        `times` in seconds since any moment. Of several votes in a cell the latest counts, of equally late ones the larger.
        Statements in `rejected` and `meta` that nobody voted on are ignored. Raises ContradictoryVotesError when votes in a cell
        differ and there are no `times`, and ValueError for a choice other than −1, 0, 1, for a time that is not finite, or when
        the lengths differ.
        """
        values = _checked_choices(choices)
        moments = None if times is None else _checked_times(times)
        lengths = {len(participants), len(statements), len(values)} | (set() if moments is None else {len(moments)})
        if len(lengths) > 1:
            raise ValueError(f"participants, statements, choices and times differ in length: {sorted(lengths)}")
        people, people_places = numbered(participants)
        names, name_places = numbered(statements)
        width = max(len(names) - 1, 0).bit_length()
        cells = (people_places << width) | name_places
        cells, values, moments = _last_votes(cells, values, moments)
        starts = np.searchsorted(cells, np.arange(len(people) + 1) << width)
        columns = (cells & ((1 << width) - 1)).astype(np.int32)
        return cls(people, names, starts, columns, values, _listed(names, rejected), _listed(names, meta), moments)

    def subset(self, kept: Flags) -> "VoteMatrix":
        """Only the votes that `kept` (votes,) marks. Rows and columns stay, also those that are left without a vote."""
        before = np.append(0, np.cumsum(kept))
        times = None if self.times is None else self.times[kept]
        return replace(self, starts=before[self.starts], columns=self.columns[kept], values=self.values[kept], times=times)

    def without(self, people: Flags) -> "VoteMatrix":
        """The votes of everybody but those that `people` (participants,) marks. Rows and columns stay."""
        return self.subset(~np.repeat(people, self.votes_per_participant))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    @property
    def moderated_out(self) -> Flags:
        """Statements that moderators took out of the mathematics: rejected ones and those about the conversation itself."""
        return self.rejected | self.meta

    @cached_property
    def votes_per_participant(self) -> Integers:
        return np.diff(self.starts)

    @cached_property
    def tally(self) -> Tally:
        """Votes on each statement, of everybody."""
        counted = np.bincount(self._choices, minlength=3 * len(self.statements)).reshape(-1, 3)
        return Tally(counted[:, AGREE + 1], counted[:, DISAGREE + 1], counted[:, PASS + 1])

    def tally_by_group(self, labels: Integers, groups: int) -> Tally:
        """Votes on each statement by the members of each group; `labels` has a group per participant, −1 for none."""
        statements = len(self.statements)
        cells = np.repeat((labels + 1) * (3 * statements), self.votes_per_participant)
        cells += self._choices
        counted = np.bincount(cells, minlength=(groups + 1) * 3 * statements)
        by_choice = counted.reshape(groups + 1, statements, 3)[1:]
        return Tally(by_choice[:, :, AGREE + 1], by_choice[:, :, DISAGREE + 1], by_choice[:, :, PASS + 1])

    def centred(self, means: Floats) -> sparse.csr_array:
        """(participants, statements): votes minus the statement's mean; nothing where not voted, 0 where moderated out."""
        difference = self.values - means[self.columns]
        if self.moderated_out.any():
            difference[self.moderated_out[self.columns]] = 0.0
        return sparse.csr_array((difference, self.columns, self.starts), shape=self.shape)

    @cached_property
    def _choices(self) -> NDArray[np.int32]:
        """One number for each vote: three for a statement, in the order disagree, pass, agree."""
        return 3 * self.columns + self.values + np.int32(1)

    def input_sha256(self) -> str:
        """A fingerprint of the last votes and the moderation: the same for the same input, in whatever order it came.

        Over the ids as text in JSON, the two rows of flags, and the votes as little-endian numbers, row by row.
        """
        digest = sha256()
        for ids in (self.participants, self.statements):
            digest.update(dumps([str(identifier) for identifier in ids.tolist()], ensure_ascii=False).encode() + b"\n")
        for flags in (self.rejected, self.meta):
            digest.update(flags.astype("u1").tobytes())
        digest.update(self.starts.astype("<i8").tobytes())
        digest.update(self.columns.astype("<i4").tobytes())
        digest.update(self.values.tobytes())
        return digest.hexdigest()


def _checked_choices(choices: ArrayLike) -> NDArray[np.int8]:
    given = np.asarray(choices)
    if given.size == 0:
        return np.zeros(0, dtype=np.int8)
    if given.dtype.kind not in "iuf" or not ((given == AGREE) | (given == PASS) | (given == DISAGREE)).all():
        raise ValueError("a vote is −1, 0 or 1")
    return given.astype(np.int8)


def _checked_times(times: ArrayLike) -> Floats:
    moments = np.asarray(times, dtype=np.float64)
    if not np.isfinite(moments).all():
        raise ValueError("a time is a finite number")
    return moments


def _listed(names: Ids, listed: Iterable[int | str]) -> Flags:
    wanted = {str(identifier) for identifier in listed}
    return np.array([str(name) in wanted for name in names.tolist()], dtype=np.bool_)


def _last_votes(
    cells: Integers, values: NDArray[np.int8], moments: Floats | None
) -> tuple[Integers, NDArray[np.int8], Floats | None]:
    """Cells in order with the vote that counts in each. Cell and vote share one number, so that one plain sort does."""
    packed, times = _ordered(cells, values, moments)
    repeated = (packed[1:] ^ packed[:-1]) < 4  # the same cell
    if repeated.any():
        standing = ~_superseded(cells, values, moments, np.unique(packed[1:][repeated] >> 2))
        packed, times = _ordered(cells[standing], values[standing], None if moments is None else moments[standing])
    return packed >> 2, ((packed & 3) - 1).astype(np.int8), times


def _ordered(cells: Integers, values: NDArray[np.int8], moments: Floats | None) -> tuple[Integers, Floats | None]:
    packed = (cells << 2) | (values + 1)
    if moments is None:
        packed.sort()
        return packed, None
    order = np.argsort(packed)
    return packed[order], moments[order]


def _superseded(cells: Integers, values: NDArray[np.int8], moments: Floats | None, repeated: Integers) -> Flags:
    """Which votes a later, or equally late and larger, vote in their cell replaces. `repeated`: cells with several, sorted."""
    place = np.searchsorted(repeated, cells)
    place[place == len(repeated)] = 0
    among = np.flatnonzero(repeated[place] == cells)
    keys = (values[among], cells[among]) if moments is None else (values[among], moments[among], cells[among])
    order = among[np.lexsort(keys)]
    earlier, later = order[:-1], order[1:]
    same_cell = cells[earlier] == cells[later]
    if moments is None and (differing := np.flatnonzero(same_cell & (values[earlier] != values[later]))).size:
        raise ContradictoryVotesError(*sorted((int(earlier[differing[0]]), int(later[differing[0]]))))
    superseded = np.zeros(len(cells), dtype=np.bool_)
    superseded[earlier[same_cell]] = True
    return superseded
