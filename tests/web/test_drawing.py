import re
from typing import Any

import pytest

from deliberation.map_colours import Colours, Sign
from web.drawing import (
    COURT_MARGIN,
    GREATEST_HEIGHT,
    LARGEST_SIGN,
    LARGEST_TILE,
    LEAST_HEIGHT,
    SMALLEST_SIGN,
    SMALLEST_TILE,
    WIDTH,
    Drawing,
    draw,
)

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]]


def result(cells: list[tuple[float, float, int, str]], hulls: dict[str, list[list[float]]], **statements: Any) -> dict[str, Any]:
    return {
        "map": {
            "cells": [{"x": x, "y": y, "n": n, "group": group} for x, y, n, group in cells],
            "hulls": hulls,
            "smallest_cell": 3,
        },
        "statements": [{"number": int(name[1:]), "x": x, "y": y} for name, (x, y) in statements.items()],
    }


def square(**statements: Any) -> dict[str, Any]:
    return result([(x, y, 3, "A") for x, y in SQUARE] + [(9.0, 1.0, 3, "")], {"A": SQUARE}, **statements)


def numbers(drawing: Drawing) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+", re.sub(r"A\d+ \d+ 0 0 1", "", drawing.courts[0].path))]


def test_both_axes_have_the_same_scale_and_up_is_up() -> None:
    drawn = draw(square(), {"A"})
    xs, ys = {spot.x for spot in drawn.spots["A"]}, {spot.y for spot in drawn.spots["A"]}
    assert max(xs) - min(xs) == pytest.approx(2 * (max(ys) - min(ys)), abs=1)
    upper = next(spot for spot, (_, y) in zip(drawn.spots["A"], SQUARE, strict=True) if y == 2.0)
    assert upper.y == min(ys)


def test_everything_lies_within_the_drawing() -> None:
    drawn = draw(square(), {"A"}, you=(-3.0, 5.0))
    assert drawn.you is not None
    for spot in (*drawn.spots["A"], *drawn.spots[""], drawn.you):
        assert 0 < spot.x < drawn.width == WIDTH
        assert 0 < spot.y < drawn.height
    assert LEAST_HEIGHT <= drawn.height <= GREATEST_HEIGHT


def test_the_outline_keeps_its_distance_from_the_signs() -> None:
    drawn = draw(square(), {"A"})
    path = numbers(drawn)
    xs, ys = path[0::2], path[1::2]
    assert min(xs) == pytest.approx(min(spot.x for spot in drawn.spots["A"]) - COURT_MARGIN, abs=1)
    assert max(ys) == pytest.approx(max(spot.y for spot in drawn.spots["A"]) + COURT_MARGIN, abs=1)


@pytest.mark.parametrize("hull", [SQUARE[:2], [[0.0, 0.0], [0.0, 3.0]]])
def test_people_on_a_line_are_outlined_too(hull: list[list[float]]) -> None:
    drawn = draw(result([(x, y, 3, "A") for x, y in hull], {"A": hull}), {"A"})
    path = numbers(drawn)
    assert max(path[0::2]) - min(path[0::2]) >= 2 * COURT_MARGIN or max(path[1::2]) - min(path[1::2]) >= 2 * COURT_MARGIN


def test_a_group_that_is_not_shown_is_drawn_among_the_others() -> None:
    drawn = draw(square(), set())
    assert drawn.courts == ()
    assert set(drawn.spots) == {""}
    assert len(drawn.spots[""]) == 5


def test_a_cell_of_more_people_has_a_larger_sign() -> None:
    drawn = draw(result([(0, 0, 3, "A"), (1, 1, 300, "A"), (2, 0, 75, "A")], {"A": [[0, 0], [2, 0], [1, 1]]}), {"A"})
    assert [spot.r for spot in drawn.spots["A"]] == [SMALLEST_SIGN, LARGEST_SIGN, LARGEST_SIGN / 2]


def test_people_all_in_one_place_can_be_drawn() -> None:
    drawn = draw(result([(1.0, 1.0, 20, "")], {}), set())
    assert [(spot.x, spot.y) for spot in drawn.spots[""]] == [(WIDTH / 2, LEAST_HEIGHT / 2)]


def test_statements_are_drawn_in_their_direction_and_within_the_drawing() -> None:
    drawn = draw(square(s1=(80.0, 0.0), s2=(0.0, 40.0), s3=(0.0, 0.0)), {"A"}, statements={1, 2})
    marks = {mark.number: mark for mark in drawn.marks}
    assert set(marks) == {1, 2}
    assert drawn.axes.x < marks[1].x < drawn.width
    assert 0 < marks[2].y < drawn.axes.y


def test_where_somebody_may_stand_is_an_ellipse_of_nine_in_ten() -> None:
    drawn = draw(square(), {"A"}, you=(2.0, 1.0), spread=(0.25, 0.0, 0.04))
    assert drawn.region is not None
    assert drawn.you is not None
    assert (drawn.region.x, drawn.region.y, drawn.region.angle) == (drawn.you.x, drawn.you.y, 0)
    scale = (max(spot.x for spot in drawn.spots["A"]) - min(spot.x for spot in drawn.spots["A"])) / 4
    assert drawn.region.rx == pytest.approx(2.146 * 0.5 * scale, abs=1)
    assert drawn.region.ry == pytest.approx(2.146 * 0.2 * scale, abs=1)


def test_the_region_leans_as_the_covariance_does_and_up_is_up() -> None:
    leaning = draw(square(), {"A"}, you=(2.0, 1.0), spread=(0.1, 0.05, 0.1)).region
    assert leaning is not None
    assert leaning.angle == -45  # to the upper right, on a screen where down is positive


@pytest.mark.parametrize("spread", [(0.0, 0.0, 0.0), (65504.0, -65504.0, 65504.0)])
def test_a_region_of_any_size_can_be_drawn(spread: tuple[float, float, float]) -> None:
    region = draw(square(), {"A"}, you=(2.0, 1.0), spread=spread).region
    assert region is not None
    assert 0 <= region.ry <= region.rx <= 2000


@pytest.mark.parametrize(("sure", "group", "is_sure"), [(0.8, "A", True), (0.79, "A", False), (0.79, "", True)])
def test_signs_are_unsure_below_four_in_five(sure: float, group: str, is_sure: bool) -> None:
    found = square()
    found["map"]["cells"].append({"x": 1.0, "y": 1.0, "n": 3, "group": group, "sure": sure})
    assert draw(found, {"A"}).spots[group][-1].sure == is_sure


def test_tiles_stand_where_their_people_do_the_largest_below() -> None:
    signs = (Sign(0.0, 0.0, 10, "A", (10, 0, 0)), Sign(4.0, 2.0, 40, "A", (5, 5, 0)))
    drawn = draw(square(), {"A"}, colours=Colours(1, signs, 50, 0, 10))
    assert [tile.r for tile in drawn.tiles] == [LARGEST_TILE, SMALLEST_TILE]
    assert {(tile.x, tile.y) for tile in drawn.tiles} <= {(spot.x, spot.y) for spot in drawn.spots["A"]}
    assert drawn.dots.count("M") == 5
