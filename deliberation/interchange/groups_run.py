"""From votes to groups as `hiroba cluster` does it: for the command, and for reports, whose figures anybody may derive again."""

from collections.abc import Callable
from concurrent.futures import Executor

from clustering import METHODS, Analysis, VoteMatrix, analyse, examined, find_structure


def run(
    votes: VoteMatrix, method: str, seed: int, executor: Executor | None = None, lap: Callable[[str], None] | None = None
) -> Analysis:
    """A full run that knows of no earlier one. `lap` is called with the name of each step when that is finished."""
    done = lap or (lambda _step: None)
    parameters = METHODS[method](seed=seed)
    structure = find_structure(votes, parameters, executor)
    done("stability")
    analysis = analyse(votes, parameters, structure=structure, executor=executor)
    done("core")
    analysis = examined(votes, analysis)
    done("stability")
    return analysis
