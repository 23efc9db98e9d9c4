"""How many of the people who took part voted on each statement at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.figures import Figures

PARTS = 10
LATE_PERCENT = 50
"""A statement is late when fewer of the people were still there when it came."""
FEWEST = 5
"""So many of the statements that were seen least are named."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """`spread`: votes per statement: the fewest, a quarter, the middle, three quarters, the most. `parts`: how many statements
    up to a tenth of the people voted on, how many more than that up to two tenths, and so on.

    `fewest`: statements with the fewest votes, the fewest first. `there`: by statement, how many people still voted on something
    when it came; `late`: those for which these were less than half. Both are empty where nobody wrote times down. `without`: how
    many accepted statements nobody has voted on.
    """

    participants: int
    spread: tuple[int, ...]
    parts: tuple[int, ...]
    fewest: tuple[int, ...]
    there: dict[int, int]
    late: tuple[int, ...]
    without: int


def of(turnout: Mapping[str, Any], people: int, statements: tuple[Figures, ...], without: int) -> Exposure | None:
    """None before anybody has voted. `turnout`: what an analysis has counted."""
    votes = sorted(figures.everybody.votes for figures in statements)
    if not people or not votes:
        return None
    there = {int(number): count for number, count in turnout["there"].items()}
    parts = [0] * PARTS
    for figures in statements:
        parts[max(0, -(-PARTS * figures.everybody.votes // people) - 1)] += 1
    by_votes = sorted(statements, key=lambda figures: (figures.everybody.votes, figures.number))
    return Exposure(
        participants=people,
        spread=tuple(votes[round(quarter * (len(votes) - 1) / 4)] for quarter in range(5)),
        parts=tuple(parts),
        fewest=tuple(figures.number for figures in by_votes[:FEWEST]),
        there=there,
        late=tuple(number for number, count in there.items() if 100 * count < LATE_PERCENT * people),
        without=without,
    )
