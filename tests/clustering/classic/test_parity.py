"""The classic method against what Polis published: docs/method.md, “Parity”."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from clustering import ClassicParameters, VoteMatrix, analyse
from clustering.arrays import Floats, Integers
from clustering.classic.consensus import group_informed_consensus
from clustering.classic.groups import Grouping
from clustering.classic.projection import project
from clustering.classic.routing import priorities
from clustering.classic.statements import SharedStatement, overall_consensus, representative_statements, representativeness
from tests.support.open_data import AUSTRIA, UBER, conversation, needs_open_data, published_mathematics

pytestmark = needs_open_data
PARAMETERS = ClassicParameters()
BOTH = pytest.mark.parametrize("name", ["a", "b"])


@dataclass(frozen=True)
class Published:
    """A conversation's votes, what Polis made of them, and Polis's group of each participant."""

    votes: VoteMatrix
    polis: dict[str, Any]
    grouping: Grouping

    def per_statement(self, values: dict[str, float]) -> list[float]:
        return [values[str(statement)] for statement in self.votes.statements.tolist()]

    def in_our_order(self, values: list[Any]) -> Floats:
        """Polis's values per statement in the order of our columns."""
        place = {statement: position for position, statement in enumerate(self.polis["tids"])}
        return np.array(values)[[place[statement] for statement in self.votes.statements.tolist()]]


