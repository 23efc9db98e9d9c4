"""Frozen reports, recommendations, official answers, and what came of them.

A `salt` stays with the text whose sealed digest stands in the ledger.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from deliberation.storage.tables.columns import words
from deliberation.values import DraftState, EvidenceKind, Outcome, Reason, RecommendationState, StatementState


class Report(SQLModel, table=True):
    """A report frozen on an analysis. `content` is what was published; `sha256` is taken over it.

    `frozen_id`: the input it was made from; reports of before there were such have none. `note`: what is different from the
    report before. `override`: why it was published although its groups are not stable.
    """

    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    number: int
    analysis_id: int = Field(foreign_key="analysis.id")
    title: str = Field(max_length=300)
    introduction: str = ""
    language: str = Field(default="en", max_length=35)
    content: dict[str, Any] = Field(sa_type=JSON)
    sha256: str = Field(max_length=64)
    published_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")
    frozen_id: int | None = None
    note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    override: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ReportStatement(SQLModel, table=True):
    """Which statements a report's texts hold, so that nobody has to read its `content` for that."""

    __tablename__ = "report_statement"
    report_id: int = Field(foreign_key="report.id", primary_key=True)
    statement_id: int = Field(foreign_key="statement.id", primary_key=True, index=True)


class Recommendation(SQLModel, table=True):
    """What officials are asked to answer; `number` is the public one, counted per conversation."""

    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    report_id: int = Field(foreign_key="report.id", index=True)
    number: int
    text: str
    language: str = Field(default="en", max_length=35)
    office: str = Field(default="", max_length=200)
    answer_due_on: date | None = None
    salt: str = Field(default="", max_length=32)
    created_at: datetime
    state: RecommendationState = Field(
        default=RecommendationState.HANDED_OVER,
        sa_type=words(RecommendationState),
        sa_column_kwargs={"server_default": RecommendationState.HANDED_OVER.value},
    )
    theme: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    theme_language: str = Field(default="", max_length=35, sa_column_kwargs={"server_default": ""})
    comments_until: date | None = None
    public_at: datetime | None = None
    handed_over_at: datetime | None = None
    office_id: int | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class RecommendationFinding(SQLModel, table=True):
    """A finding of the report that the recommendation was drafted from; the labels are letters of groups or empty."""

    __tablename__ = "recommendation_finding"
    recommendation_id: int = Field(foreign_key="recommendation.id", primary_key=True)
    kind: str = Field(max_length=24, primary_key=True)
    number: int = Field(primary_key=True)
    group_label: str = Field(default="", max_length=8, primary_key=True)
    choice: int
    other_label: str = Field(default="", max_length=8)


class RecommendationWording(SQLModel, table=True):
    """How a recommendation was worded before, once others than staff could read it."""

    __tablename__ = "recommendation_wording"
    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    text: str
    language: str = Field(max_length=35)
    salt: str = Field(default="", max_length=32)
    replaced_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")


