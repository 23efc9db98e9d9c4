"""How many axes the votes support."""

import json

import pytest

from clustering import Parameters
from clustering.rank import choose_rank
from tests.clustering.planted import Missing, planted_groups, structureless

PLENTY = Missing(0.7)


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_groups_need_one_axis_fewer_than_there_are(groups: int) -> None:
    found = choose_rank(planted_groups(100 * groups, 40, groups, seed=groups, missing=PLENTY).matrix(), Parameters())
    assert groups - 1 <= found.axes <= groups
    assert not found.imputed
    assert found.gains[found.axes] - found.gains[groups - 1] < 0.01
    assert found.gains[groups - 1] > 0.2


def test_what_it_found_is_plain_data() -> None:
    found = choose_rank(planted_groups(150, 20, 2, missing=PLENTY).matrix(), Parameters(most_axes=3))
    record = found.to_json()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert list(record["hidden_r2"]) == ["imputed", "1", "2", "3"]
    assert record["axes"] == 1


def test_the_same_votes_are_hidden_every_time_and_others_with_another_seed() -> None:
    votes = planted_groups(150, 20, 2, missing=PLENTY).matrix()
    assert choose_rank(votes, Parameters()) == choose_rank(votes, Parameters())
    assert choose_rank(votes, Parameters()).gains != choose_rank(votes, Parameters(seed=1)).gains


@pytest.mark.parametrize(("people", "wanted"), [(30, 200), (100, 600)])
def test_votes_are_hidden_several_times_where_there_are_few(people: int, wanted: int) -> None:
    votes = structureless(people, 20, 20).matrix()
    found = choose_rank(votes, Parameters(hidden_votes=wanted))
    assert found.votes >= 0.8 * min(wanted, 0.5 * len(votes.values))


def test_there_are_fewer_axes_than_statements() -> None:
    assert list(choose_rank(structureless(30, 3, 3).matrix(), Parameters()).gains) == [0, 1, 2]


def test_a_sample_speaks_for_a_large_crowd() -> None:
    votes = planted_groups(400, 20, 2, missing=PLENTY).matrix()
    found = choose_rank(votes, Parameters(sample_people=200, hidden_votes=1))
    assert found.axes == 1
    assert found.votes < 0.7 * choose_rank(votes, Parameters(hidden_votes=1)).votes
