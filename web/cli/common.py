"""What commands share: the configured database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from deliberation import municipalities
from deliberation.errors import NotFound
from deliberation.errors.conversations import MunicipalityUnknown
from deliberation.municipalities import Tenant
from deliberation.storage import schema
from deliberation.storage.engine import Database
from web import settings
from web.cli import failures
from web.settings import Settings
from web.settings_addresses import SettingsError


@contextmanager
def configured_database(configured: Settings | None = None) -> Iterator[Database]:
    """The database of the environment's settings, brought up to date when it is the embedded one. Raises SettingsError."""
    configured = configured or settings.from_environment()
    with opened(configured) as database:
        if database.embedded:
            schema.migrate(database)
        elif not schema.is_current(database):
            raise SettingsError("the database schema is not up to date; run: hiroba migrate")
        yield database


@contextmanager
def opened(configured: Settings) -> Iterator[Database]:
    """The database as it is. Raises SettingsError, naming it, when it cannot be used."""
    database = Database(configured.database_url)
    try:
        yield database
    except SQLAlchemyError as error:
        place = database.url.set(query={}).render_as_string(hide_password=True)
        raise SettingsError(f"the database {place} cannot be used: {failures.of_database(error)}") from error
    finally:
        database.dispose()


def now() -> datetime:
    return datetime.now(UTC)


def tenant(session: Session, slug: str | None) -> Tenant:
    """The municipality with this slug; the first one without. Raises MunicipalityUnknown."""
    try:
        return municipalities.get(session, slug)
    except NotFound:
        raise MunicipalityUnknown(slug=slug) from None
