"""Meetings of the reflection stage and what they talk about."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Meeting(SQLModel, table=True):
    """`room_url`: where one can take part and speak; `stream_url`: where one can watch; `number` counts per conversation.

    `cancel_reason` is in the language of the title, and sealed in the ledger with `salt`.
    """

    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    number: int
    title: str = Field(max_length=300)
    language: str = Field(default="en", max_length=35)
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = Field(default="", max_length=300)
    room_url: str = Field(default="", max_length=2000)
    stream_url: str = Field(default="", max_length=2000)
    recording_url: str = Field(default="", max_length=2000)
    minutes_url: str = Field(default="", max_length=2000)
    created_at: datetime
    cancelled_at: datetime | None = None
    cancel_reason: str = Field(default="", max_length=1000)
    salt: str = Field(default="", max_length=32)


class AgendaItem(SQLModel, table=True):
    """`minutes`: how long speakers have. It may rest on a finding of report `report`, by key, and on statement `statement`."""

    __tablename__ = "agenda_item"
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    position: int
    title: str = Field(max_length=500)
    language: str = Field(default="en", max_length=35)
    speaker: str = Field(default="", max_length=200)
    minutes: int = 10
    report: int | None = None
    finding: str = Field(default="", max_length=80)
    statement: int | None = None
