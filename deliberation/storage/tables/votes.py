"""Votes: the last answer per participant and statement, and the append-only history."""

from datetime import datetime

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field, SQLModel

from deliberation.storage.engine import BIG_KEY


class Vote(SQLModel, table=True):
    """What counts now: +1 agree, 0 pass, −1 disagree. A withdrawn vote has no row."""

    __table_args__ = (Index("ix_vote_conversation", "conversation_id", "statement_id", "participant_id", "choice"),)
    participant_id: int = Field(foreign_key="participant.id", primary_key=True)
    statement_id: int = Field(foreign_key="statement.id", primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    choice: int = Field(sa_type=SmallInteger)
    important: bool = False
    voted_at: datetime


class VoteEvent(SQLModel, table=True):
    """Everything that was said, in order. No choice means that the vote was taken back.

    `propensity`: the chance that this statement, of all that were left, was the next to be shown; None where none was drawn.
    """

    __tablename__ = "vote_event"
    __table_args__ = (
        Index("ix_vote_event_ballot", "participant_id", "ballot"),
        Index("ix_vote_event_conversation", "conversation_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_KEY)
    conversation_id: int = Field(foreign_key="conversation.id")
    participant_id: int = Field(foreign_key="participant.id")
    statement_id: int = Field(foreign_key="statement.id")
    choice: int | None = Field(default=None, sa_type=SmallInteger)
    important: bool = False
    ballot: str | None = Field(default=None, max_length=36)
    voted_at: datetime
    propensity: float | None = None
