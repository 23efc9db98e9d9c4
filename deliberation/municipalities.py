"""Tenants: who a request is for."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from deliberation import mail_addresses, mandate, slugs
from deliberation.errors import NotFound
from deliberation.errors.conversations import HostInvalid, MunicipalityNameInvalid, SlugTaken
from deliberation.storage.rows import identity
from deliberation.storage.tables import Municipality
from deliberation.texts import Text

LONGEST_NAME = 200
LONGEST_HOST = 253
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")


@dataclass(frozen=True, slots=True)
class Tenant:
    """What pages need to know of a municipality."""

    id: int
    slug: str
    name: str
    host: str | None
    language: str
    time_zone: str
    """Name in the IANA database; the residents' clock."""
    contact: str
    """The mail address for questions about these pages; empty where none was given."""
    mandate: Text | None = None
    """What agreement obliges it to, where it says so in words of its own."""


def add(
    session: Session,
    *,
    slug: str,
    name: str,
    now: datetime,
    host: str | None = None,
    language: str = "en",
    time_zone: str = "UTC",
    contact: str = "",
) -> Tenant:
    """A new municipality; its host is kept in lower case.

    Raises SlugInvalid, SlugTaken, MunicipalityNameInvalid, HostInvalid, EmailInvalid.
    """
    slugs.check(slug)
    name, host = _checked_name(name), None if host is None else _checked_host(host)
    if session.exec(select(Municipality.id).where(Municipality.slug == slug)).first() is not None:
        raise SlugTaken(slug=slug)
    if host is not None and session.exec(select(Municipality.id).where(Municipality.host == host)).first() is not None:
        raise SlugTaken(slug=host)
    row = Municipality(slug=slug, name=name, host=host, language=language, time_zone=time_zone, created_at=now)
    row.contact = checked_contact(contact)
    session.add(row)
    session.flush()
    return tenant(row)


def everyone(session: Session) -> list[Tenant]:
    """All tenants, the first one first. It serves the hosts that no other claims."""
    rows = session.exec(select(Municipality).order_by(col(Municipality.id))).all()
    notices = mandate.of(session, [identity(row) for row in rows])
    return [tenant(row, notices.get(identity(row))) for row in rows]


def get(session: Session, slug: str | None = None) -> Tenant:
    """The municipality with this slug; without one, the first."""
    query = select(Municipality).order_by(col(Municipality.id))
    row = session.exec(query if slug is None else query.where(Municipality.slug == slug)).first()
    if row is None:
        raise NotFound()
    return tenant(row)


def today(session: Session, municipality_id: int, now: datetime) -> date:
    """Which day it is for the municipality's residents and offices."""
    zone = session.exec(select(Municipality.time_zone).where(Municipality.id == municipality_id)).one()
    return now.astimezone(ZoneInfo(zone)).date()


def tenant(row: Municipality, notice: Text | None = None) -> Tenant:
    return Tenant(identity(row), row.slug, row.name, row.host, row.language, row.time_zone, row.contact, notice)


def checked_contact(typed: str) -> str:
    """An address, or nothing. Raises EmailInvalid."""
    return mail_addresses.checked(typed) if typed.strip() else ""


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise MunicipalityNameInvalid(limit=LONGEST_NAME)
    return name


def _checked_host(host: str) -> str:
    lowered = host.lower()
    if len(lowered) > LONGEST_HOST or not _HOST.fullmatch(lowered):
        raise HostInvalid(host=host)
    return lowered
