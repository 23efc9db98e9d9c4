"""Ids of people and statements, in an order that does not depend on who came first."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.arrays import Ids, Integers

WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def numbered(ids: Sequence[int] | Sequence[str] | NDArray[Any]) -> tuple[Ids, Integers]:
    """The distinct ids in order, and for each given id its place among them.

    Texts that are all whole numbers, written without a sign or zeros in front, become numbers; otherwise all stay text, with the
    whole numbers among them first.
    """
    given = ids if isinstance(ids, np.ndarray) else np.asarray(ids, dtype=object if _are_texts(ids) else None)
    if given.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if given.dtype.kind in "iu":
        return _numbered_numbers(given.astype(np.int64, copy=False))
    return _numbered_texts(given.tolist())


def _are_texts(ids: Sequence[int] | Sequence[str]) -> bool:
    return len(ids) > 0 and isinstance(ids[0], str)


def _numbered_numbers(ids: Integers) -> tuple[Integers, Integers]:
    lowest, highest = int(ids.min()), int(ids.max())
    if highest - lowest > 8 * len(ids) + 1024:
        distinct, places = np.unique(ids, return_inverse=True)
        return distinct, places
    present = np.zeros(highest - lowest + 1, dtype=np.bool_)
    present[ids - lowest] = True
    return np.flatnonzero(present) + lowest, (np.cumsum(present) - 1)[ids - lowest]


def _numbered_texts(ids: list[Any]) -> tuple[Ids, Integers]:
    if not all(isinstance(identifier, str) for identifier in ids):
        raise TypeError("ids are all whole numbers or all texts")
    ordered = sorted(set(ids), key=_by_size_then_text)
    place_of = {identifier: place for place, identifier in enumerate(ordered)}
    places = np.fromiter(map(place_of.__getitem__, ids), dtype=np.int64, count=len(ids))
    if all(WHOLE_NUMBER.fullmatch(identifier) for identifier in ordered):
        return np.array([int(identifier) for identifier in ordered], dtype=np.int64), places
    return np.array(ordered, dtype=np.str_), places


def _by_size_then_text(identifier: str) -> tuple[bool, int, str]:
    is_number = WHOLE_NUMBER.fullmatch(identifier) is not None
    return not is_number, int(identifier) if is_number else 0, identifier
