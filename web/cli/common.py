"""What commands share: the configured database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlmodel import Session

from deliberation import municipalities
from deliberation.errors import MunicipalityUnknown, NotFound
from deliberation.municipalities import Tenant
from deliberation.storage import schema
from deliberation.storage.engine import Database
from web import settings
from web.settings import Settings, SettingsError


@contextmanager
def configured_database(configured: Settings | None = None) -> Iterator[Database]:
    """The database of the environment's settings, brought up to date when it is the embedded one. Raises SettingsError."""
    configured = configured or settings.from_environment()
    database = Database(configured.database_url)
    try:
        if database.embedded:
            schema.migrate(database)
        elif not schema.is_current(database):
            raise SettingsError("the database schema is not up to date; run: hiroba migrate")
        yield database
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
