"""The map: where people and statements stand."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import eigh
from scipy.sparse.linalg import LinearOperator, eigsh

from clustering.arrays import Floats
from clustering.votes import VoteMatrix

AXES = 2
SMALL = 128
"""Up to this many statements the products of all pairs are formed; beyond, the axes are found by iteration (ARPACK)."""
LANCZOS_VECTORS = 10
TOLERANCE = 1e-10
NEGLIGIBLE = 1e-12
"""A variance this small, relative to the largest, is rounding."""
LEADING = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Projection:
    """Positions are unitless; agreement with a statement pulls towards it.

    `means`: mean vote per statement, 0 where moderated out. `axes` (statements, 2): unit vectors, 0 beyond the rank of the votes.
    `positions` (participants, 2): a person's votes along the axes, stretched for people with few votes.
    `statements` (statements, 2): where somebody stands whose only vote is to agree. `explained`: share of the variance per axis.
    """

    means: Floats
    axes: Floats
    positions: Floats
    statements: Floats
    explained: tuple[float, float]

    @property
    def extremity(self) -> Floats:
        """How far from the middle each statement stands."""
        return np.hypot(self.statements[:, 0], self.statements[:, 1])


def project(votes: VoteMatrix, seed: int = 0) -> Projection:
    """Place people and statements on the two main axes of disagreement.

    Principal components of the votes, a missing vote being the statement's mean. A statement that is moderated out counts as
    passed by all. The statement with the largest loading on an axis lies on its positive side.
    Needs three statements. Source: Small et al. 2021, with the stretching of people with few votes as in Polis.
    """
    means = np.where(votes.moderated_out, 0.0, (votes.tally.agree - votes.tally.disagree) / votes.tally.votes)
    centred = votes.centred(means)
    axes, variances = _main_axes(centred, seed)
    axes[votes.moderated_out] = 0.0
    total = float(np.square(centred.data).sum())
    explained = variances / total if total > 0 else np.zeros(AXES)
    width = len(votes.statements)
    return Projection(
        means=means,
        axes=axes,
        positions=(centred @ axes) * np.sqrt(width / _cells_seen(votes))[:, np.newaxis],
        statements=np.sqrt(width) * (1 - means)[:, np.newaxis] * axes,
        explained=(float(explained[0]), float(explained[1])),
    )


def _cells_seen(votes: VoteMatrix) -> Floats:
    """Votes of each person on statements that count, plus all statements that are moderated out, as if everybody passed them."""
    if not votes.moderated_out.any():
        return votes.votes_per_participant.astype(np.float64)
    on_live = np.add.reduceat((~votes.moderated_out)[votes.columns], votes.starts[:-1], dtype=np.int64)
    seen: Floats = (on_live + votes.moderated_out.sum()).astype(np.float64)
    return seen


def _main_axes(centred: sparse.csr_array, seed: int) -> tuple[Floats, Floats]:
    """Unit vectors (statements, 2) with the most variance, and how much; beyond the rank of the votes both are 0."""
    width = centred.shape[1]
    if width <= SMALL:
        variances, axes = eigh((centred.T @ centred).toarray(), subset_by_index=(width - AXES, width - 1))
    elif not centred.data.any():
        variances, axes = np.zeros(AXES), np.zeros((width, AXES))
    else:
        transposed, random = centred.T, np.random.default_rng(seed)
        products = LinearOperator((width, width), matvec=lambda vector: transposed @ (centred @ vector), dtype=np.float64)
        start = random.standard_normal(width)
        # Without a generator of its own it would draw from the system's where the votes have few dimensions.
        variances, axes = eigsh(products, k=AXES, v0=start, ncv=LANCZOS_VECTORS, tol=TOLERANCE, rng=random)
    descending = np.argsort(variances)[::-1]
    variances, axes = np.maximum(variances[descending], 0.0), axes[:, descending]
    within_rank = variances > NEGLIGIBLE * variances[0]
    return np.where(within_rank, axes * _signs(axes), 0.0), np.where(within_rank, variances, 0.0)


def _signs(axes: Floats) -> Floats:
    """Per axis the sign that makes the largest loading positive; of practically equal ones the first."""
    size = np.abs(axes)
    leading = np.argmax(size >= LEADING * size.max(axis=0), axis=0)
    return np.where(axes[leading, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
