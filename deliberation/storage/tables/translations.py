"""Texts in other languages, and what a machine still has to translate."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import Provenance, Translatable


class Translation(SQLModel, table=True):
    """A text in another language. `subject` and `subject_id` name what is translated.

    `translator`, `reviewer`: by role and number, as in the ledger; empty for a machine and before a review.
    """

    __table_args__ = (UniqueConstraint("subject", "subject_id", "language"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    subject: Translatable = Field(sa_type=words(Translatable))
    subject_id: int
    language: str = Field(max_length=35)
    text: str
    provenance: Provenance = Field(sa_type=words(Provenance))
    translator: str = Field(default="", max_length=64)
    translated_at: datetime | None = None
    reviewer: str = Field(default="", max_length=64)
    reviewed_at: datetime | None = None


class MachineTranslation(SQLModel, table=True):
    """What the service once answered, by a digest of languages and text, so that nothing is asked twice."""

    __tablename__ = "machine_translation"
    digest: str = Field(primary_key=True, max_length=64)
    text: str
    made_at: datetime


class TranslationWork(SQLModel, table=True):
    """A translation that a worker has claimed, or that failed; no try before `due_at`."""

    __tablename__ = "translation_work"
    subject: Translatable = Field(sa_type=words(Translatable), primary_key=True)
    subject_id: int = Field(primary_key=True)
    language: str = Field(primary_key=True, max_length=35)
    due_at: datetime
    failures: int = 0
    failure: str | None = None
