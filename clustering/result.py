"""What an analysis says, and the same as plain data without NaN."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from clustering.arrays import Flags, Floats, Ids, Integers
from clustering.consensus import GroupInformedConsensus
from clustering.kinds import Kind
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.statements import OverallConsensus, RepresentativeStatement, SharedStatement
from clustering.votes import Tally

Verdict = Literal["groups", "no_distinct_groups", "too_few_votes"]
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class People:
    """Everybody with at least one vote, in the order of their ids.

    `groups`: index into the analysis's groups, −1 for people without one. `confidence` in the group, 0…1; None without a
    figure.
    """

    ids: Ids
    votes: Integers
    groups: Integers
    confidence: Floats | None


@dataclass(frozen=True, eq=False)
class StatementFigures:
    """Every statement with at least one vote, in the order of their ids; arrays (statements,) unless said otherwise.

    `by_group` (groups, statements) has no rows while there are no groups, and `consensus` is None then. `priorities`: how eagerly
    to show each next.
    """

    ids: Ids
    moderated_out: Flags
    tally: Tally
    by_group: Tally
    consensus: GroupInformedConsensus | None
    priorities: Floats
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Group:
    """`label`: A for the largest. `centre`: mean position of its members."""

    label: str
    size: int
    centre: tuple[float, float]
    representative: tuple[RepresentativeStatement, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """`projection` is None and `groups` empty with too few votes; `silhouette` and `stability` are None without a figure."""

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
            "groups": [{"label": group.label, "size": group.size} for group in self.groups],
            "stability": self.stability,
            "explained_variance": None if self.projection is None else list(self.projection.explained),
            "silhouette": self.silhouette,
            "verdict": self.verdict,
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

    def people_to_json(self) -> Json:
        """Ids, votes, groups, positions and confidence of people as lists side by side; None where there is no figure."""
        lacking = [None] * len(self.people.ids)
        return {
            "ids": self.people.ids.tolist(),
            "votes": self.people.votes.tolist(),
            "groups": self.people.groups.tolist(),
            "x": lacking if self.projection is None else self.projection.positions[:, 0].tolist(),
            "y": lacking if self.projection is None else self.projection.positions[:, 1].tolist(),
            "confidence": lacking if self.people.confidence is None else self.people.confidence.tolist(),
        }

    def _group_to_json(self, group: Group) -> Json:
        findings = [self._finding_to_json(finding) for finding in group.representative]
        return {"label": group.label, "size": group.size, "x": group.centre[0], "y": group.centre[1], "representative": findings}

    def _finding_to_json(self, finding: RepresentativeStatement | SharedStatement) -> Json:
        return asdict(finding) | {"statement": self.statements.ids[finding.statement].item()}

    def _statement_to_json(self, column: int) -> Json:
        figures, projection, consensus = self.statements, self.projection, self.statements.consensus
        return {
            "id": figures.ids[column].item(),
            "moderated_out": bool(figures.moderated_out[column]),
            **figures.tally.to_json(column),
            "groups": [figures.by_group.to_json((group, column)) for group in range(len(self.groups))],
            "x": None if projection is None else float(projection.statements[column, 0]),
            "y": None if projection is None else float(projection.statements[column, 1]),
            "extremity": None if projection is None else float(projection.extremity[column]),
            "consensus": None if consensus is None else float(consensus.agree[column]),
            "consensus_disagree": None if consensus is None else float(consensus.disagree[column]),
            "priority": float(figures.priorities[column]),
            "kind": figures.kinds[column],
        }
