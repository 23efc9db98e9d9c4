"""How long the classic analysis takes and how much memory, by size.

`make bench`, or `python -m tests.benchmarks.bench_clustering [SIZE…]` with sizes written PARTICIPANTSxSTATEMENTSxVOTES_EACH.
Each size runs in a process of its own. “build” makes the matrix of last votes from the votes in any order, “core” goes from there
to map, groups and figures; the best of several runs. “MB” is the most memory that the process ever held, everything included.
"""

import resource
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from clustering import VoteMatrix, analyse
from deliberation.interchange.vote_files import read_votes
from tests.clustering.planted import planted_votes
from tests.support.open_data import MISSING, SEATTLE, UBER, conversation

REAL = (SEATTLE, UBER)
PLANTED = ("339x54x9", "1921x197x26", "10000x500x50", "33422x783x60", "50000x1000x100")
SPENT = 3.0
"""Seconds to repeat a measurement for; at least three times."""


@dataclass(frozen=True)
class Votes:
    people: NDArray[np.int64]
    statements: NDArray[np.int64]
    choices: NDArray[np.int8]


def votes_of(name: str) -> Votes:
    if name in REAL:
        read = read_votes(conversation(name) / "votes.csv")
        return Votes(np.repeat(read.participants, read.votes_per_participant), read.statements[read.columns], read.values)
    people, statements, each = (int(number) for number in name.split("x"))
    order = np.random.default_rng(1).permutation(people * each)
    return Votes(*(column[order] for column in planted_votes(people, statements, each, groups=4)))


def measure(name: str) -> str:
    votes = votes_of(name)
    builds, cores = [], []
    start = perf_counter()
    while len(cores) < 3 or perf_counter() - start < SPENT:
        began = perf_counter()
        matrix = VoteMatrix.from_votes(votes.people, votes.statements, votes.choices)
        built = perf_counter()
        analysis = analyse(matrix)
        builds.append(built - began)
        cores.append(perf_counter() - built)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    size = " × ".join(f"{number:,}" for number in matrix.shape)
    figures = f"{len(votes.choices):>12,} {min(builds):>8.4f} {min(cores):>8.4f} {megabytes:>7,.0f} {len(analysis.groups):>6}"
    return f"{name:<22} {size:>16} {figures}"


def main(names: list[str]) -> None:
    print(f"{'conversation':<22} {'size':>16} {'votes':>12} {'build s':>8} {'core s':>8} {'MB':>7} {'groups':>6}", flush=True)
    for name in names or [*(REAL if MISSING is None else ()), *PLANTED]:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_clustering", "--measure", name], check=True)


def test_clustering() -> None:
    print()
    main([])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(measure(sys.argv[2]), flush=True)
    else:
        main(sys.argv[1:])
