"""The model of votes behind the map: a statement's mean, plus what pulls a person towards it or away.

x_ij = mean_j + loading_j · score_i + noise, with score_i ~ N(0, 1) per axis, loading_j ~ N(0, 1/precision) per axis, over the
votes that were cast and nothing else. Fitted by variational expectation and maximisation: scores and loadings both keep a
covariance, so that a person or a statement with few votes says little. Every step is a handful of products with the sparse table
of votes, made block by block.
Source: Tipping and Bishop 1999; for missing values and the prior on loadings Ilin and Raiko 2010.
"""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.linalg import cholesky, eigh, inv
from scipy import sparse

from clustering.arrays import Floats
from clustering.axes import main_axes
from clustering.blocks import Block
from clustering.symmetric import inverses, packed, squares, triangle, unpacked
from clustering.work import each

LEAST_NOISE = 0.01
"""No vote is ever surer than a standard deviation of a tenth."""
MOST_PRECISION = 1e6
PRIOR_VOTES = 2.0
"""The mean of a statement is drawn towards that of all votes as if by so many votes."""
SETTLED = 1e-3
"""The fit has settled when the loadings change by less than this, relative to their size."""
START_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Model:
    """`means` (statements,), `loadings` (statements, axes), their covariances `doubt` (statements, axes, axes).

    `noise`: variance of a vote around its expectation. `precision` (axes,) of the loadings around zero. The axes are principal:
    the first explains most.
    """

    means: Floats
    loadings: Floats
    doubt: Floats
    noise: float
    precision: Floats

    @property
    def axes(self) -> int:
        return int(self.loadings.shape[1])

    @property
    def strengths(self) -> Floats:
        """(axes,): mean square of the loadings, the variance of votes that each axis explains."""
        strengths: Floats = np.square(self.loadings).mean(axis=0)
        return strengths

    @cached_property
    def information(self) -> Floats:
        """(statements, entries): what a vote on each statement tells of the voter's scores, as packed matrices."""
        return (squares(self.loadings) + packed(self.doubt)) / self.noise


@dataclass(frozen=True, eq=False)
class Scores:
    """`means` (people, axes) and packed covariances `doubt` (people, entries)."""

    means: Floats
    doubt: Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """What the next model needs to know of the people: sums over those who voted on each statement, and over everybody.

    `products` (statements, entries) of scores, `with_votes` (statements, axes) of scores times votes, `scores` (statements,
    axes), `second` (entries,) of everybody's products.
    """

    products: Floats
    with_votes: Floats
    scores: Floats
    second: Floats

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.products + other.products,
            self.with_votes + other.with_votes,
            self.scores + other.scores,
            self.second + other.second,
        )


@dataclass(frozen=True, eq=False)
class Totals:
    """Per statement (statements,): number of votes, their sum, the sum of their squares; and the number of people who voted."""

    count: Floats
    sum: Floats
    square: Floats
    people: int

    @property
    def grand_mean(self) -> float:
        return float(self.sum.sum() / max(self.count.sum(), 1.0))

    @property
    def means(self) -> Floats:
        """Mean votes, drawn towards that of all."""
        return (self.sum + PRIOR_VOTES * self.grand_mean) / (self.count + PRIOR_VOTES)


def totals_of(blocks: tuple[Block, ...]) -> Totals:
    """Sums over all blocks."""
    width = blocks[0].width
    count, total, square = np.zeros(width), np.zeros(width), np.zeros(width)
    people = 0
    for block in blocks:
        values = block.values.astype(np.float64)
        count += np.bincount(block.columns, minlength=width)
        total += np.bincount(block.columns, values, minlength=width)
        square += np.bincount(block.columns, np.square(values), minlength=width)
        people += int(np.count_nonzero(np.diff(block.starts)))
    return Totals(count, total, square, people)


