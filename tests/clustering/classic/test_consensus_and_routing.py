"""What groups share, and which statement to show next."""

import numpy as np
import pytest

from clustering import ClassicParameters, Tally
from clustering.classic.consensus import group_informed_consensus
from clustering.classic.routing import priorities, priority_of_unseen

NOTHING = np.zeros(1, dtype=np.int64)


def test_every_group_counts_the_same_however_large() -> None:
    by_group = Tally(np.array([[90], [1]]), np.array([[10], [2]]), np.array([[0], [1]]))
    consensus = group_informed_consensus(by_group)
    assert consensus.agree.tolist() == pytest.approx([91 / 102 * 2 / 6])
    assert consensus.disagree.tolist() == pytest.approx([11 / 102 * 3 / 6])


def test_a_statement_that_no_group_has_seen_is_at_one_half_per_group() -> None:
    nothing = np.zeros((3, 1), dtype=np.int64)
    assert group_informed_consensus(Tally(nothing, nothing, nothing)).agree.tolist() == [1 / 8]


@pytest.mark.parametrize(
    ("agree", "disagree", "passed", "extremity", "expected"),
    [(0, 0, 0, 0.0, 5.0625), (0, 0, 0, 2.0, 45.5625), (50, 40, 10, 1.0, 0.796)],
)
def test_priorities_are_those_of_the_formula(agree: int, disagree: int, passed: int, extremity: float, expected: float) -> None:
    tally = Tally(NOTHING + agree, NOTHING + disagree, NOTHING + passed)
    weights = priorities(tally, np.array([extremity]), np.array([False]), ClassicParameters())
    assert weights.tolist() == pytest.approx([expected], rel=1e-3)


def test_statements_about_the_conversation_have_a_weight_of_their_own() -> None:
    tally = Tally(NOTHING + 9, NOTHING, NOTHING)
    assert priorities(tally, np.array([3.0]), np.array([True]), ClassicParameters()).tolist() == [49]


def test_a_statement_without_votes_weighs_what_the_formula_gives_for_none() -> None:
    of_none = priorities(Tally(NOTHING, NOTHING, NOTHING), np.zeros(1), np.array([False]), ClassicParameters())
    assert priority_of_unseen(ClassicParameters()) == of_none[0]
