"""What is said in public about groups that came, went, split and merged."""

from typing import Any

import pytest

from deliberation.continuity import Change, Kind, changes
from tests.support.results import make_result

MINIMUM = 10


def record(
    groups: dict[str, tuple[str, list[str]]], ended: dict[str, dict[str, int]] | None = None, returned: str = ""
) -> dict[str, Any]:
    """`groups`: label → kind, of which; `ended`: label → into which, how many members."""
    return {
        "before": ["A", "B"],
        "groups": [
            {"label": label, "kind": kind, "of": of, "returned": label in returned, "from": []}
            for label, (kind, of) in groups.items()
        ],
        "ended": [
            {"label": label, "members": sum(into.values()), "into": [{"label": g, "members": n} for g, n in into.items()]}
            for label, into in (ended or {}).items()
        ],
    }


def said(sizes: dict[str, int], continuity: dict[str, Any] | None) -> tuple[Change, ...]:
    return changes(make_result(sizes, {}, participants=500) | {"continuity": continuity}, MINIMUM)


def test_nothing_is_said_where_groups_stay_as_they_are() -> None:
    assert said({"A": 50, "B": 40}, record({"A": ("kept", []), "B": ("kept", [])})) == ()


def test_a_new_group_is_told() -> None:
    found = record({"A": ("kept", []), "B": ("kept", []), "C": ("new", [])})
    assert said({"A": 50, "B": 40, "C": 20}, found) == (Change(Kind.NEW, "C"),)


def test_a_split_names_the_group_that_came_apart() -> None:
    found = record({"A": ("kept", []), "B": ("kept", []), "C": ("split", ["A"])}, returned="C")
    assert said({"A": 50, "B": 40, "C": 20}, found) == (Change(Kind.SPLIT, "C", "A"),)


def test_a_group_that_returns_from_nowhere_in_particular_is_told() -> None:
    found = record({"A": ("kept", []), "B": ("kept", []), "C": ("new", [])}, returned="C")
    assert said({"A": 50, "B": 40, "C": 20}, found) == (Change(Kind.RETURNED, "C"),)


def test_a_merger_names_the_group_that_took_most_members_in() -> None:
    assert said({"A": 90}, record({"A": ("merger", ["A", "B"])}, {"B": {"A": 40}})) == (Change(Kind.MERGED, "B", "A"),)


def test_a_group_whose_members_went_several_ways_has_ended() -> None:
    found = record({"A": ("kept", []), "C": ("kept", [])}, {"B": {"A": 20, "C": 20}}) | {"before": ["A", "B", "C"]}
    assert said({"A": 70, "C": 50}, found) == (Change(Kind.ENDED, "B"),)


@pytest.mark.parametrize(("size", "told"), [(10, 1), (9, 0)])
def test_nothing_is_said_about_a_group_that_is_too_small_to_be_shown(size: int, told: int) -> None:
    found = record({"A": ("kept", []), "B": ("kept", []), "C": ("split", ["A"])})
    assert len(said({"A": 50, "B": 40, "C": size}, found)) == told


@pytest.mark.parametrize(("members", "told"), [(10, (Change(Kind.MERGED, "B", "A"),)), (9, ())])
def test_nothing_is_said_about_a_group_that_was_too_small_to_be_shown(members: int, told: tuple[Change, ...]) -> None:
    assert said({"A": 90}, record({"A": ("merger", ["A", "B"])}, {"B": {"A": members}})) == told


def test_a_group_is_new_when_the_one_that_it_came_from_is_not_shown() -> None:
    found = record({"A": ("kept", []), "B": ("kept", []), "C": ("split", ["B"])})
    assert said({"A": 50, "B": 5, "C": 20}, found) == (Change(Kind.NEW, "C"),)


@pytest.mark.parametrize("continuity", [None, record({"A": ("new", []), "B": ("new", [])}) | {"before": []}])
def test_the_first_groups_of_a_conversation_are_no_news(continuity: dict[str, Any] | None) -> None:
    assert said({"A": 50, "B": 40}, continuity) == ()


def test_a_result_of_before_continuity_was_stored_says_nothing() -> None:
    assert changes(make_result({"A": 50}, {}), MINIMUM) == ()


def test_where_there_are_no_groups_any_more_the_verdict_says_so() -> None:
    assert said({}, record({}, {"A": {}, "B": {}})) == ()
