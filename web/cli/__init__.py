"""The `hiroba` command. One module per noun; each command is thin."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from deliberation.errors import Refusal
from web.cli import failures
from web.settings_addresses import SettingsError


class Commands(click.Group):
    """A refusal, or a failure of what is around us, is one line on standard error and exit status 1; wrong usage is 2."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (Refusal, SettingsError) as refusal:
            problem = str(refusal)
        except BrokenPipeError:
            raise  # whoever read us has gone; click ends quietly
        except (SQLAlchemyError, OSError, UnicodeError) as error:
            problem = failures.told(error)
        click.echo(f"hiroba: {problem}", err=True)
        sys.exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="hiroba", prog_name="hiroba")
def main() -> None:
    """Hiroba, the public square: deliberations from first statement to policy answer."""


def register() -> None:
    from web.cli import analyses, database, demo, interchange, ledger, municipalities, server
    from web.cli.cluster import cluster

    staff = (municipalities.municipality, municipalities.user)
    work = (demo.demo_, server.serve, server.worker, analyses.analyse)
    for command in (database.migrate, interchange.import_, interchange.export, *staff, cluster, *work, ledger.ledger_):
        main.add_command(command)


register()
