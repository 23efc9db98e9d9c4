"""`hiroba migrate`."""

import click

from deliberation.storage import schema
from deliberation.storage.engine import Database
from web import settings


@click.command()
def migrate() -> None:
    """Bring the database schema up to date."""
    database = Database(settings.from_environment().database_url)
    try:
        schema.migrate(database)
    finally:
        database.dispose()
    click.echo("The database is up to date.")
