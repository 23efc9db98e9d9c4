"""Several people acting at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from deliberation.errors import Conflict


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What the acts give or raise when they begin together, each in a thread of its own."""
    beginning = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        beginning.wait()
        try:
            return act()
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
