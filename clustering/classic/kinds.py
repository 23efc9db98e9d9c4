"""One word for each statement."""

import numpy as np

from clustering.arrays import Flags, Integers
from clustering.classic.parameters import ClassicParameters
from clustering.classic.statements import share_test, smoothed_share
from clustering.result import Kind
from clustering.votes import Tally


def kinds(tally: Tally, by_group: Tally, moderated_out: Flags, parameters: ClassicParameters) -> tuple[Kind, ...]:
    """The first word that fits.

    split: one group clearly agrees and another clearly disagrees. unsure: too large a share passed. agree, disagree: clearly the
    majority of all, and the majority of each group that has voted enough. open: none of these, too few votes, or moderated out.
    “Clearly” is a share above one half at `significant_z`, “enough” at least `fewest_votes_for_a_kind` votes.
    """
    enough = (tally.votes >= parameters.fewest_votes_for_a_kind) & ~moderated_out
    groups_enough = by_group.votes >= parameters.fewest_votes_for_a_kind
    agree = _clearly(tally.agree, tally.votes, parameters) & _throughout(by_group.agree, by_group.votes, groups_enough)
    disagree = _clearly(tally.disagree, tally.votes, parameters) & _throughout(by_group.disagree, by_group.votes, groups_enough)
    groups_agree = groups_enough & _clearly(by_group.agree, by_group.votes, parameters)
    groups_disagree = groups_enough & _clearly(by_group.disagree, by_group.votes, parameters)
    split = groups_agree.any(axis=0) & groups_disagree.any(axis=0)
    unsure = tally.passed > parameters.unsure_pass_share * tally.votes
    words: tuple[Kind, ...] = ("open", "split", "unsure", "agree", "disagree")
    chosen = np.select([~enough, split, unsure, agree, disagree], [0, 1, 2, 3, 4], default=0)
    return tuple(words[int(place)] for place in chosen)


def all_open(statements: int) -> tuple[Kind, ...]:
    """While there are no groups nothing more can be said."""
    return tuple("open" for _ in range(statements))


def _clearly(counts: Integers, votes: Integers, parameters: ClassicParameters) -> Flags:
    clear: Flags = (smoothed_share(counts, votes) > 0.5) & (share_test(counts, votes) > parameters.significant_z)
    return clear


def _throughout(counts: Integers, votes: Integers, enough: Flags) -> Flags:
    """Whether each group that has voted enough has a plain majority."""
    majority: Flags = ~enough | (2 * counts > votes)
    return np.asarray(majority.all(axis=0))
