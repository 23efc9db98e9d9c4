"""red-dwarf beside ours: a Python re-implementation of the classic method, in an environment of its own (`make peer`)."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from clustering import VoteMatrix
from tests.support.checkout import CHECKOUT

ENVIRONMENT = CHECKOUT / os.environ.get("PEER", ".venv-peer")
MISSING = (
    None if (ENVIRONMENT / ".can-run").exists() else f"no red-dwarf beside ours: {ENVIRONMENT.name} is not there (make peer)"
)


def save(votes: VoteMatrix, path: Path) -> None:
    """The votes as the driver reads them: rows and columns by number, in any order."""
    order = np.random.default_rng(1).permutation(len(votes.values))
    people = np.repeat(np.arange(len(votes.participants), dtype=np.int32), votes.votes_per_participant)
    np.savez(path, people=people[order], statements=votes.columns[order], choices=votes.values[order])


def run(*files: Path, once: bool = False) -> list[dict[str, Any]]:
    """What the driver says about each file."""
    command = [ENVIRONMENT / "bin" / "python", "-W", "ignore", "-m", "tests.benchmarks.peer_driver", *files, *["--once"] * once]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def labels(votes: list[VoteMatrix]) -> list[np.ndarray]:
    """The group of each row of each matrix, −1 without one."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.npz" for number in range(len(votes))]
        for matrix, path in zip(votes, files, strict=True):
            save(matrix, path)
        return [np.array(said["labels"]) for said in run(*files, once=True)]