class Comment(SQLModel, table=True):
    """What somebody says about a recommendation while it may still be worded differently; `number` counts within it.

    `submission`: a UUID made by the page that sent it, so that sending it again changes nothing.
    """

    __table_args__ = (
        UniqueConstraint("recommendation_id", "number"),
        Index("ix_comment_submission", "recommendation_id", "submission", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id")
    number: int
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=32, index=True)
    text: str
    language: str = Field(max_length=35)
    state: StatementState = Field(default=StatementState.PENDING, sa_type=words(StatementState), index=True)
    reason: Reason | None = Field(default=None, sa_type=words(Reason))
    submission: str | None = Field(default=None, max_length=36)
    created_at: datetime
    decided_at: datetime | None = None


class Office(SQLModel, table=True):
    """A part of the administration that answers recommendations. Reminders go to `email` where there is one."""

    __table_args__ = (UniqueConstraint("municipality_id", "slug"),)
    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    slug: str = Field(max_length=63)
    name: str = Field(max_length=200)
    language: str = Field(default="en", max_length=35)
    email: str = Field(default="", max_length=254)
    created_at: datetime
    closed_at: datetime | None = None


class RecommendationStatement(SQLModel, table=True):
    __tablename__ = "recommendation_statement"
    recommendation_id: int = Field(foreign_key="recommendation.id", primary_key=True)
    statement_id: int = Field(foreign_key="statement.id", primary_key=True, index=True)


class Response(SQLModel, table=True):
    """An official answer. A later answer to the same recommendation is a new row; the newest stands.

    `reviewer_id`: the second person, who found it right; answers of before there were reviews have none. `batch`: the same for
    answers that were given together.
    """

    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    outcome: Outcome = Field(sa_type=words(Outcome))
    reason: str
    language: str = Field(default="en", max_length=35)
    owner: str = Field(default="", max_length=200)
    due_on: date | None = None
    salt: str = Field(default="", max_length=32)
    published_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")
    reviewer_id: int | None = None
    legal_basis: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    legal_url: str = Field(default="", max_length=2000, sa_column_kwargs={"server_default": ""})
    budget: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    batch: str | None = Field(default=None, max_length=32)


class ResponseDraft(SQLModel, table=True):
    """An answer that is still being written; nothing in it is required yet. Only staff see it.

    `version` grows with each change, so that nobody writes over what they have not seen. `steps`: milestones to promise with it,
    each with title and due_on. `account_id` wrote it last, `submitted_by` asked for a second person's review.
    """

    __tablename__ = "response_draft"
    recommendation_id: int = Field(foreign_key="recommendation.id", primary_key=True)
    outcome: Outcome | None = Field(default=None, sa_type=words(Outcome))
    reason: str = ""
    language: str = Field(default="en", max_length=35)
    owner: str = Field(default="", max_length=200)
    due_on: date | None = None
    saved_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    state: DraftState = Field(
        default=DraftState.WRITING, sa_type=words(DraftState), sa_column_kwargs={"server_default": DraftState.WRITING.value}
    )
    submitted_at: datetime | None = None
    submitted_by: int | None = None
    review_note: str = Field(default="", sa_column_kwargs={"server_default": ""})
    reviewed_by: int | None = None
    legal_basis: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    legal_url: str = Field(default="", max_length=2000, sa_column_kwargs={"server_default": ""})
    budget: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    steps: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    batch: str | None = Field(default=None, max_length=32)


class Extension(SQLModel, table=True):
    """A later day for what is owed, with the reason and what has been done so far. `owed`: a word of `outcomes.Owed`."""

    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    milestone_id: int | None = Field(default=None, foreign_key="milestone.id")
    owed: str = Field(max_length=24)
    from_day: date
    to_day: date
    reason: str
    progress: str
    language: str = Field(default="en", max_length=35)
    salt: str = Field(default="", max_length=32)
    published_at: datetime
    account_id: int | None = Field(default=None, foreign_key="account.id")


class Reminder(SQLModel, table=True):
    """That an office was reminded of something. `subject` names it with its day, `days_left` may be negative."""

    subject: str = Field(primary_key=True, max_length=100)
    days_left: int = Field(primary_key=True)
    sent_at: datetime


class Milestone(SQLModel, table=True):
    """A step that was promised with an answer."""

    id: int | None = Field(default=None, primary_key=True)
    recommendation_id: int = Field(foreign_key="recommendation.id", index=True)
    title: str = Field(max_length=300)
    language: str = Field(default="en", max_length=35)
    due_on: date | None = None
    done_on: date | None = None
    salt: str = Field(default="", max_length=32)
    created_at: datetime


class Evidence(SQLModel, table=True):
    """Where one can see that a milestone was reached: a clause, a contract, a budget line."""

    id: int | None = Field(default=None, primary_key=True)
    milestone_id: int = Field(foreign_key="milestone.id", index=True)
    title: str = Field(max_length=300)
    language: str = Field(default="en", max_length=35)
    url: str = Field(max_length=2000)
    salt: str = Field(default="", max_length=32)
    added_at: datetime
    kind: EvidenceKind = Field(
        default=EvidenceKind.OTHER, sa_type=words(EvidenceKind), sa_column_kwargs={"server_default": EvidenceKind.OTHER.value}
    )
    attachment_id: int | None = None
