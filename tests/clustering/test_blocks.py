"""The votes that count, in blocks of rows."""

import pickle

import numpy as np
import pytest

from clustering import VoteMatrix
from clustering.blocks import BLOCK_ROWS, blocks_of, live_votes, rows_of
from tests.clustering.planted import planted, planted_votes


@pytest.mark.parametrize(
    ("people", "sizes"), [(1, [1]), (BLOCK_ROWS, [BLOCK_ROWS]), (2 * BLOCK_ROWS + 1, [BLOCK_ROWS, BLOCK_ROWS, 1])]
)
def test_blocks_are_cut_at_fixed_places_and_hold_every_vote_once(people: int, sizes: list[int]) -> None:
    votes = planted(people, 6, 2)
    blocks = blocks_of(votes)
    assert [len(block) for block in blocks] == sizes
    assert all(block.seen.shape == (len(block), votes.shape[1]) for block in blocks)
    assert np.concatenate([block.values for block in blocks]).tolist() == votes.values.tolist()
    sums = np.sum([block.votes.sum(axis=0) for block in blocks], axis=0)
    assert sums.tolist() == (votes.tally.agree - votes.tally.disagree).tolist()


def test_no_votes_are_one_empty_block() -> None:
    (block,) = blocks_of(VoteMatrix.from_votes([], [], []))
    assert (len(block), block.width, block.seen.shape) == (0, 0, (0, 0))


def test_a_block_travels_without_what_can_be_worked_out_again() -> None:
    (block,) = blocks_of(planted())
    plain = len(pickle.dumps(block))
    assert block.seen.sum() == 2400
    assert len(pickle.dumps(block)) == plain
    again = pickle.loads(pickle.dumps(block))
    assert (again.votes.toarray() == block.votes.toarray()).all()


def test_statements_that_are_moderated_out_leave_and_people_stay() -> None:
    rows, columns, choices = planted_votes(30, 8, 4)
    votes = VoteMatrix.from_votes(rows, columns, choices, rejected=[2], meta=[5])
    found = live_votes(votes)
    live, kept = found.votes, found.columns
    assert found.width == 8
    assert kept.tolist() == [0, 1, 3, 4, 6, 7]
    assert live.shape == (30, 6)
    assert live.tally.votes.tolist() == votes.tally.votes[kept].tolist()
    assert live.votes_per_participant.sum() == len(live.values) == (~np.isin(columns, [2, 5])).sum()
    assert not live.moderated_out.any()


def test_without_moderation_the_votes_are_what_they_were() -> None:
    votes = planted()
    live = live_votes(votes)
    assert live.votes is votes
    assert live.columns.tolist() == list(range(30))


def test_some_people_keep_their_votes_and_all_the_statements() -> None:
    votes = planted(50, 12, 3)
    chosen = np.array([4, 17, 49])
    part = rows_of(votes, chosen)
    assert part.participants.tolist() == [4, 17, 49]
    assert part.shape == (3, 12)
    whole = blocks_of(votes)[0].votes.toarray()
    assert blocks_of(part)[0].votes.toarray().tolist() == whole[chosen].tolist()
    assert rows_of(votes, np.empty(0, dtype=np.int64)).shape == (0, 12)
