"""The public ledger, one hash chain per municipality."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class LedgerEntry(SQLModel, table=True):
    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("municipality_id", "sequence"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    sequence: int
    at: datetime
    actor: str = Field(max_length=64)
    action: str = Field(max_length=64)
    subject: str = Field(max_length=200)
    facts: dict[str, Any] = Field(sa_type=JSON)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
