"""Many small analyses at once."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def in_parallel(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """The results in the order of the tasks, from one process per core with one thread each."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
            return iter(list(pool.map(work, tasks)))
    finally:
        for name in THREADS:
            del os.environ[name]


def draws(usually: int) -> int:
    """How many random draws to measure, scaled by BENCH_DRAWS (in percent)."""
    return max(1, usually * int(os.environ.get("BENCH_DRAWS", "100")) // 100)
