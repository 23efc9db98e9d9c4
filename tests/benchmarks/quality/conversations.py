"""The conversations that quality is measured on, by name."""

from collections.abc import Callable
from functools import partial

from clustering import METHODS, Analysis, VoteMatrix
from clustering.arrays import Flags, Ids, Integers
from clustering.result import NOT_GROUPED
from deliberation.interchange.vote_files import moderation_beside, read_moderation, read_votes
from tests.clustering.planted import gradient, not_at_random, planted_groups, structureless
from tests.support.open_data import CONVERSATIONS, MISSING, conversation

IN_TURN = sorted(METHODS)
"""The methods side by side; the goals are for the default one."""
ENOUGH_VOTES = 7
"""Who has cast as many is put in a group by every method."""


def real(name: str) -> VoteMatrix:
    """With what its moderators decided."""
    votes = conversation(name) / "votes.csv"
    beside = moderation_beside(votes)
    return read_votes(votes, read_moderation(beside) if beside else None)


PLANTED: dict[str, Callable[[], VoteMatrix]] = {
    "3 groups, 1,000 × 100": lambda: planted_groups(1000, 100, 3, seed=1).matrix(),
    "5 groups, 2,000 × 200, MNAR": lambda: planted_groups(
        2000, 200, 5, seed=2, style="rates", missing=not_at_random(0.15), shared=0.3, unequal=True
    ).matrix(),
    "2 axes, 1,000 × 100, MNAR": lambda: gradient(1000, 100, seed=3, axes=2, missing=not_at_random(0.3)).matrix(),
    "no structure, 1,000 × 100": lambda: structureless(1000, 100, 25, seed=4).matrix(),
}
REAL: dict[str, Callable[[], VoteMatrix]] = {} if MISSING else {name: partial(real, name) for name in CONVERSATIONS}
ALL = REAL | PLANTED


def having(votes: VoteMatrix, kept: Flags) -> VoteMatrix:
    """The same conversation with these votes only."""
    people, statements = cells(votes)
    return VoteMatrix.from_votes(
        people[kept],
        statements[kept],
        votes.values[kept],
        rejected=votes.statements[votes.rejected].tolist(),
        meta=votes.statements[votes.meta].tolist(),
    )


def cells(votes: VoteMatrix) -> tuple[Ids, Ids]:
    """The ids of person and statement of each vote."""
    return votes.participants.repeat(votes.votes_per_participant), votes.statements[votes.columns]


def partition(analysis: Analysis) -> tuple[Ids, Integers]:
    """Who is grouped, and the group of each; without groups, everybody with enough votes in a single one."""
    people = analysis.people
    if analysis.groups:
        grouped = people.groups != NOT_GROUPED
        return people.ids[grouped], people.groups[grouped]
    grouped = people.votes >= ENOUGH_VOTES
    return people.ids[grouped], people.groups[grouped] * 0
