"""What agreement does and does not oblige a municipality to, in its own words."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import ledger, seen, statements, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden
from deliberation.errors.places import MandateNoticeChangedMeanwhile, MandateNoticeTooLong
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


def change(session: Session, *, staff: Staff, text: str, language: str, now: datetime, had: str | None = None) -> None:
    """Say it in the municipality's own words, or with an empty text in those that Hiroba brings. The same again changes nothing.

    Translations of other words go with them. `had`: the marks of what the administrator had before them, None for whoever has
    just read it. Raises Forbidden, MandateNoticeTooLong, MandateNoticeChangedMeanwhile.
    """
    if staff.role != Role.ADMIN:
        raise Forbidden()
    text = statements.tidy(text)
    if len(text) > MOST_CHARACTERS:
        raise MandateNoticeTooLong(limit=MOST_CHARACTERS)
    row = session.get_one(Municipality, staff.municipality_id)
    session.refresh(row, with_for_update={"key_share": True})
    if (row.mandate_notice, row.mandate_notice_language) == (text, language):
        return
    if had is not None and had != marks(row.mandate_notice, row.mandate_notice_language):
        raise MandateNoticeChangedMeanwhile()
    row.mandate_notice, row.mandate_notice_language = text, language
    translations.forget(session, Translatable.MANDATE_NOTICE, staff.municipality_id)
    session.add(row)
    session.flush()
    ledger.record(
        session,
        staff,
        "municipality.mandate" if text else "municipality.mandate_usual",
        f"municipality/{row.slug}",
        {"language": language} if text else {},
        now,
    )


def marks(text: str, language: str) -> str:
    """Field by field; see `deliberation.seen`. No words are in no language."""
    text = statements.tidy(text)
    return seen.marks((text, language if text else ""))
