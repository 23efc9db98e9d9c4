"""People and statements on the map of the default method."""

import numpy as np
import pytest

from clustering import Parameters, VoteMatrix
from clustering.blocks import Block, live_votes
from clustering.model import scores
from clustering.projection import Projection, as_projection, fit_model, placed, sampled, scores_of
from tests.clustering.planted import Missing, planted_groups, planted_votes


def mapped(votes: VoteMatrix, axes: int = 2, parameters: Parameters | None = None) -> Projection:
    live = live_votes(votes)
    model = fit_model(live.votes, axes, parameters or Parameters())
    return as_projection(live, model, scores_of(live.votes, model))


def test_a_statement_stands_where_somebody_stands_whose_only_vote_is_to_agree() -> None:
    votes = VoteMatrix.from_votes(*planted_votes(200, 12, 8))
    model = fit_model(votes, 2, Parameters())
    only = Block(np.arange(13), np.arange(12, dtype=np.int32), np.ones(12, dtype=np.int8), 12)
    assert mapped(votes).statements == pytest.approx(placed(model, scores(only, model)))


def test_those_who_agree_stand_on_the_side_of_the_statement() -> None:
    rows, columns, choices = planted_votes(200, 12, 8, groups=2)
    found = mapped(VoteMatrix.from_votes(rows, columns, choices))
    telling = int(np.abs(found.loadings[:, 0]).argmax())
    agree, disagree = (found.positions[rows[(columns == telling) & (choices == choice)], 0].mean() for choice in (1, -1))
    assert (agree - disagree) * found.statements[telling, 0] > 0


def test_one_axis_is_a_map_on_a_line() -> None:
    found = mapped(VoteMatrix.from_votes(*planted_votes(100, 12, 8, groups=2)), axes=1)
    assert found.scores.shape == (100, 1)
    assert found.positions.shape == (100, 2)
    assert not found.positions[:, 1].any()
    assert not found.statements[:, 1].any()
    assert found.explained[1] == 0


def test_the_first_axis_explains_most_and_all_together_no_more_than_there_is() -> None:
    first, second = mapped(VoteMatrix.from_votes(*planted_votes(300, 20, 12)), axes=3).explained
    assert 1 > first + second > first > second > 0


def test_a_statement_that_is_moderated_out_pulls_nobody_anywhere() -> None:
    rows, columns, choices = planted_votes(100, 12, 8)
    out = np.isin(columns, [3, 4])
    found = mapped(VoteMatrix.from_votes(rows, columns, choices, rejected=[3], meta=[4]))
    without = mapped(VoteMatrix.from_votes(rows[~out], columns[~out], choices[~out]))
    assert found.positions.tolist() == without.positions.tolist()
    assert not found.loadings[[3, 4]].any()
    assert not found.statements[[3, 4]].any()
    assert not found.means[[3, 4]].any()


def test_expected_votes_are_means_plus_scores_times_loadings() -> None:
    rows, columns, choices = planted_votes(300, 20, 12)
    found = mapped(VoteMatrix.from_votes(rows, columns, choices))
    expected = found.means[columns] + (found.scores[rows] * found.loadings[columns]).sum(axis=1)
    assert np.square(choices - expected).mean() < 0.6 * np.var(choices)


def test_a_large_crowd_is_mapped_as_its_sample_suggests_and_nearly_as_without_one() -> None:
    votes = planted_groups(900, 25, 2, missing=Missing(0.6)).matrix()
    quick = Parameters(sample_people=300)
    rows = sampled(votes, quick)
    assert rows is not None
    assert len(set(rows.tolist())) == 300
    assert (np.diff(rows) > 0).all()
    assert sampled(votes, Parameters()) is None
    one, other = mapped(votes, 1, quick).positions[:, 0], mapped(votes, 1).positions[:, 0]
    assert abs(np.corrcoef(one, other)[0, 1]) > 0.995


@pytest.mark.parametrize(("axes", "statements"), [(5, 3), (3, 3)])
def test_there_are_never_as_many_axes_as_statements(axes: int, statements: int) -> None:
    assert mapped(VoteMatrix.from_votes(*planted_votes(40, statements, 2)), axes).scores.shape == (40, statements - 1)
