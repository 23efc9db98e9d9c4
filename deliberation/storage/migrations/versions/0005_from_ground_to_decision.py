"""From shared ground to decision: frozen inputs, comments, reviews, extensions, meetings, webhooks, votes by hour"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=False),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "days_left"),
    )
    op.create_table(
        "vote_hour_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=63), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("municipality_id", "slug"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "frozen_input",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("wanted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("turn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=True),
        sa.Column("engine_version", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("input_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("votes_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("statements_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("outputs", sa.JSON(), nullable=True),
        sa.Column("letters", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("votes", sa.LargeBinary(), nullable=True),
        sa.Column("statements", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("frozen_input", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frozen_input_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("room_url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("stream_url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("recording_url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("minutes_url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("cancelled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("cancel_reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("salt", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "number"),
    )
    op.create_table(
        "analysis_summary",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Integer(), nullable=True),
        sa.Column("stable", sa.Boolean(), nullable=True),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"],
            ["analysis.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_table(
        "vote_hour",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("hour", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "hour"),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("secret", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("told_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("claimed_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhook_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhook_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("speaker", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=True),
        sa.Column("finding", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("statement", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "subscription_item",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("mailed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
        ),
        sa.PrimaryKeyConstraint("subscription_id", "item"),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "accepted", "rejected", "merged", name="statementstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "off_topic",
                "insulting",
                "personal_data",
                "duplicate",
                "not_a_statement",
                "spam",
                name="reason",
                native_enum=False,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("submission", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recommendation_id", "number"),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_state"), ["state"], unique=False)
        batch_op.create_index("ix_comment_submission", ["recommendation_id", "submission"], unique=True)

    op.create_table(
        "recommendation_finding",
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_label", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("other_label", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
        ),
        sa.PrimaryKeyConstraint("recommendation_id", "kind", "number", "group_label"),
    )
    op.create_table(
        "recommendation_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("salt", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("replaced_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("recommendation_wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendation_wording_recommendation_id"), ["recommendation_id"], unique=False)

    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("owed", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("progress", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("salt", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("published_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["milestone.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_recommendation_id"), ["recommendation_id"], unique=False)

    with op.batch_alter_table("artefact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "brief",
                    "sponsor",
                    "material",
                    "rules",
                    "agenda",
                    "stream",
                    "minutes",
                    "recording",
                    "document",
                    name="artefactkind",
                    native_enum=False,
                    length=24,
                ),
                server_default="document",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))

    # "0" and "1", because SQLite would be given a new table for sa.false() and cannot drop one that others refer to.
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("releases_votes", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("template", sqlmodel.sql.sqltypes.AutoString(length=40), server_default="", nullable=False))

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("clause", "contract", "budget_line", "photo", "other", name="evidencekind", native_enum=False, length=24),
                server_default="other",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mandate_notice", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("mandate_notice_language", sqlmodel.sql.sqltypes.AutoString(length=35), server_default="en", nullable=False)
        )
        batch_op.add_column(
            sa.Column("data_licence", sqlmodel.sql.sqltypes.AutoString(length=64), server_default="CC-BY-4.0", nullable=False)
        )

    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "draft", "commenting", "commented", "handed_over", name="recommendationstate", native_enum=False, length=24
                ),
                server_default="handed_over",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("theme", sqlmodel.sql.sqltypes.AutoString(length=200), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("theme_language", sqlmodel.sql.sqltypes.AutoString(length=35), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("comments_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("public_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("handed_over_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("office_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("override", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviewer_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("legal_basis", sqlmodel.sql.sqltypes.AutoString(length=500), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("legal_url", sqlmodel.sql.sqltypes.AutoString(length=2000), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("budget", sqlmodel.sql.sqltypes.AutoString(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("batch", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))

    with op.batch_alter_table("response_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum("writing", "submitted", "returned", name="draftstate", native_enum=False, length=24),
                server_default="writing",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("submitted_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("review_note", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reviewed_by", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("legal_basis", sqlmodel.sql.sqltypes.AutoString(length=500), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("legal_url", sqlmodel.sql.sqltypes.AutoString(length=2000), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("budget", sqlmodel.sql.sqltypes.AutoString(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("steps", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("batch", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whole", sa.Boolean(), server_default="1", nullable=False))

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), server_default="", nullable=False))

    # Until now a recommendation was public, and with its office, from the moment it was made.
    op.execute("UPDATE recommendation SET public_at = created_at, handed_over_at = created_at")

    op.create_table(
        "report_statement",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "statement_id"),
    )
    with op.batch_alter_table("report_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_statement_statement_id"), ["statement_id"], unique=False)
    _list_statements_of_reports()


def _list_statements_of_reports() -> None:
    """For the reports of before, from the numbers of their texts."""
    report, statement, listed = (
        sa.table("report", sa.column("id"), sa.column("conversation_id"), sa.column("content", sa.JSON())),
        sa.table("statement", sa.column("id"), sa.column("conversation_id"), sa.column("number")),
        sa.table("report_statement", sa.column("report_id"), sa.column("statement_id")),
    )
    for report_id, conversation_id, content in op.get_bind().execute(sa.select(*report.c)).all():
        numbers = [int(number) for number in content["texts"]]
        of_report = sa.select(sa.literal(report_id), statement.c.id).where(
            statement.c.conversation_id == conversation_id, statement.c.number.in_(numbers)
        )
        op.execute(listed.insert().from_select(["report_id", "statement_id"], of_report))


def downgrade() -> None:
    with op.batch_alter_table("report_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_statement_statement_id"))

    op.drop_table("report_statement")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("language")

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("whole")

    with op.batch_alter_table("response_draft", schema=None) as batch_op:
        batch_op.drop_column("batch")
        batch_op.drop_column("steps")
        batch_op.drop_column("budget")
        batch_op.drop_column("legal_url")
        batch_op.drop_column("legal_basis")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("review_note")
        batch_op.drop_column("submitted_by")
        batch_op.drop_column("submitted_at")
        batch_op.drop_column("state")
        batch_op.drop_column("version")

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_column("batch")
        batch_op.drop_column("budget")
        batch_op.drop_column("legal_url")
        batch_op.drop_column("legal_basis")
        batch_op.drop_column("reviewer_id")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("override")
        batch_op.drop_column("note")
        batch_op.drop_column("frozen_id")

    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("office_id")
        batch_op.drop_column("handed_over_at")
        batch_op.drop_column("public_at")
        batch_op.drop_column("comments_until")
        batch_op.drop_column("theme_language")
        batch_op.drop_column("theme")
        batch_op.drop_column("state")

    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_column("data_licence")
        batch_op.drop_column("mandate_notice_language")
        batch_op.drop_column("mandate_notice")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_column("attachment_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("template")
        batch_op.drop_column("releases_votes")

    with op.batch_alter_table("artefact", schema=None) as batch_op:
        batch_op.drop_column("attachment_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_recommendation_id"))

    op.drop_table("extension")
    with op.batch_alter_table("recommendation_wording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_wording_recommendation_id"))

    op.drop_table("recommendation_wording")
    op.drop_table("recommendation_finding")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_submission")
        batch_op.drop_index(batch_op.f("ix_comment_state"))
        batch_op.drop_index(batch_op.f("ix_comment_person_id"))

    op.drop_table("comment")
    op.drop_table("subscription_item")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_meeting_id"))

    op.drop_table("agenda_item")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_webhook_due_at"))
        batch_op.drop_index(batch_op.f("ix_webhook_conversation_id"))

    op.drop_table("webhook")
    op.drop_table("vote_hour")
    op.drop_table("analysis_summary")
    op.drop_table("meeting")
    with op.batch_alter_table("frozen_input", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frozen_input_conversation_id"))

    op.drop_table("frozen_input")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_conversation_id"))

    op.drop_table("attachment")
    op.drop_table("office")
    op.drop_table("vote_hour_mark")
    op.drop_table("reminder")