@cache
def published(name: str) -> Published:
    folder = published_mathematics(name)
    with (folder / "votes.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (folder / "statements.csv").open() as file:
        statements = list(csv.DictReader(file))
    votes = VoteMatrix.from_votes(
        [int(row["participant"]) for row in rows],
        [int(row["statement"]) for row in rows],
        [int(row["vote"]) for row in rows],
        [float(row["timestamp"]) for row in rows],
        rejected=[row["statement"] for row in statements if row["moderated"] == "-1"],
        meta=[row["statement"] for row in statements if row["is_meta"] == "1"],
    )
    polis = json.loads((folder / "math.json").read_text())
    return Published(votes, polis, Grouping(polis_labels(votes, polis), None))


def polis_labels(votes: VoteMatrix, polis: dict[str, Any]) -> Integers:
    members = dict(zip(polis["base-clusters"]["id"], polis["base-clusters"]["members"], strict=True))
    group_of = {
        person: place
        for place, group in enumerate(polis["group-clusters"])
        for cluster in group["members"]
        for person in members[cluster]
    }
    return np.array([group_of.get(person, -1) for person in votes.participants.tolist()])


@BOTH
def test_the_same_statements_are_moderated_out(name: str) -> None:
    case = published(name)
    out = case.votes.statements[case.votes.moderated_out].tolist()
    assert out == sorted(set(case.polis["mod-out"]) & set(case.polis["tids"]))


def test_everybody_has_the_same_number_of_votes() -> None:
    case = published("b")
    counts = dict(zip(case.votes.participants.tolist(), case.votes.votes_per_participant.tolist(), strict=True))
    assert counts == {int(person): count for person, count in case.polis["user-vote-counts"].items()}


@BOTH
def test_group_tallies_are_equal(name: str) -> None:
    case = published(name)
    by_group = case.votes.tally_by_group(case.grouping.labels, case.grouping.groups)
    for place, group in enumerate(case.polis["group-clusters"]):
        theirs = case.polis["group-votes"][str(group["id"])]["votes"]
        counts = zip(
            by_group.agree[place].tolist(), by_group.disagree[place].tolist(), by_group.votes[place].tolist(), strict=True
        )
        ours = {str(statement): count for statement, count in zip(case.votes.statements.tolist(), counts, strict=True)}
        assert ours == {statement: (votes["A"], votes["D"], votes["S"]) for statement, votes in theirs.items()}


@BOTH
def test_group_informed_consensus_is_equal(name: str) -> None:
    case = published(name)
    consensus = group_informed_consensus(case.votes.tally_by_group(case.grouping.labels, case.grouping.groups))
    assert consensus.agree.tolist() == pytest.approx(case.per_statement(case.polis["group-aware-consensus"]), rel=1e-12)


@BOTH
def test_representative_statements_are_equal(name: str) -> None:
    case = published(name)
    figures = representativeness(case.votes.tally_by_group(case.grouping.labels, case.grouping.groups))
    findings = representative_statements(figures, case.votes.moderated_out, PARAMETERS)
    for group, ours in zip(case.polis["group-clusters"], findings, strict=True):
        theirs = case.polis["repness"][str(group["id"])]
        assert [
            (case.votes.statements[found.statement], found.direction, found.counts, found.votes, found.best_agree)
            for found in ours
        ] == [(t["tid"], t["repful-for"], t["n-success"], t["n-trials"], t.get("best-agree", False)) for t in theirs]
        for found, their in zip(ours, theirs, strict=True):
            figures_of = (found.share, found.share_test, found.ratio, found.ratio_test)
            assert figures_of == pytest.approx(
                [their[key] for key in ("p-success", "p-test", "repness", "repness-test")], abs=1e-6
            )
            assert found.agrees == their.get("n-agree", found.agrees)


@BOTH
@pytest.mark.parametrize("direction", ["agree", "disagree"])
def test_overall_consensus_is_equal(name: str, direction: str) -> None:
    case = published(name)
    ours: tuple[SharedStatement, ...] = getattr(
        overall_consensus(case.votes.tally, case.votes.moderated_out, PARAMETERS), direction
    )
    theirs = case.polis["consensus"][direction]
    numbers = [(case.votes.statements[found.statement], found.counts, found.votes) for found in ours]
    assert numbers == [(their["tid"], their["n-success"], their["n-trials"]) for their in theirs]
    assert [found.share_test for found in ours] == pytest.approx([their["p-test"] for their in theirs], abs=1e-12)


def test_the_map_is_equal_up_to_the_sign_of_votes_and_axes() -> None:
    case = published("b")
    projection, pca = project(case.votes), case.polis["pca"]
    assert projection.means == pytest.approx(-case.in_our_order(pca["center"]), abs=1e-12)
    theirs = np.stack([case.in_our_order(component) for component in pca["comps"]], axis=1)
    cosines = (projection.loadings * theirs).sum(axis=0) / np.linalg.norm(theirs, axis=0)
    assert np.abs(cosines).min() >= 0.999999
    statements = np.stack([case.in_our_order(axis) for axis in pca["comment-projection"]], axis=1)
    assert projection.statements * np.sign(cosines) == pytest.approx(-statements, abs=1e-9)
    assert projection.extremity == pytest.approx(case.in_our_order(pca["comment-extremity"]), abs=1e-9)


def test_small_clusters_stand_where_their_members_do() -> None:
    case = published("b")
    projection, base = project(case.votes), case.polis["base-clusters"]
    theirs = np.stack([case.in_our_order(component) for component in case.polis["pca"]["comps"]], axis=1)
    positions = -projection.positions * np.sign((projection.loadings * theirs).sum(axis=0))
    row = {person: place for place, person in enumerate(case.votes.participants.tolist())}
    centres = [positions[[row[person] for person in members]].mean(axis=0) for members in base["members"]]
    assert np.array(centres) == pytest.approx(np.stack([base["x"], base["y"]], axis=1), abs=1e-9)


def test_priorities_are_equal() -> None:
    case = published("b")
    total = case.votes.tally_by_group(case.grouping.labels, case.grouping.groups).total()
    weights = priorities(total, project(case.votes).extremity, case.votes.meta, PARAMETERS)
    assert weights.tolist() == pytest.approx(case.per_statement(case.polis["comment-priorities"]), rel=1e-12)


@pytest.mark.parametrize("name", [UBER, AUSTRIA])
def test_from_scratch_large_clear_conversations_fall_into_polis_s_groups(name: str) -> None:
    folder = conversation(name)
    with (folder / "votes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / "comments.csv").open(encoding="utf-8") as file:
        rejected = [row["comment-id"] for row in csv.DictReader(file) if row["moderated"] == "-1"]
    with (folder / "participants-votes.csv").open(encoding="utf-8") as file:
        group_of = {int(row["participant"]): row["group-id"] for row in csv.DictReader(file) if row["group-id"]}
    votes = VoteMatrix.from_votes(
        [int(row["voter-id"]) for row in rows],
        [int(row["comment-id"]) for row in rows],
        [int(row["vote"]) for row in rows],
        [int(row["timestamp"]) for row in rows],
        rejected=rejected,
    )
    people = analyse(votes, ClassicParameters(groups=len(set(group_of.values())))).people
    ours = {person: group for person, group in zip(people.ids.tolist(), people.groups.tolist(), strict=True) if group >= 0}
    both = sorted(ours.keys() & group_of.keys())
    assert len(both) >= 0.99 * len(group_of)
    assert adjusted_rand_score([group_of[person] for person in both], [ours[person] for person in both]) >= 0.90
