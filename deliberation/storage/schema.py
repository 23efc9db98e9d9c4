"""Bringing the database schema up to date, and comparing it with the tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import deliberation.storage.tables  # noqa: F401  registers the tables
from deliberation.storage.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision`; what is up to date already is left alone."""
    with database.write() as session:
        command.upgrade(_config(session.connection()), revision)


def downgrade(database: Database, revision: str) -> None:
    with database.write() as session:
        command.downgrade(_config(session.connection()), revision)


def write_revision(database: Database, message: str, revision: str) -> None:
    """For developers: a new migration from the difference between the tables and the database."""
    with database.write() as session:
        command.revision(_config(session.connection()), message=message, rev_id=revision, autogenerate=True)


def is_current(database: Database) -> bool:
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() == newest


def differences(database: Database) -> Sequence[Any]:
    """What the tables have that the database has not, and the other way round."""
    with database.read() as session:
        found: Sequence[Any] = compare_metadata(MigrationContext.configure(session.connection()), SQLModel.metadata)
        return found


def _config(connection: Any) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
