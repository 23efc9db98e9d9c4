"""A Polis conversation as its export files tell it: what the readers, writers and stores of this package hand to each other.

Agree is +1 here as in the files. Times are milliseconds since 1970. Every number is Polis's own.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SUMMARY = "summary.csv"
COMMENTS = "comments.csv"
VOTES = "votes.csv"
PARTICIPANTS = "participants-votes.csv"
PARTICIPANTS_NEWER = "participant-votes.csv"
"""As the file is called since Polis serves the exports itself."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PolisStatement:
    """`moderated`: −1 rejected, 0 not yet decided, 1 accepted. Statements by the organisers may have no author."""

    number: int
    author: int | None
    created: int
    moderated: int
    is_meta: bool
    is_seed: bool
    text: str


@dataclass(frozen=True, slots=True)
class PolisParticipant:
    """`group` is the one that Polis found; None when it did not place this participant."""

    number: int
    group: int | None = None


@dataclass(frozen=True, eq=False)
class PolisVotes:
    """Every vote that was cast, changed ones too: four arrays of one length, sorted by statement, participant, time and choice.

    The last of a (participant, statement) is the one that counts; between equal times that is the larger.
    """

    statements: Integers
    participants: Integers
    times: Integers
    choices: Integers

    @classmethod
    def sorted(cls, statements: Integers, participants: Integers, times: Integers, choices: Integers) -> "PolisVotes":
        order = np.lexsort((choices, times, participants, statements))
        return cls(statements[order], participants[order], times[order], choices[order])

    def __len__(self) -> int:
        return len(self.choices)

    @cached_property
    def standing(self) -> Flags:
        """Which votes count, and were not replaced by a later one."""
        return last_of_each(self.statements, self.participants)


@dataclass(frozen=True, eq=False)
class PolisExport:
    """The four files. Statements and participants are sorted by number; authors who never voted are among the participants.

    `seconds` says whether the files count time in whole seconds, `external_ids` how many links to persons in another system were
    left out, and `differing_counts` for how many statements `comments.csv` counts other votes than `votes.csv` has.
    """

    summary: dict[str, str]
    statements: tuple[PolisStatement, ...]
    participants: tuple[PolisParticipant, ...]
    votes: PolisVotes
    seconds: bool = False
    external_ids: int = field(default=0)
    differing_counts: int = field(default=0)

    @cached_property
    def sha256(self) -> str:
        """Over the content: the order of rows, line ends, the unit of time and columns that repeat others do not matter."""
        digest = hashlib.sha256(json.dumps(sorted(self.summary.items()), ensure_ascii=False).encode())
        for s in self.statements:
            values = [s.number, s.author, s.created, s.moderated, s.is_meta, s.is_seed, s.text]
            digest.update(json.dumps(values, ensure_ascii=False).encode())
        digest.update(json.dumps([[p.number, p.group] for p in self.participants]).encode())
        for column in (self.votes.statements, self.votes.participants, self.votes.times, self.votes.choices):
            digest.update(column.astype("<i8").tobytes())
        return digest.hexdigest()

    def tally(self, choice: int) -> dict[int, int]:
        """How often this was voted, by statement number, votes that were changed later included: as `comments.csv` counts."""
        numbers, counts = np.unique(self.votes.statements[self.votes.choices == choice], return_counts=True)
        return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def last_of_each(first: Integers, second: Integers) -> Flags:
    """Of two columns sorted together, the last row of each run of equal pairs."""
    ends = np.ones(len(first), dtype=bool)
    ends[:-1] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return ends


def moment(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECOND


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970; what is finer is dropped."""
    return (moment - EPOCH) // MILLISECOND
