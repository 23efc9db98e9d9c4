"""Conversations, their stages and what is attached to a stage."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import ArtefactKind, Joining, ModerationMode, Stage


class Conversation(SQLModel, table=True):
    """`version` grows with every change that a ballot depends on (statements, translations, routing weights, rules).

    `releases_votes`: whether it is announced from the start that the votes leave as a file, without names, after the end.
    `template`: what it was begun from. `claim_name`, `claim_value`: where people join by signing in, what the identity provider
    must say of them; empty for nothing.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    slug: str = Field(unique=True, max_length=63)
    topic: str = Field(max_length=300)
    background: str = ""
    language: str = Field(default="en", max_length=35)
    stage: Stage = Field(default=Stage.OPINION, sa_type=words(Stage))
    moderation: ModerationMode = Field(default=ModerationMode.PRE, sa_type=words(ModerationMode))
    statement_limit: int = 140
    publication_minimum: int = 10
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    created_at: datetime
    version: int = 1
    joining: Joining = Field(default=Joining.OPEN, sa_type=words(Joining))
    claim_name: str = Field(default="", max_length=200)
    claim_value: str = Field(default="", max_length=200)
    source: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    releases_votes: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    template: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})


class StagePeriod(SQLModel, table=True):
    """When a stage ran or is planned to run."""

    __tablename__ = "stage_period"
    __table_args__ = (UniqueConstraint("conversation_id", "stage"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    stage: Stage = Field(sa_type=words(Stage))
    starts_on: date | None = None
    ends_on: date | None = None


class Artefact(SQLModel, table=True):
    """A document, recording or link that belongs to a stage."""

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    stage: Stage = Field(sa_type=words(Stage))
    kind: ArtefactKind = Field(
        default=ArtefactKind.DOCUMENT,
        sa_type=words(ArtefactKind),
        sa_column_kwargs={"server_default": ArtefactKind.DOCUMENT.value},
    )
    attachment_id: int | None = None
    title: str = Field(max_length=300)
    url: str = Field(max_length=2000)
    language: str = Field(default="en", max_length=35)
    added_at: datetime
