"""Who took part, how much they said, and who was still there when a statement came; and the agenda by groups from elsewhere.

Counted where all votes are at hand anyway, during an analysis, and stored in its result; pages only read it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from clustering import VoteMatrix
from clustering.consensus import agenda
from clustering.parameters import Parameters
from deliberation.values import Channel
from deliberation.vote_rows import VoteRows

SPANS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Where the spans of votes per person begin; the last has no end."""


def beside(votes: VoteMatrix, rows: VoteRows) -> dict[str, Any]:
    """What a result stores beside what the engine tells. `votes` are those of `rows`."""
    return {"turnout": of_votes(votes, rows.channels), "published_groups": _published_groups(votes, rows.groups)}


def of_votes(votes: VoteMatrix, channels: Mapping[int, Channel]) -> dict[str, Any]:
    """As plain data. `channels`: by participant, of those who did not come in online.

    `half`: so many votes, or more, were given by half of the people. `there`: for each statement how many people voted on
    something when it had its first vote, or later; none where nobody wrote times down. Votes on rejected statements do not count.
    """
    listed = ~votes.rejected
    people = len(votes.participants)
    voters = np.repeat(np.arange(people), votes.votes_per_participant)
    each = np.bincount(voters[listed[votes.columns]], minlength=people)
    spans = np.bincount(np.searchsorted(SPANS, each, side="right") - 1, minlength=len(SPANS))
    return {
        "spans": list(SPANS),
        "people": spans.tolist(),
        "half": int(np.sort(each)[people // 2]) if people else None,
        "channels": _channels(votes, channels),
        "there": _there(votes),
    }


def _channels(votes: VoteMatrix, channels: Mapping[int, Channel]) -> dict[str, int]:
    counted = dict.fromkeys((channel.value for channel in Channel), 0)
    for participant in votes.participants.tolist():
        counted[channels.get(participant, Channel.ONLINE).value] += 1
    return {channel: people for channel, people in counted.items() if people}


def _there(votes: VoteMatrix) -> dict[str, int]:
    if votes.times is None or not len(votes.times):
        return {}
    last = np.sort(np.maximum.reduceat(votes.times, votes.starts[:-1]))
    first = np.full(len(votes.statements), np.inf)
    np.minimum.at(first, votes.columns, votes.times)
    there = len(last) - np.searchsorted(last, first, side="left")
    numbers = votes.statements.tolist()
    return {str(number): int(people) for number, people, out in zip(numbers, there, votes.rejected, strict=True) if not out}


def _published_groups(votes: VoteMatrix, groups: Mapping[int, str]) -> dict[str, Any] | None:
    """The agenda by the groups that the people had in the published result that they were imported with; None without one."""
    sizes = Counter(groups[participant] for participant in votes.participants.tolist() if participant in groups)
    if not sizes:
        return None
    found = agenda(votes.tally, list(sizes.values()), ~votes.moderated_out, Parameters())
    return {
        "sizes": dict(sorted(sizes.items())),
        "threshold": found.threshold,
        "statements": votes.statements[found.statements].tolist(),
    }
