"""Frozen reports, recommendations, official answers, and what came of them.

A `salt` stays with the text whose sealed digest stands in the ledger.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import Outcome


class Report(SQLModel, table=True):
    """A report frozen on an analysis. `content` is what was published; `sha256` is taken over it."""

    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    number: int
    analysis_id: int = Field(foreign_key="analysis.id")
    title: str = Field(max_length=300)
    introduction: str = ""
    language: str = Field(default="en", max_length=35)
    content: dict[str, Any] = Field(sa_type=JSON)
    sha256: str = Field(max_length=64)
    published_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")


class Recommendation(SQLModel, table=True):
    """What officials are asked to answer; `number` is the public one, counted per conversation."""

    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    report_id: int = Field(foreign_key="report.id", index=True)
    number: int
    text: str
    language: str = Field(default="en", max_length=35)
    office: str = Field(default="", max_length=200)
    answer_due_on: date | None = None
    salt: str = Field(default="", max_length=32)
    created_at: datetime


class RecommendationStatement(SQLModel, table=True):
    __tablename__ = "recommendation_statement"
    recommendation_id: int = Field(foreign_key="recommendation.id", primary_key=True)
    statement_id: int = Field(foreign_key="statement.id", primary_key=True, index=True)


class Response(SQLModel, table=True):
    """An official answer. A later answer to the same recommendation is a new row; the newest stands."""

    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    outcome: Outcome = Field(sa_type=words(Outcome))
    reason: str
    language: str = Field(default="en", max_length=35)
    owner: str = Field(default="", max_length=200)
    due_on: date | None = None
    salt: str = Field(default="", max_length=32)
    published_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")


class ResponseDraft(SQLModel, table=True):
    """An answer that is still being written; nothing in it is required yet. Only staff see it."""

    __tablename__ = "response_draft"
    recommendation_id: int = Field(foreign_key="recommendation.id", primary_key=True)
    outcome: Outcome | None = Field(default=None, sa_type=words(Outcome))
    reason: str = ""
    language: str = Field(default="en", max_length=35)
    owner: str = Field(default="", max_length=200)
    due_on: date | None = None
    saved_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")


class Milestone(SQLModel, table=True):
    """A step that was promised with an answer."""

    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    title: str = Field(max_length=300)
    language: str = Field(default="en", max_length=35)
    due_on: date | None = None
    done_on: date | None = None
    salt: str = Field(default="", max_length=32)
    created_at: datetime


class Evidence(SQLModel, table=True):
    """Where one can see that a milestone was reached: a clause, a contract, a budget line."""

    id: int | None = Field(default=None, primary_key=True)
    milestone_id: int = Field(foreign_key="milestone.id", index=True)
    title: str = Field(max_length=300)
    language: str = Field(default="en", max_length=35)
    url: str = Field(max_length=2000)
    salt: str = Field(default="", max_length=32)
    added_at: datetime
