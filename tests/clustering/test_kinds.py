"""One word for each statement."""

import numpy as np
import pytest

from clustering import Tally
from clustering.kinds import kinds
from clustering.parameters import Parameters
from clustering.rates import Answers, Prior, rates
from clustering.representative import has_a_say
from clustering.result import Kind

PARAMETERS = Parameters()
Counts = tuple[int, int, int]


def said(tally: Tally) -> Answers:
    agree, disagree, passed = (
        rates(counts, tally.votes, Prior(2.0, 2.0), 0.9) for counts in (tally.agree, tally.disagree, tally.passed)
    )
    return Answers(agree, disagree, passed, {})


def kind(*groups: Counts, others: Counts = (0, 0, 0), enough: bool = True, size: int = 100) -> Kind:
    """Of one statement; each group's (agree, disagree, pass), and those of people without a group."""
    numbers = np.array(groups, dtype=np.int64).reshape(len(groups), 1, 3)
    by_group = Tally(numbers[:, :, 0], numbers[:, :, 1], numbers[:, :, 2])
    everybody = numbers.sum(axis=0) + np.array([others])
    say = has_a_say(by_group.votes, np.full(len(groups), size), PARAMETERS)
    tally = Tally(everybody[:, 0], everybody[:, 1], everybody[:, 2])
    (word,) = kinds(said(tally), said(by_group), say, np.array([enough]), PARAMETERS)
    return word


def test_most_of_everybody_and_of_each_group_agree() -> None:
    assert kind((80, 10, 10), (60, 30, 10)) == "agree"
    assert kind((10, 80, 10), (30, 60, 10)) == "disagree"


def test_what_a_group_does_not_share_is_not_agreed() -> None:
    assert kind((95, 3, 2), (25, 30, 45)) == "open"


def test_a_group_with_too_few_votes_does_not_speak_against_it() -> None:
    assert kind((95, 3, 2), (1, 3, 0)) == "agree"


def test_groups_on_opposite_sides_split() -> None:
    assert kind((90, 5, 5), (5, 90, 5)) == "split"
    assert kind((900, 50, 50), (5, 30, 5), (500, 400, 100), size=200) == "split"


def test_people_may_be_split_across_groups_too() -> None:
    assert kind((50, 45, 5), (45, 50, 5)) == "split"
    assert kind(others=(48, 47, 5)) == "split"


def test_where_many_pass_people_are_unsure() -> None:
    assert kind((20, 20, 60), (30, 20, 50)) == "unsure"
    assert kind(others=(30, 20, 50)) == "unsure"


def test_a_majority_outweighs_passes() -> None:
    assert kind(others=(600, 50, 350)) == "agree"


@pytest.mark.parametrize("counts", [(7, 3, 0), (3, 7, 0), (4, 4, 2), (5, 1, 4)])
def test_ten_votes_that_are_not_clear_leave_a_statement_open(counts: Counts) -> None:
    assert kind(others=counts) == "open"


def test_a_statement_without_enough_votes_stays_open_however_clear() -> None:
    assert kind(others=(90, 0, 0), enough=False) == "open"


@pytest.mark.parametrize("groups", [((80, 10, 10), (60, 30, 10)), ((90, 5, 5), (5, 90, 5)), ((20, 20, 60), (30, 20, 50))])
def test_swapping_agree_and_disagree_swaps_the_words(groups: tuple[Counts, ...]) -> None:
    turned = {"agree": "disagree", "disagree": "agree"}
    before = kind(*groups)
    assert kind(*((disagree, agree, passed) for agree, disagree, passed in groups)) == turned.get(before, before)
