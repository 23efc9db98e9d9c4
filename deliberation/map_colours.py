"""The map in the colours of one statement: how people voted on it, by where they stand, without pointing at anybody.

Whoever voted on the statement and stands on the map is gathered with neighbours of the same group into signs of at least the
smallest publishable number of voters. A sign tells its shares in tenths; nine tenths and more look like all, so that nobody can
say of a person in it that they certainly voted so. Voters of a group with fewer of them are not drawn.
"""

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from deliberation import analyses, figures, map_cells, vote_rows
from deliberation.storage.tables import Analysis
from deliberation.values import Choice

MOST_SIGNS = 60
TENTHS = 10
NEARLY_ALL = 9
MOST_KEPT = 256
"""Coloured maps that a process keeps at hand."""

Shares = tuple[int, int, int]
"""Tenths that agree, disagree and pass."""


@dataclass(frozen=True, slots=True)
class Sign:
    """`n` voters around x, y on the map; `shares` in tenths, together ten."""

    x: float
    y: float
    n: int
    group: str
    shares: Shares


@dataclass(frozen=True, slots=True)
class Colours:
    """`voters` stand on the map; `left_out` of them are in no sign, because fewer than `smallest` of their group voted."""

    number: int
    signs: tuple[Sign, ...]
    voters: int
    left_out: int
    smallest: int


def of_statement(session: Session, analysis: Analysis, number: int, publication_minimum: int) -> Colours:
    """The map of this snapshot, read in this session, in the colours of a statement that its result lists."""
    kept: dict[tuple[int | None, int, int], Colours] = session.info.setdefault("colours", {})
    key = (analysis.id, number, publication_minimum)
    if key not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = _coloured(session, analysis, number, publication_minimum)
    return kept[key]


def _coloured(session: Session, analysis: Analysis, number: int, publication_minimum: int) -> Colours:
    smallest = max(publication_minimum, analysis.result["map"]["smallest_cell"])
    people = analyses.people_of(session, analysis)
    voters, choices = vote_rows.on_statement(session.connection(), analysis.conversation_id, number, analysis.created_at)
    _, known, voted = np.intersect1d(people.participant, voters, assume_unique=True, return_indices=True)
    positions = np.stack([people.x[known], people.y[known]], axis=1).astype(np.float64)
    groups = enumerate(figures.groups_of(analysis.result, smallest))
    labels = {place: group.label for place, group in groups if group.size is not None}
    cells = map_cells.divide(positions, people.group[known].astype(np.int64), labels, smallest, MOST_SIGNS)
    signs = tuple(Sign(cell.x, cell.y, len(cell.people), cell.group, shares_of(choices[voted[cell.people]])) for cell in cells)
    return Colours(number, signs, len(known), len(known) - sum(sign.n for sign in signs), smallest)


def shares_of(choices: NDArray[np.int64]) -> Shares:
    """Tenths by largest remainder; nine and more of one answer are all ten."""
    exact = [TENTHS * int((choices == choice).sum()) / len(choices) for choice in (Choice.AGREE, Choice.DISAGREE, Choice.PASS)]
    if max(exact) >= NEARLY_ALL:
        agree, disagree, passes = (TENTHS if share == max(exact) else 0 for share in exact)
        return agree, disagree, passes
    tenths = [floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda answer: tenths[answer] - exact[answer])
    for answer in by_remainder[: TENTHS - sum(tenths)]:
        tenths[answer] += 1
    return tenths[0], tenths[1], tenths[2]
