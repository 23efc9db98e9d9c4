"""Who wants to hear what becomes of a conversation, and the mail that waits to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, true
from sqlmodel import Field, SQLModel


class Subscription(SQLModel, table=True):
    """An address that follows a conversation once it is confirmed. `told_until`: what happened later is still to be told.

    `whole`: everything about the conversation; otherwise only what happens to its `SubscriptionItem`s.
    """

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
    whole: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class SubscriptionItem(SQLModel, table=True):
    """A part of the trace that the address follows: `s/17` a statement, `r/3` a recommendation with all that came of it.

    An empty `item` waits to become the whole conversation. Nothing is told of an item before it is confirmed; `mailed_at`: the
    mail that asks for it was written.
    """

    __tablename__ = "subscription_item"
    subscription_id: int = Field(foreign_key="subscription.id", primary_key=True)
    item: str = Field(primary_key=True, max_length=40)
    added_at: datetime
    mailed_at: datetime | None = None
    confirmed_at: datetime | None = None


class Webhook(SQLModel, table=True):
    """An address of a machine that is told, signed with `secret`, what happens to a conversation or to one `item` of it.

    Nothing is sent before it has answered a first message (`confirmed_at`). `token` lets whoever made it end it.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    item: str = Field(default="", max_length=40)
    url: str = Field(max_length=2000)
    language: str = Field(default="en", max_length=35)
    secret: str = Field(max_length=64)
    token: str = Field(unique=True, max_length=64)
    created_at: datetime
    confirmed_at: datetime | None = None
    told_until: datetime
    due_at: datetime = Field(index=True)
    claimed_by: str | None = Field(default=None, max_length=64)
    claimed_until: datetime | None = None
    failures: int = 0
    failure: str | None = None


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
