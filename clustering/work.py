"""Work in parts, here or through any executor."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Concatenate, ParamSpec, TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")
P = ParamSpec("P")


def each(
    executor: Executor | None,
    function: Callable[Concatenate[Part, P], Found],
    parts: Iterable[Part],
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[Found]:
    """What `function` says of each part, in the order of the parts, whoever did the work."""
    if executor is None:
        return [function(part, *args, **kwargs) for part in parts]
    waiting = [executor.submit(function, part, *args, **kwargs) for part in parts]
    return [future.result() for future in waiting]
