"""What the default method shows next."""

import numpy as np
import pytest

from clustering import Tally
from clustering.arrays import Floats
from clustering.parameters import Parameters
from clustering.projection import Projection
from clustering.routing import fair_shares, priorities

PARAMETERS = Parameters()


def tally(agree: list[int], disagree: list[int] | None = None, passed: list[int] | None = None) -> Tally:
    nothing = [0] * len(agree)
    return Tally(*(np.array(numbers, dtype=np.int64) for numbers in (agree, disagree or nothing, passed or nothing)))


def a_map(loadings: Floats, people: int = 40) -> Projection:
    """A map on which somebody who has just arrived is as likely on either side of each axis."""
    statements, axes = loadings.shape
    return Projection(
        means=np.zeros(statements),
        loadings=loadings,
        scores=np.zeros((people, axes)),
        covariances=np.tile(np.eye(axes), (people, 1, 1)),
        positions=np.zeros((people, 2)),
        statements=np.zeros((statements, 2)),
        explained=(0.1, 0.05),
    )


def nobody(statements: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.zeros(statements, dtype=np.bool_)


def test_what_says_more_about_where_people_stand_is_shown_more_often() -> None:
    loadings = np.array([[0.6, 0.0], [0.0, 0.4], [0.1, 0.1], [0.0, 0.0]])
    found = priorities(a_map(loadings), tally([20] * 4), nobody(4), PARAMETERS)
    for weights in (found.first, found.later):
        assert (np.diff(weights) < 0).all()
        assert weights[3] > 0


def test_it_does_not_matter_what_people_answer() -> None:
    loadings = np.full((3, 2), 0.3)
    found = priorities(a_map(loadings), tally([20, 0, 0], [0, 20, 0], [0, 0, 20]), nobody(3), PARAMETERS)
    for weights in (found.first, found.later):
        assert weights.tolist() == pytest.approx([weights[0]] * 3)


def test_of_equally_telling_statements_the_one_with_fewer_votes_comes_first() -> None:
    found = priorities(a_map(np.full((3, 2), 0.3)), tally([100, 20, 0]), nobody(3), PARAMETERS)
    for weights, unseen in ((found.first, found.unseen_first), (found.later, found.unseen_later)):
        assert (np.diff(weights) > 0).all()
        assert weights[2] == pytest.approx(unseen)
    assert found.later[2] / found.later[0] > found.first[2] / found.first[0], "most of all to people with many answers"


@pytest.mark.parametrize("loading", [0.0, 0.3])
def test_late_statements_catch_up(loading: float) -> None:
    """Forty statements, of which the second half comes when half of the votes are cast."""
    random, counts = np.random.default_rng(0), np.zeros(40, dtype=np.int64)
    for vote in range(4000):
        there = 20 if vote < 2000 else 40
        cast = counts[:there]
        found = priorities(a_map(np.full((there, 2), loading)), tally(cast.tolist()), nobody(there), PARAMETERS)
        weights = found.later if vote % 2 else found.first
        cast[random.choice(there, p=weights / weights.sum())] += 1
    assert counts[20:].mean() > 0.7 * counts[:20].mean()


def test_moderated_statements_get_a_plain_share_and_take_nothing_from_the_others() -> None:
    loadings = np.array([[0.6, 0.0], [0.2, 0.0], [0.0, 0.0]])
    out = np.array([False, False, True])
    shares = fair_shares(a_map(loadings), out, PARAMETERS)
    assert shares[2] == 1
    assert shares[:2].tolist() == pytest.approx(fair_shares(a_map(loadings[:2]), out[:2], PARAMETERS).tolist())


@pytest.mark.parametrize(
    ("projection", "counts", "out"),
    [
        (None, [], []),
        (None, [3, 1, 0], [False, False, False]),
        (a_map(np.zeros((2, 1))), [0, 0], [False, False]),
        (a_map(np.zeros((2, 2)), people=1), [1, 10**9], [False, True]),
        (a_map(np.full((2, 5), 1e-200)), [1, 1], [False, False]),
        (a_map(np.ones((2, 2))), [5, 5], [True, True]),
        (a_map(np.ones((1, 2)), people=0), [0], [False]),
    ],
)
def test_weights_are_positive_and_finite_whatever_the_input(
    projection: Projection | None, counts: list[int], out: list[bool]
) -> None:
    votes, flags = tally(counts), np.array(out, dtype=np.bool_)
    found = priorities(projection, votes, flags, PARAMETERS)
    for weights, unseen in ((found.first, found.unseen_first), (found.later, found.unseen_later)):
        assert weights.shape == (len(counts),)
        every = np.append(weights, unseen)
        assert (every > 0).all()
        assert np.isfinite(every).all()
