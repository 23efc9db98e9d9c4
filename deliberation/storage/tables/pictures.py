"""Second pictures of the people of a conversation, drawn when somebody wants to see one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Picture(SQLModel, table=True):
    """The last picture of a conversation's people, without single people, and the snapshot it was drawn for.

    `wanted_at`: since when a newer one is asked for. No worker begins one before `turn_at`.
    """

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    wanted_at: datetime | None = None
    turn_at: datetime
    analysis_id: int | None = Field(default=None, foreign_key="analysis.id")
    content: dict[str, Any] | None = Field(default=None, sa_type=JSON)
