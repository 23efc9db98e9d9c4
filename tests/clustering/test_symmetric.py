"""Many small symmetric matrices at once."""

import numpy as np
import pytest

from clustering.arrays import Floats
from clustering.symmetric import inverses, packed, squares, triangle, unpacked


def positive_definite(count: int, size: int) -> Floats:
    factors = np.random.default_rng(size).normal(size=(count, size, size))
    matrices: Floats = factors @ factors.transpose(0, 2, 1) + 0.1 * np.eye(size)
    return matrices


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_packed_matrix_unpacks_to_itself(size: int) -> None:
    matrices = positive_definite(7, size)
    assert packed(matrices).shape == (7, size * (size + 1) // 2)
    assert (unpacked(packed(matrices), size) == unpacked(packed(matrices), size).transpose(0, 2, 1)).all()
    assert unpacked(packed(matrices), size) == pytest.approx(matrices)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_inverses_are_those_of_each_matrix(size: int) -> None:
    matrices = positive_definite(50, size)
    assert unpacked(inverses(packed(matrices), size), size) == pytest.approx(np.linalg.inv(matrices), rel=1e-9)


def test_nobody_has_no_inverse() -> None:
    assert inverses(np.empty((0, 3)), 2).shape == (0, 3)


def test_a_square_is_the_vector_times_itself() -> None:
    vectors = np.array([[1.0, 2.0], [0.0, -3.0]])
    assert squares(vectors).tolist() == [[1, 2, 4], [0, 0, 9]]
    assert [place.tolist() for place in triangle(2)] == [[0, 0, 1], [0, 1, 1]]
