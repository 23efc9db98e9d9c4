"""What a full run finds out about axes and groups."""

import json

import numpy as np
import pytest

from clustering import Parameters, Structure, VoteMatrix, analyse
from clustering.structure import enough_for_a_map, find_structure
from tests.clustering.planted import Margins, Missing, Planted, planted_groups, structureless
from tests.clustering.strategies import everybody_on
from tests.clustering.telling import people_told, recovered, told


def clear(groups: int, seed: int = 0) -> Planted:
    return planted_groups(60 * groups, 40, groups, seed=seed, missing=Missing(0.6))


def found_in(votes: VoteMatrix, parameters: Parameters | None = None) -> Structure:
    found = find_structure(votes, parameters or Parameters())
    assert found is not None
    return found


@pytest.mark.parametrize("groups", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_as_many_groups_are_found_as_there_are(groups: int, seed: int) -> None:
    people = clear(groups, seed)
    structure = found_in(people.matrix())
    assert structure.groups == groups
    assert structure.stability is not None
    assert structure.stability > 0.9
    assert structure.group_stability is not None
    assert len(structure.group_stability) == groups
    analysis = analyse(people.matrix(), structure=structure)
    assert recovered(people.groups_in(people.matrix()), analysis.people.groups) > 0.95


@pytest.mark.parametrize("margins", ["even", "usual", "strong"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_where_there_is_no_structure_there_are_no_groups(margins: Margins, seed: int) -> None:
    people = structureless(150, 30, 15, seed=seed, margins=margins)
    analysis = analyse(people.matrix())
    assert analysis.verdict == "no_distinct_groups"
    assert analysis.groups == ()
    assert analysis.stability is None
    assert analysis.projection is not None


def test_it_comes_back_from_text_as_it_was() -> None:
    structure = found_in(clear(3).matrix())
    assert Structure.from_json(json.loads(json.dumps(structure.to_json(), allow_nan=False))) == structure
    nothing = found_in(structureless(60, 12, 10).matrix())
    assert Structure.from_json(json.loads(json.dumps(nothing.to_json(), allow_nan=False))) == nothing


@pytest.mark.parametrize("people", [clear(3), structureless(100, 20, 12)], ids=["groups", "none"])
def test_with_what_it_found_an_analysis_says_the_same_as_a_full_run_but_how_far_to_trust_it(people: Planted) -> None:
    votes = people.matrix()
    structure = Structure.from_json(json.loads(json.dumps(found_in(votes).to_json())))
    quick, full = analyse(votes, structure=structure), analyse(votes)
    examined = full.details.keys() - quick.details.keys()
    assert "influence" in examined
    assert quick.to_json() == {name: said for name, said in full.to_json().items() if name not in examined}
    assert people_told(quick) == people_told(full)


def test_of_other_votes_it_does_not_vouch_for_single_groups() -> None:
    people = clear(3)
    structure = found_in(people.matrix())
    later = VoteMatrix.from_votes(np.append(people.people, 999), np.append(people.statements, 3), np.append(people.choices, 1))
    analysis = analyse(later, structure=structure)
    assert analysis.stability == structure.stability
    assert [group.stability for group in analysis.groups] == [None] * 3


@pytest.mark.parametrize(("people", "statements", "enough"), [(5, 3, True), (4, 3, False), (5, 2, False), (0, 0, False)])
def test_five_people_and_three_statements_are_enough_for_a_map(people: int, statements: int, enough: bool) -> None:
    votes = everybody_on(people, statements)
    assert enough_for_a_map(votes, Parameters()) == enough
    assert (find_structure(votes, Parameters()) is not None) == enough


def camps(eligible: int, statements: int = 12) -> VoteMatrix:
    """Two camps that agree on nothing; so many people voted on everything, twenty others on less than half."""
    everybody = np.arange(eligible + 20)
    rows = np.repeat(everybody, statements)
    columns = np.tile(np.arange(statements), len(everybody))
    kept = (rows < eligible) | (columns < 6)
    choices = np.where((rows + columns) % 2, 1, -1)
    return VoteMatrix.from_votes(rows[kept], columns[kept], choices[kept])


@pytest.mark.parametrize(("eligible", "verdict"), [(14, "too_few_votes"), (15, "groups")])
def test_with_fewer_than_fifteen_people_to_group_there_is_a_map_without_groups(eligible: int, verdict: str) -> None:
    analysis = analyse(camps(eligible))
    assert analysis.verdict == verdict
    assert analysis.projection is not None
    assert (analysis.people.groups >= 0).sum() == (eligible if verdict == "groups" else 0)
    assert told(analysis)


@pytest.mark.parametrize(("wanted", "number"), [(2, 2), (3, 3), (4, 4)])
def test_a_number_of_groups_that_is_asked_for_is_what_there_is(wanted: int, number: int) -> None:
    analysis = analyse(clear(3).matrix(), Parameters(groups=wanted))
    assert (analysis.verdict, len(analysis.groups)) == ("groups", number)


def test_groups_are_found_where_there_are_none_when_they_are_asked_for() -> None:
    analysis = analyse(structureless(150, 30, 15).matrix(), Parameters(groups=2))
    assert (analysis.verdict, len(analysis.groups)) == ("groups", 2)
    assert analysis.details["structure"]["evidence"]["beyond_totals"]["z"] < 4


def test_one_group_is_none() -> None:
    analysis = analyse(clear(3).matrix(), Parameters(groups=1))
    assert (analysis.verdict, analysis.groups) == ("no_distinct_groups", ())
    assert analysis.projection is not None


def test_a_number_of_groups_that_would_be_too_small_is_not_forced() -> None:
    analysis = analyse(camps(16), Parameters(groups=8))
    assert (analysis.verdict, analysis.groups) == ("no_distinct_groups", ())
    assert told(analysis)


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_a_number_of_axes_that_is_asked_for_is_what_there_is(rank: int) -> None:
    analysis = analyse(clear(3).matrix(), Parameters(rank=rank, groups=2))
    assert analysis.projection is not None
    assert analysis.projection.scores.shape[1] == rank


def test_more_axes_than_the_statements_can_carry_are_fewer() -> None:
    analysis = analyse(everybody_on(20, 3), Parameters(rank=5))
    assert analysis.projection is not None
    assert analysis.projection.scores.shape[1] == 2


def test_what_was_found_before_most_statements_were_taken_out_still_serves() -> None:
    people = clear(4)
    structure = found_in(people.matrix())
    for left, verdict in ((3, {"groups", "no_distinct_groups", "too_few_votes"}), (2, {"too_few_votes"}), (0, {"too_few_votes"})):
        votes = VoteMatrix.from_votes(people.people, people.statements, people.choices, rejected=range(left, 40))
        analysis = analyse(votes, structure=structure)
        assert analysis.verdict in verdict
        assert told(analysis)


def test_everybody_alike_in_a_large_crowd_is_no_trouble() -> None:
    rows, columns = np.divmod(np.arange(600 * 10), 10)
    answers = np.random.default_rng(0).integers(-1, 2, 10)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, answers[columns]))
    assert analysis.verdict == "no_distinct_groups"
    assert told(analysis)
