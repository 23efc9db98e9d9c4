"""Who belongs together."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import Parameters
from clustering.arrays import Floats, Integers
from clustering.groups import Grouping, confidence, everybody, find_groups, grouped, weights_of

HEAPS = ((-6.0, 0.0), (6.0, 0.0), (0.0, 8.0))


def heaps(*sizes: int, seed: int = 0) -> Floats:
    middles = np.repeat(HEAPS[: len(sizes)], sizes, axis=0)
    points: Floats = middles + np.random.default_rng(seed).normal(0, 0.8, middles.shape)
    return points


def grouping(points: Floats, count: int, parameters: Parameters | None = None) -> Grouping | None:
    return find_groups(points, np.ones(len(points)), range(count, count + 1), parameters or Parameters()).get(count)


def test_the_largest_group_is_first() -> None:
    found = grouping(heaps(20, 60, 40), 3)
    assert found is not None
    assert found.sizes.tolist() == [60, 40, 20]
    assert found.labels.tolist() == [2] * 20 + [0] * 60 + [1] * 40
    assert found.centres == pytest.approx(np.array([HEAPS[1], HEAPS[2], HEAPS[0]]), abs=0.4)


def test_of_equally_large_groups_the_one_of_the_first_person_is_first() -> None:
    found = grouping(heaps(30, 30), 2)
    assert found is not None
    assert found.labels.tolist() == [0] * 30 + [1] * 30


@pytest.mark.parametrize(("few", "there"), [(4, False), (5, True)])
def test_no_group_is_smaller_than_five(few: int, there: bool) -> None:
    assert (grouping(heaps(40, 40, few), 3) is not None) == there


@pytest.mark.parametrize(("few", "there"), [(15, False), (16, True)])
def test_no_group_is_smaller_than_four_in_a_hundred(few: int, there: bool) -> None:
    assert (grouping(heaps(200, 400 - 200 - few, few), 3) is not None) == there


def test_only_numbers_that_leave_no_group_too_small_are_told() -> None:
    found = find_groups(heaps(40, 40, 4), np.ones(84), range(2, 9), Parameters())
    assert 2 in found
    assert 3 not in found
    assert all(one.sizes.min() >= 5 and one.count == count for count, one in found.items())


def test_well_separated_groups_have_the_best_silhouette() -> None:
    found = find_groups(heaps(40, 40, 40), np.ones(120), range(2, 9), Parameters())
    assert max(found, key=lambda count: found[count].silhouette or -1.0) == 3
    assert found[3].silhouette == pytest.approx(0.8, abs=0.1)


def test_people_on_one_spot_are_no_groups() -> None:
    assert find_groups(np.zeros((600, 2)), np.ones(600), range(2, 9), Parameters()) == {}
    assert find_groups(np.zeros((30, 2)), np.ones(30), range(2, 9), Parameters()) == {}


def test_in_a_large_crowd_everybody_is_with_the_nearest_centre() -> None:
    points = heaps(900, 700, 400)
    found = grouping(points, 3, Parameters(crowds=50))
    assert found is not None
    assert found.sizes.tolist() == [900, 700, 400]
    distances = np.linalg.norm(points[:, np.newaxis] - found.centres, axis=2)
    assert found.labels.tolist() == distances.argmin(axis=1).tolist()


@pytest.mark.parametrize(("statements", "needed"), [(0, 1), (1, 1), (3, 3), (7, 7), (100, 7)])
def test_who_is_grouped_voted_seven_times_or_on_everything(statements: int, needed: int) -> None:
    found = grouped(np.arange(10), statements, Parameters())
    assert found.tolist() == [votes >= needed for votes in range(10)]


def test_people_count_by_their_votes_up_to_fifty() -> None:
    assert weights_of(np.array([7, 50, 51, 900]), Parameters()).tolist() == [7, 50, 50, 50]


def test_who_is_not_grouped_has_no_group() -> None:
    assert everybody(np.array([1, 0]), np.array([True, False, True])).tolist() == [1, -1, 0]


def around(centres: Floats, labels: Integers) -> Grouping:
    found = grouping(heaps(30, 30), 2)
    assert found is not None
    return replace(found, labels=labels, centres=centres)


def test_confidence_is_a_coin_toss_between_two_centres_and_sure_far_out() -> None:
    two = around(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.zeros(3, dtype=np.int64))
    points = np.array([[0.0, 5.0], [-1.0, 0.0], [-9.0, 0.0]])
    sure = confidence(points, np.tile(np.eye(2), (3, 1, 1)), two)
    assert sure == pytest.approx([0.5, 0.8413447, 1.0])
    assert confidence(points, np.tile(np.eye(2) * 1e-12, (3, 1, 1)), two)[1] == pytest.approx(1.0)


@pytest.mark.parametrize("groups", [2, 3])
def test_confidence_is_never_less_than_guessing(groups: int) -> None:
    points = heaps(*[40] * groups)
    found = grouping(points, groups)
    assert found is not None
    blind = confidence(points, np.tile(np.eye(2) * 1e6, (len(points), 1, 1)), found)
    sharp = confidence(points, np.tile(np.eye(2) * 1e-6, (len(points), 1, 1)), found)
    assert (blind >= 1 / groups).all()
    assert (blind < 0.7).all()
    assert sharp == pytest.approx(np.ones(len(points)))


def test_confidence_holds_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    centres = np.array([[-1.0, 0.0], [1.0, 0.5]])
    spread = random.uniform(0.2, 1.5, 4000)
    # Where somebody stands is as probable everywhere, so that what is seen tells of the truth as the truth of what is seen.
    seen = random.uniform(-3, 3, (4000, 2))
    truth = seen + random.normal(size=(4000, 2)) * spread[:, np.newaxis]
    sides = [np.linalg.norm(places[:, np.newaxis] - centres, axis=2).argmin(axis=1) for places in (seen, truth)]
    sure = confidence(seen, np.eye(2) * np.square(spread)[:, np.newaxis, np.newaxis], around(centres, sides[0]))
    right = sides[0] == sides[1]
    for low, high in ((0.5, 0.6), (0.6, 0.8), (0.8, 0.95)):
        among = (sure >= low) & (sure < high)
        assert right[among].mean() == pytest.approx(sure[among].mean(), abs=0.05)


def test_the_seed_does_not_matter_where_groups_are_clear() -> None:
    points = heaps(40, 30, 20)
    one, other = (grouping(points, 3, replace(Parameters(), seed=seed)) for seed in (0, 5))
    assert one is not None
    assert other is not None
    assert one.labels.tolist() == other.labels.tolist()
