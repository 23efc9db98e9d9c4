"""Conversations with known groups."""

import numpy as np
from numpy.typing import NDArray

from clustering import VoteMatrix

BLOCK = 1000
"""People whose statements are drawn together."""


def planted_votes(
    participants: int, statements: int, votes_each: int, groups: int = 3, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """Participant, statement and vote, side by side: person i belongs to group i mod `groups`.

    Each group has a leaning on each statement; a person votes by the leaning and chance, on statements drawn at random.
    """
    random = np.random.default_rng(seed)
    leanings = random.normal(0.0, 1.0, (groups, statements))
    rows = np.repeat(np.arange(participants), votes_each)
    blocks = [
        random.random((min(BLOCK, participants - first), statements)).argpartition(votes_each - 1, axis=1)[:, :votes_each]
        for first in range(0, participants, BLOCK)
    ]
    columns = np.concatenate(blocks).ravel()
    feelings = leanings[rows % groups, columns] + random.normal(0.0, 0.7, len(rows))
    return rows, columns, np.clip(np.round(feelings), -1, 1).astype(np.int8)


def planted(participants: int = 120, statements: int = 30, votes_each: int = 20, groups: int = 3, seed: int = 0) -> VoteMatrix:
    return VoteMatrix.from_votes(*planted_votes(participants, statements, votes_each, groups, seed))
