"""Which part of the votes moves the findings most."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from clustering import VoteMatrix
from clustering.influence import Influence, findings, measure, side_by_side
from clustering.lookalikes import NO_COHORT, Lookalikes, find
from clustering.parameters import Parameters
from tests.clustering.planted import planted

PARAMETERS = Parameters()
GROUPS = 2
NEW_STATEMENT = 30


def with_stuffing(people: int = 30) -> tuple[VoteMatrix, np.ndarray]:
    """Two groups vote at any time; at the very end newcomers, half in each group, all agree with a statement that few do."""
    crowd = planted(120, 30, 20, groups=GROUPS)
    rows = np.repeat(np.arange(120), crowd.votes_per_participant)
    doubted = np.arange(100)
    newcomers = np.arange(120, 120 + people)
    votes = VoteMatrix.from_votes(
        np.concatenate([rows, doubted, newcomers]),
        np.concatenate([crowd.columns, np.full(len(doubted) + people, NEW_STATEMENT)]),
        np.concatenate([crowd.values, np.where(doubted % 3 == 0, 1, -1), np.ones(people, dtype=np.int64)]),
        np.concatenate([np.random.default_rng(0).random(len(rows) + len(doubted)) * 1000, np.full(people, 2000.0)]),
    )
    return votes, np.arange(120 + people) % GROUPS


def nobody(votes: VoteMatrix) -> Lookalikes:
    return find(replace(votes, times=None), None, PARAMETERS)


def flagged(votes: VoteMatrix, people: np.ndarray) -> Lookalikes:
    cohort = np.full(votes.shape[0], NO_COHORT)
    cohort[people] = 0
    return replace(nobody(votes), cohort=cohort, cohorts=(None,))  # type: ignore[arg-type]


def named(influences: tuple[Influence, ...], part: str) -> list[Influence]:
    return sorted((found for found in influences if found.part == part), key=lambda found: found.number)


def test_tenths_by_time_hold_every_vote_once() -> None:
    votes, labels = with_stuffing()
    tenths = named(measure(votes, labels, GROUPS, nobody(votes), PARAMETERS), "time")
    assert len(tenths) == 10
    assert sum(tenth.votes for tenth in tenths) == len(votes.values)
    assert max(tenth.votes for tenth in tenths) - min(tenth.votes for tenth in tenths) <= 1
    assert all(one.last <= other.first for one, other in pairwise(tenths))  # type: ignore[operator]


def test_a_cohort_that_carries_a_finding_is_seen_to_carry_it() -> None:
    votes, labels = with_stuffing(people=400)
    newcomers = np.arange(120, 520)
    assert NEW_STATEMENT in findings(votes, labels, GROUPS, PARAMETERS).shared
    influences = measure(votes, labels, GROUPS, flagged(votes, newcomers), PARAMETERS)
    cohort = named(influences, "cohort")[0]
    assert cohort == max(influences, key=lambda found: found.largest_change)
    assert (cohort.people, cohort.votes) == (400, 400)
    assert cohort.largest_change > 0.3


def test_findings_stand_side_by_side_with_and_without_the_flagged() -> None:
    votes, labels = with_stuffing(people=400)
    both = side_by_side(votes, labels, "ABCDEFGH"[:GROUPS], flagged(votes, np.arange(120, 520)), PARAMETERS)
    with_them = {found["statement"]: found for found in both["shared"]["with"]}
    without = {found["statement"]: found for found in both["shared"]["without"]}
    assert with_them[NEW_STATEMENT]["votes"] == 500
    assert NEW_STATEMENT not in without or without[NEW_STATEMENT]["votes"] == 100
    assert both["votes"] == [len(votes.values), len(votes.values) - 400]


def test_leaving_nobody_out_changes_nothing() -> None:
    votes, labels = with_stuffing()
    both = side_by_side(votes, labels, "ABCDEFGH"[:GROUPS], nobody(votes), PARAMETERS)
    assert both["shared"]["with"] == both["shared"]["without"]
    assert both["changed"] == {"shared": [], "representative": []}


def test_without_times_there_are_no_tenths_by_time() -> None:
    votes, labels = with_stuffing()
    influences = measure(replace(votes, times=None), labels, GROUPS, nobody(votes), PARAMETERS)
    assert [found.part for found in influences] == ["most_active"]


@pytest.mark.parametrize("groups", [0, 1, 2])
def test_everything_is_plain_data(groups: int) -> None:
    votes, labels = with_stuffing()
    of_groups = np.minimum(labels, groups - 1)
    influences = measure(votes, of_groups, groups, nobody(votes), PARAMETERS)
    both = side_by_side(votes, of_groups, "ABCDEFGH"[:groups], nobody(votes), PARAMETERS)
    json.dumps([[found.to_json() for found in influences], both], allow_nan=False)


@pytest.mark.parametrize("count", [0, 1, 11])
def test_few_votes_have_few_findings(count: int) -> None:
    votes = VoteMatrix.from_votes(list(range(count)), [1] * count, [1] * count, list(range(count)))
    influences = measure(votes, np.full(count, -1), 0, nobody(votes), PARAMETERS)
    assert all(0 <= found.largest_change <= 1 for found in influences)


def test_people_whose_votes_were_all_left_out_are_no_trouble() -> None:
    votes = planted(40, 12, 8)
    fewer = votes.subset(np.repeat(np.arange(40) < 35, votes.votes_per_participant))
    labels = np.arange(40) % 2
    assert measure(fewer, labels, 2, nobody(fewer), PARAMETERS)
