"""Agreement that viewpoints do not explain."""

from dataclasses import replace

import numpy as np
import pytest

from clustering import ClassicParameters, VoteMatrix, analyse
from clustering.arrays import Floats
from clustering.bridging import bridging
from clustering.parameters import Parameters
from tests.clustering.planted import planted, planted_votes

PARAMETERS = Parameters()
OF_THE_MAJORITY, OF_THE_MINORITY, SHARED = slice(0, 10), slice(10, 20), slice(20, 30)


def two_camps(majority: int, minority: int = 60, seed: int = 0) -> VoteMatrix:
    """Each camp likes its ten statements (95 % agree, of the other camp 5 %); ten are liked by three in four of both."""
    random = np.random.default_rng(seed)
    likes = np.full((majority + minority, 30), 0.75)
    likes[:majority, OF_THE_MAJORITY], likes[majority:, OF_THE_MAJORITY] = 0.95, 0.05
    likes[:majority, OF_THE_MINORITY], likes[majority:, OF_THE_MINORITY] = 0.05, 0.95
    rows, columns = np.divmod(np.arange(likes.size), 30)
    seen = random.random(likes.size) < 0.6
    choices = np.where(random.random(likes.size) < likes.ravel(), 1, -1)
    return VoteMatrix.from_votes(rows[seen], columns[seen], choices[seen])


def bridged(votes: VoteMatrix, parameters: Parameters = PARAMETERS, sign: int = 1) -> Floats:
    projection = analyse(votes, ClassicParameters()).projection
    assert projection is not None
    return bridging(votes, sign * projection.scores[:, 0], ~votes.moderated_out, parameters)


def test_what_both_camps_like_bridges_more_than_what_a_large_majority_loves() -> None:
    votes = two_camps(majority=340)
    agreed = votes.tally.agree / votes.tally.votes
    assert agreed[OF_THE_MAJORITY].min() > agreed[SHARED].max()
    figures = bridged(votes)
    assert figures[SHARED].min() > figures[OF_THE_MAJORITY].max() + 0.15


@pytest.mark.parametrize("majority", [100, 400])
def test_a_majority_gains_little_by_its_size(majority: int) -> None:
    votes = two_camps(majority)
    figures, agreed = bridged(votes), votes.tally.agree / votes.tally.votes
    gap = figures[OF_THE_MAJORITY].mean() - figures[OF_THE_MINORITY].mean()
    assert gap < 0.5 * 2 * (agreed[OF_THE_MAJORITY].mean() - agreed[OF_THE_MINORITY].mean())


def test_swapping_agree_and_disagree_turns_the_sign() -> None:
    rows, columns, choices = planted_votes(200, 30, 20, 2)
    one, other = (bridged(VoteMatrix.from_votes(rows, columns, sign * choices)) for sign in (1, -1))
    assert one == pytest.approx(-other, abs=1e-6)


def test_the_sign_and_scale_of_the_first_guess_do_not_matter() -> None:
    votes = planted(200, 30, 20, 2)
    assert bridged(votes) == pytest.approx(bridged(votes, sign=-7), abs=1e-9)


def test_few_sweeps_reach_what_many_would() -> None:
    votes = planted(300, 40, 15, 3)
    patient = replace(PARAMETERS, bridging_sweeps=2000, bridging_settled=1e-10)
    assert bridged(votes) == pytest.approx(bridged(votes, patient), abs=0.002)


def test_few_votes_say_little() -> None:
    rows, columns, choices = planted_votes(200, 30, 20, 2)
    votes = VoteMatrix.from_votes([*rows, 5, 6], [*columns, 99, 99], [*choices, -1, -1])
    mean = votes.values.mean()
    assert mean - 0.5 < bridged(votes)[-1] < mean


def test_what_is_moderated_out_has_no_figure_and_no_influence() -> None:
    rows, columns, choices = planted_votes(120, 20, 15, 2)
    without = columns != 4
    start = np.random.default_rng(0).normal(size=120)
    all_votes = VoteMatrix.from_votes(rows, columns, choices, rejected=[4])
    others = VoteMatrix.from_votes(rows[without], columns[without], choices[without])
    figures = bridging(all_votes, start, ~all_votes.moderated_out, PARAMETERS)
    expected = bridging(others, start, ~others.moderated_out, PARAMETERS)
    assert np.isnan(figures[4])
    assert np.delete(figures, 4) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_where_all_vote_alike_the_figure_is_that_vote(choice: int) -> None:
    rows, columns = np.divmod(np.arange(60), 6)
    votes = VoteMatrix.from_votes(rows, columns, np.full(60, choice))
    assert bridging(votes, np.arange(10.0), np.ones(6, dtype=np.bool_), PARAMETERS) == pytest.approx([choice] * 6)


def test_without_a_first_guess_or_without_statements_there_is_no_figure() -> None:
    votes = planted(30, 10, 5)
    everything = np.ones(10, dtype=np.bool_)
    assert np.isnan(bridging(votes, np.zeros(30), everything, PARAMETERS)).all()
    assert np.isnan(bridging(votes, np.ones(30), ~everything, PARAMETERS)).all()
