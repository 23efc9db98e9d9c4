"""Groups keep their letters and the map its orientation from one analysis to the next. No figure depends on earlier analyses."""

from dataclasses import dataclass, replace

import numpy as np

from clustering.arrays import Floats, Ids, Integers
from clustering.continuity import Memberships, told
from clustering.lettering import Remembered, letters
from clustering.orientation import Turn, turn
from clustering.result import NOT_GROUPED, Analysis
from clustering.votes import Tally

MOST_RETIRED = 8
"""Letters that no group has any more whose last members are remembered, so that a group that comes back gets its letter back."""
FEWEST_SHARED_PEOPLE = 3
"""With fewer people on both maps, the map is turned by the statements on both."""


@dataclass(frozen=True, eq=False)
class Previous:
    """What earlier analyses of the same conversation showed.

    `groups` (people,): each one's place in `labels`, −1 without a group. `positions` (people, 2) and `statement_positions`
    (statements, 2) are None without a map. `letters_given`: all that groups of this conversation ever had. `retired`: the
    letters that no group has now, the latest first, with those who had them (people,).
    """

    participants: Ids
    groups: Integers
    labels: tuple[str, ...]
    positions: Floats | None
    statements: Ids
    statement_positions: Floats | None
    letters_given: tuple[str, ...]
    retired: tuple[Remembered, ...] = ()


def shown(analysis: Analysis, before: Previous | None = None) -> Previous:
    """What the next analysis needs to know of this one, and of what came `before` it."""
    labels = tuple(group.label for group in analysis.groups)
    projection = analysis.projection
    given = before.letters_given if before else ()
    return Previous(
        participants=analysis.people.ids,
        groups=analysis.people.groups,
        labels=labels,
        positions=None if projection is None else projection.positions,
        statements=analysis.statements.ids,
        statement_positions=None if projection is None else projection.statements,
        letters_given=given + tuple(label for label in labels if label not in given),
        retired=_retired(before, labels, analysis.people.ids) if before else (),
    )


def continued(previous: Previous | None, analysis: Analysis) -> Analysis:
    """The analysis with the letters and the orientation of earlier ones; `details["continuity"]` tells what became of the groups.

    A group keeps the letter of the earlier group with which it shares enough members; another one gets a letter that was never
    given before. Groups are in the order of their letters. The map is turned or mirrored, never stretched.
    """
    if previous is None:
        return analysis
    now, then = _shared(analysis.people.ids, previous.participants)
    places = analysis.people.groups[now]
    labels = letters(places, len(analysis.groups), _remembered(previous, then), previous.letters_given)
    record = told(Memberships(places, labels), Memberships(previous.groups[then], previous.labels), previous.letters_given)
    turned, record["map"] = _turned(previous, analysis)
    return replace(_lettered(turned, labels), details={**analysis.details, "continuity": record})


def _remembered(previous: Previous, then: Integers) -> list[Remembered]:
    """Every letter that may be given again, with those who had it, for the people at these places."""
    shown_now = [Remembered(label, _belonged(previous.groups, place), True) for place, label in enumerate(previous.labels)]
    return [replace(letter, belonged=letter.belonged[then]) for letter in (*shown_now, *previous.retired)]


def _belonged(groups: Integers, place: int) -> Integers:
    return np.where(groups == NOT_GROUPED, NOT_GROUPED, (groups == place).astype(np.int64))


def _retired(before: Previous, labels: tuple[str, ...], ids: Ids) -> tuple[Remembered, ...]:
    now, then = _shared(ids, before.participants)
    kept = []
    for letter in _remembered(before, then):
        if letter.label not in labels:
            belonged = np.full(len(ids), NOT_GROUPED, dtype=np.int64)
            belonged[now] = letter.belonged
            kept.append(Remembered(letter.label, belonged, False))
    return tuple(kept[:MOST_RETIRED])


def _shared(ids: Ids, earlier: Ids) -> tuple[Integers, Integers]:
    """Where the ids that are in both stand in each. An id is the same as a number and as text."""
    if ids.dtype.kind != "i" or earlier.dtype.kind != "i":
        ids, earlier = ids.astype(np.str_), earlier.astype(np.str_)
    _, now, then = np.intersect1d(ids, earlier, assume_unique=True, return_indices=True)
    return now.astype(np.int64), then.astype(np.int64)


def _turned(previous: Previous, analysis: Analysis) -> tuple[Analysis, dict[str, object] | None]:
    """The analysis with its map turned onto the earlier one, and how well they fit; None where there is nothing to compare."""
    projection = analysis.projection
    if projection is None or previous.positions is None or previous.statement_positions is None:
        return analysis, None
    by, ids, earlier_ids = "participants", analysis.people.ids, previous.participants
    present, earlier = projection.positions, previous.positions
    now, then = _shared(ids, earlier_ids)
    if len(now) < FEWEST_SHARED_PEOPLE:
        by, present, earlier = "statements", projection.statements, previous.statement_positions
        now, then = _shared(analysis.statements.ids, previous.statements)
    found = turn(present[now], earlier[then])
    return _rotated(analysis, found), {"by": by, "shared": len(now), "drift": found.drift}


def _rotated(analysis: Analysis, found: Turn) -> Analysis:
    projection = analysis.projection
    assert projection is not None
    by = found.rotation
    spreads = None if projection.spreads is None else by.T @ projection.spreads @ by
    map_turned = replace(projection, positions=projection.positions @ by, statements=projection.statements @ by, spreads=spreads)
    groups = []
    for group in analysis.groups:
        x, y = (np.array(group.centre) @ by).tolist()
        groups.append(replace(group, centre=(x, y)))
    return replace(analysis, projection=map_turned, groups=tuple(groups))


def _lettered(analysis: Analysis, labels: tuple[str, ...]) -> Analysis:
    """The same groups under these letters and in their order, everywhere."""
    order = sorted(range(len(labels)), key=lambda place: (len(labels[place]), labels[place]))
    place_of = np.full(len(labels) + 1, NOT_GROUPED, dtype=np.int64)
    place_of[order] = np.arange(len(labels))
    people, figures = analysis.people, analysis.statements
    tally = figures.by_group
    return replace(
        analysis,
        groups=tuple(replace(analysis.groups[place], label=labels[place]) for place in order),
        people=replace(people, groups=place_of[people.groups]),
        statements=replace(
            figures,
            by_group=Tally(tally.agree[order], tally.disagree[order], tally.passed[order]),
            group_figures={name: values[order] for name, values in figures.group_figures.items()},
        ),
    )
