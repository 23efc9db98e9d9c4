"""What counts as a vote."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import ContradictoryVotesError, VoteMatrix
from tests.clustering.strategies import Votes, conversations


def cells(votes: VoteMatrix) -> dict[tuple[object, object], int]:
    rows = np.repeat(votes.participants, votes.votes_per_participant)
    return dict(
        zip(zip(rows.tolist(), votes.statements[votes.columns].tolist(), strict=True), votes.values.tolist(), strict=True)
    )


def test_a_pass_is_a_vote_and_an_unseen_statement_is_none() -> None:
    votes = VoteMatrix.from_votes([1, 1, 2], [1, 2, 2], [1, 0, -1])
    assert cells(votes) == {(1, 1): 1, (1, 2): 0, (2, 2): -1}
    assert votes.tally.passed.tolist() == [0, 1]
    assert votes.tally.votes.tolist() == [1, 2]


@pytest.mark.parametrize("times", [[1, 2], [-5.5, 0.25]])
@pytest.mark.parametrize("choices", [[1, -1], [-1, 1], [0, 1], [1, 0]])
def test_the_latest_vote_counts(choices: list[int], times: list[float]) -> None:
    assert cells(VoteMatrix.from_votes([7, 7], [3, 3], choices, times)) == {(7, 3): choices[1]}
    assert cells(VoteMatrix.from_votes([7, 7], [3, 3], choices, times[::-1])) == {(7, 3): choices[0]}


@pytest.mark.parametrize(("choices", "counts"), [([1, -1], 1), ([-1, 0], 0), ([0, 1, -1], 1)])
def test_of_equally_late_votes_the_larger_counts(choices: list[int], counts: int) -> None:
    same = [7] * len(choices)
    assert cells(VoteMatrix.from_votes(same, same, choices, same)) == {(7, 7): counts}


def test_contradicting_votes_without_times_are_refused_by_their_places() -> None:
    with pytest.raises(ContradictoryVotesError) as refused:
        VoteMatrix.from_votes([9, 7, 8, 7], [1, 3, 3, 3], [1, -1, 0, 1])
    assert (refused.value.first, refused.value.second) == (1, 3)


def test_the_same_vote_twice_without_times_is_one_vote() -> None:
    assert cells(VoteMatrix.from_votes([7, 7, 8], [3, 3, 3], [1, 1, -1])) == {(7, 3): 1, (8, 3): -1}


@pytest.mark.parametrize("choices", [[2], [-2], [0.5], [float("nan")], ["1"], [True]])
def test_only_three_votes_exist(choices: list[object]) -> None:
    with pytest.raises(ValueError, match="a vote is"):
        VoteMatrix.from_votes([1], [1], choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("time", [float("nan"), float("inf")])
def test_a_time_is_finite(time: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        VoteMatrix.from_votes([1], [1], [1], [time])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        VoteMatrix.from_votes([1, 2], [1, 2], [1])


def test_no_votes_are_a_matrix_without_rows_and_columns() -> None:
    votes = VoteMatrix.from_votes([], [], [])
    assert votes.shape == (0, 0)
    assert votes.tally.votes.tolist() == []


@pytest.mark.parametrize(
    ("ids", "ordered"),
    [
        ([10, 9, -3], [-3, 9, 10]),
        (["10", "9", "-3"], [-3, 9, 10]),
        ([10**18, 5, 10**17], [5, 10**17, 10**18]),
        (["10", "anna", "9", "007"], ["9", "10", "007", "anna"]),
        (["9", "+8", "-0"], ["9", "+8", "-0"]),
        (["b", "a"], ["a", "b"]),
    ],
)
def test_ids_are_ordered_by_size_and_then_as_text(ids: list[int] | list[str], ordered: list[object]) -> None:
    votes = VoteMatrix.from_votes(ids, [1] * len(ids), [1] * len(ids))
    assert votes.participants.tolist() == ordered


def test_numbers_and_their_texts_are_the_same_ids() -> None:
    as_numbers = VoteMatrix.from_votes([10, 9], [1, 2], [1, -1], rejected=["2"])
    as_texts = VoteMatrix.from_votes(["10", "9"], ["1", "2"], [1, -1], rejected=[2])
    assert as_numbers.input_sha256() == as_texts.input_sha256()


def test_moderation_of_statements_without_votes_is_ignored() -> None:
    votes = VoteMatrix.from_votes([1, 1], [1, 2], [1, 1], rejected=[2, 99], meta=[1, 98])
    assert votes.rejected.tolist() == [False, True]
    assert votes.meta.tolist() == [True, False]
    assert votes.moderated_out.all()


def test_groups_are_tallied_without_those_outside() -> None:
    votes = VoteMatrix.from_votes([1, 2, 3, 4, 4], [1, 1, 1, 1, 2], [1, -1, 0, 1, 1])
    by_group = votes.tally_by_group(np.array([0, 0, 1, -1]), 2)
    assert by_group.agree.tolist() == [[1, 0], [0, 0]]
    assert by_group.disagree.tolist() == [[1, 0], [0, 0]]
    assert by_group.passed.tolist() == [[0, 0], [1, 0]]
    assert by_group.elsewhere().votes.tolist() == [[1, 0], [2, 0]]


@settings(max_examples=60, deadline=None)
@given(conversations(), st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(drawn: Votes, random: object) -> None:
    order = list(range(len(drawn.choices)))
    random.shuffle(order)  # type: ignore[attr-defined]
    votes, shuffled = drawn.matrix(), drawn.matrix(order)
    assert cells(votes) == cells(shuffled)
    assert votes.input_sha256() == shuffled.input_sha256()


@settings(max_examples=60, deadline=None)
@given(conversations())
def test_every_vote_is_counted_once(drawn: Votes) -> None:
    votes = drawn.matrix()
    assert cells(votes) == dict(zip(zip(drawn.participants, drawn.statements, strict=True), drawn.choices, strict=True))
    assert votes.tally.votes.sum() == votes.votes_per_participant.sum() == len(drawn.choices)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([-1, 0, 1]), st.integers(0, 3)), min_size=1, max_size=40
    )
)
def test_what_was_superseded_leaves_no_trace(events: list[tuple[int, int, int, int]]) -> None:
    last = {
        (person, statement): choice for person, statement, choice, _ in sorted(events, key=lambda event: (event[3], event[2]))
    }
    people, statements, choices, times = zip(*events, strict=True)
    votes = VoteMatrix.from_votes(people, statements, choices, times)
    assert cells(votes) == last
    standing = VoteMatrix.from_votes([person for person, _ in last], [name for _, name in last], list(last.values()))
    assert votes.input_sha256() == standing.input_sha256()


def test_the_fingerprint_depends_on_votes_ids_and_moderation() -> None:
    votes = VoteMatrix.from_votes([1, 2], [1, 2], [1, 0])
    others = [
        VoteMatrix.from_votes([1, 2], [1, 2], [1, 1]),
        VoteMatrix.from_votes([1, 3], [1, 2], [1, 0]),
        VoteMatrix.from_votes([1, 2], [1, 3], [1, 0]),
        VoteMatrix.from_votes([1, 2], [2, 1], [1, 0]),
        replace(votes, rejected=np.array([True, False])),
        replace(votes, meta=np.array([True, False])),
    ]
    assert len({matrix.input_sha256() for matrix in [votes, *others]}) == len(others) + 1


def test_times_travel_with_the_votes_that_stand() -> None:
    votes = VoteMatrix.from_votes([2, 1, 2, 2], [5, 5, 4, 5], [1, 0, -1, -1], [10.0, 20.0, 30.0, 40.5])
    assert votes.times is not None
    assert list(zip(votes.values.tolist(), votes.times.tolist(), strict=True)) == [(0, 20.0), (-1, 30.0), (-1, 40.5)]


def test_times_leave_no_trace_in_the_fingerprint() -> None:
    timed, untimed = (VoteMatrix.from_votes([1, 2], [1, 2], [1, 0], times) for times in ([3, 4], None))
    assert untimed.times is None
    assert timed.input_sha256() == untimed.input_sha256()


def test_leaving_people_out_keeps_rows_and_columns() -> None:
    votes = VoteMatrix.from_votes([1, 1, 2, 3], [1, 2, 2, 3], [1, -1, 0, 1], [1, 2, 3, 4])
    rest = votes.without(np.array([True, False, True]))
    assert rest.shape == votes.shape
    assert cells(rest) == {(2, 2): 0}
    assert rest.votes_per_participant.tolist() == [0, 1, 0]
    assert rest.times is not None
    assert rest.times.tolist() == [3.0]
    assert rest.tally.votes.tolist() == [0, 1, 0]


def test_leaving_nothing_out_changes_nothing() -> None:
    votes = VoteMatrix.from_votes([1, 1, 2], [1, 2, 2], [1, -1, 0])
    assert votes.subset(np.ones(3, dtype=np.bool_)).input_sha256() == votes.input_sha256()
