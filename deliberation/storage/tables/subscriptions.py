"""Who wants to hear what becomes of a conversation, and the mail that waits to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class Subscription(SQLModel, table=True):
    """An address that follows a conversation once it is confirmed. `told_until`: what happened later is still to be told."""

    __table_args__ = (UniqueConstraint("conversation_id", "email"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=32, index=True)
    email: str = Field(max_length=254)
    language: str = Field(max_length=35)
    token: str = Field(unique=True, max_length=64)
    created_at: datetime
    confirmed_at: datetime | None = None
    told_until: datetime
    mailed_at: datetime | None = None


class Delivery(SQLModel, table=True):
    """A mail that waits to be sent; its row goes when it has been. `attempts` so far, none before `due_at`."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    subscription_id: int | None = Field(default=None, foreign_key="subscription.id", index=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=300)
    text: str
    headers: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime
    due_at: datetime = Field(index=True)
    claimed_by: str | None = Field(default=None, max_length=64)
    claimed_until: datetime | None = None
    attempts: int = 0
    failure: str | None = None
