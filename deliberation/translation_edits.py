"""What translators do: write a translation, find one correct, put right in which language an original is recorded."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from deliberation import conversations, languages, ledger, participants, statements, translatables, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.translations import (
    LanguageUnknown,
    OriginalChangedMeanwhile,
    OwnTranslation,
    TranslatedMeanwhile,
    TranslationEmpty,
    TranslationNotNeeded,
    TranslationTooLong,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Municipality, Statement, Translation, TranslationWork
from deliberation.translatables import Text
from deliberation.values import LANGUAGES, MODERATION_ROLES, TRANSLATION_ROLES, Provenance, Translatable

NOTHING = "-"
"""The mark of a translation that is not there."""
OF_A_REPORT = (
    Translatable.REPORT_TITLE,
    Translatable.REPORT_INTRODUCTION,
    Translatable.REPORT_NOTE,
    Translatable.REPORT_OVERRIDE,
)
OF_AN_ANSWER = (Translatable.RESPONSE, Translatable.LEGAL_BASIS, Translatable.BUDGET)
ONE_ROW = {
    Translatable.TOPIC: (Translatable.TOPIC, Translatable.BACKGROUND),
    Translatable.BACKGROUND: (Translatable.TOPIC, Translatable.BACKGROUND),
    **dict.fromkeys(OF_A_REPORT, OF_A_REPORT),
    **dict.fromkeys(OF_AN_ANSWER, OF_AN_ANSWER),
    Translatable.PROPOSAL_TOPIC: (Translatable.PROPOSAL_TOPIC, Translatable.PROPOSAL_WHY),
    Translatable.PROPOSAL_WHY: (Translatable.PROPOSAL_TOPIC, Translatable.PROPOSAL_WHY),
}
"""Texts that are recorded in one language because they were written in one form."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Marks of the original and of the translation that somebody had before them."""

    original: str
    translation: str


def mark(text: str, language: str, more: str = "") -> str:
    """Tells whether a text is still the one that was on a page."""
    return hashlib.sha256(f"{language}\0{more}\0{text}".encode()).hexdigest()[:16]


def mark_of(row: Translation | None) -> str:
    return NOTHING if row is None else mark(row.text, row.language, row.provenance.value)


def save(
    session: Session,
    *,
    staff: Staff,
    subject: Translatable,
    subject_id: int,
    language: str,
    text: str,
    seen: Seen,
    now: datetime,
) -> None:
    """Put a person's translation in the place of what stands. What a machine wrote, sent back unchanged, is found correct.

    Raises NotFound, Forbidden, TranslationNotNeeded, TranslationEmpty, TranslationTooLong, OriginalChangedMeanwhile,
    TranslatedMeanwhile.
    """
    original, row = _held(session, staff, subject, subject_id, language)
    text = checked(text, subject)
    _refuse_unseen(original, row, seen)
    if row is not None and row.text == text:
        if row.provenance == Provenance.MACHINE:
            _approve(session, staff, original, row, now)
        return
    translations.put(
        session,
        municipality_id=staff.municipality_id,
        subject=subject,
        subject_id=subject_id,
        language=language,
        text=text,
        provenance=Provenance.HUMAN,
        translator=staff.actor.name,
        now=now,
    )
    _drop_work(session, (subject,), subject_id, language)
    _record(session, staff, original, "translation.saved", {"language": language}, now)


def review(
    session: Session, *, staff: Staff, subject: Translatable, subject_id: int, language: str, seen: Seen, now: datetime
) -> None:
    """Say that a translation is correct as it is.

    Raises NotFound, Forbidden, TranslationNotNeeded, OriginalChangedMeanwhile, TranslatedMeanwhile, OwnTranslation.
    """
    original, row = _held(session, staff, subject, subject_id, language)
    _refuse_unseen(original, row, seen)
    if row is None:
        raise NotFound()
    if is_own(row.translator, staff):
        raise OwnTranslation()
    if not row.reviewer:
        _approve(session, staff, original, row, now)


def is_own(translator: str, staff: Staff) -> bool:
    """Whether this member of staff translated it, in whatever role."""
    return translator.partition(":")[2] == str(staff.id)


def correct_language(
    session: Session, *, staff: Staff, subject: Translatable, subject_id: int, language: str, now: datetime
) -> None:
    """Record that an original is in another language. What a machine made of the wrong one, and nobody has checked, is dropped.

    Raises NotFound, Forbidden, LanguageUnknown.
    """
    if staff.role not in TRANSLATION_ROLES:
        raise Forbidden()
    original = translatables.get(session, staff.municipality_id, subject, subject_id)
    _correct_by_staff(session, staff, original, language, now)


def correct_statement(session: Session, *, staff: Staff, slug: str, number: int, language: str, now: datetime) -> None:
    """As above, by the public number; moderators may, also while nobody else can read it.

    Raises NotFound, Forbidden, LanguageUnknown.
    """
    if staff.role not in TRANSLATION_ROLES | MODERATION_ROLES:
        raise Forbidden()
    row = statements.get(session, staff.municipality_id, slug, number)
    _correct_by_staff(session, staff, _text_of(row, staff.municipality_id), language, now)


