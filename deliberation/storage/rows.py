"""Rows that are stored."""

from typing import Protocol


class Stored(Protocol):
    id: int | None


def identity(row: Stored) -> int:
    """The id of a row that has been written."""
    assert row.id is not None
    return row.id
