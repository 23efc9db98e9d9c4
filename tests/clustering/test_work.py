"""Work in parts."""

import time
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from clustering.work import each


def power(number: int, exponent: int, *, slow: int = -1) -> int:
    time.sleep(0.05 if number == slow else 0.0)
    return int(number**exponent)


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(3)], ids=["here", "threads"])
def test_answers_come_in_the_order_of_the_parts_whoever_is_done_first(executor: Executor | None) -> None:
    assert each(executor, power, [3, 1, 2], 2, slow=3) == [9, 1, 4]
    assert each(executor, power, iter([]), 2) == []


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)], ids=["here", "threads"])
def test_what_goes_wrong_in_a_part_goes_wrong_for_all(executor: Executor | None) -> None:
    with pytest.raises(ZeroDivisionError):
        each(executor, power, [1, 0], -1)
