"""An analysis as tables of text, ordered by id: numbers with six decimals, empty where there is no figure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from clustering.arrays import Floats
from clustering.result import NOT_GROUPED, Analysis
from clustering.votes import Tally, VoteMatrix

DECIMALS = 6
OF_STATEMENTS = ("consensus", "consensus_lower", "divisiveness")
OF_GROUPS = ("agree_low", "agree_high")


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
    statements = analysis.statements
    header = ["statement", "votes", "agree", "disagree", "pass", *OF_STATEMENTS, "kind"]
    lacking = ("",) * len(statements.ids)
    columns: list[Iterable[object]] = [
        statements.ids.tolist(),
        *_counts(statements.tally),
        *(_figures(statements.figures[name]) if name in statements.figures else lacking for name in OF_STATEMENTS),
        statements.kinds,
    ]
    for place, group in enumerate(analysis.groups):
        header += [f"{group.label}_{name}" for name in ("votes", "agree", "disagree", "pass", *OF_GROUPS)]
        columns += _counts(statements.by_group.of(place))
        of_group = {name: figures[place] for name, figures in statements.group_figures.items()}
        columns += [_figures(of_group[name]) if name in of_group else lacking for name in OF_GROUPS]
    return Table(tuple(header), zip(*columns, strict=True))


def embedding_table(votes: VoteMatrix, picture: Floats | None) -> Table:
    """One row for each person with at least one vote; without a place where the picture leaves somebody out, or there is none."""
    lacking = ("",) * len(votes.participants)
    columns = (lacking, lacking) if picture is None else (_figures(picture[:, 0]), _figures(picture[:, 1]))
    return Table(("participant", "x", "y"), zip(votes.participants.tolist(), *columns, strict=True))


def prediction_table(participants: Iterable[str], statements: Iterable[str], expected: Floats) -> Table:
    """One row for each pair, in the given order."""
    return Table(("participant", "statement", "expected"), zip(participants, statements, _figures(expected), strict=True))


def _counts(tally: Tally) -> list[Iterable[object]]:
    return [tally.votes.tolist(), tally.agree.tolist(), tally.disagree.tolist(), tally.passed.tolist()]


def _figures(values: Floats) -> Iterable[str]:
    """As text, empty for NaN; adding zero turns the negative zeros of rounding into plain ones."""
    rounded = (np.round(values, DECIMALS) + 0.0).tolist()
    return ("" if isnan(value) else f"{value:.{DECIMALS}f}" for value in rounded)
