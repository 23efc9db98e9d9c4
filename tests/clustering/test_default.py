"""The default method from votes to figures."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import Parameters, Structure, VoteMatrix, analyse, shown
from clustering.arrays import Integers
from tests.clustering.planted import Missing, Planted, planted_groups
from tests.clustering.strategies import Votes, conversations
from tests.clustering.telling import people_told, recovered, told


def clear(groups: int = 3, seed: int = 0) -> Planted:
    return planted_groups(50 * groups, 30, groups, seed=seed, missing=Missing(0.6))


def renamed(people: Planted, seed: int) -> tuple[VoteMatrix, Integers, Integers]:
    """The same votes under other numbers: in which row everybody is now, and in which column every statement."""
    random = np.random.default_rng(seed)
    rows, columns = random.permutation(len(people.groups)), random.permutation(int(people.statements.max()) + 1)
    return VoteMatrix.from_votes(rows[people.people], columns[people.statements], people.choices), rows, columns


def test_confidence_says_who_is_surely_in_the_right_group() -> None:
    sure, right = [], []
    for seed in range(4):
        people = planted_groups(200, 25, 2, seed=seed, missing=Missing(0.4), shared=0.5)
        analysis = analyse(people.matrix(), Parameters(groups=2))
        among = analysis.people.groups >= 0
        truth, labels = people.groups_in(people.matrix())[among], analysis.people.groups[among]
        assert analysis.people.confidence is not None
        assert np.isnan(analysis.people.confidence[~among]).all()
        sure.append(analysis.people.confidence[among])
        right.append((truth == labels) if (truth == labels).mean() > 0.5 else (truth != labels))
    confidence, hits = np.concatenate(sure), np.concatenate(right)
    assert confidence.min() >= 0.5
    assert confidence.max() <= 1
    assert hits[confidence >= 0.9].mean() > 0.95
    assert hits[confidence >= 0.9].mean() > hits[confidence < 0.6].mean() + 0.15


def test_every_group_says_how_stable_it_is_and_the_whole_whether_it_is() -> None:
    analysis = analyse(clear().matrix())
    assert all(group.stability is not None and 0.8 < group.stability <= 1 for group in analysis.groups)
    assert analysis.stability is not None
    assert analysis.summary()["stable"] == (analysis.stability >= 0.9)


def test_what_the_choices_rest_on_is_on_record() -> None:
    structure = analyse(clear().matrix()).summary()["structure"]
    assert (structure["groups"], structure["imputed"]) == (3, False)
    assert set(structure["evidence"]) == {"axes", "numbers_of_groups", "beyond_totals", "separation"}
    assert structure["evidence"]["numbers_of_groups"]["3"].keys() >= {"stability", "silhouette"}


def test_threads_give_the_same_bytes() -> None:
    votes = clear().matrix()
    with ThreadPoolExecutor(3) as executor:
        assert told(analyse(votes, executor=executor)) == told(analyse(votes))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_renaming_people_and_statements_renames_groups_at_most(seed: int) -> None:
    people = clear(3, seed)
    one = analyse(people.matrix())
    votes, rows, columns = renamed(people, seed)
    other = analyse(votes)
    assert recovered(one.people.groups, other.people.groups[rows]) == 1
    assert one.statements.tally.agree.tolist() == other.statements.tally.agree[columns].tolist()
    assert sorted(group.size for group in one.groups) == sorted(group.size for group in other.groups)
    for name in ("agree_rate", "agree_low", "pass_rate", "consensus", "divisiveness"):
        assert one.statements.figures[name] == pytest.approx(other.statements.figures[name][columns], abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_mirrored_votes_mirror_the_map_and_keep_the_groups(seed: int) -> None:
    people = clear(3, seed)
    one = analyse(people.matrix())
    other = analyse(VoteMatrix.from_votes(people.people, people.statements, -people.choices))
    assert recovered(one.people.groups, other.people.groups) == 1
    assert one.projection is not None
    assert other.projection is not None
    assert other.projection.positions == pytest.approx(-one.projection.positions, abs=1e-6)
    assert other.projection.covariances == pytest.approx(one.projection.covariances, abs=1e-6)
    assert other.statements.tally.agree.tolist() == one.statements.tally.disagree.tolist()


def test_ids_that_are_text_change_nothing_but_the_ids() -> None:
    people = clear()
    numbers = analyse(people.matrix())
    names = [f"person {person:04}" for person in people.people]
    texts = analyse(VoteMatrix.from_votes(names, [f"思 {number:02}" for number in people.statements], people.choices))
    assert texts.people.ids[0] == "person 0000"
    assert texts.people.groups.tolist() == numbers.people.groups.tolist()
    assert people_told(texts)["x"] == people_told(numbers)["x"]
    assert [figures | {"id": None} for figures in texts.to_json()["statement_figures"]] == [
        figures | {"id": None} for figures in numbers.to_json()["statement_figures"]
    ]
    assert told(texts)


@settings(max_examples=25, deadline=None)
@given(conversations())
def test_a_statement_nobody_voted_on_changes_nothing(drawn: Votes) -> None:
    unheard = VoteMatrix.from_votes(
        drawn.participants, drawn.statements, drawn.choices, rejected=[*drawn.rejected, 77], meta=[*drawn.meta, 78]
    )
    assert told(analyse(unheard)) == told(analyse(drawn.matrix()))


@settings(max_examples=25, deadline=None)
@given(conversations(), st.integers(2, 4))
def test_merging_duplicates_keeps_the_totals(drawn: Votes, merged: int) -> None:
    into = [statement // merged for statement in drawn.statements]
    moments = list(range(len(into)))
    analysis = analyse(VoteMatrix.from_votes(drawn.participants, into, drawn.choices, moments))
    cells = set(zip(drawn.participants, into, strict=True))
    assert int(analysis.statements.tally.votes.sum()) == int(analysis.people.votes.sum()) == len(cells)
    per_statement = np.bincount([statement for _, statement in cells], minlength=1)
    assert analysis.statements.tally.votes.tolist() == per_statement[per_statement > 0].tolist()


@settings(max_examples=25, deadline=None)
@given(conversations(), st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_whatever_was_found_earlier_an_analysis_comes_out(drawn: Votes, rank: int, groups: int, imputed: bool) -> None:
    earlier = Structure(rank, imputed, groups, 0.9, (0.9,) * groups, votes=0, evidence={})
    analysis = analyse(drawn.matrix(), structure=earlier)
    assert told(analysis)
    assert len(analysis.groups) in (0, groups)


def test_no_figure_depends_on_earlier_analyses() -> None:
    people = clear()
    half = people.people < 75
    earlier = VoteMatrix.from_votes(people.people[half], people.statements[half], people.choices[half])
    alone, continued = analyse(people.matrix()), analyse(people.matrix(), previous=shown(analyse(earlier)))
    assert recovered(alone.people.groups, continued.people.groups) == 1
    assert alone.people.confidence is not None
    assert json.dumps(people_told(alone)["confidence"]) == json.dumps(people_told(continued)["confidence"])
    for name, values in alone.statements.figures.items():
        assert values.tolist() == pytest.approx(continued.statements.figures[name].tolist(), nan_ok=True, abs=0)
    assert (alone.stability, alone.silhouette) == (continued.stability, continued.silhouette)
