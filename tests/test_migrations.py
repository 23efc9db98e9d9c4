from deliberation.storage import schema
from deliberation.storage.engine import Database


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
