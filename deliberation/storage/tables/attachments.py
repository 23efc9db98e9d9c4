"""Files that staff attach to stages and milestones."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class Attachment(SQLModel, table=True):
    """A file as it is handed out under `token`; `name` is a bare name without folders."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    token: str = Field(unique=True, max_length=32)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)
    added_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")
