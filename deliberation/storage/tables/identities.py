"""How somebody without a name is recognised on another device."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class RecoveryCode(SQLModel, table=True):
    """A person's code; only its hash is kept."""

    __tablename__ = "recovery_code"
    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=32)
    municipality_id: int = Field(foreign_key="municipality.id")
    code_sha256: str = Field(unique=True, max_length=64)
    created_at: datetime


class Identity(SQLModel, table=True):
    """Who signed in at an identity provider: a keyed hash of issuer and subject, and the person here. Never a name."""

    __table_args__ = (UniqueConstraint("municipality_id", "subject_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    subject_hash: str = Field(max_length=64)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    linked_at: datetime
