"""The model of votes behind the map."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.stats import chi2

from clustering import Parameters, VoteMatrix
from clustering.arrays import Floats
from clustering.blocks import Block, blocks_of
from clustering.model import LEAST_NOISE, Model, fit, scores, start
from clustering.symmetric import unpacked
from tests.clustering.planted import planted
from tests.clustering.strategies import everybody_on


@dataclass(frozen=True, eq=False)
class World:
    """Votes drawn from the model itself, and the truth behind them."""

    block: Block
    means: Floats
    loadings: Floats
    scores: Floats


def world(people: int = 600, statements: int = 40, axes: int = 2, seen: float = 0.4, noise: float = 0.25, seed: int = 0) -> World:
    random = np.random.default_rng(seed)
    means, loadings = random.normal(0, 0.4, statements), random.normal(0, 0.5, (statements, axes)) * [1.0, 0.7][:axes]
    places = random.normal(size=(people, axes))
    full = means + places @ loadings.T + random.normal(0, np.sqrt(noise), (people, statements))
    rows, columns = np.nonzero(random.random((people, statements)) < seen)
    starts = np.searchsorted(rows, np.arange(people + 1))
    # Votes of any size: the model takes a vote for a number, and only such votes are drawn from it exactly.
    block = Block(starts, columns.astype(np.int32), full[rows, columns], statements)  # type: ignore[arg-type]
    return World(block, means, loadings, places)


def fitted(blocks: tuple[Block, ...], axes: int = 2, steps: int = 40) -> Model:
    return fit(blocks, start(blocks, axes, seed=0), steps)


def on_the_axes_of(model: Model, truth: World) -> Floats:
    """The true scores, turned onto the axes of the model."""
    turn = np.linalg.lstsq(truth.loadings, model.loadings, rcond=None)[0]
    turned: Floats = truth.scores @ np.linalg.inv(turn).T
    return turned


def distances(block: Block, model: Model, truth: Floats) -> Floats:
    """How far from the truth each score is, by the model's own measure of doubt, squared."""
    found = scores(block, model)
    off = found.means - truth
    doubt = unpacked(found.doubt, model.axes)
    squared: Floats = np.einsum("ia,iab,ib->i", off, np.linalg.inv(doubt), off)
    return squared


@pytest.mark.parametrize("axes", [1, 2])
def test_it_finds_what_the_votes_were_drawn_from(axes: int) -> None:
    truth = world(axes=axes)
    model = fitted((truth.block,), axes)
    turned = on_the_axes_of(model, truth)
    found = scores(truth.block, model).means
    assert all(np.corrcoef(found[:, axis], turned[:, axis])[0, 1] > 0.9 for axis in range(axes))
    explained = model.loadings @ np.linalg.lstsq(model.loadings, truth.loadings, rcond=None)[0]
    assert np.corrcoef(explained.ravel(), truth.loadings.ravel())[0, 1] > 0.98
    assert np.corrcoef(model.means, truth.means)[0, 1] > 0.98
    assert model.noise == pytest.approx(0.25, abs=0.02)


def test_the_axes_are_principal_and_scores_have_unit_variance() -> None:
    model = fitted((world().block,))
    products = model.loadings.T @ model.loadings
    assert abs(products[0, 1]) < 0.05 * products[1, 1]
    assert model.strengths[0] > model.strengths[1]
    found = scores(world().block, model)
    second = (found.means[:, :, np.newaxis] * found.means[:, np.newaxis] + unpacked(found.doubt, 2)).mean(axis=0)
    assert second == pytest.approx(np.eye(2), abs=0.05)


@pytest.mark.parametrize(("seen", "margin"), [(0.15, 0.06), (0.3, 0.04), (0.5, 0.03)])
def test_about_nine_of_ten_regions_hold_the_person(seen: float, margin: float) -> None:
    inside = []
    for seed in range(3):
        truth = world(seen=seen, seed=seed)
        model = fitted((truth.block,))
        inside.append(distances(truth.block, model, on_the_axes_of(model, truth)) <= chi2.ppf(0.9, 2))
    assert np.mean(inside) == pytest.approx(0.9, abs=margin)


def test_the_fewer_votes_the_wider_the_doubt_and_without_votes_nothing_is_known() -> None:
    truth = world()
    model = fitted((truth.block,))
    counts = np.array([0, 1, 5, 20])
    columns = np.concatenate([np.arange(count) for count in counts]).astype(np.int32)
    few = Block(np.append(0, np.cumsum(counts)), columns, np.ones(len(columns), dtype=np.int8), 40)
    found = scores(few, model)
    doubt = unpacked(found.doubt, 2)
    assert found.means[0].tolist() == [0, 0]
    assert doubt[0].tolist() == [[1, 0], [0, 1]]
    volumes = np.linalg.det(doubt)
    assert (np.diff(volumes) < 0).all()
    assert volumes[-1] < 0.1


def test_a_statement_with_few_votes_pulls_hardly_anybody() -> None:
    truth = world()
    rare = np.isin(truth.block.columns, [7])
    rows = np.repeat(np.arange(600), np.diff(truth.block.starts))
    kept = ~rare | (rows < 8)
    starts = np.searchsorted(rows[kept], np.arange(601))
    thinned = Block(starts, truth.block.columns[kept], truth.block.values[kept], 40)
    model = fitted((thinned,))
    assert np.trace(model.doubt[7]) > 10 * np.median(np.trace(model.doubt, axis1=1, axis2=2))


def test_rows_in_several_blocks_are_fitted_as_in_one() -> None:
    (whole,) = blocks_of(planted(60, 15, 8))
    middle = int(whole.starts[25])
    parts = (
        Block(whole.starts[:26], whole.columns[:middle], whole.values[:middle], 15),
        Block(whole.starts[25:] - middle, whole.columns[middle:], whole.values[middle:], 15),
    )
    one, other = fitted((whole,)), fitted(parts)
    assert one.loadings == pytest.approx(other.loadings, abs=1e-8)
    assert one.noise == pytest.approx(other.noise)


@pytest.mark.parametrize("choice", [-1, 0, 1])
@pytest.mark.parametrize(("people", "statements"), [(5, 3), (40, 10), (12, 150)])
def test_unanimous_votes_leave_everybody_in_the_middle(people: int, statements: int, choice: int) -> None:
    (block,) = blocks_of(everybody_on(people, statements, choice))
    model = fitted((block,))
    found = scores(block, model)
    assert model.noise == LEAST_NOISE
    assert model.means == pytest.approx(np.full(statements, choice))
    assert np.abs(found.means * np.sqrt(model.strengths)).max() < 1e-3
    assert np.isfinite(found.doubt).all()


def test_without_any_vote_the_model_knows_nothing_and_stays_finite() -> None:
    empty = everybody_on(10, 4).subset(np.zeros(40, dtype=np.bool_))
    (block,) = blocks_of(empty)
    model = fitted((block,))
    assert not scores(block, model).means.any()
    assert np.isfinite(model.noise)


def test_one_statement_among_many_empty_ones_is_no_trouble() -> None:
    votes = VoteMatrix.from_votes([*range(30), 0, 1], [*[0] * 30, 1, 2], [*[1, -1] * 15, 1, 1])
    (block,) = blocks_of(votes)
    model = fitted((block,), steps=Parameters().steps)
    assert np.isfinite(scores(block, replace(model, noise=max(model.noise, LEAST_NOISE))).means).all()
