"""Offices: the named parts of the administration that answer recommendations."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import foundations, ledger, mail_addresses, seen, slugs, statements, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import SlugTaken
from deliberation.errors.recommendations import OfficeChangedMeanwhile, OfficeNameTaken, OfficeUnknown, OfficeUnnamed, StillRests
from deliberation.storage.rows import identity
from deliberation.storage.tables import Office
from deliberation.values import Role, Translatable

LONGEST_NAME = 200


def listing(session: Session, municipality_id: int) -> Sequence[Office]:
    """All of them, those that are closed last."""
    return session.exec(
        select(Office)
        .where(Office.municipality_id == municipality_id)
        .order_by(col(Office.closed_at).is_not(None), col(Office.name), col(Office.id))
    ).all()


def choices(session: Session, municipality_id: int) -> list[Office]:
    """Those that can be asked."""
    return [row for row in listing(session, municipality_id) if row.closed_at is None]


def get(session: Session, municipality_id: int, slug: str) -> Office:
    """Raises NotFound, also for another municipality's."""
    row = session.exec(select(Office).where(Office.municipality_id == municipality_id, Office.slug == slug)).first()
    if row is None:
        raise NotFound()
    return row


def to_ask(session: Session, municipality_id: int, slug: str) -> Office:
    """The office that is asked to answer. Raises OfficeUnknown, also where it was closed."""
    found = next((row for row in choices(session, municipality_id) if row.slug == slug), None)
    if found is None:
        raise OfficeUnknown()
    return found


def add(
    session: Session, *, staff: Staff, name: str, language: str, now: datetime, email: str = "", slug: str | None = None
) -> str:
    """Name an office; reminders go to `email` where there is one. Gives its short name in addresses.

    Raises Forbidden, OfficeUnnamed, OfficeNameTaken, EmailInvalid, SlugInvalid, SlugTaken.
    """
    _check_role(staff)
    slug = slug or secrets.token_hex(4)
    slugs.check(slug)
    if session.exec(select(Office.id).where(Office.municipality_id == staff.municipality_id, Office.slug == slug)).first():
        raise SlugTaken(slug=slug)
    row = Office(
        municipality_id=staff.municipality_id,
        slug=slug,
        name=_checked_name(session, staff, name, None),
        language=language,
        email=_checked_address(email),
        created_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, staff, "office.added", slug, {}, now)
    return slug


def change(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    name: str,
    language: str,
    email: str,
    now: datetime,
    had: str | None = None,
) -> None:
    """Another name or address. What was handed over before keeps the name of that day.

    `had`: the marks of what the administrator had before them, None for whoever has just read it.

    Raises Forbidden, NotFound, OfficeUnnamed, OfficeNameTaken, EmailInvalid, OfficeChangedMeanwhile.
    """
    _check_role(staff)
    row = get(session, staff.municipality_id, slug)
    session.refresh(row, with_for_update={"key_share": True})
    name, email = _checked_name(session, staff, name, row.id), _checked_address(email)
    if (row.name, row.language, row.email) == (name, language, email):
        return
    if had is not None and had != marks(row.name, row.language, row.email):
        raise OfficeChangedMeanwhile()
    renamed = (row.name, row.language) != (name, language)
    row.name, row.language, row.email = name, language, email
    session.add(row)
    session.flush()
    if renamed:
        translations.forget(session, Translatable.OFFICE, identity(row))
        _record(session, staff, "office.renamed", slug, {}, now)


def marks(name: str, language: str, email: str) -> str:
    """Field by field; see `deliberation.seen`."""
    return seen.marks((name, language, email))


def close(session: Session, *, staff: Staff, slug: str, now: datetime) -> None:
    """It is asked nothing any more. Raises Forbidden, NotFound, and StillRests while it owes an answer."""
    row = _free(session, staff, slug, unanswered=True)
    if row.closed_at is None:
        row.closed_at = now
        session.add(row)
        session.flush()
        _record(session, staff, "office.closed", slug, {}, now)


def reopen(session: Session, *, staff: Staff, slug: str, now: datetime) -> None:
    """Raises Forbidden, NotFound."""
    _check_role(staff)
    row = get(session, staff.municipality_id, slug)
    if row.closed_at is not None:
        row.closed_at = None
        session.add(row)
        session.flush()
        _record(session, staff, "office.reopened", slug, {}, now)


def remove(session: Session, *, staff: Staff, slug: str, now: datetime) -> None:
    """Raises Forbidden, NotFound, and StillRests once it has been asked anything."""
    row = _free(session, staff, slug, unanswered=False)
    translations.forget(session, Translatable.OFFICE, identity(row))
    session.delete(row)
    session.flush()
    _record(session, staff, "office.removed", slug, {}, now)


def _free(session: Session, staff: Staff, slug: str, *, unanswered: bool) -> Office:
    """The office, when no public recommendation rests on it, or none that waits for an answer."""
    _check_role(staff)
    row = get(session, staff.municipality_id, slug)
    resting = foundations.on_office(session, identity(row), unanswered=unanswered)
    if resting:
        raise StillRests(resting=resting)
    return row


def _checked_name(session: Session, staff: Staff, name: str, own: int | None) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise OfficeUnnamed()
    others = session.exec(select(Office.id, Office.name).where(Office.municipality_id == staff.municipality_id))
    if any(statements.text_key(other) == statements.text_key(name) for key, other in others if key != own):
        raise OfficeNameTaken()
    return name


def _checked_address(typed: str) -> str:
    return mail_addresses.checked(typed) if typed.strip() else ""


def _check_role(staff: Staff) -> None:
    if staff.role != Role.ADMIN:
        raise Forbidden()


def _record(session: Session, staff: Staff, action: str, slug: str, facts: dict[str, Any], now: datetime) -> None:
    ledger.record(session, staff, action, f"office/{slug}", facts, now)
