"""The votes that a report is made from, exactly as they are handed out, and what the engine finds in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel


class FrozenInput(SQLModel, table=True):
    """Files of votes and statements with random ids, and the results of the engine on nothing but these files.

    A row without `made_at` is still to be made; no worker begins before `turn_at`. `votes`, `statements` and `outcome` are
    compressed: the input files, and an archive of the engine's tables. `outputs`: their SHA-256 by name. `letters`: the live
    groups' letters by those of the tables. `sequence`: the snapshot that was the latest one then. `content`: what a report made
    of it says. In `result` and `content` groups have the live letters.
    """

    __tablename__ = "frozen_input"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    wanted_at: datetime
    turn_at: datetime
    failure: str | None = None
    made_at: datetime | None = None
    sequence: int | None = None
    method: str = Field(default="", max_length=24)
    parameters: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    engine_version: str = Field(default="", max_length=24)
    input_sha256: str = Field(default="", max_length=64)
    votes_sha256: str = Field(default="", max_length=64)
    statements_sha256: str = Field(default="", max_length=64)
    outputs: dict[str, str] | None = Field(default=None, sa_type=JSON)
    letters: dict[str, str] | None = Field(default=None, sa_type=JSON)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    content: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    votes: bytes | None = Field(default=None, sa_type=LargeBinary)
    statements: bytes | None = Field(default=None, sa_type=LargeBinary)
    outcome: bytes | None = Field(default=None, sa_type=LargeBinary)
