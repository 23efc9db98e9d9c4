"""What groups share, what everybody shares, and the agenda."""

import csv

import numpy as np
import pytest

from clustering import Tally
from clustering.consensus import agenda, consensus, overall_consensus
from clustering.parameters import Parameters
from clustering.rates import answers
from deliberation.interchange.vote_files import read_moderation, read_votes
from tests.support.open_data import UBER, conversation, needs_open_data

PARAMETERS = Parameters()


def of_everybody(agree: list[int], disagree: list[int], passed: list[int] | None = None) -> Tally:
    return Tally(np.array(agree), np.array(disagree), np.array(passed or [0] * len(agree)))


def by_group(*groups: tuple[list[int], list[int]]) -> Tally:
    agree, disagree = (np.array([group[side] for group in groups]).reshape(len(groups), -1) for side in (0, 1))
    return Tally(agree, disagree, np.zeros_like(agree))


def test_the_most_sceptical_group_counts() -> None:
    tally = by_group(([90, 50], [10, 50]), ([60, 50], [40, 50]))
    everything = np.ones(2, dtype=np.bool_)
    groups, everybody = answers(tally, everything, 0.9), answers(tally.total(), everything, 0.9)
    figures = consensus(everybody, groups)
    assert figures["consensus"][0] == groups.agree.rate[1, 0]
    assert figures["consensus_lower"][0] == groups.agree.low[1, 0]
    assert figures["consensus_disagree"][0] == groups.disagree.rate[0, 0]
    assert figures["consensus_disagree_lower"][0] == groups.disagree.low[0, 0]


def test_splitting_a_group_in_two_alike_changes_consensus_little() -> None:
    """Unlike a product over groups, which falls with every further group."""
    everything = np.ones(2, dtype=np.bool_)
    two = by_group(([160, 140], [40, 60]), ([120, 100], [80, 100]))
    three = by_group(([80, 70], [20, 30]), ([80, 70], [20, 30]), ([120, 100], [80, 100]))
    lower = [consensus(answers(tally.total(), everything, 0.9), answers(tally, everything, 0.9)) for tally in (two, three)]
    assert lower[0]["consensus_lower"] == pytest.approx(lower[1]["consensus_lower"], abs=0.02)


def test_without_groups_everybody_counts() -> None:
    everything = np.ones(2, dtype=np.bool_)
    tally = of_everybody([9, 2], [1, 8])
    nobody = Tally(*(np.zeros((0, 2), dtype=np.int64) for _ in range(3)))
    everybody = answers(tally, everything, 0.9)
    assert consensus(everybody, answers(nobody, everything, 0.9))["consensus_lower"].tolist() == everybody.agree.low.tolist()


def test_a_group_that_has_not_voted_has_not_agreed() -> None:
    everything = np.ones(2, dtype=np.bool_)
    tally = by_group(([300, 300], [0, 0]), ([20, 0], [0, 0]))
    figures = consensus(answers(tally.total(), everything, 0.9), answers(tally, everything, 0.9))
    assert figures["consensus_lower"][1] < figures["consensus_lower"][0]
    assert not np.isnan(figures["consensus"]).any()


def test_overall_lists_hold_sure_majorities_the_surest_first() -> None:
    tally = of_everybody([9, 90, 60, 4, 0, 99], [1, 10, 40, 4, 30, 1])
    listed = np.array([True] * 5 + [False])
    shared = overall_consensus(tally, answers(tally, listed, 0.9), listed, PARAMETERS)
    assert [finding.statement for finding in shared.agree] == [1, 0, 2]
    assert [finding.statement for finding in shared.disagree] == [4]
    first = shared.agree[0]
    assert (first.counts, first.votes) == (90, 100)
    assert 0.5 < first.low < first.share < first.high


def test_overall_lists_are_short() -> None:
    tally = of_everybody([95] * 30, [5] * 30)
    everything = np.ones(30, dtype=np.bool_)
    shared = overall_consensus(tally, answers(tally, everything, 0.9), everything, PARAMETERS)
    assert [finding.statement for finding in shared.agree] == list(range(PARAMETERS.consensus_statements))


def test_an_agenda_needs_the_majority_and_half_the_minority() -> None:
    """Of 100 grouped people 60 and half of 40: 80 %."""
    tally = of_everybody([80, 79, 8, 8, 80], [20, 21, 2, 1, 0], [0, 0, 0, 0, 21])
    found = agenda(tally, [60, 40], np.ones(5, dtype=np.bool_), PARAMETERS)
    assert found.threshold == 0.8
    assert found.statements.tolist() == [0, 2]


def test_what_is_not_listed_is_on_no_agenda_and_without_groups_there_is_none() -> None:
    tally = of_everybody([80, 80], [0, 0])
    assert agenda(tally, [60, 40], np.array([False, True]), PARAMETERS).statements.tolist() == [1]
    nothing = agenda(tally, [], np.ones(2, dtype=np.bool_), PARAMETERS)
    assert (nothing.threshold, nothing.statements.tolist()) == (None, [])


@needs_open_data
def test_the_agenda_of_vtaiwan_uberx_by_the_published_groups() -> None:
    folder = conversation(UBER)
    votes = read_votes(folder / "votes.csv", read_moderation(folder / "comments.csv"))
    with (folder / "participants-votes.csv").open() as file:
        groups = [row["group-id"] for row in csv.DictReader(file)]
    sizes = [groups.count(name) for name in sorted(set(groups) - {""})]
    found = agenda(votes.tally, sizes, ~votes.moderated_out, PARAMETERS)
    assert votes.statements[found.statements].tolist() == [7, 16, 40, 68, 111]
