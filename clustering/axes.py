"""Principal axes of a sparse table."""

import numpy as np
from scipy import sparse
from scipy.linalg import eigh
from scipy.sparse.linalg import LinearOperator, eigsh

from clustering.arrays import Floats

SMALL = 128
"""Up to this many statements the products of all pairs are formed; beyond, the axes are found by iteration (ARPACK)."""
LANCZOS_VECTORS = 10
TOLERANCE = 1e-10
NEGLIGIBLE = 1e-12
"""A variance this small, relative to the largest, is rounding."""
LEADING = 1 - 1e-9


def main_axes(centred: sparse.csr_array, count: int, seed: int, tolerance: float = TOLERANCE) -> tuple[Floats, Floats]:
    """Unit vectors (columns, count) along which the rows differ most, and the sum of squares along each, the largest first.

    Beyond the rank of the table both are 0. The largest loading of each axis is positive. Needs more than `count` columns.
    """
    width = centred.shape[1]
    if width <= SMALL:
        variances, axes = eigh((centred.T @ centred).toarray(), subset_by_index=(width - count, width - 1))
    elif not centred.data.any():
        variances, axes = np.zeros(count), np.zeros((width, count))
    else:
        transposed, random = centred.T, np.random.default_rng(seed)
        products = LinearOperator((width, width), matvec=lambda vector: transposed @ (centred @ vector), dtype=np.float64)
        start = random.standard_normal(width)
        # Without a generator of its own it would draw from the system's where the votes have few dimensions.
        vectors = LANCZOS_VECTORS + 2 * (count - 2)
        variances, axes = eigsh(products, k=count, v0=start, ncv=vectors, tol=tolerance, rng=random)
    descending = np.argsort(variances)[::-1]
    variances, axes = np.maximum(variances[descending], 0.0), axes[:, descending]
    within_rank = variances > NEGLIGIBLE * variances[0]
    return np.where(within_rank, axes * _signs(axes), 0.0), np.where(within_rank, variances, 0.0)


def _signs(axes: Floats) -> Floats:
    """Per axis the sign that makes the largest loading positive; of practically equal ones the first."""
    size = np.abs(axes)
    leading = np.argmax(size >= LEADING * size.max(axis=0), axis=0)
    return np.where(axes[leading, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
