"""An analysis as tables of text, ordered by id: numbers with six decimals, empty where there is no figure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from clustering.arrays import Floats
from clustering.groups import NOT_GROUPED
from clustering.result import Analysis
from clustering.votes import Tally

DECIMALS = 6


@dataclass(frozen=True)
class Table:
    """`rows` can be walked through once."""

    header: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


def participant_table(analysis: Analysis) -> Table:
    """One row for each person with at least one vote."""
    people, projection = analysis.people, analysis.projection
    lacking = ("",) * len(people.ids)
    labels = {NOT_GROUPED: ""} | {place: group.label for place, group in enumerate(analysis.groups)}
    rows = zip(
        people.ids.tolist(),
        (labels[group] for group in people.groups.tolist()),
        lacking if projection is None else _figures(projection.positions[:, 0]),
        lacking if projection is None else _figures(projection.positions[:, 1]),
        people.votes.tolist(),
        lacking if people.confidence is None else _figures(people.confidence),
        strict=True,
    )
    return Table(("participant", "group", "x", "y", "votes", "confidence"), rows)


def statement_table(analysis: Analysis) -> Table:
    """One row for each statement with at least one vote; the columns of each group begin with its letter."""
    statements, consensus = analysis.statements, analysis.statements.consensus
    header = ["statement", "votes", "agree", "disagree", "pass", "consensus", "consensus_lower", "divisiveness", "kind"]
    lacking = ("",) * len(statements.ids)
    columns: list[Iterable[object]] = [
        statements.ids.tolist(),
        *_counts(statements.tally),
        lacking if consensus is None else _figures(consensus.agree),
        lacking,
        lacking,
        statements.kinds,
    ]
    for place, group in enumerate(analysis.groups):
        header += [f"{group.label}_{name}" for name in ("votes", "agree", "disagree", "pass", "agree_low", "agree_high")]
        columns += [*_counts(statements.by_group.of(place)), lacking, lacking]
    return Table(tuple(header), zip(*columns, strict=True))


def prediction_table(participants: Iterable[str], statements: Iterable[str], expected: Floats) -> Table:
    """One row for each pair, in the given order."""
    return Table(("participant", "statement", "expected"), zip(participants, statements, _figures(expected), strict=True))


def _counts(tally: Tally) -> list[Iterable[object]]:
    return [tally.votes.tolist(), tally.agree.tolist(), tally.disagree.tolist(), tally.passed.tolist()]


def _figures(values: Floats) -> Iterable[str]:
    """As text; adding zero turns the negative zeros of rounding into plain ones."""
    return (f"{value:.{DECIMALS}f}" for value in (np.round(values, DECIMALS) + 0.0).tolist())
