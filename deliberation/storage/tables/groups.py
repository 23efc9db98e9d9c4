"""Names that people give to what the engine finds."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class GroupName(SQLModel, table=True):
    """What a moderator calls the opinion group with this letter, from one analysis to the next."""

    __tablename__ = "group_name"
    __table_args__ = (UniqueConstraint("conversation_id", "label"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    label: str = Field(max_length=8)
    name: str = Field(max_length=60)
    language: str = Field(default="en", max_length=35)
    named_at: datetime
