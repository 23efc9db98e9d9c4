"""Run by Alembic; the connection comes from `deliberation.storage.schema`."""

from alembic import context
from sqlmodel import SQLModel

import deliberation.storage.tables  # noqa: F401  registers the tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
