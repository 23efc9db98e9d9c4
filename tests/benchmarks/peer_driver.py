"""Runs red-dwarf on files of votes, in an environment that has red-dwarf: `python -m tests.benchmarks.peer_driver VOTES.npz…`.

Prints one line of JSON per file. The list of votes that it wants is made before the clock starts; “matrix” is its table of votes,
“rest” its projection, groups and statistics. `labels`: a group per row of the file's matrix, −1 for none.
"""

import json
import sys
from time import perf_counter
from typing import Any

import numpy as np
from reddwarf.implementations import base

from tests.benchmarks.stopwatch import peak_megabytes, repeated

make_matrix = base.generate_raw_matrix
matrix_seconds = 0.0


def timed_matrix(*arguments: Any, **named: Any) -> Any:
    global matrix_seconds
    start = perf_counter()
    matrix = make_matrix(*arguments, **named)
    matrix_seconds = perf_counter() - start
    return matrix


def run(path: str, once: bool) -> dict[str, Any]:
    with np.load(path) as file:
        columns = [file[name].tolist() for name in ("people", "statements", "choices")]
    votes = [
        {"participant_id": person, "statement_id": statement, "vote": choice}
        for person, statement, choice in zip(*columns, strict=True)
    ]
    people = max(columns[0]) + 1
    del columns
    results = []

    def measure() -> dict[str, float]:
        results.clear()
        start = perf_counter()
        results.append(base.run_pipeline(votes=votes, random_state=0))
        return {"matrix": matrix_seconds, "rest": perf_counter() - start - matrix_seconds}

    seconds = measure() if once else repeated(measure)
    found = results[0].participants_df["cluster_id"].dropna()
    labels = np.full(people, -1)
    labels[found.index.to_numpy()] = found.to_numpy(dtype=np.int64)
    return seconds | {"megabytes": peak_megabytes(), "groups": int(found.nunique()), "labels": labels.tolist()}


def main(arguments: list[str]) -> None:
    base.generate_raw_matrix = timed_matrix
    once = "--once" in arguments
    for path in arguments:
        if path != "--once":
            print(json.dumps(run(path, once)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
