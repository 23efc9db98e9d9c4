"""Statements, and what moderators decided about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import DecisionKind, Reason, StatementState

REMOVED = "removed:"
"""How the key of a text begins that its author has removed. No text has such a key."""


class Statement(SQLModel, table=True):
    """`number` is the public one, counted per conversation; `text_key` is the folded text that tells duplicates.

    A merged statement keeps its own votes; whoever counts, counts them for the statement it leads to.
    `submission`: a UUID made by the page that sent it, so that sending it again changes nothing.
    """

    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        UniqueConstraint("conversation_id", "text_key"),
        Index("ix_statement_submission", "conversation_id", "submission", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    number: int
    text: str
    text_key: str = Field(max_length=64)
    language: str = Field(max_length=35)
    state: StatementState = Field(default=StatementState.PENDING, sa_type=words(StatementState), index=True)
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    is_seed: bool = False
    is_meta: bool = False
    merged_into_id: int | None = Field(default=None, foreign_key="statement.id")
    reason: Reason | None = Field(default=None, sa_type=words(Reason))
    note: str = ""
    submission: str | None = Field(default=None, max_length=36)
    created_at: datetime
    decided_at: datetime | None = None


class ModerationDecision(SQLModel, table=True):
    """One thing a moderator did. `before` holds what is needed to undo it; `salt` seals the note in the ledger."""

    __tablename__ = "moderation_decision"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    kind: DecisionKind = Field(sa_type=words(DecisionKind))
    statement_id: int | None = Field(default=None, foreign_key="statement.id", index=True)
    participant_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    reason: Reason | None = Field(default=None, sa_type=words(Reason))
    note: str = ""
    salt: str = Field(default="", max_length=32)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    decided_at: datetime
    undone_by_id: int | None = Field(default=None, foreign_key="moderation_decision.id")