def start(blocks: tuple[Block, ...], axes: int, seed: int) -> Model:
    """A first guess: the principal components of the votes, a missing vote being the statement's mean."""
    totals = totals_of(blocks)
    means = totals.means
    tables = [
        sparse.csr_array((block.values - means[block.columns], block.columns, block.starts), shape=(len(block), block.width))
        for block in blocks
    ]
    centred = tables[0] if len(tables) == 1 else sparse.vstack(tables, format="csr")
    directions, lengths = main_axes(centred, axes, seed, START_TOLERANCE)
    seen = float(totals.count.sum()) / max(totals.people * len(means), 1)
    loadings = directions * np.sqrt(lengths / max(totals.people, 1)) / max(seen, 1.0 / len(means))
    noise = max(float(np.square(centred.data).sum()) / max(len(centred.data), 1), LEAST_NOISE)
    return Model(means, loadings, np.zeros((len(means), axes, axes)), noise, np.ones(axes))


def fit(blocks: tuple[Block, ...], model: Model, steps: int, executor: Executor | None = None) -> Model:
    """Improve the model until it has settled, at most `steps` times."""
    totals = totals_of(blocks)
    for _ in range(steps):
        parts = each(executor, _gather, blocks, model)
        sums = parts[0]
        for part in parts[1:]:
            sums = sums + part
        improved = _improved(model, totals, sums)
        change = np.linalg.norm(np.abs(improved.loadings) - np.abs(model.loadings))
        settled = change <= SETTLED * np.linalg.norm(improved.loadings)
        model = improved
        if settled:
            break
    return model


def scores(block: Block, model: Model) -> Scores:
    """Where the people of a block stand, and how surely."""
    size = model.axes
    diagonal = np.flatnonzero(np.equal(*triangle(size)))
    certainty = block.seen @ model.information
    certainty[:, diagonal] += 1.0
    doubt = inverses(certainty, size)
    pull = (block.votes @ model.loadings - block.seen @ (model.means[:, np.newaxis] * model.loadings)) / model.noise
    return Scores(_applied(doubt, pull), doubt)


def _gather(block: Block, model: Model) -> Sums:
    found = scores(block, model)
    products = squares(found.means) + found.doubt
    voted = np.diff(block.starts) > 0
    return Sums(
        products=block.seen.T @ products,
        with_votes=block.votes.T @ found.means,
        scores=block.seen.T @ found.means,
        second=products[voted].sum(axis=0),
    )


def _improved(model: Model, totals: Totals, sums: Sums) -> Model:
    """The model that fits these sums best, with scores of unit variance and axes of their own."""
    size = model.axes
    second = unpacked(sums.second, size) / max(totals.people, 1)
    unit = inv(cholesky(second)) if totals.people else np.eye(size)
    products = unit @ unpacked(sums.products, size) @ unit.T
    score_sums, with_votes = sums.scores @ unit.T, sums.with_votes @ unit.T
    against_means = with_votes - model.means[:, np.newaxis] * score_sums
    doubt = inv(products / model.noise + np.diag(model.precision))
    loadings = np.einsum("jab,jb->ja", doubt, against_means) / model.noise
    explained = (loadings * score_sums).sum(axis=1)
    means = (totals.sum - explained + PRIOR_VOTES * totals.grand_mean) / (totals.count + PRIOR_VOTES)
    against_means = with_votes - means[:, np.newaxis] * score_sums
    square = totals.square - 2 * means * totals.sum + totals.count * np.square(means)
    expected = loadings[:, :, np.newaxis] * loadings[:, np.newaxis, :] + doubt
    left = square.sum() - 2 * (loadings * against_means).sum() + (expected * products).sum()
    noise = max(float(left) / max(float(totals.count.sum()), 1.0), LEAST_NOISE)
    turn = eigh(expected.sum(axis=0))[1][:, ::-1]
    turned = Model(means, loadings @ turn, turn.T @ doubt @ turn, noise, model.precision)
    spread = (np.square(turned.loadings) + np.diagonal(turned.doubt, axis1=1, axis2=2)).sum(axis=0)
    return replace(turned, precision=np.minimum(len(means) / np.maximum(spread, 1e-12), MOST_PRECISION))


def _applied(matrices: Floats, vectors: Floats) -> Floats:
    """Each packed symmetric matrix times its vector: (n, entries), (n, size) → (n, size)."""
    rows, columns = triangle(vectors.shape[1])
    result = np.zeros_like(vectors)
    for place, (row, column) in enumerate(zip(rows, columns, strict=True)):
        result[:, row] += matrices[:, place] * vectors[:, column]
        if row != column:
            result[:, column] += matrices[:, place] * vectors[:, row]
    return result
