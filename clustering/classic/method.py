"""The classic method: what Polis computes, started afresh from the votes and in an order of its own."""

import numpy as np

from clustering.classic.consensus import group_informed_consensus
from clustering.classic.groups import Grouping, eligible, find_groups
from clustering.classic.kinds import all_open, kinds
from clustering.classic.parameters import ClassicParameters
from clustering.classic.projection import project
from clustering.classic.routing import priorities, priority_of_unseen
from clustering.classic.statements import overall_consensus, representative_statements, representativeness
from clustering.projection import Projection
from clustering.result import NOT_GROUPED, Analysis, Group, OverallConsensus, People, StatementFigures, letter
from clustering.version import ENGINE_VERSION
from clustering.votes import VoteMatrix


def classic(votes: VoteMatrix, parameters: ClassicParameters) -> Analysis:
    """Analyse by the classic method; too few people or statements give counts and routing only."""
    statements = int((~votes.moderated_out).sum())
    if len(votes.participants) < parameters.fewest_participants or statements < parameters.fewest_statements:
        return counts_only(votes, parameters)
    projection = project(votes, parameters.seed)
    grouped = eligible(votes.votes_per_participant, len(votes.statements), parameters)
    return with_groups(votes, projection, find_groups(projection.positions, grouped, parameters), parameters)


def with_groups(votes: VoteMatrix, projection: Projection, grouping: Grouping, parameters: ClassicParameters) -> Analysis:
    """Everything that follows once it is known who belongs to which group."""
    by_group = votes.tally_by_group(grouping.labels, grouping.groups)
    consensus = group_informed_consensus(by_group)
    findings = representative_statements(representativeness(by_group), votes.moderated_out, parameters)
    groups = tuple(
        Group(letter(group), int(size), _centre(projection, grouping, group), findings[group])
        for group, size in enumerate(grouping.sizes)
    )
    return Analysis(
        verdict="groups",
        parameters=parameters,
        engine_version=ENGINE_VERSION,
        input_sha256=votes.input_sha256(),
        people=People(votes.participants, votes.votes_per_participant, grouping.labels, confidence=None),
        statements=StatementFigures(
            ids=votes.statements,
            moderated_out=votes.moderated_out,
            tally=votes.tally,
            by_group=by_group,
            priorities=priorities(by_group.total(), projection.extremity, votes.meta, parameters),
            kinds=kinds(votes.tally, by_group, votes.moderated_out, parameters),
            figures={"consensus": consensus.agree, "consensus_disagree": consensus.disagree},
        ),
        groups=groups,
        projection=projection,
        overall=overall_consensus(votes.tally, votes.moderated_out, parameters),
        silhouette=grouping.silhouette,
        stability=None,
        priority_of_unseen=priority_of_unseen(parameters),
    )


def counts_only(votes: VoteMatrix, parameters: ClassicParameters) -> Analysis:
    """What can be said before there are enough votes for a map."""
    people, statements = votes.shape
    nobody = np.full(people, NOT_GROUPED, dtype=np.int64)
    return Analysis(
        verdict="too_few_votes",
        parameters=parameters,
        engine_version=ENGINE_VERSION,
        input_sha256=votes.input_sha256(),
        people=People(votes.participants, votes.votes_per_participant, nobody, confidence=None),
        statements=StatementFigures(
            ids=votes.statements,
            moderated_out=votes.moderated_out,
            tally=votes.tally,
            by_group=votes.tally_by_group(nobody, 0),
            priorities=priorities(votes.tally, np.zeros(statements), votes.meta, parameters),
            kinds=all_open(statements),
        ),
        groups=(),
        projection=None,
        overall=OverallConsensus((), ()),
        silhouette=None,
        stability=None,
        priority_of_unseen=priority_of_unseen(parameters),
    )


def _centre(projection: Projection, grouping: Grouping, group: int) -> tuple[float, float]:
    x, y = projection.positions[grouping.labels == group].mean(axis=0)
    return float(x), float(y)
