"""The quick way through a large file that holds nothing but numbers in the columns that matter."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 20
COMMA, NEWLINE, QUOTE, SPACE, PLUS, MINUS, ZERO, NINE = b',\n" +-09'


def read_numbers(path: Path, header: Sequence[str], kinds: dict[str, str]) -> dict[str, NDArray[Any]] | None:
    """The columns named in `kinds`, as whole numbers (“i8”) or others (“f8”); None for a file that needs a closer look.

    Nothing is said about what is wrong with such a file, if anything: an id may be a text, or written with zeros in front that
    reading it as a number would lose.
    """
    fields = [(f"column {place}", kinds.get(name, "U1")) for place, name in enumerate(header)]
    if _numbers_may_be_padded(path):
        return None
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            table = np.loadtxt(
                path, dtype=fields, comments=None, delimiter=",", quotechar='"', skiprows=1, encoding="utf-8-sig", ndmin=1
            )
    except (ValueError, OSError):
        return None
    columns = {name: table[f"column {place}"] for place, name in enumerate(header) if name in kinds}
    return columns if len(table) and all(np.isfinite(column).all() for column in columns.values()) else None


def _numbers_may_be_padded(path: Path) -> bool:
    """Whether some cell begins with a space, a plus sign, a zero before another digit, or a minus sign before a zero."""
    with path.open("rb") as file:
        end = b""
        while block := file.read(BLOCK):
            text = np.frombuffer(end + block, dtype=np.uint8)
            before, first, second = text[:-2], text[1:-1], text[2:]
            begins = (before == COMMA) | (before == NEWLINE) | (before == QUOTE)
            zero = (first == ZERO) & (second >= ZERO) & (second <= NINE) | (first == MINUS) & (second == ZERO)
            if np.any(begins & (zero | (first == SPACE) | (first == PLUS))):
                return True
            end = block[-2:]
    return False
