"""Groups keep their letters and the map its orientation; what changes is told."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from clustering import Analysis, Previous, VoteMatrix, analyse, shown
from clustering.arrays import Floats, Integers
from clustering.continuity import Memberships, told
from clustering.lettering import Remembered, letters
from clustering.orientation import turn
from tests.clustering.planted import planted_votes
from tests.clustering.strategies import Votes, conversations
from tests.clustering.telling import people_told

MIRRORED = np.array([[-1.0, 0.0], [0.0, 1.0]])


def rotated(degrees: float) -> Floats:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def people(*members: int) -> Integers:
    """So many people in each group, one group after the other."""
    return np.repeat(np.arange(len(members)), members)


def earlier(groups: Integers, *labels: str, in_use: bool = True) -> list[Remembered]:
    return [Remembered(label, np.where(groups < 0, -1, groups == place), in_use) for place, label in enumerate(labels)]


def members(analysis: Analysis) -> dict[str, set[int]]:
    ids = analysis.people.ids
    return {group.label: set(ids[analysis.people.groups == place].tolist()) for place, group in enumerate(analysis.groups)}


def planted(newcomers: int = 0) -> VoteMatrix:
    """120 people in three groups of one size, and so many newcomers who belong to the last of them."""
    rows, columns, choices = planted_votes(300, 30, 20)
    there = (rows < 120) | ((rows % 3 == 2) & (rows < 120 + 3 * newcomers))
    return VoteMatrix.from_votes(rows[there], columns[there], choices[there])


# Letters


def test_a_group_keeps_its_letter_when_another_has_become_larger() -> None:
    assert letters(people(5, 7), 2, earlier(people(5, 7), "A", "B"), ("A", "B")) == ("A", "B")
    assert letters(1 - people(5, 7), 2, earlier(people(5, 7), "A", "B"), ("A", "B")) == ("B", "A")


def test_who_joined_since_and_who_has_left_do_not_count() -> None:
    before = np.array([0] * 4 + [1] * 4 + [-1] * 50)
    now = np.array([1] * 3 + [-1] + [0] * 4 + [1] * 50)
    assert letters(now, 2, earlier(before, "A", "B"), ("A", "B")) == ("B", "A")


def test_letters_go_so_that_most_is_kept_altogether() -> None:
    """The first group is a little nearer to A than the second, but the second would then be a stranger."""
    before, now = people(10, 10), np.array([0] * 6 + [1] * 4 + [0] * 8 + [2] * 2)
    assert letters(now, 3, earlier(before, "A", "B"), ("A", "B")) == ("B", "A", "C")


@pytest.mark.parametrize(("stayed", "letter"), [(3, "A"), (2, "C")])
def test_a_group_with_too_little_in_common_gets_a_letter_that_was_never_given(stayed: int, letter: str) -> None:
    before = people(stayed, 10 - stayed)
    assert letters(people(10), 1, earlier(before, "A"), ("A", "B")) == (letter,)


def test_after_z_comes_aa() -> None:
    given = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert letters(people(5, 5), 2, [], given) == ("AA", "AB")


def test_a_letter_comes_back_with_the_people_who_had_it() -> None:
    now = people(6, 4, 5)
    remembered = earlier(people(10, 5), "A", "B") + earlier(people(6, 4, 5), "", "C", in_use=False)[1:]
    assert letters(now, 3, remembered, ("A", "B", "C")) == ("A", "C", "B")


def test_a_letter_in_use_does_not_make_way_for_one_that_was_given_up() -> None:
    remembered = earlier(people(9, 5), "A", "B") + earlier(people(8, 6), "C", in_use=False)
    assert letters(people(8, 6), 2, remembered, ("A", "B", "C")) == ("A", "B")


def test_a_letter_is_given_again_after_an_analysis_without_groups() -> None:
    first = analyse(planted())
    without = replace(first, groups=(), people=replace(first.people, groups=np.full(120, -1)))
    memory = shown(without, shown(first))
    assert memory.labels == ()
    assert members(analyse(planted(), previous=memory)) == members(first)


def test_the_letters_that_are_remembered_are_few_and_the_latest() -> None:
    memory: Previous | None = None
    analysis = analyse(planted())
    for number in range(12):
        relabelled = (replace(analysis.groups[0], label=chr(ord("A") + number)),)
        memory = shown(replace(analysis, groups=relabelled, people=replace(analysis.people, groups=np.zeros(120, int))), memory)
    assert memory is not None
    assert memory.letters_given == tuple("ABCDEFGHIJKL")
    assert [letter.label for letter in memory.retired] == list("KJIHGFED")


# The whole analysis


def test_without_an_earlier_analysis_the_largest_group_is_a_and_nothing_is_told() -> None:
    analysis = analyse(planted(20))
    sizes = [group.size for group in analysis.groups]
    assert [group.label for group in analysis.groups] == ["A", "B", "C"]
    assert sizes == sorted(sizes, reverse=True)
    assert "continuity" not in analysis.details


def test_groups_are_listed_by_letter_with_their_own_figures() -> None:
    first = analyse(planted())
    turned_round = replace(shown(first), labels=("C", "B", "A"))
    votes = planted(20)
    analysis = analyse(votes, previous=turned_round)
    assert [group.label for group in analysis.groups] == ["A", "B", "C"]
    assert members(first)["A"] <= members(analysis)["C"]
    assert [int((analysis.people.groups == place).sum()) for place in range(3)] == [group.size for group in analysis.groups]
    tally = votes.tally_by_group(analysis.people.groups, 3)
    assert analysis.statements.by_group.agree.tolist() == tally.agree.tolist()
    assert analysis.projection is not None
    for place, group in enumerate(analysis.groups):
        assert group.centre == pytest.approx(analysis.projection.positions[analysis.people.groups == place].mean(axis=0))


@settings(max_examples=40, deadline=None)
@given(conversations(), conversations())
def test_no_figure_depends_on_earlier_analyses(before: Votes, now: Votes) -> None:
    plain, later = analyse(now.matrix()), analyse(now.matrix(), previous=shown(analyse(before.matrix())))
    json.dumps([later.to_json(), people_told(later)], allow_nan=False)
    letter_of = {tuple(sorted(ids)): label for label, ids in members(later).items()}
    named = {label: letter_of[tuple(sorted(ids))] for label, ids in members(plain).items()}
    assert figures(plain, named) == figures(later, {label: label for label in named.values()})
    if plain.projection is not None and later.projection is not None:
        assert later.projection.scores.tolist() == plain.projection.scores.tolist()
        one, other = plain.projection.positions, later.projection.positions
        assert other @ other.T == pytest.approx(one @ one.T, abs=1e-9)


def figures(analysis: Analysis, named: dict[str, str]) -> object:
    """Everything but letters, order and orientation."""
    places = {named[group.label]: place for place, group in enumerate(analysis.groups)}
    whole = analysis.to_json()
    statements = [
        {name: value for name, value in row.items() if name not in {"x", "y", "groups", "extremity"}}
        | {"groups": [row["groups"][places[label]] for label in sorted(places)]}
        for row in whole.pop("statement_figures")
    ]
    groups = [
        {name: value for name, value in whole["groups"][places[label]].items() if name not in {"x", "y", "label"}}
        for label in sorted(places)
    ]
    whole.pop("continuity", None)
    return {**whole, "groups": groups, "statements": statements}


def test_the_order_of_votes_changes_not_a_digit_with_an_earlier_analysis_either() -> None:
    rows, columns, choices = planted_votes(120, 30, 20, seed=1)
    order = np.random.default_rng(0).permutation(len(rows))
    before = shown(analyse(planted()))
    one = analyse(VoteMatrix.from_votes(rows, columns, choices), previous=before)
    other = analyse(VoteMatrix.from_votes(rows[order], columns[order], choices[order]), previous=before)
    assert json.dumps([one.to_json(), people_told(one)]) == json.dumps([other.to_json(), people_told(other)])


def test_people_are_known_again_when_ids_have_become_texts() -> None:
    rows, columns, choices = planted_votes(120, 30, 20)
    before = replace(shown(analyse(planted())), labels=("X", "Y", "Z"), letters_given=("X", "Y", "Z"))
    votes = VoteMatrix.from_votes([*map(str, rows), "newcomer"], [*map(str, columns), "3"], [*choices, 1])
    assert [group.label for group in analyse(votes, previous=before).groups] == ["X", "Y", "Z"]


# The map


@pytest.mark.parametrize("by", [MIRRORED, rotated(100), MIRRORED @ rotated(-30), np.eye(2)])
def test_the_map_is_turned_and_mirrored_as_it_was(by: Floats) -> None:
    plain, before = analyse(planted(5)), shown(analyse(planted()))
    assert before.positions is not None
    assert plain.projection is not None
    analysis = analyse(planted(5), previous=replace(before, positions=before.positions @ by))
    assert analysis.projection is not None
    places = np.searchsorted(analysis.people.ids, before.participants)
    here, there = analysis.projection.positions[places], before.positions @ by
    assert [np.corrcoef(here[:, axis], there[:, axis])[0, 1] for axis in (0, 1)] == pytest.approx([1, 1], abs=0.05)
    assert np.hypot(*analysis.projection.statements.T) == pytest.approx(np.hypot(*plain.projection.statements.T)), "no stretching"
    record = analysis.details["continuity"]["map"]
    assert (record["by"], record["shared"]) == ("participants", 120)
    assert record["drift"] < 0.05


def test_among_other_people_the_map_is_turned_by_the_statements() -> None:
    before = shown(analyse(planted()))
    assert before.statement_positions is not None
    before = replace(before, participants=before.participants + 118, statement_positions=before.statement_positions @ rotated(90))
    analysis, plain = analyse(planted(), previous=before), analyse(planted())
    assert analysis.projection is not None
    assert plain.projection is not None
    assert analysis.projection.statements == pytest.approx(plain.projection.statements @ rotated(90))
    assert analysis.projection.positions == pytest.approx(plain.projection.positions @ rotated(90))
    assert analysis.details["continuity"]["map"] == {"by": "statements", "shared": 30, "drift": pytest.approx(0, abs=1e-9)}


def test_maps_with_nothing_in_common_stay_as_they_are() -> None:
    before = shown(analyse(planted()))
    strangers = replace(before, participants=before.participants + 1000, statements=before.statements + 1000)
    analysis, plain = analyse(planted(), previous=strangers), analyse(planted())
    assert people_told(analysis) == people_told(plain)
    assert analysis.details["continuity"]["map"] == {"by": "statements", "shared": 0, "drift": None}


def test_an_earlier_analysis_without_a_map_turns_nothing() -> None:
    before = shown(analyse(VoteMatrix.from_votes([0], [0], [1])))
    analysis = analyse(planted(), previous=before)
    assert people_told(analysis) == people_told(analyse(planted()))
    assert analysis.details["continuity"]["map"] is None


def test_points_on_a_line_are_not_mirrored() -> None:
    line = np.outer([1.0, -2.0, 3.0], [0.6, 0.8])
    found = turn(line, line @ rotated(50))
    assert found.rotation == pytest.approx(rotated(50))


@pytest.mark.parametrize("size", [0.1, 1, 7])
def test_a_map_that_is_only_larger_or_turned_has_not_drifted(size: float) -> None:
    points = np.random.default_rng(0).normal(size=(40, 2))
    assert turn(points, size * points @ rotated(77)).drift == pytest.approx(0, abs=1e-12)


def test_a_map_that_has_nothing_to_do_with_the_earlier_one_has_drifted_wholly() -> None:
    random = np.random.default_rng(0)
    drift = turn(random.normal(size=(5000, 2)), random.normal(size=(5000, 2))).drift
    assert drift == pytest.approx(1, abs=0.01)


# What is told


def test_a_group_that_stays_is_kept_and_tells_who_stayed() -> None:
    before, now = people(10, 10), np.array([0] * 9 + [1] * 11)
    record = told(Memberships(now, ("A", "B")), Memberships(before, ("A", "B")), ("A", "B"))
    assert (record["shared"], record["kept_letter"], record["before"]) == (20, 0.95, ["A", "B"])
    assert [(group["label"], group["kind"]) for group in record["groups"]] == [("A", "kept"), ("B", "kept")]
    assert record["groups"][1]["from"] == [
        {"label": "B", "members": 10, "jaccard": pytest.approx(10 / 11)},
        {"label": "A", "members": 1, "jaccard": pytest.approx(1 / 20)},
    ]


def test_a_group_that_comes_apart_is_told_as_a_split() -> None:
    record = told(Memberships(people(6, 4, 10), ("A", "C", "B")), Memberships(people(10, 10), ("A", "B")), ("A", "B"))
    assert {group["label"]: (group["kind"], group["of"]) for group in record["groups"]} == {
        "A": ("kept", []),
        "B": ("kept", []),
        "C": ("split", ["A"]),
    }
    assert record["ended"] == []


def test_groups_that_come_together_are_told_as_a_merger() -> None:
    record = told(Memberships(people(10, 10), ("A", "B")), Memberships(people(6, 4, 10), ("A", "C", "B")), ("A", "B", "C"))
    merged = record["groups"][0]
    assert (merged["label"], merged["kind"], merged["of"]) == ("A", "merger", ["A", "C"])
    assert record["ended"] == [{"label": "C", "members": 4, "into": [{"label": "A", "members": 4}]}]
    assert record["kept_letter"] == 16 / 20


def test_a_group_from_everywhere_or_of_newcomers_is_new() -> None:
    before, now = np.array([0] * 10 + [1] * 10 + [-1] * 5), np.array(([0] * 7 + [2] * 3) + ([1] * 7 + [2] * 3) + [3] * 5)
    record = told(Memberships(now, ("A", "B", "C", "D")), Memberships(before, ("A", "B")), ("A", "B"))
    assert [group["kind"] for group in record["groups"]] == ["kept", "kept", "new", "new"]
    assert record["groups"][3]["from"] == []


def test_a_group_that_returns_is_told_so() -> None:
    record = told(Memberships(people(6, 4), ("A", "B")), Memberships(people(10), ("A",)), ("A", "B"))
    assert [group["returned"] for group in record["groups"]] == [False, True]


@pytest.mark.parametrize(("now", "before"), [((), ("A",)), (("A",), ()), ((), ())])
def test_analyses_without_groups_have_no_share_that_kept_its_letter(now: tuple[str, ...], before: tuple[str, ...]) -> None:
    def memberships(labels: tuple[str, ...]) -> Memberships:
        return Memberships(np.full(9, len(labels) - 1), labels)

    record = told(memberships(now), memberships(before), before)
    assert (record["shared"], record["kept_letter"]) == (0, None)
    assert [group["kind"] for group in record["groups"]] == ["new"] * len(now)
    assert [end["label"] for end in record["ended"]] == list(before)


def test_how_surely_people_are_placed_turns_with_the_map() -> None:
    analysis = analyse(planted())
    assert analysis.projection is not None
    assert analysis.projection.spreads is not None
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    earlier = replace(shown(analysis), positions=analysis.projection.positions @ quarter)
    turned = analyse(planted(), previous=earlier).projection
    assert turned is not None
    assert turned.spreads is not None
    assert turned.spreads[:, 0, 0] == pytest.approx(analysis.projection.spreads[:, 1, 1])
    assert turned.spreads[:, 0, 1] == pytest.approx(-analysis.projection.spreads[:, 0, 1])
    assert (np.linalg.eigvalsh(turned.spreads) > 0).all()
