"""Who is flagged as a lookalike, and who is not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from clustering import Structure, VoteMatrix, analyse
from clustering.lookalikes import Lookalikes, find
from clustering.parameters import Parameters
from deliberation.interchange.vote_files import read_votes
from tests.clustering.campaigns import Crowd, Pattern, Shape, drawn_pattern, honest, with_campaigns
from tests.support.open_data import CONVERSATIONS, conversation, needs_open_data

PARAMETERS = Parameters()


TWO_AXES = Structure(2, False, 1, None, None, 0, {})
"""A map is all that is needed of the analysis."""


def looked_at(votes: VoteMatrix) -> Lookalikes:
    return find(votes, analyse(votes, structure=TWO_AXES).projection, PARAMETERS)


def pattern(seed: int) -> Pattern:
    return drawn_pattern(360, 60, np.random.default_rng(seed))


def crowd(shape: Shape, seed: int) -> Crowd:
    random = np.random.default_rng(seed)
    return with_campaigns(pattern(seed), honest(pattern(seed), random), shape, random)


def honest_votes(seed: int) -> VoteMatrix:
    drawn = pattern(seed)
    choices = honest(drawn, np.random.default_rng(seed)).choices
    assert choices is not None
    return VoteMatrix.from_votes(drawn.people, drawn.statements, choices, drawn.times)


@pytest.mark.parametrize("shape", ["script", "chat", "hours"])
def test_most_of_a_campaign_is_flagged_and_hardly_anybody_honest(shape: Shape) -> None:
    caught, wronged = [], []
    for seed in range(3):
        drawn = crowd(shape, seed)
        flagged, planted = looked_at(drawn.votes).flagged, drawn.campaign >= 0
        caught.append(flagged[planted].mean())
        wronged.append(flagged[~planted].mean())
    assert np.mean(caught) >= 0.8
    assert np.mean(wronged) <= 0.02


def test_people_who_think_alike_and_come_together_are_no_lookalikes() -> None:
    flagged = [looked_at(honest_votes(seed)).flagged.mean() for seed in range(3)]
    assert np.mean(flagged) <= 0.005


@needs_open_data
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_hardly_anybody_in_real_conversations_is_flagged(name: str) -> None:
    assert looked_at(read_votes(conversation(name) / "votes.csv")).flagged.mean() <= 0.02


def test_a_cohort_is_described_by_numbers() -> None:
    drawn = crowd("script", 0)
    found = looked_at(drawn.votes)
    largest = found.cohorts[0]
    assert largest.size == np.count_nonzero(found.cohort == 0) >= 15
    assert largest.votes == drawn.votes.votes_per_participant[found.cohort == 0].sum()
    assert largest.identical > 0.9 > 0.6 > largest.expected
    assert largest.minutes < 10
    assert largest.p_value <= found.p_value
    assert [cohort.size for cohort in found.cohorts] == sorted((cohort.size for cohort in found.cohorts), reverse=True)


def test_the_numbers_are_plain_data_without_people() -> None:
    found = looked_at(crowd("script", 0).votes)
    text = json.dumps(found.to_json(), allow_nan=False)
    assert json.loads(text)["flagged"] == found.flagged.sum()
    assert "participant" not in text


def test_the_order_of_votes_does_not_matter() -> None:
    votes = crowd("chat", 1).votes
    assert votes.times is not None
    order = np.random.default_rng(0).permutation(len(votes.values))
    people = np.repeat(votes.participants, votes.votes_per_participant)[order]
    shuffled = VoteMatrix.from_votes(people, votes.statements[votes.columns][order], votes.values[order], votes.times[order])
    one, other = looked_at(votes), looked_at(shuffled)
    assert one.cohort.tolist() == other.cohort.tolist()
    assert one.to_json() == other.to_json()


def test_without_times_nobody_is_flagged() -> None:
    votes = replace(crowd("script", 0).votes, times=None)
    assert looked_at(votes).to_json() == {"cohorts": [], "flagged": 0, "threshold": PARAMETERS.lookalike_p_value}


def test_the_same_answers_at_other_times_are_no_lookalikes() -> None:
    votes = crowd("script", 0).votes
    assert votes.times is not None
    days_apart = np.random.default_rng(0).permutation(votes.shape[0]) * 86400.0 * 3
    spread = replace(votes, times=votes.times + np.repeat(days_apart, votes.votes_per_participant))
    assert not looked_at(spread).flagged.any()


@pytest.mark.parametrize("people", [0, 1, 2, 5])
@pytest.mark.parametrize("choice", [-1, 0, 1])
def test_few_people_who_all_say_the_same_are_no_campaign(people: int, choice: int) -> None:
    rows, statements = np.repeat(np.arange(people), 8), np.tile(np.arange(8), people)
    votes = VoteMatrix.from_votes(rows, statements, np.full(len(rows), choice), np.zeros(len(rows)))
    assert not find(votes, None, PARAMETERS).flagged.any()
