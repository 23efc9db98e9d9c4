"""What is the classic method's own."""

import numpy as np
import pytest

from clustering import ClassicParameters, VoteMatrix, analyse
from tests.clustering.planted import planted_votes
from tests.clustering.strategies import everybody_on
from tests.clustering.telling import told


def test_five_people_and_three_statements_are_enough_for_groups() -> None:
    assert analyse(everybody_on(5, 3), ClassicParameters()).verdict == "groups"


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_unanimous_people_are_one_group(choice: int) -> None:
    analysis = analyse(everybody_on(20, 10, choice), ClassicParameters())
    assert [(group.label, group.size) for group in analysis.groups] == [("A", 20)]
    assert analysis.silhouette is None
    assert told(analysis)


def test_votes_on_rejected_statements_still_admit_people_and_are_tallied() -> None:
    rows, columns, choices = planted_votes(60, 20, 10)
    votes = VoteMatrix.from_votes([*rows, *[999] * 7], [*columns, *range(7)], [*choices, *[1] * 7], rejected=range(7))
    analysis = analyse(votes, ClassicParameters())
    assert analysis.people.groups[-1] >= 0
    assert analysis.statements.tally.votes[0] > 0
    assert not {finding.statement for group in analysis.groups for finding in group.representative} & set(range(7))


def test_it_has_no_word_on_how_sure_it_is() -> None:
    analysis = analyse(VoteMatrix.from_votes(*planted_votes(60, 20, 15)), ClassicParameters())
    assert analysis.people.confidence is None
    assert analysis.stability is None
    assert {group.stability for group in analysis.groups} == {None}
    assert analysis.projection is not None
    assert analysis.projection.covariances is None
    assert np.isfinite(analysis.projection.positions).all()


def test_parameters_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        ClassicParameters(groups=1)
