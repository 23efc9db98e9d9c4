"""What statements say about groups."""

import math

import numpy as np
import pytest

from clustering import ClassicParameters, Tally
from clustering.classic.kinds import Kind, kinds
from clustering.classic.statements import (
    RepresentativeStatement,
    difference_test,
    overall_consensus,
    representative_statements,
    representativeness,
    share_test,
    smoothed_share,
)

NOTHING_OUT = np.zeros(50, dtype=np.bool_)


def counted(*groups: list[tuple[int, int, int]]) -> Tally:
    """Per group (agree, disagree, pass) of each statement."""
    numbers = np.array(groups, dtype=np.int64)
    return Tally(numbers[:, :, 0], numbers[:, :, 1], numbers[:, :, 2])


def found(by_group: Tally, out: tuple[int, ...] = ()) -> tuple[tuple[RepresentativeStatement, ...], ...]:
    moderated_out = np.isin(np.arange(by_group.votes.shape[1]), out)
    return representative_statements(representativeness(by_group), moderated_out, ClassicParameters())


@pytest.mark.parametrize(
    ("counts", "votes", "share", "z"),
    [(0, 0, 1 / 2, 1.0), (1, 1, 2 / 3, math.sqrt(2)), (0, 1, 1 / 3, 0.0), (9, 10, 10 / 12, 2 * math.sqrt(11) * (10 / 11 - 0.5))],
)
def test_shares_are_smoothed_and_tested_with_one_more_vote(counts: int, votes: int, share: float, z: float) -> None:
    assert smoothed_share(np.array(counts), np.array(votes)) == pytest.approx(share)
    assert share_test(np.array(counts), np.array(votes)) == pytest.approx(z)


def test_two_shares_are_compared_with_one_more_vote_each() -> None:
    pooled = (4 + 9) / (6 + 13)
    z = (4 / 6 - 9 / 13) / math.sqrt(pooled * (1 - pooled) * (1 / 6 + 1 / 13))
    assert difference_test(np.array([3]), np.array([5]), np.array([8]), np.array([12])) == pytest.approx([z])


def test_where_all_voted_alike_groups_do_not_differ() -> None:
    assert difference_test(np.array([5]), np.array([5]), np.array([9]), np.array([9])).tolist() == [0]


def test_groups_are_compared_with_all_the_others_together() -> None:
    figures = representativeness(counted([(8, 1, 1)], [(2, 6, 2)], [(1, 3, 1)]))
    assert figures.agree.ratio[0, 0] == pytest.approx((9 / 12) / (4 / 17))
    assert figures.disagree.ratio[1, 0] == pytest.approx((7 / 12) / (5 / 17))


def test_a_single_agreeing_vote_can_make_a_statement_representative() -> None:
    """A weakness of the classic tests that the method keeps."""
    (first, _) = found(counted([(1, 0, 0)], [(50, 50, 0)]))
    assert [(finding.statement, finding.direction) for finding in first] == [(0, "agree")]
    assert first[0].ratio_test == pytest.approx(1.387, abs=0.001)


def test_what_a_group_agrees_with_comes_before_what_it_disagrees_with_and_the_best_agreed_leads() -> None:
    one = [(0, 40, 0), (30, 10, 0), (40, 0, 0), (20, 20, 0)]
    other = [(40, 0, 0), (10, 30, 0), (0, 40, 0), (20, 20, 0)]
    (first, second) = found(counted(one, other))
    assert [(finding.statement, finding.direction) for finding in first] == [(2, "agree"), (1, "agree"), (0, "disagree")]
    assert [(finding.statement, finding.direction) for finding in second] == [(0, "agree"), (2, "disagree"), (1, "disagree")]
    assert [finding.best_agree for finding in first] == [True, False, False]


def test_no_more_than_five_statements_represent_a_group() -> None:
    (first, _) = found(counted([(40, 0, 0)] * 9, [(0, 40, 0)] * 9))
    assert [finding.statement for finding in first] == [0, 1, 2, 3, 4]


def test_moderated_statements_represent_nobody() -> None:
    (first, second) = found(counted([(40, 0, 0), (39, 1, 0)], [(0, 40, 0), (1, 39, 0)]), out=(0,))
    assert {finding.statement for finding in first + second} == {1}
    assert found(counted([(40, 0, 0)], [(0, 40, 0)]), out=(0,)) == ((), ())


def test_without_a_passing_statement_the_best_agreed_stands_alone() -> None:
    (first, _) = found(counted([(6, 5, 0), (7, 4, 0)], [(6, 5, 0), (6, 5, 0)]))
    assert [(finding.statement, finding.best_agree) for finding in first] == [(1, True)]


def test_without_any_agreement_the_most_different_statement_stands_alone() -> None:
    (first, _) = found(counted([(1, 9, 30), (1, 8, 30)], [(20, 5, 15), (20, 5, 15)]))
    assert [(finding.statement, finding.best_agree) for finding in first] == [(0, False)]


def test_overall_consensus_lists_clear_majorities_clearest_first() -> None:
    tally = Tally(np.array([9, 90, 60, 4, 0]), np.array([1, 10, 40, 4, 30]), np.array([0, 0, 0, 0, 0]))
    shared = overall_consensus(tally, NOTHING_OUT[:5], ClassicParameters())
    assert [finding.statement for finding in shared.agree] == [1, 0, 2]
    assert [finding.statement for finding in shared.disagree] == [4]
    assert (shared.agree[0].counts, shared.agree[0].votes, shared.agree[0].share) == (90, 100, 91 / 102)


def test_overall_consensus_has_five_statements_at_most_and_none_that_is_moderated_out() -> None:
    tally = Tally(np.arange(90, 98), np.zeros(8, dtype=np.int64), np.zeros(8, dtype=np.int64))
    shared = overall_consensus(tally, np.arange(8) == 7, ClassicParameters())
    assert [finding.statement for finding in shared.agree] == [6, 5, 4, 3, 2]


@pytest.mark.parametrize(
    ("groups", "kind"),
    [
        ([(20, 2, 1), (15, 5, 1)], "agree"),
        ([(2, 20, 1), (5, 15, 1)], "disagree"),
        ([(20, 2, 0), (2, 20, 0)], "split"),
        ([(20, 2, 0), (8, 8, 0)], "open"),  # one group is undecided
        ([(10, 10, 0), (10, 10, 0)], "open"),
        ([(7, 0, 3), (7, 0, 3)], "agree"),  # three in ten passed, and no more
        ([(6, 0, 3), (7, 0, 3)], "unsure"),
        ([(3, 0, 0), (1, 0, 0)], "open"),  # four votes are too few
        ([(5, 0, 0), (0, 0, 0)], "agree"),
        ([(20, 0, 0), (0, 4, 0)], "agree"),  # four votes do not speak for a group
        ([(20, 0, 0), (0, 5, 0)], "split"),
    ],
)
def test_one_word_says_what_a_statement_is(groups: list[tuple[int, int, int]], kind: Kind) -> None:
    by_group = counted(*([group] for group in groups))
    assert kinds(by_group.total(), by_group, NOTHING_OUT[:1], ClassicParameters()) == (kind,)
    assert kinds(by_group.total(), by_group, ~NOTHING_OUT[:1], ClassicParameters()) == ("open",)
