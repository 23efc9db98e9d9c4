"""What holds for every analysis, by whichever method."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import DEFAULT_METHOD, ENGINE_VERSION, METHODS, ClassicParameters, Parameters, VoteMatrix, analyse
from tests.clustering.planted import planted, planted_votes
from tests.clustering.strategies import Votes, conversations, everybody_on
from tests.clustering.telling import told
from tests.support.checkout import CHECKOUT

Method = Parameters | ClassicParameters

EVERY_METHOD = pytest.mark.parametrize("method", [Parameters(), ClassicParameters()], ids=["default", "classic"])


@EVERY_METHOD
@settings(max_examples=60, deadline=None)
@given(drawn=conversations())
def test_no_conversation_is_too_odd(method: Method, drawn: Votes) -> None:
    analysis = analyse(drawn.matrix(), method)
    assert told(analysis)
    groups = analysis.people.groups
    assert analysis.summary()["clustered"] == int((groups >= 0).sum())
    assert [int((groups == place).sum()) for place in range(len(analysis.groups))] == [group.size for group in analysis.groups]


@EVERY_METHOD
@settings(max_examples=30, deadline=None)
@given(drawn=conversations(), random=st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_not_a_digit(method: Method, drawn: Votes, random: object) -> None:
    order = list(range(len(drawn.choices)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert told(analyse(drawn.matrix(), method)) == told(analyse(drawn.matrix(order), method))


@EVERY_METHOD
@settings(max_examples=30, deadline=None)
@given(drawn=conversations())
def test_agreement_of_one_is_disagreement_of_the_mirrored(method: Method, drawn: Votes) -> None:
    one, other = (analyse(drawn.matrix(sign=sign), method).statements.tally for sign in (1, -1))
    assert one.agree.tolist() == other.disagree.tolist()
    assert one.passed.tolist() == other.passed.tolist()


def shuffled(votes: VoteMatrix, seed: int) -> VoteMatrix:
    rows = np.repeat(votes.participants, votes.votes_per_participant)
    order = np.random.default_rng(seed).permutation(len(rows))
    return VoteMatrix.from_votes(rows[order], votes.statements[votes.columns][order], votes.values[order])


@EVERY_METHOD
@pytest.mark.parametrize("statements", [20, 150])
def test_the_order_of_many_votes_changes_not_a_digit(method: Method, statements: int) -> None:
    votes = planted(150, statements, 15)
    assert told(analyse(votes, method)) == told(analyse(shuffled(votes, statements), method))


@EVERY_METHOD
@pytest.mark.parametrize("statements", [30, 150])
def test_swapping_agree_and_disagree_leaves_the_groups_and_mirrors_the_figures(method: Method, statements: int) -> None:
    rows, columns, choices = planted_votes(200, statements, 25)
    one, other = (analyse(VoteMatrix.from_votes(rows, columns, sign * choices), method) for sign in (1, -1))
    assert one.people.groups.tolist() == other.people.groups.tolist()
    assert one.silhouette == pytest.approx(other.silhouette)
    assert one.projection is not None
    assert other.projection is not None
    assert one.projection.positions == pytest.approx(-other.projection.positions)
    assert one.statements.figures["consensus"].tolist() == pytest.approx(other.statements.figures["consensus_disagree"].tolist())
    assert [found.statement for found in one.overall.agree] == [found.statement for found in other.overall.disagree]
    turned = {"agree": "disagree", "disagree": "agree"}
    assert one.statements.kinds == tuple(turned.get(kind, kind) for kind in other.statements.kinds)


@EVERY_METHOD
@pytest.mark.parametrize(("people", "statements", "mapped"), [(5, 3, True), (4, 3, False), (5, 2, False), (40, 1, False)])
def test_below_five_people_or_three_statements_there_are_only_counts(
    method: Method, people: int, statements: int, mapped: bool
) -> None:
    analysis = analyse(everybody_on(people, statements), method)
    assert analysis.statements.tally.agree.tolist() == [people] * statements
    assert (analysis.projection is not None) == mapped
    if not mapped:
        assert (analysis.verdict, analysis.groups) == ("too_few_votes", ())


@EVERY_METHOD
@pytest.mark.parametrize("out", ["rejected", "meta"])
def test_statements_that_are_moderated_out_do_not_make_enough(method: Method, out: str) -> None:
    rows, columns, choices = planted_votes(20, 5, 5)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices, **{out: [0, 1, 2]}), method)
    assert analysis.verdict == "too_few_votes"
    assert analysis.projection is None
    assert [analysis.statements.kinds[number] for number in (0, 1, 2)] == ["open"] * 3


def cast(*votes: tuple[int, int, int]) -> VoteMatrix:
    people, statements, choices = zip(*votes, strict=True)
    return VoteMatrix.from_votes(people, statements, choices)


def one_vote_per_statement(people: int, statements: int) -> VoteMatrix:
    names = np.arange(statements)
    return VoteMatrix.from_votes(names % people, names, names // people % 3 - 1)


ODD = {
    "no votes": (VoteMatrix.from_votes([], [], []), "too_few_votes"),
    "one vote": (cast((1, 1, 1)), "too_few_votes"),
    "one statement": (cast(*((person, 1, person % 3 - 1) for person in range(60))), "too_few_votes"),
    "one participant": (cast(*((1, statement, statement % 3 - 1) for statement in range(60))), "too_few_votes"),
    "hardly a vote beside one statement": (
        cast(*((person, 1, person % 3 - 1) for person in range(60)), (1, 2, 1), (2, 3, -1), (3, 4, 0)),
        "too_few_votes",
    ),
    "a vote each": (cast(*((person, person % 9, 1 - person % 2 * 2) for person in range(90))), "too_few_votes"),
    "everybody agrees": (everybody_on(60, 12), "no_distinct_groups"),
    "everybody disagrees": (everybody_on(60, 12, -1), "no_distinct_groups"),
    "everybody passes": (everybody_on(60, 12, 0), "no_distinct_groups"),
    "everybody passes on many statements": (everybody_on(30, 150, 0), "no_distinct_groups"),
    "10,000 statements with a vote each": (one_vote_per_statement(50, 10_000), "no_distinct_groups"),
}


@EVERY_METHOD
@pytest.mark.parametrize("odd", ODD)
def test_odd_conversations_have_a_verdict_and_no_figure_that_is_none(method: Method, odd: str) -> None:
    votes, verdict = ODD[odd]
    analysis = analyse(votes, method)
    assert told(analysis)
    assert int(analysis.statements.tally.votes.sum()) == len(votes.values)
    if isinstance(method, Parameters):
        assert analysis.verdict == verdict


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_unanimous_people_stand_in_the_middle_of_the_map_without_groups(choice: int) -> None:
    analysis = analyse(everybody_on(20, 10, choice))
    assert (analysis.verdict, analysis.groups, analysis.silhouette) == ("no_distinct_groups", (), None)
    assert analysis.projection is not None
    assert np.abs(analysis.projection.positions).max() < 1e-3


@EVERY_METHOD
def test_people_with_few_votes_are_on_the_map_without_a_group(method: Method) -> None:
    rows, columns, choices = planted_votes(60, 20, 15)
    analysis = analyse(VoteMatrix.from_votes([*rows, 999], [*columns, 3], [*choices, 1]), method)
    assert analysis.verdict == "groups"
    assert analysis.people.groups[-1] == -1
    assert (analysis.people.groups[:-1] >= 0).all()
    assert analysis.projection is not None
    assert analysis.projection.positions[-1].any()
    assert analysis.people.votes[-1] == 1


def test_votes_on_statements_that_were_taken_out_are_tallied_and_put_nobody_in_a_group() -> None:
    rows, columns, choices = planted_votes(80, 30, 25)
    newcomer = [999] * 9
    votes = VoteMatrix.from_votes(
        [*rows, *newcomer], [*columns, *range(7), 20, 21], [*choices, *[1] * 9], rejected=range(5), meta=(5, 6)
    )
    analysis = analyse(votes)
    assert analysis.verdict == "groups"
    assert analysis.people.groups[-1] == -1
    assert analysis.people.votes[-1] == 9
    assert analysis.statements.tally.votes[0] > 60
    assert not {finding.statement for group in analysis.groups for finding in group.representative} & set(range(7))


@EVERY_METHOD
def test_the_result_names_what_it_depends_on(method: Method) -> None:
    parameters = type(method)(seed=3)
    summary = analyse(planted(), parameters).summary()
    assert (summary["method"], summary["seed"], summary["engine_version"]) == (method.method, 3, ENGINE_VERSION)
    assert summary["input_sha256"] == planted().input_sha256()
    assert set(summary["parameters"]) == {field.name for field in fields(method)}


def test_without_parameters_the_default_method_runs() -> None:
    assert analyse(planted()).summary()["method"] == DEFAULT_METHOD == Parameters().method
    assert {name: parameters().method for name, parameters in METHODS.items()} == {name: name for name in METHODS}


@EVERY_METHOD
def test_an_analysis_loads_neither_scikit_learn_nor_umap_and_leaves_the_random_state_alone(method: Method) -> None:
    program = f"""
import sys, numpy
from clustering import METHODS, VoteMatrix, analyse
state = numpy.random.get_state()[1].tolist()
people, statements = numpy.divmod(numpy.arange(3000), 30)
analyse(VoteMatrix.from_votes(people, statements, people * statements % 3 - 1), METHODS["{method.method}"]())
assert numpy.random.get_state()[1].tolist() == state
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {{"sklearn", "umap", "numba", "pandas"}}))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
