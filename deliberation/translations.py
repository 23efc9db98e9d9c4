"""Texts in the reader's language, with the original at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from deliberation.storage.tables import Translation
from deliberation.values import Provenance, Translatable

Translations = Mapping[str, tuple[str, Provenance]]
_WORDING = columns(
    col(Translation.subject_id),
    col(Translation.language),
    col(Translation.text),
    col(Translation.provenance),
    col(Translation.reviewer),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as one reader sees it. `original` is set when `text` is a translation."""

    text: str
    language: str
    provenance: Provenance
    original: str | None = None
    original_language: str | None = None


def read(text: str, language: str, translations: Translations, locale: str) -> Reading:
    """The text in `locale` when there is a translation, else as it was written."""
    found = translations.get(locale) if language != locale else None
    if found is None:
        return Reading(text, language, Provenance.ORIGINAL)
    return Reading(found[0], locale, found[1], text, language)


def of(
    session: Session, subject: Translatable, ids: Iterable[int], wanted: str | None = None
) -> dict[int, dict[str, tuple[str, Provenance]]]:
    """All translations of these texts, or those into the language that is `wanted`: id, then language."""
    found: dict[int, dict[str, tuple[str, Provenance]]] = {}
    query = _WORDING.where(col(Translation.subject) == subject, col(Translation.subject_id).in_(list(ids)))
    rows = session.execute(query if wanted is None else query.where(col(Translation.language) == wanted))
    for subject_id, language, text, provenance, reviewer in rows:
        found.setdefault(subject_id, {})[language] = (text, as_read(provenance, reviewer))
    return found


def as_read(provenance: Provenance, reviewer: str) -> Provenance:
    """What a reader is told of a stored translation."""
    return Provenance.REVIEWED if provenance == Provenance.MACHINE and reviewer else Provenance(provenance)


def readings(session: Session, subject: Translatable, texts: Mapping[int, tuple[str, str]], locale: str) -> dict[int, Reading]:
    """These texts (id → text and its language) as a reader of `locale` sees them."""
    found = of(session, subject, texts)
    return {key: read(text, language, found.get(key, {}), locale) for key, (text, language) in texts.items()}


def forget(session: Session, subject: Translatable, subject_id: int) -> None:
    """Drop the translations of a text that has been written anew."""
    session.execute(delete(Translation).where(col(Translation.subject) == subject, col(Translation.subject_id) == subject_id))


def find(session: Session, subject: Translatable, subject_id: int, language: str) -> Translation | None:
    return session.exec(
        select(Translation).where(
            Translation.subject == subject, Translation.subject_id == subject_id, Translation.language == language
        )
    ).first()


def put(
    session: Session,
    *,
    municipality_id: int,
    subject: Translatable,
    subject_id: int,
    language: str,
    text: str,
    provenance: Provenance,
    translator: str = "",
    now: datetime | None = None,
) -> None:
    """Store a translation, in place of an earlier one and of what somebody found of that."""
    row = find(session, subject, subject_id, language) or Translation(
        municipality_id=municipality_id, subject=subject, subject_id=subject_id, language=language, text="", provenance=provenance
    )
    row.text, row.provenance = text, provenance
    row.translator, row.translated_at = translator, now
    row.reviewer, row.reviewed_at = "", None
    session.add(row)
    session.flush()
