"""What an analysis says, and the same as plain data without NaN."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from clustering.arrays import Flags, Floats, Ids, Integers
from clustering.projection import Projection
from clustering.votes import Tally

Verdict = Literal["groups", "no_distinct_groups", "too_few_votes"]
Kind = Literal["agree", "disagree", "split", "unsure", "open"]
Direction = Literal["agree", "disagree"]
Json: TypeAlias = dict[str, Any]

NOT_GROUPED = -1


def letter(group: int) -> str:
    """A for the first group, … Z, AA, AB, …"""
    return (letter(group // 26 - 1) if group >= 26 else "") + chr(ord("A") + group % 26)


class Parameters(Protocol):
    """Every threshold of a method, by name."""

    @property
    def method(self) -> str: ...
    @property
    def seed(self) -> int: ...
    def to_json(self) -> Json: ...


@dataclass(frozen=True, eq=False)
class People:
    """Everybody with at least one vote, in the order of their ids.

    `groups`: index into the analysis's groups, −1 for people without one. `confidence` in the group, 0…1; None without a
    figure, NaN for people without a group.
    """

    ids: Ids
    votes: Integers
    groups: Integers
    confidence: Floats | None


@dataclass(frozen=True, eq=False)
class StatementFigures:
    """Every statement with at least one vote, in the order of their ids.

    `by_group` (groups, statements) has no rows while there are no groups. `priorities` (statements,): how eagerly to show each
    next. What else a method says goes by name: `figures` (statements,) and `group_figures` (groups, statements), NaN where
    there is nothing to say.
    """

    ids: Ids
    moderated_out: Flags
    tally: Tally
    by_group: Tally
    priorities: Floats
    kinds: tuple[Kind, ...]
    figures: Mapping[str, Floats] = field(default_factory=dict)
    group_figures: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class RepresentativeStatement:
    """A statement (column) that a group stands out by: `counts` of the group's `votes` went in this direction."""

    statement: int
    direction: Direction
    counts: int
    votes: int
    share: float


@dataclass(frozen=True)
class SharedStatement:
    """A statement (column) that people share in one direction: `counts` of all their `votes`."""

    statement: int
    counts: int
    votes: int
    share: float


@dataclass(frozen=True)
class OverallConsensus:
    """What everybody, taken together, agrees and disagrees with; the clearest first."""

    agree: tuple[SharedStatement, ...]
    disagree: tuple[SharedStatement, ...]


@dataclass(frozen=True)
class Group:
    """`label`: A, B, … `centre`: mean position of its members on the map. `stability`: 0…1, None without a figure."""

    label: str
    size: int
    centre: tuple[float, float]
    representative: tuple[RepresentativeStatement, ...]
    stability: float | None = None


@dataclass(frozen=True, eq=False)
class Analysis:
    """`projection` is None and `groups` empty with too few votes; `silhouette` and `stability` are None without a figure.

    `details`: what else the method wants on record, as plain data by name.
    """

    verdict: Verdict
    parameters: Parameters
    engine_version: str
    input_sha256: str
    people: People
    statements: StatementFigures
    groups: tuple[Group, ...]
    projection: Projection | None
    overall: OverallConsensus
    silhouette: float | None
    stability: float | None
    priority_of_unseen: float
    details: Mapping[str, Any] = field(default_factory=dict)

    def summary(self) -> Json:
        """What `analysis.json` holds, except the seconds."""
        return {
            "method": self.parameters.method,
            "seed": self.parameters.seed,
            "engine_version": self.engine_version,
            "parameters": self.parameters.to_json(),
            "input_sha256": self.input_sha256,
            "participants": len(self.people.ids),
            "clustered": sum(group.size for group in self.groups),
            "statements": len(self.statements.ids),
            "votes": int(self.people.votes.sum()),
            "groups": [{"label": group.label, "size": group.size, "stability": group.stability} for group in self.groups],
            "stability": self.stability,
            "explained_variance": None if self.projection is None else list(self.projection.explained),
            "silhouette": self.silhouette,
            "verdict": self.verdict,
            **self.details,
        }

    def to_json(self) -> Json:
        """The summary and everything about groups and statements, as plain data; nothing about single people."""
        return self.summary() | {
            "groups": [self._group_to_json(group) for group in self.groups],
            "overall": {
                "agree": [self._finding_to_json(finding) for finding in self.overall.agree],
                "disagree": [self._finding_to_json(finding) for finding in self.overall.disagree],
            },
            "priority_of_unseen": self.priority_of_unseen,
            "statement_figures": [self._statement_to_json(column) for column in range(len(self.statements.ids))],
        }

    def _group_to_json(self, group: Group) -> Json:
        findings = [self._finding_to_json(finding) for finding in group.representative]
        return {
            "label": group.label,
            "size": group.size,
            "stability": group.stability,
            "x": group.centre[0],
            "y": group.centre[1],
            "representative": findings,
        }

    def _finding_to_json(self, finding: RepresentativeStatement | SharedStatement) -> Json:
        return asdict(finding) | {"statement": self.statements.ids[finding.statement].item()}

    def _statement_to_json(self, column: int) -> Json:
        figures, projection = self.statements, self.projection
        return {
            "id": figures.ids[column].item(),
            "moderated_out": bool(figures.moderated_out[column]),
            **figures.tally.to_json(column),
            "groups": [self._group_figures_to_json(group, column) for group in range(len(self.groups))],
            "x": None if projection is None else float(projection.statements[column, 0]),
            "y": None if projection is None else float(projection.statements[column, 1]),
            "extremity": None if projection is None else float(projection.extremity[column]),
            "priority": float(figures.priorities[column]),
            "kind": figures.kinds[column],
            **{name: _figure(values[column]) for name, values in figures.figures.items()},
        }

    def _group_figures_to_json(self, group: int, column: int) -> Json:
        named = self.statements.group_figures
        return self.statements.by_group.to_json((group, column)) | {
            name: _figure(values[group, column]) for name, values in named.items()
        }


def _figures(values: Floats) -> list[float | None]:
    return [_figure(value) for value in values]


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
