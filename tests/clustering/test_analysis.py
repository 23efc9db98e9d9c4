"""What holds for every analysis."""

import json
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import ENGINE_VERSION, Analysis, Parameters, VoteMatrix, analyse
from tests.clustering.planted import planted, planted_votes
from tests.clustering.strategies import Votes, conversations
from tests.support.checkout import CHECKOUT


def told(analysis: Analysis) -> str:
    """Everything the analysis says as text; refuses NaN and infinities."""
    return json.dumps([analysis.to_json(), analysis.people_to_json()], allow_nan=False)


def everybody_on(people: int, statements: int, choice: int = 1) -> VoteMatrix:
    rows, columns = np.divmod(np.arange(people * statements), statements)
    return VoteMatrix.from_votes(rows, columns, np.full(people * statements, choice))


@settings(max_examples=80, deadline=None)
@given(conversations())
def test_no_conversation_is_too_odd(drawn: Votes) -> None:
    analysis = analyse(drawn.matrix())
    assert told(analysis)
    groups = analysis.people.groups
    assert analysis.summary()["clustered"] == int((groups >= 0).sum())
    assert [int((groups == place).sum()) for place in range(len(analysis.groups))] == [group.size for group in analysis.groups]


@settings(max_examples=40, deadline=None)
@given(conversations(), st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_not_a_digit(drawn: Votes, random: object) -> None:
    order = list(range(len(drawn.choices)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert told(analyse(drawn.matrix())) == told(analyse(drawn.matrix(order)))


@pytest.mark.parametrize("statements", [30, 150])
def test_swapping_agree_and_disagree_leaves_the_groups_and_mirrors_the_figures(statements: int) -> None:
    rows, columns, choices = planted_votes(200, statements, 25)
    one, other = (analyse(VoteMatrix.from_votes(rows, columns, sign * choices)) for sign in (1, -1))
    assert one.people.groups.tolist() == other.people.groups.tolist()
    assert one.silhouette == pytest.approx(other.silhouette)
    assert one.projection is not None
    assert other.projection is not None
    assert one.projection.positions == pytest.approx(-other.projection.positions)
    assert one.statements.consensus is not None
    assert other.statements.consensus is not None
    assert one.statements.consensus.agree.tolist() == other.statements.consensus.disagree.tolist()
    assert [found.statement for found in one.overall.agree] == [found.statement for found in other.overall.disagree]
    turned = {"agree": "disagree", "disagree": "agree"}
    assert one.statements.kinds == tuple(turned.get(kind, kind) for kind in other.statements.kinds)


@pytest.mark.parametrize(
    ("people", "statements", "verdict"), [(5, 3, "groups"), (4, 3, "too_few_votes"), (5, 2, "too_few_votes")]
)
def test_below_five_people_or_three_statements_there_are_only_counts(people: int, statements: int, verdict: str) -> None:
    analysis = analyse(everybody_on(people, statements))
    assert analysis.verdict == verdict
    assert analysis.statements.tally.agree.tolist() == [people] * statements
    assert (analysis.projection is None) == (analysis.groups == ()) == (verdict == "too_few_votes")


@pytest.mark.parametrize("out", ["rejected", "meta"])
def test_statements_that_are_moderated_out_do_not_make_enough(out: str) -> None:
    rows, columns, choices = planted_votes(20, 5, 5)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices, **{out: [0, 1, 2]}))
    assert analysis.verdict == "too_few_votes"
    assert analysis.statements.kinds == ("open",) * 5


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_unanimous_people_are_one_group(choice: int) -> None:
    analysis = analyse(everybody_on(20, 10, choice))
    assert [(group.label, group.size) for group in analysis.groups] == [("A", 20)]
    assert analysis.silhouette is None
    assert told(analysis)


def test_people_with_few_votes_are_on_the_map_without_a_group() -> None:
    rows, columns, choices = planted_votes(60, 20, 10)
    analysis = analyse(VoteMatrix.from_votes([*rows, 999], [*columns, 3], [*choices, 1]))
    assert analysis.people.groups[-1] == -1
    assert analysis.projection is not None
    assert analysis.projection.positions[-1].any()
    assert analysis.people.votes[-1] == 1


def test_votes_on_rejected_statements_still_admit_people_and_are_tallied() -> None:
    rows, columns, choices = planted_votes(60, 20, 10)
    votes = VoteMatrix.from_votes([*rows, *[999] * 7], [*columns, *range(7)], [*choices, *[1] * 7], rejected=range(7))
    analysis = analyse(votes)
    assert analysis.people.groups[-1] >= 0
    assert analysis.statements.tally.votes[0] > 0
    assert not {finding.statement for group in analysis.groups for finding in group.representative} & set(range(7))


def test_the_result_names_what_it_depends_on() -> None:
    parameters = Parameters(seed=3)
    summary = analyse(planted(), parameters).summary()
    assert (summary["method"], summary["seed"], summary["engine_version"]) == ("classic", 3, ENGINE_VERSION)
    assert summary["input_sha256"] == planted().input_sha256()
    assert set(summary["parameters"]) == {field.name for field in fields(Parameters)}


@pytest.mark.parametrize("wrong", [{"method": "other"}, {"groups": 1}])
def test_parameters_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unknown method|at least 2"):
        Parameters(**wrong)  # type: ignore[arg-type]


def test_a_map_is_not_mirrored_from_one_analysis_to_the_next() -> None:
    rows, columns, choices = planted_votes(100, 20, 15)
    before = analyse(VoteMatrix.from_votes(rows, columns, choices)).to_json()
    for figure in before["statement_figures"]:
        figure["x"] = -figure["x"]
    votes = VoteMatrix.from_votes([*rows, 999], [*columns, 3], [*choices, 1])
    plain, oriented = analyse(votes), analyse(votes, previous=before)
    assert plain.projection is not None
    assert oriented.projection is not None
    assert oriented.projection.positions.tolist() == (plain.projection.positions * [-1, 1]).tolist()
    assert oriented.people.groups.tolist() == plain.people.groups.tolist()


def test_earlier_analyses_without_a_map_orient_nothing() -> None:
    before = analyse(everybody_on(2, 2)).to_json()
    assert told(analyse(planted(), previous=before)) == told(analyse(planted()))


def test_an_analysis_loads_neither_scikit_learn_nor_umap_and_leaves_the_random_state_alone() -> None:
    program = """
import sys, numpy
from clustering import VoteMatrix, analyse
state = numpy.random.get_state()[1].tolist()
people, statements = numpy.divmod(numpy.arange(3000), 30)
analyse(VoteMatrix.from_votes(people, statements, people * statements % 3 - 1))
assert numpy.random.get_state()[1].tolist() == state
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sklearn", "umap", "numba", "pandas"}))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
