"""How long an analysis takes and how much memory, by method and size, with red-dwarf beside ours on the same votes.

`make bench ONLY=speed`, or `python -m tests.benchmarks.bench_clustering [CONVERSATION…]`: real ones by name, planted ones as
PARTICIPANTSxSTATEMENTSxVOTES_EACH. BENCH_MILLION=1 adds a million people; BENCH_PEER=0 leaves red-dwarf out, BENCH_PEER=20000
where there are more people than that.

Each row runs in a process of its own, best of several runs. “matrix” makes the table of last votes from the votes in any order,
“rest” goes from there to map, groups and figures. “MB” is the most memory that the process ever held, everything included.
“full” is an analysis that knows nothing beforehand; “core” has axes and number of groups from a full one. “× rest” says how
many times longer red-dwarf takes for the same step, “× all” for both together.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from clustering import ClassicParameters, VoteMatrix, analyse
from clustering.blocks import live_votes
from clustering.parameters import Parameters
from clustering.structure import find_structure
from deliberation.interchange.vote_files import read_votes
from tests.benchmarks import peer
from tests.benchmarks.stopwatch import peak_megabytes, repeated
from tests.clustering.planted import planted_votes
from tests.support.open_data import MISSING, SEATTLE, UBER, conversation

REAL = (SEATTLE, UBER)
PLANTED = ("339x54x9", "1921x197x26", "10000x500x50", "33422x783x60", "50000x1000x100")
MILLION = "1000000x1000x50"
KINDS = ("classic", "default core", "default full")
GOALS = {
    ("classic", 339): "6 ×",
    ("classic", 1921): "10 ×",
    ("classic", 10_000): "50 ×",
    ("classic", 33_422): "1 s",
    ("classic", 50_000): "150 ×, 1 GB",
    ("classic", 1_000_000): "60 s, 8 GB",
    ("default core", 339): "1 ×",
    ("default core", 1921): "3 ×",
    ("default core", 10_000): "10 ×",
    ("default core", 33_422): "5 s",
    ("default core", 50_000): "25 ×",
}
HEADER = ("conversation", "size", "votes", "method", "matrix s", "rest s", "MB", "groups", "× rest", "× all", "to reach")
WIDTHS = (22, 17, 12, 14, 9, 10, 8, 7, 8, 8, 12)


@dataclass(frozen=True)
class Size:
    participants: int
    statements: int
    votes: int


def prepare(name: str, path: Path) -> None:
    """Write the votes of a conversation where every program reads them; in a process of its own, for its memory."""
    if name in REAL:
        peer.save(read_votes(conversation(name) / "votes.csv"), path)
        return
    people, statements, each = (int(number) for number in name.split("x"))
    order = np.random.default_rng(1).permutation(people * each)
    rows, columns, choices = planted_votes(people, statements, each, groups=4)
    np.savez(path, people=rows.astype(np.int32)[order], statements=columns.astype(np.int32)[order], choices=choices[order])


def measure(kind: str, path: Path) -> dict[str, Any]:
    with np.load(path) as file:
        votes = [file[name] for name in ("people", "statements", "choices")]
    parameters = ClassicParameters() if kind == "classic" else Parameters()
    known = find_structure(live_votes(VoteMatrix.from_votes(*votes)).votes, Parameters()) if kind == "default core" else None
    groups = 0

    def run() -> dict[str, float]:
        nonlocal groups
        start = perf_counter()
        matrix = VoteMatrix.from_votes(*votes)
        built = perf_counter()
        groups = len(analyse(matrix, parameters, structure=known).groups)
        return {"matrix": built - start, "rest": perf_counter() - built}

    return repeated(run) | {"megabytes": peak_megabytes(), "groups": groups}


def of_one_conversation(name: str) -> Iterator[str]:
    """The lines of the table, as they come."""
    with tempfile.TemporaryDirectory() as folder:
        votes = Path(folder) / "votes.npz"
        _apart("--prepare", name, str(votes))
        size = _size(votes)
        beside = peer.run(votes)[0] if size.participants <= _largest_for_the_peer() else None
        if beside:
            yield _line(name, size, "red-dwarf", beside, None)
        measured = {}
        for kind in KINDS:
            measured[kind] = json.loads(_apart("--measure", kind, str(votes)))
            yield _line(name, size, kind, measured[kind], beside)
        cores = measured["default full"]["rest"] / measured["default core"]["rest"]
        yield f"{name}: a full run takes {cores:.1f} times as long as a core run (to reach: 20 at most)"


def _largest_for_the_peer() -> int:
    return 0 if peer.MISSING else int(os.environ.get("BENCH_PEER", "50000"))


def _apart(*arguments: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.bench_clustering", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _size(path: Path) -> Size:
    with np.load(path) as file:
        return Size(len(np.unique(file["people"])), len(np.unique(file["statements"])), len(file["choices"]))


def _line(name: str, size: Size, method: str, measured: dict[str, Any], beside: dict[str, Any] | None) -> str:
    times = ("", "") if beside is None else _times(measured, beside)
    goal = GOALS.get((method, size.participants), "")
    figures = (f"{measured['matrix']:.4f}", f"{measured['rest']:.4f}", f"{measured['megabytes']:,.0f}", measured["groups"])
    return _row(name, f"{size.participants:,} × {size.statements:,}", f"{size.votes:,}", method, *figures, *times, goal)


def _times(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[str, str]:
    return f"{theirs['rest'] / ours['rest']:,.1f}", f"{_all(theirs) / _all(ours):,.1f}"


def _all(measured: dict[str, Any]) -> float:
    seconds: float = measured["matrix"] + measured["rest"]
    return seconds


def _row(*cells: object) -> str:
    return " ".join(
        f"{cell!s:<{w}}" if place in (0, 3) else f"{cell!s:>{w}}"
        for place, (cell, w) in enumerate(zip(cells, WIDTHS, strict=True))
    )


def main(names: list[str]) -> None:
    if peer.MISSING:
        print(peer.MISSING, flush=True)
    print(_row(*HEADER), flush=True)
    million = (MILLION,) if os.environ.get("BENCH_MILLION") == "1" else ()
    for name in names or [*(REAL if MISSING is None else ()), *PLANTED, *million]:
        for line in of_one_conversation(name):
            print(line, flush=True)


def test_speed() -> None:
    print()
    main([])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--prepare", name, path]:
            prepare(name, Path(path))
        case ["--measure", method, path]:
            print(json.dumps(measure(method, Path(path))))
        case ["--help" | "-h"]:
            print(__doc__)
        case names:
            main(names)
