"""What somebody would be expected to vote."""

import numpy as np
import pytest
from hypothesis import given, settings

from clustering import VoteMatrix, analyse
from clustering.prediction import expected_votes, in_order
from tests.clustering.planted import planted_votes
from tests.clustering.strategies import Votes, conversations


def test_the_map_predicts_hidden_votes_better_than_the_mean() -> None:
    rows, columns, choices = planted_votes(400, 40, 25)
    hidden = np.random.default_rng(1).random(len(rows)) < 0.1
    analysis = analyse(VoteMatrix.from_votes(rows[~hidden], columns[~hidden], choices[~hidden]))
    expected = expected_votes(analysis, rows[hidden].astype(str).tolist(), columns[hidden].astype(str).tolist())
    means = analysis.projection.means[columns[hidden]] if analysis.projection else np.zeros(hidden.sum())
    assert np.square(choices[hidden] - expected).sum() < 0.7 * np.square(choices[hidden] - means).sum()


def test_strangers_are_expected_to_vote_like_all_and_new_statements_like_all_statements() -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices))
    stranger, new = expected_votes(analysis, ["stranger", "3"], ["5", "new"])
    assert stranger == pytest.approx(choices[columns == 5].mean())
    assert new == pytest.approx(choices.mean())


def test_without_a_map_the_mean_is_all_there_is() -> None:
    analysis = analyse(VoteMatrix.from_votes([1, 2], [1, 1], [1, 0]))
    assert expected_votes(analysis, ["1", "9"], ["1", "1"]).tolist() == [0.5, 0.5]
    assert expected_votes(analyse(VoteMatrix.from_votes([], [], [])), ["1"], ["1"]).tolist() == [0]


def test_a_statement_that_is_moderated_out_is_expected_at_its_mean() -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices, rejected=[5]))
    assert expected_votes(analysis, ["3"], ["5"]) == pytest.approx(choices[columns == 5].mean())


@settings(max_examples=40, deadline=None)
@given(conversations())
def test_expectations_are_votes(drawn: Votes) -> None:
    pairs = [(str(person), str(statement)) for person in range(-1, 8) for statement in range(-1, 8)]
    expected = expected_votes(analyse(drawn.matrix()), *([pair[side] for pair in pairs] for side in (0, 1)))
    assert ((expected >= -1) & (expected <= 1)).all()


def test_pairs_are_ordered_by_id_and_listed_once() -> None:
    assert in_order(["10", "9", "9", "10"], ["2", "x", "10", "2"]) == (["9", "9", "10"], ["10", "x", "2"])
    assert in_order([], []) == ([], [])
