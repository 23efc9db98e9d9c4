"""Many small symmetric matrices at once, each as the entries of its upper triangle."""

from functools import cache

import numpy as np

from clustering.arrays import Floats, Integers


@cache
def triangle(size: int) -> tuple[Integers, Integers]:
    """Rows and columns of the upper triangle of a matrix of this size."""
    rows, columns = np.triu_indices(size)
    return rows, columns


def packed(matrices: Floats) -> Floats:
    """(…, size, size) → (…, entries)."""
    rows, columns = triangle(matrices.shape[-1])
    return matrices[..., rows, columns]


def unpacked(entries: Floats, size: int) -> Floats:
    """(…, entries) → (…, size, size)."""
    rows, columns = triangle(size)
    matrices = np.empty((*entries.shape[:-1], size, size))
    matrices[..., rows, columns] = entries
    matrices[..., columns, rows] = entries
    return matrices


def squares(vectors: Floats) -> Floats:
    """Each vector times itself: (n, size) → (n, entries)."""
    rows, columns = triangle(vectors.shape[1])
    return vectors[:, rows] * vectors[:, columns]


def inverses(entries: Floats, size: int) -> Floats:
    """(n, entries) → (n, entries): the inverses of positive definite matrices.

    Gauss–Jordan without pivots, on all matrices at once: for thousands of tiny matrices far faster than a call for each.
    """
    rows, columns = triangle(size)
    work = np.empty((size, size, len(entries)))
    work[rows, columns] = work[columns, rows] = entries.T
    for pivot in range(size):
        scale = 1.0 / work[pivot, pivot]
        work[pivot, pivot] = 1.0
        work[pivot] *= scale
        for row in range(size):
            if row != pivot:
                factor = work[row, pivot].copy()
                work[row, pivot] = 0.0
                work[row] -= factor * work[pivot]
    return np.ascontiguousarray(work[rows, columns].T)
