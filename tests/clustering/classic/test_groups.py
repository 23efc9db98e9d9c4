"""Who belongs together."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from clustering.classic.groups import eligible, find_groups
from clustering.classic.parameters import ClassicParameters
from clustering.classic.projection import project
from clustering.result import NOT_GROUPED, letter
from clustering.silhouette import silhouette
from tests.clustering.planted import planted


@pytest.mark.parametrize(("votes", "statements", "enters"), [(6, 30, False), (7, 30, True), (4, 4, True), (3, 4, False)])
def test_seven_votes_are_enough_or_all_statements_where_there_are_fewer(votes: int, statements: int, enters: bool) -> None:
    counts = np.array([votes] + [30] * 15)
    assert eligible(counts, statements, ClassicParameters())[0] == enters


def test_the_busiest_fill_up_to_fifteen_and_of_equals_the_first() -> None:
    counts = np.array([2, 7, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    assert np.flatnonzero(eligible(counts, 30, ClassicParameters())).tolist() == list(range(15))
    assert np.flatnonzero(eligible(np.array([1, 2, 1]), 30, ClassicParameters(grouped_at_least=2))).tolist() == [0, 1]


def test_fifteen_with_enough_votes_are_not_filled_up() -> None:
    counts = np.array([7] * 15 + [6] * 3)
    assert eligible(counts, 30, ClassicParameters()).sum() == 15


@pytest.mark.parametrize(("group", "label"), [(0, "A"), (4, "E"), (25, "Z"), (26, "AA"), (27, "AB"), (52, "BA")])
def test_groups_are_lettered(group: int, label: str) -> None:
    assert letter(group) == label


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_planted_groups_are_found(groups: int) -> None:
    votes = planted(300, 60, 40, groups)
    found = find_groups(project(votes).positions, np.ones(300, dtype=np.bool_), ClassicParameters(groups=groups))
    assert adjusted_rand_score(np.arange(300) % groups, found.labels) > 0.9


def test_the_largest_group_is_first_and_people_left_out_have_none() -> None:
    positions = np.concatenate([np.zeros((4, 2)), np.ones((9, 2)), [[50.0, 50.0]]]) + np.random.default_rng(0).normal(
        0, 0.01, (14, 2)
    )
    grouping = find_groups(positions, np.arange(14) < 13, ClassicParameters(groups=2))
    assert grouping.labels.tolist() == [1] * 4 + [0] * 9 + [NOT_GROUPED]
    assert grouping.sizes.tolist() == [9, 4]


def test_of_equally_large_groups_the_one_of_the_first_person_is_first() -> None:
    positions = np.array([[0.0, 0.0], [9.0, 9.0], [0.1, 0.0], [9.1, 9.0]])
    assert find_groups(positions, np.ones(4, dtype=np.bool_), ClassicParameters(groups=2)).labels.tolist() == [0, 1, 0, 1]


def test_everybody_on_one_spot_is_one_group_without_a_silhouette() -> None:
    grouping = find_groups(np.zeros((20, 2)), np.ones(20, dtype=np.bool_), ClassicParameters())
    assert grouping.labels.tolist() == [0] * 20
    assert grouping.silhouette is None


def test_the_silhouette_is_the_usual_one() -> None:
    points = np.random.default_rng(3).normal(size=(40, 2))
    groups = np.arange(40) % 3
    groups[-1] = 3  # alone in its group
    distances = np.hypot(*(points[:, np.newaxis] - points).transpose(2, 0, 1))
    assert silhouette(distances, groups, np.ones(len(groups))) == pytest.approx(silhouette_score(points, groups))


@pytest.mark.parametrize(("base_clusters", "most"), [(11, 2), (12, 3), (35, 4), (36, 5), (100, 5)])
def test_few_clusters_allow_few_groups(base_clusters: int, most: int) -> None:
    corners = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 100.0], [100.0, 100.0], [50.0, 50.0]])
    positions = corners[np.arange(base_clusters) % 5] + np.random.default_rng(0).normal(0, 0.5, (base_clusters, 2))
    assert find_groups(positions, np.ones(base_clusters, dtype=np.bool_), ClassicParameters()).groups <= most
