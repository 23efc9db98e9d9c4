"""Where conversations are found: areas of the municipality, fields of interest, and other sites that show a card."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import Interest


class Area(SQLModel, table=True):
    """A part of the municipality."""

    __table_args__ = (UniqueConstraint("municipality_id", "slug"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    slug: str = Field(max_length=63)
    name: str = Field(max_length=200)
    language: str = Field(default="en", max_length=35)


class ConversationArea(SQLModel, table=True):
    __tablename__ = "conversation_area"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    area_id: int = Field(foreign_key="area.id", primary_key=True, index=True)


class ConversationInterest(SQLModel, table=True):
    __tablename__ = "conversation_interest"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    interest: Interest = Field(sa_type=words(Interest), primary_key=True)


class EmbedHost(SQLModel, table=True):
    """A site that may show the conversation's card."""

    __tablename__ = "embed_host"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    host: str = Field(primary_key=True, max_length=253)
