"""What agreement does and does not oblige a municipality to, in its own words."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import ledger, statements, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, MandateNoticeTooLong
from deliberation.storage.rows import identity
from deliberation.storage.tables import Municipality
from deliberation.texts import Text
from deliberation.values import Role, Translatable

MOST_CHARACTERS = 600


def of(session: Session, municipality_ids: Iterable[int]) -> dict[int, Text]:
    """The notices of those of these municipalities that have words of their own."""
    rows = session.exec(
        select(Municipality).where(col(Municipality.id).in_(list(municipality_ids)), Municipality.mandate_notice != "")
    ).all()
    if not rows:
        return {}
    translated = translations.of(session, Translatable.MANDATE_NOTICE, [identity(row) for row in rows])
    return {
        identity(row): Text(row.mandate_notice, row.mandate_notice_language, translated.get(identity(row), {})) for row in rows
    }


def change(session: Session, *, staff: Staff, text: str, language: str, now: datetime) -> None:
    """Say it in the municipality's own words, or with an empty text in those that Hiroba brings. The same again changes nothing.

    Translations of other words go with them. Raises Forbidden, MandateNoticeTooLong.
    """
    if staff.role != Role.ADMIN:
        raise Forbidden()
    text = statements.tidy(text)
    if len(text) > MOST_CHARACTERS:
        raise MandateNoticeTooLong(limit=MOST_CHARACTERS)
    row = session.get_one(Municipality, staff.municipality_id)
    if (row.mandate_notice, row.mandate_notice_language) == (text, language):
        return
    row.mandate_notice, row.mandate_notice_language = text, language
    translations.forget(session, Translatable.MANDATE_NOTICE, staff.municipality_id)
    session.add(row)
    session.flush()
    ledger.append(
        session,
        municipality_id=staff.municipality_id,
        actor=staff.actor,
        action="municipality.mandate" if text else "municipality.mandate_usual",
        subject=f"municipality/{row.slug}",
        facts={"language": language} if text else {},
        now=now,
    )
