"""Seconds and megabytes, measured alike for every program. The standard library only: red-dwarf's environment uses it too."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

SPENT = 3.0
"""Seconds to repeat a measurement for, at least three times."""
LONG = 10.0
"""Seconds; what takes longer runs once."""

STATUS = Path("/proc/self/status")


def repeated(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Each figure at its lowest."""
    start = perf_counter()
    runs = [measure()]
    while perf_counter() - start < (LONG if len(runs) < 3 else SPENT):
        runs.append(measure())
    return {name: min(run[name] for run in runs) for name in runs[0]}


def peak_megabytes() -> float:
    """The most memory that this process ever held.

    Linux hands `ru_maxrss` of the process that started this one on to it, so that a small program looks as large as its parent.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
