"""`hiroba migrate`."""

import click

from deliberation.storage import schema
from web import settings
from web.cli.common import opened


@click.command()
def migrate() -> None:
    """Bring the database schema up to date."""
    with opened(settings.from_environment()) as database:
        schema.migrate(database)
    click.echo("The database is up to date.")
