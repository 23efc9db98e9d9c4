"""A real conversation replayed in steps, each analysed with what the one before had shown: docs/method.md, “Identity”."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from clustering import METHODS, Analysis, Previous, Structure, VoteMatrix, analyse, shown
from deliberation.interchange import polis_reading
from tests.support import open_data
from tests.support.open_data import SEATTLE, UBER, needs_open_data

STEPS = 20
GROWTH = 1.1
MANY = 0.1
"""Share of the people whose letter changes, above which letters have jumped."""


@dataclass(frozen=True)
class Step:
    """From one analysis to the next: `changed` is the share of people in a group both times whose letter is another one.

    `alike` (2,): correlation of the positions on both maps, along each axis.
    """

    groups_before: int
    groups: int
    changed: float
    alike: tuple[float, float]


@dataclass(frozen=True)
class Replay:
    steps: tuple[Step, ...]
    letters: tuple[str, ...]

    @property
    def jumps(self) -> list[Step]:
        return [step for step in self.steps if step.changed > MANY]


def prefixes(name: str, by: str) -> Iterator[VoteMatrix]:
    """What had been voted after each twentieth of the time, or of the votes."""
    export = polis_reading.read(open_data.conversation(name))
    votes = export.votes
    times = np.sort(votes.times)
    ends = np.linspace(times[0], times[-1], STEPS + 1)[1:]
    for end in ends if by == "time" else times[np.arange(1, STEPS + 1) * len(times) // STEPS - 1]:
        there = votes.times <= end
        yield VoteMatrix.from_votes(
            votes.participants[there],
            votes.statements[there],
            votes.choices[there],
            votes.times[there],
            rejected=[statement.number for statement in export.statements if statement.moderated == -1],
            meta=[statement.number for statement in export.statements if statement.is_meta],
        )


def replay(name: str, method: str, by: str) -> Replay:
    """Each prefix with what the one before had shown, and with its axes and groups while votes have not grown by a tenth."""
    memory: Previous | None = None
    structure: Structure | None = None
    steps: list[Step] = []
    last: Analysis | None = None
    for votes in prefixes(name, by):
        live = int(votes.tally.votes[~votes.moderated_out].sum())
        reused = structure if structure is not None and live < structure.votes * GROWTH else None
        analysis = analyse(votes, METHODS[method](), memory, structure=reused)
        memory, found = shown(analysis, memory), analysis.details.get("structure")
        structure = None if found is None else Structure.from_json(found)
        if last is not None and last.projection is not None:
            steps.append(step(last, analysis))
        last = analysis
    assert memory is not None
    return Replay(tuple(steps), memory.letters_given)


def step(before: Analysis, now: Analysis) -> Step:
    _, then, here = np.intersect1d(before.people.ids, now.people.ids, return_indices=True)
    letters_then, letters_here = letters(before)[then], letters(now)[here]
    both = (letters_then != "") & (letters_here != "")
    changed = float(np.mean(letters_then[both] != letters_here[both])) if both.any() else 0.0
    assert before.projection is not None
    assert now.projection is not None
    there, place = before.projection.positions[then].T, now.projection.positions[here].T
    alike = (float(np.corrcoef(there[0], place[0])[0, 1]), float(np.corrcoef(there[1], place[1])[0, 1]))
    return Step(len(before.groups), len(now.groups), changed, alike)


def letters(analysis: Analysis) -> np.ndarray:
    return np.array([*(group.label for group in analysis.groups), ""])[analysis.people.groups]


@needs_open_data
@pytest.mark.parametrize(
    ("name", "method", "by", "most_jumps", "most_changed", "most_letters"),
    [
        (UBER, "default", "time", 0, 0.02, 2),
        (SEATTLE, "default", "votes", 1, 0.2, 2),
        (UBER, "classic", "time", 6, 0.35, 4),
        (UBER, "classic", "votes", 3, 0.4, 5),
    ],
    ids=["default", "default, a small one", "classic", "classic, from the first votes"],
)
def test_letters_do_not_jump_while_a_conversation_grows(
    name: str, method: str, by: str, most_jumps: int, most_changed: float, most_letters: int
) -> None:
    """In at most so many of 19 steps they change for more than a tenth of the people, and never for more than `most_changed`."""
    found = replay(name, method, by)
    assert len(found.jumps) <= most_jumps
    assert max(step.changed for step in found.steps) <= most_changed
    assert len(found.letters) <= most_letters
    assert min(min(step.alike) for step in found.steps) > 0, "the map is not mirrored"
    if name == UBER:
        assert all(step.groups != step.groups_before for step in found.jumps)
        assert min(min(step.alike) for step in found.steps) > 0.9, "nor turned"
