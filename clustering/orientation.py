"""A map is turned onto the one before it."""

from dataclasses import dataclass

import numpy as np

from clustering.arrays import Floats

ON_A_LINE = 1e-9
"""Maps that have less than this in common across their main direction, relative to along it, fix no more than that direction."""


@dataclass(frozen=True, eq=False)
class Turn:
    """`rotation` (2, 2) is orthogonal: it turns or mirrors, and stretches nothing.

    `drift`: 0…1, how much of the arrangement is another one even so, apart from its size; None where one map is a single point.
    """

    rotation: Floats
    drift: float | None


def turn(present: Floats, earlier: Floats) -> Turn:
    """The turn about the origin that brings the points `present` (points, 2) closest to `earlier` (points, 2).

    Orthogonal Procrustes (Schönemann 1966). With the singular values s of presentᵀ·earlier, the drift is
    1 − (Σs)² / (|present|² · |earlier|²).
    """
    left, common, right = np.linalg.svd(present.T @ earlier)
    extent = float(np.square(present).sum() * np.square(earlier).sum())
    if extent == 0:
        return Turn(np.eye(2), None)
    if common[1] <= ON_A_LINE * common[0] and np.linalg.det(left @ right) < 0:
        left[:, 1] *= -1  # either side would do: then the map is not mirrored
    return Turn(left @ right, float(np.clip(1 - common.sum() ** 2 / extent, 0.0, 1.0)))
