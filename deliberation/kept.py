"""What a process keeps at hand of things that never change once they are stored."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlmodel import Session

T = TypeVar("T")


def kept(session: Session, shelf: str, most: int, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives for this key, from the shelf where it lies there. At most so many lie there; the oldest goes first.

    The shelves are those of `deliberation.storage.engine.Database`.
    """
    lying: dict[Hashable, Any] = session.info[shelf]
    if key not in lying:
        made = make()
        while len(lying) >= most:
            lying.pop(next(iter(lying)), None)
        lying[key] = made
        return made
    found: T = lying[key]
    return found
