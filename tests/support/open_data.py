"""Real conversations to test on: the folder that HIROBA_OPEN_DATA names, or skipped tests when it names none."""

import os
from pathlib import Path

import pytest

_NAMED = os.environ.get("HIROBA_OPEN_DATA", "")
OPEN_DATA = Path(_NAMED or "no-open-data")
MISSING = None if (OPEN_DATA / "polis-open-data").is_dir() else "HIROBA_OPEN_DATA names no folder with real conversations"

needs_open_data = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

UBER = "vtaiwan.uberx"
AUSTRIA = "austria-climate.5twd2jsnkf.2022-08-08"
BASIC_INCOME = "scoop-hivemind.ubi"
SEATTLE = "15-per-hour-seattle"
CONVERSATIONS = (UBER, AUSTRIA, BASIC_INCOME, SEATTLE)


def conversation(name: str) -> Path:
    """A folder with Polis's export of one conversation."""
    return OPEN_DATA / "polis-open-data" / name


def published_mathematics(name: str) -> Path:
    """A folder with the votes of one conversation (a or b) and what Polis made of them."""
    return OPEN_DATA / "polis-math" / name
