import numpy as np
import pytest
from numpy.typing import NDArray

from deliberation import map_cells
from deliberation.map_cells import MOST_CELLS, SMALLEST_CELL, draw, hull


def scattered(people: int, seed: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal((people, 2))


@pytest.mark.parametrize("people", [3, 5, 6, 7, 50, 448, 449, 5_000])
def test_every_cell_holds_several_people_and_every_person_is_in_one(people: int) -> None:
    drawn = draw(scattered(people), np.zeros(people, dtype=np.int64), {0: "A"})
    sizes = [cell["n"] for cell in drawn["cells"]]
    assert min(sizes) >= SMALLEST_CELL == drawn["smallest_cell"]
    assert sum(sizes) == people
    assert len(sizes) <= MOST_CELLS


@pytest.mark.parametrize("people", [0, 1, 2])
def test_fewer_people_than_a_cell_are_not_on_the_map(people: int) -> None:
    drawn = draw(scattered(people), np.zeros(people, dtype=np.int64), {0: "A"})
    assert drawn["cells"] == []
    assert drawn["hulls"] == {"A": []}


def test_a_crowd_of_one_cell_more_is_divided_at_exactly_two_cells() -> None:
    assert len(draw(scattered(5), np.zeros(5, dtype=np.int64), {0: "A"})["cells"]) == 1
    assert len(draw(scattered(6), np.zeros(6, dtype=np.int64), {0: "A"})["cells"]) == 2


def test_people_of_different_groups_share_no_cell_and_the_rest_have_no_label() -> None:
    groups = np.repeat([0, 1, -1], [20, 10, 5])
    cells = draw(scattered(35), groups, {0: "A", 1: "B"})["cells"]
    people = {label: sum(cell["n"] for cell in cells if cell["group"] == label) for label in ("A", "B", "")}
    assert people == {"A": 20, "B": 10, "": 5}


def test_a_group_without_a_label_is_drawn_with_the_rest() -> None:
    groups = np.repeat([0, 1, -1], [20, 2, 1])
    drawn = draw(scattered(23), groups, {0: "A"})
    assert {cell["group"]: cell["n"] for cell in drawn["cells"] if cell["group"] == ""} == {"": 3}
    assert set(drawn["hulls"]) == {"A"}


def test_somebody_far_away_is_only_seen_together_with_others() -> None:
    people = np.vstack([scattered(100), [[1_000.0, 1_000.0]]])
    cells = draw(people, np.zeros(101, dtype=np.int64), {0: "A"})["cells"]
    assert max(cell["x"] for cell in cells) < 500


def test_people_on_one_spot_are_one_cell() -> None:
    cells = draw(np.ones((40, 2)), np.zeros(40, dtype=np.int64), {0: "A"})["cells"]
    assert cells == [{"x": 1.0, "y": 1.0, "n": 40, "group": "A"}]


def test_the_order_of_people_makes_no_difference() -> None:
    people, groups = scattered(1_000), np.random.default_rng(2).integers(-1, 3, 1_000)
    shuffled = np.random.default_rng(3).permutation(1_000)
    labels = {0: "A", 1: "B", 2: "C"}
    assert draw(people, groups, labels) == draw(people[shuffled], groups[shuffled], labels)


def test_an_outline_goes_around_all_cells_of_its_group() -> None:
    drawn = draw(scattered(300), np.zeros(300, dtype=np.int64), {0: "A"})
    corners = drawn["hulls"]["A"]
    assert len(corners) >= 3
    for cell in drawn["cells"]:
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            left = (b[0] - a[0]) * (cell["y"] - a[1]) - (b[1] - a[1]) * (cell["x"] - a[0])
            assert left >= -1e-9


@pytest.mark.parametrize(
    ("points", "corners"),
    [
        ([], []),
        ([[1.0, 2.0]], [[1.0, 2.0]]),
        ([[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0]]),
        ([[2.0, 2.0], [0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [2.0, 2.0]]),
        ([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [1.0, 2.0]], [[0.0, 0.0], [2.0, 0.0], [1.0, 2.0]]),
    ],
)
def test_the_corners_of_an_outline(points: list[list[float]], corners: list[list[float]]) -> None:
    assert hull(points) == corners


def test_there_are_never_more_cells_than_a_page_can_show() -> None:
    assert MOST_CELLS <= 150
    drawn = draw(scattered(20_000), np.random.default_rng(4).integers(-1, 5, 20_000), dict(enumerate("ABCDE")))
    assert len(drawn["cells"]) == map_cells.MOST_CELLS


def test_cells_with_a_label_say_how_sure_their_people_s_group_is_whatever_their_order() -> None:
    people, groups = scattered(60), np.repeat([0, -1], [50, 10])
    confidence = np.random.default_rng(3).random(60)
    drawn = draw(people, groups, {0: "A"}, 3, confidence)
    assert all(("sure" in cell) == (cell["group"] == "A") for cell in drawn["cells"])
    together = sum(cell["sure"] * cell["n"] for cell in drawn["cells"] if cell["group"]) / 50
    assert together == pytest.approx(confidence[:50].mean(), abs=0.01)
    order = np.random.default_rng(4).permutation(60)
    assert draw(people[order], groups[order], {0: "A"}, 3, confidence[order]) == drawn


def test_the_people_of_all_cells_are_everybody_once() -> None:
    groups = np.random.default_rng(5).integers(-1, 2, 200)
    cells = map_cells.divide(scattered(200), groups, {0: "A", 1: "B"}, 5, most_cells=12)
    assert len(cells) <= 12
    assert sorted(np.concatenate([cell.people for cell in cells]).tolist()) == list(range(200))
    assert all(len(cell.people) >= 5 for cell in cells)
