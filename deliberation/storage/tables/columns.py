"""Column kinds that several tables use."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, Table
from sqlmodel import SQLModel


def words(kind: type[StrEnum]) -> Any:
    """A column that holds the values of `kind` as plain text, so that both databases store the same readable words."""
    return Enum(
        kind, native_enum=False, create_constraint=False, length=24, values_callable=lambda members: [m.value for m in members]
    )


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model, for statements that are built once and run without objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
