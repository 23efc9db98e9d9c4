"""What somebody would be expected to vote."""

import numpy as np
import pytest
from hypothesis import given, settings

from clustering import ClassicParameters, Parameters, Structure, VoteMatrix, analyse
from clustering.blocks import live_votes
from clustering.prediction import expected_votes, in_order
from clustering.rank import choose_rank
from deliberation.interchange.vote_files import read_votes
from tests.clustering.planted import Missing, Style, planted_groups, planted_votes
from tests.clustering.strategies import Votes, conversations
from tests.support.open_data import UBER, conversation, needs_open_data

METHODS = pytest.mark.parametrize("method", [Parameters(), ClassicParameters()], ids=["default", "classic"])


def foretold(votes: VoteMatrix, method: Parameters | ClassicParameters, structure: Structure | None = None) -> float:
    """Share of the squared error of the statements' means that is saved on one vote in ten, hidden by chance (R²)."""
    hidden = np.random.default_rng(1).random(len(votes.values)) < 0.1
    people = votes.participants[np.repeat(np.arange(votes.shape[0]), votes.votes_per_participant)].astype(str)
    statements, choices = votes.statements[votes.columns].astype(str), votes.values.astype(np.float64)
    known = VoteMatrix.from_votes(people[~hidden], statements[~hidden], votes.values[~hidden])
    analysis = analyse(known, method, structure=structure)
    asked = people[hidden].tolist(), statements[hidden].tolist()
    error = np.square(choices[hidden] - expected_votes(analysis, *asked)).sum()
    usual = np.square(choices[hidden] - expected_votes(analysis, ["stranger"] * int(hidden.sum()), asked[1])).sum()
    return float(1 - error / usual)


@METHODS
def test_the_map_predicts_hidden_votes_better_than_the_mean(method: Parameters | ClassicParameters) -> None:
    assert foretold(VoteMatrix.from_votes(*planted_votes(400, 40, 25)), method) > 0.3


@pytest.mark.parametrize("style", ["leanings", "rates"])
@pytest.mark.parametrize("groups", [2, 3])
def test_the_default_method_foretells_more_than_the_classic_one(style: Style, groups: int) -> None:
    votes = planted_groups(250, 40, groups, seed=groups, style=style, missing=Missing(0.3)).matrix()
    assert (votes.values == 0).mean() > 0.05
    axes = Structure(choose_rank(votes, Parameters()).axes, False, 1, None, None, 0, {})
    assert foretold(votes, Parameters(), axes) > foretold(votes, ClassicParameters()) + 0.01


@needs_open_data
def test_of_a_real_conversation_it_foretells_clearly_more_than_means_for_missing_votes() -> None:
    votes = live_votes(read_votes(conversation(UBER) / "votes.csv")).votes
    axes, filled = (Structure(2, imputed, 1, None, None, 0, {}) for imputed in (False, True))
    assert foretold(votes, Parameters(), axes) >= foretold(votes, Parameters(), filled) + 0.03


@METHODS
def test_strangers_are_expected_to_vote_like_all_and_new_statements_like_all_statements(
    method: Parameters | ClassicParameters,
) -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices), method)
    stranger, new = expected_votes(analysis, ["stranger", "3"], ["5", "new"])
    assert stranger == pytest.approx(choices[columns == 5].mean())
    assert new == pytest.approx(choices.mean())


@METHODS
def test_without_a_map_the_mean_is_all_there_is(method: Parameters | ClassicParameters) -> None:
    analysis = analyse(VoteMatrix.from_votes([1, 2], [1, 1], [1, 0]), method)
    assert expected_votes(analysis, ["1", "9"], ["1", "1"]).tolist() == [0.5, 0.5]
    assert expected_votes(analyse(VoteMatrix.from_votes([], [], []), method), ["1"], ["1"]).tolist() == [0]


@METHODS
def test_a_statement_that_is_moderated_out_is_expected_at_its_mean(method: Parameters | ClassicParameters) -> None:
    rows, columns, choices = planted_votes(60, 12, 8)
    analysis = analyse(VoteMatrix.from_votes(rows, columns, choices, rejected=[5]), method)
    assert expected_votes(analysis, ["3"], ["5"]) == pytest.approx(choices[columns == 5].mean())


@METHODS
@settings(max_examples=30, deadline=None)
@given(drawn=conversations())
def test_expectations_are_votes(method: Parameters | ClassicParameters, drawn: Votes) -> None:
    pairs = [(str(person), str(statement)) for person in range(-1, 8) for statement in range(-1, 8)]
    expected = expected_votes(analyse(drawn.matrix(), method), *([pair[side] for pair in pairs] for side in (0, 1)))
    assert ((expected >= -1) & (expected <= 1)).all()


def test_pairs_are_ordered_by_id_and_listed_once() -> None:
    assert in_order(["10", "9", "9", "10"], ["2", "x", "10", "2"]) == (["9", "9", "10"], ["10", "x", "2"])
    assert in_order([], []) == ([], [])
