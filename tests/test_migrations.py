from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData
from sqlalchemy.sql.sqltypes import JSON, Boolean, DateTime, Integer, LargeBinary
from sqlmodel import select

from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.storage.tables import Conversation, ReportStatement
from tests.support.make import NOON


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    assert schema.differences(database) == []
    assert schema.is_current(database)


def test_migrating_again_changes_nothing(database: Database) -> None:
    schema.migrate(database)
    assert schema.is_current(database)


def test_the_way_back_leads_to_an_empty_database(database: Database) -> None:
    schema.downgrade(database, "base")
    assert not schema.is_current(database)
    schema.migrate(database)
    assert schema.differences(database) == []


def test_a_database_in_use_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "hiroba.db"))
    schema.migrate(database, "0004")
    with database.write() as session:
        report = _report_of_before(session.connection(), texts=[1, 3])
    schema.migrate(database)
    assert schema.differences(database) == []
    with database.read() as session:
        assert session.exec(select(Conversation.releases_votes, Conversation.template)).all() == [(False, "")]
        assert session.exec(select(ReportStatement.report_id, ReportStatement.statement_id)).all() == [(report, 1), (report, 3)]
    database.dispose()


def _report_of_before(connection: Connection, texts: list[int]) -> int:
    """A report on three statements that holds some of their texts, as rows of the tables that there are."""
    tables = MetaData()
    tables.reflect(connection)
    usual = {Boolean: False, Integer: 1, DateTime: NOON, JSON: {}, LargeBinary: b""}

    def add(table: str, **known: Any) -> int:
        needed = [column for column in tables.tables[table].c if not (column.nullable or column.primary_key)]
        unknown = {
            column.name: next((value for kind, value in usual.items() if isinstance(column.type, kind)), "x")
            for column in needed
            if column.server_default is None
        }
        row = connection.execute(tables.tables[table].insert().values(unknown | known))
        return int(row.inserted_primary_key[0])

    add("municipality")
    add("conversation")
    for number in (1, 2, 3):
        add("statement", number=number, text_key=str(number))
    add("analysis")
    return add("report", content={"texts": {str(number): {} for number in texts}})
