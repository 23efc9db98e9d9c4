"""What groups stand out by."""

from math import comb

import numpy as np
import pytest

from clustering import ClassicParameters, Tally, VoteMatrix, analyse
from clustering.arrays import Flags, Integers
from clustering.parameters import Parameters
from clustering.rates import answers
from clustering.representative import Representative, chance_alone, false_discovery_rates, has_a_say, representative
from deliberation.interchange.vote_files import read_moderation, read_votes
from tests.clustering.planted import planted
from tests.support.open_data import CONVERSATIONS, conversation, needs_open_data

PARAMETERS = Parameters()


def found_in(by_group: Tally, sizes: Integers | None = None, tested: Flags | None = None) -> Representative:
    everything = np.ones(by_group.votes.shape[1], dtype=np.bool_)
    say = has_a_say(by_group.votes, by_group.votes.max(axis=1) if sizes is None else sizes, PARAMETERS)
    said = answers(by_group, everything, PARAMETERS.interval)
    return representative(by_group, said, say & (everything if tested is None else tested), PARAMETERS)


def found_with(votes: VoteMatrix, labels: Integers, groups: int) -> Representative:
    sizes = np.bincount(labels[labels >= 0], minlength=groups)
    return found_in(votes.tally_by_group(labels, groups), sizes, ~votes.moderated_out)


def counted(*groups: list[tuple[int, int, int]]) -> Tally:
    """Per group (agree, disagree, pass) of each statement."""
    numbers = np.array(groups, dtype=np.int64)
    return Tally(numbers[:, :, 0], numbers[:, :, 1], numbers[:, :, 2])


def share_by_chance(votes: VoteMatrix, draws: int) -> float:
    """Share of pairs (group, statement) that are representative after the labels were dealt out anew, over all draws."""
    analysis = analyse(votes, ClassicParameters())
    labels, groups = analysis.people.groups.copy(), len(analysis.groups)
    members, random = np.flatnonzero(labels >= 0), np.random.default_rng(0)
    shares = []
    for _ in range(draws):
        labels[members] = random.permutation(labels[members])
        shares.append(found_with(votes, labels, groups).found.any(axis=0)[:, ~votes.moderated_out].mean())
    return float(np.mean(shares))


@needs_open_data
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_with_shuffled_groups_real_statements_stand_out_for_hardly_any(name: str) -> None:
    folder = conversation(name)
    votes = read_votes(folder / "votes.csv", read_moderation(folder / "comments.csv"))
    assert share_by_chance(votes, 30) <= 0.005


@pytest.mark.parametrize("groups", [2, 3, 4, 5])
def test_with_shuffled_groups_planted_statements_stand_out_for_hardly_any(groups: int) -> None:
    assert share_by_chance(planted(400, 60, 20, groups, seed=groups), 30) <= 0.005


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_planted_groups_have_clear_lists(groups: int) -> None:
    votes = planted(400, 60, 20, groups, seed=groups)
    lists = found_with(votes, votes.participants % groups, groups).lists
    assert all(len(of_group) == PARAMETERS.representative_statements for of_group in lists)
    for finding in (finding for of_group in lists for finding in of_group):
        assert finding.share > 0.5
        assert finding.low < finding.share < finding.high
        assert finding.difference == pytest.approx(finding.share - finding.elsewhere)
        assert finding.difference_low < finding.difference < finding.difference_high
        assert finding.difference_low > 0
        assert finding.q_value <= 0.1


def test_of_what_is_found_at_most_a_tenth_is_chance() -> None:
    """On half of the statements all groups have the same rate: whatever is found there is chance."""
    random = np.random.default_rng(0)
    chance, all_found = 0, 0
    for _ in range(50):
        agreeing = random.beta(2.0, 2.0, (3, 100))
        agreeing[:, :50] = agreeing[0, :50]
        votes = random.integers(5, 80, (3, 100))
        agree = random.binomial(votes, agreeing)
        found = found_in(Tally(agree, votes - agree, np.zeros_like(votes)), sizes=np.full(3, 80)).found
        chance += int(found[:, :, :50].sum())
        all_found += int(found.sum())
    assert all_found > 2000
    assert chance <= 0.1 * all_found


def test_a_list_begins_with_the_surest_difference() -> None:
    (first, _) = found_in(counted([(60, 40, 0), (90, 10, 0), (75, 25, 0)], [(20, 80, 0)] * 3)).lists
    assert [finding.statement for finding in first] == [1, 2, 0]


def test_where_groups_do_not_differ_lists_are_empty() -> None:
    found = found_in(counted([(50, 30, 20)] * 20, [(51, 31, 18)] * 20))
    assert found.lists == ((), ())
    assert found.tests == 80


@pytest.mark.parametrize(("votes", "stands_out"), [(4, False), (5, True)])
def test_four_votes_speak_for_nobody(votes: int, stands_out: bool) -> None:
    found = found_in(counted([(votes, 0, 0)], [(0, 300, 0)]), sizes=np.array([20, 300]))
    assert bool(found.found[0, 0, 0]) == stands_out


@pytest.mark.parametrize(("votes", "says"), [(9, False), (10, True)])
def test_in_a_large_group_a_twentieth_must_have_voted(votes: int, says: bool) -> None:
    assert has_a_say(np.array([[votes]]), np.array([200]), PARAMETERS).tolist() == [[says]]


def test_what_only_a_minority_of_a_group_says_is_not_what_it_stands_out_by() -> None:
    found = found_in(counted([(80, 120, 0)], [(10, 190, 0)]))
    assert [finding.direction for finding in found.lists[0]] == []
    assert [finding.direction for finding in found.lists[1]] == ["disagree"]


def test_a_sure_but_small_difference_is_none() -> None:
    found = found_in(counted([(60_000, 40_000, 0)], [(55_000, 45_000, 0)]))
    assert found.lists == ((), ())


def test_swapping_agree_and_disagree_swaps_directions() -> None:
    votes = planted(200, 30, 20, 2)
    by_group = votes.tally_by_group(votes.participants % 2, 2)
    one = found_in(by_group)
    other = found_in(Tally(by_group.disagree, by_group.agree, by_group.passed))
    turned = {"agree": "disagree", "disagree": "agree"}
    assert [[(f.statement, f.direction) for f in of] for of in one.lists] == [
        [(f.statement, turned[f.direction]) for f in of] for of in other.lists
    ]
    assert any(one.lists)


def test_without_groups_there_is_nothing_to_test() -> None:
    votes = planted(30, 10, 5)
    found = found_with(votes, np.full(30, -1), 0)
    assert (found.lists, found.tests) == ((), 0)


def test_chance_alone_is_counted_exactly() -> None:
    """Eight people, four here; five agree."""

    def dealt(here: int) -> int:
        return comb(5, here) * comb(3, 4 - here)

    cases = [(agreeing, sum(map(dealt, range(agreeing, 5))) / comb(8, 4)) for agreeing in (1, 2, 3, 4)]
    counts = np.array([agreeing for agreeing, _ in cases])
    four = np.full(4, 4)
    assert chance_alone(counts, four, 5 - counts, four) == pytest.approx([chance for _, chance in cases])


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    p_values = np.array([[0.01, 0.04], [0.03, 0.5]])
    assert false_discovery_rates(p_values, 4) == pytest.approx(np.array([[0.04, 0.16 / 3], [0.16 / 3, 0.5]]))
    assert false_discovery_rates(p_values, 400).max() == 1.0
