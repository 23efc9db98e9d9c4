"""Codes that let people into a conversation which is not open to everybody."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class InvitationBatch(SQLModel, table=True):
    """Codes that were made together, for one letter or one event. Withdrawing it ends the codes that are not used yet."""

    __tablename__ = "invitation_batch"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    name: str = Field(max_length=200)
    size: int
    created_at: datetime
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None


class Invitation(SQLModel, table=True):
    """One code, for one person; only its hash is kept, and nothing says who used it, nor when: the moment would tell."""

    code_sha256: str = Field(primary_key=True, max_length=64)
    batch_id: int = Field(foreign_key="invitation_batch.id", index=True)
    used: bool = False
