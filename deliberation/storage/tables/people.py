"""Municipalities (tenants), staff accounts, and residents without names."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import Channel, Reason, Role


class Municipality(SQLModel, table=True):
    """`contact`: the mail address for questions about these pages, shown to everybody.

    `mandate_notice`: in its own words, what figures of agreement do and do not oblige it to; empty for the words that Hiroba
    brings. `data_licence`: the SPDX identifier under which data leave.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=63)
    name: str = Field(max_length=200)
    host: str | None = Field(default=None, unique=True, max_length=253)
    language: str = Field(default="en", max_length=35)
    time_zone: str = Field(default="UTC", max_length=64)
    contact: str = Field(default="", max_length=254)
    mandate_notice: str = Field(default="", sa_column_kwargs={"server_default": ""})
    mandate_notice_language: str = Field(default="en", max_length=35, sa_column_kwargs={"server_default": "en"})
    data_licence: str = Field(default="CC-BY-4.0", max_length=64, sa_column_kwargs={"server_default": "CC-BY-4.0"})
    created_at: datetime


class Account(SQLModel, table=True):
    """A member of staff. `language`: in which they last read these pages, empty while nobody knows."""

    __table_args__ = (UniqueConstraint("municipality_id", "email"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    email: str = Field(max_length=254)
    role: Role = Field(sa_type=words(Role))
    language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    created_at: datetime
    disabled_at: datetime | None = None
    signed_out_at: datetime | None = None


class SignInLink(SQLModel, table=True):
    """A one-time link; only the hash of its token is kept."""

    __tablename__ = "sign_in_link"
    token_sha256: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    expires_at: datetime
    used_at: datetime | None = None


class Person(SQLModel, table=True):
    """Somebody behind a cookie. The id is random and signed into the cookie."""

    id: str = Field(primary_key=True, max_length=32)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    created_at: datetime


class Participant(SQLModel, table=True):
    """A person in one conversation, without a name. Imported participants have no person."""

    __table_args__ = (
        UniqueConstraint("conversation_id", "person_id"),
        UniqueConstraint("conversation_id", "external_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=32, index=True)
    channel: Channel = Field(default=Channel.ONLINE, sa_type=words(Channel))
    external_id: str | None = Field(default=None, max_length=64)
    external_group: str | None = Field(default=None, max_length=16)
    joined_at: datetime
    banned_at: datetime | None = None
    ban_reason: Reason | None = Field(default=None, sa_type=words(Reason))
