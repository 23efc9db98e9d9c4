"""Topics that residents would like to talk about."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import Interest, ProposalState, Reason


class Proposal(SQLModel, table=True):
    """`number` is the public one, counted per municipality; `conversation_id` is what it became.

    `reason` and `note` say why it was declined.
    """

    __table_args__ = (UniqueConstraint("municipality_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    number: int
    topic: str = Field(max_length=300)
    why: str = ""
    language: str = Field(max_length=35)
    interest: Interest | None = Field(default=None, sa_type=words(Interest))
    area_id: int | None = Field(default=None, foreign_key="area.id")
    author_id: str | None = Field(default=None, foreign_key="person.id", max_length=32, index=True)
    state: ProposalState = Field(default=ProposalState.PENDING, sa_type=words(ProposalState))
    reason: Reason | None = Field(default=None, sa_type=words(Reason))
    note: str = ""
    created_at: datetime
    decided_at: datetime | None = None
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")


class ProposalSupport(SQLModel, table=True):
    __tablename__ = "proposal_support"
    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True, max_length=32, index=True)
    supported_at: datetime
