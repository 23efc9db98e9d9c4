"""Stored snapshots of the engine's results, and who is working on the next one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class Analysis(SQLModel, table=True):
    """One numbered snapshot. `people` holds the per-participant arrays, compressed; `result` everything a page shows."""

    __table_args__ = (UniqueConstraint("conversation_id", "sequence"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    sequence: int
    created_at: datetime
    method: str = Field(max_length=24)
    parameters: dict[str, Any] = Field(sa_type=JSON)
    engine_version: str = Field(max_length=24)
    input_sha256: str = Field(max_length=64)
    vote_events: int
    decisions: int
    result: dict[str, Any] = Field(sa_type=JSON)
    people: bytes = Field(sa_type=LargeBinary)


class AnalysisWork(SQLModel, table=True):
    """The conversation's latest snapshot, who has claimed the next, and how the last try failed. `failures`: in a row."""

    __tablename__ = "analysis_work"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    latest_id: int | None = Field(default=None, foreign_key="analysis.id")
    claimed_by: str | None = Field(default=None, max_length=64)
    claimed_until: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    failures: int = 0


class AnalysisSummary(SQLModel, table=True):
    """The few figures of the latest snapshot that an overview tells. `minimum`: that of publication, for `shared`."""

    __tablename__ = "analysis_summary"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    analysis_id: int = Field(foreign_key="analysis.id")
    minimum: int
    participants: int
    votes: int
    verdict: str = Field(max_length=24)
    groups: int
    stability: int | None = None
    stable: bool | None = None
    shared: int
    channels: dict[str, int] = Field(sa_type=JSON)