def correct_own(
    session: Session, *, municipality_id: int, slug: str, number: int, person: str | None, language: str, now: datetime
) -> None:
    """An author says in which language their own statement is, whatever has become of it. Raises NotFound, LanguageUnknown."""
    row = statements.get(session, municipality_id, slug, number)
    author = participants.find(session, row.conversation_id, person)
    if author is None or author != row.author_id:
        raise NotFound()
    _correct(session, _text_of(row, municipality_id), language)


def _held(
    session: Session, staff: Staff, subject: Translatable, subject_id: int, language: str
) -> tuple[Text, Translation | None]:
    """The original and the translation that stands, for this translator alone until the transaction ends."""
    if staff.role not in TRANSLATION_ROLES:
        raise Forbidden()
    if language not in LANGUAGES:
        raise NotFound()
    session.exec(select(Municipality.id).where(Municipality.id == staff.municipality_id).with_for_update(key_share=True)).one()
    original = translatables.get(session, staff.municipality_id, subject, subject_id)
    if original.language == language:
        raise TranslationNotNeeded()
    return original, translations.find(session, subject, subject_id, language)


def _refuse_unseen(original: Text, row: Translation | None, seen: Seen) -> None:
    if mark(original.text, original.language) != seen.original:
        raise OriginalChangedMeanwhile()
    if mark_of(row) != seen.translation:
        raise TranslatedMeanwhile()


def checked(text: str, subject: Translatable) -> str:
    """Tidied as an original is: in one line, or line by line where there are paragraphs.

    Raises TranslationEmpty, TranslationTooLong.
    """
    kind = translatables.kind(subject)
    lines = [_tidy_line(line) for line in text.splitlines()]
    text = "\n".join(lines).strip() if kind.markdown else statements.tidy(text)
    if not statements.says_something(text):
        raise TranslationEmpty()
    if len(text) > kind.most:
        raise TranslationTooLong(length=len(text), limit=kind.most)
    return text


def _tidy_line(line: str) -> str:
    """Without control characters; the space before it says in Markdown what it belongs to."""
    line = unicodedata.normalize("NFC", line).expandtabs(4)
    return " " * (len(line) - len(line.lstrip(" "))) + statements.tidy(line)


def _approve(session: Session, staff: Staff, original: Text, row: Translation, now: datetime) -> None:
    row.reviewer, row.reviewed_at = staff.actor.name, now
    session.add(row)
    session.flush()
    _record(session, staff, original, "translation.reviewed", {"language": row.language}, now)


def _correct_by_staff(session: Session, staff: Staff, original: Text, language: str, now: datetime) -> None:
    if _correct(session, original, language):
        _record(session, staff, original, "original.language", {"from": original.language, "to": language}, now)


def _text_of(row: Statement, municipality_id: int) -> Text:
    return Text(Translatable.STATEMENT, identity(row), municipality_id, row.conversation_id, row.language, row.text)


def _correct(session: Session, original: Text, language: str) -> bool:
    """Whether there was something to correct."""
    model = translatables.kind(original.subject).model
    if model is None:
        raise NotFound()
    if language not in languages.OFFERED:
        raise LanguageUnknown()
    if original.language == language:
        return False
    session.execute(update(model).where(col(model.id) == original.id).values(language=language))
    subjects = ONE_ROW.get(original.subject, (original.subject,))
    unchecked = (col(Translation.provenance) == Provenance.MACHINE) & (col(Translation.reviewer) == "")
    session.execute(
        delete(Translation).where(col(Translation.subject).in_(subjects), col(Translation.subject_id) == original.id, unchecked)
    )
    _drop_work(session, subjects, original.id)
    _touch(session, original)
    return True


def _drop_work(session: Session, subjects: tuple[Translatable, ...], subject_id: int, language: str | None = None) -> None:
    query = delete(TranslationWork).where(
        col(TranslationWork.subject).in_(subjects), col(TranslationWork.subject_id) == subject_id
    )
    session.execute(query if language is None else query.where(col(TranslationWork.language) == language))


def _touch(session: Session, original: Text) -> None:
    if original.conversation_id is not None:
        conversations.touch(session, original.conversation_id)


def _record(session: Session, staff: Staff, original: Text, action: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Which text it was, by its kind and number, and never what it says."""
    _touch(session, original)
    ledger.record(session, staff, action, _named(session, original), facts, now)


def _named(session: Session, original: Text) -> str:
    """As the public knows it: a statement by conversation and number, other texts by kind and row."""
    if original.subject not in {Translatable.STATEMENT, Translatable.NOTE}:
        return f"{original.subject.value}/{original.id}"
    query = select(Conversation.slug, Statement.number).join(Statement).where(Statement.id == original.id)
    slug, number = session.exec(query).one()
    return f"{original.subject.value}/{slug}/{number}"
