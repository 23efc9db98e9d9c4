"""What somebody had before them when they filled in a form: a short mark for each field, so that an old page undoes nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

DIGITS = 16


def marks(values: Iterable[object]) -> str:
    """One for each value, in their order, with spaces between."""
    return " ".join(sha256(_said(value).encode()).hexdigest()[:DIGITS] for value in values)


def _said(value: object) -> str:
    """As a form holds it: moments without seconds, lines without the kind of their ends."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    return "" if value is None else "\n".join(line.rstrip() for line in str(value).strip().splitlines())
