"""Names that moderators give to opinion groups.

A name belongs to the letter: it stays with the group from analysis to analysis, and with a letter that no group has any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import analyses, conversations, decisions, ledger, statements, translations
from deliberation.accounts import Staff
from deliberation.errors.groups import GroupNameTaken, GroupNameTooLong, GroupNameWithoutWords, GroupUnknown
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, GroupName
from deliberation.texts import Text
from deliberation.values import Translatable

MOST_CHARACTERS = 40
MOST_CODE_POINTS = 60
"""What the column holds; a character of some scripts has several."""


@dataclass(frozen=True, slots=True)
class Given:
    """A letter and its name; `is_there`: a group has the letter in the latest analysis."""

    label: str
    name: str
    language: str
    is_there: bool


def of(session: Session, conversation_id: int) -> dict[str, Text]:
    """The names of a conversation's groups by letter, those of letters that are no longer used included."""
    rows = _rows(session, conversation_id)
    translated = translations.of(session, Translatable.GROUP_NAME, [identity(row) for row in rows])
    return {row.label: Text(row.name, row.language, translated.get(identity(row), {})) for row in rows}


def given(session: Session, conversation_id: int) -> list[Given]:
    """As they were written, in the order of letters."""
    analysis = analyses.latest(session, conversation_id)
    there = {group["label"] for group in analysis.result["groups"]} if analysis else set()
    rows = sorted(_rows(session, conversation_id), key=lambda row: (len(row.label), row.label))
    return [Given(row.label, row.name, row.language, row.label in there) for row in rows]


def give(session: Session, *, staff: Staff, slug: str, label: str, name: str, language: str, now: datetime) -> None:
    """Name a group of the conversation, or take its name away with an empty one. The same again changes nothing.

    Raises NotFound, Forbidden, GroupUnknown, GroupNameWithoutWords, GroupNameTooLong, GroupNameTaken.
    """
    conversation = decisions.hold(session, staff, slug)
    conversation_id = conversations.identify(conversation)
    name = statements.tidy(name)
    rows = {row.label: row for row in _rows(session, conversation_id)}
    if label not in rows and label not in _letters(session, conversation_id):
        raise GroupUnknown(letter=label)
    _check(label, name, rows)
    row = rows.get(label)
    if (row.name if row else "") == name and (row is None or row.language == language):
        return
    _put(session, conversation_id, label, row, name, language, now)
    _record(session, staff, conversation, label, name, language, now)


def _rows(session: Session, conversation_id: int) -> Sequence[GroupName]:
    return session.exec(
        select(GroupName).where(GroupName.conversation_id == conversation_id).order_by(col(GroupName.label))
    ).all()


def _letters(session: Session, conversation_id: int) -> set[str]:
    """Those that groups of this conversation have or had."""
    analysis = analyses.latest(session, conversation_id)
    if analysis is None:
        return set()
    return {group["label"] for group in analysis.result["groups"]} | set(analysis.result.get("letters_given", ()))


def _check(label: str, name: str, rows: dict[str, GroupName]) -> None:
    if name and not statements.says_something(name):
        raise GroupNameWithoutWords()
    if statements.length(name) > MOST_CHARACTERS or len(name) > MOST_CODE_POINTS:
        raise GroupNameTooLong(length=max(statements.length(name), len(name)), limit=MOST_CHARACTERS)
    key = statements.text_key(name)
    same = next((other for other, row in rows.items() if other != label and name and statements.text_key(row.name) == key), None)
    if same is not None:
        raise GroupNameTaken(letter=same)


def _put(
    session: Session, conversation_id: int, label: str, row: GroupName | None, name: str, language: str, now: datetime
) -> None:
    if row is not None:
        translations.forget(session, Translatable.GROUP_NAME, identity(row))
    if row is not None and not name:
        session.delete(row)
    else:
        row = row or GroupName(conversation_id=conversation_id, label=label, name=name, named_at=now)
        row.name, row.language, row.named_at = name, language, now
        session.add(row)
    session.flush()


def _record(
    session: Session, staff: Staff, conversation: Conversation, label: str, name: str, language: str, now: datetime
) -> None:
    """The ledger learns that it happened, not the text."""
    ledger.record(
        session,
        staff,
        "group.named" if name else "group.unnamed",
        f"conversation/{conversation.slug}",
        {"group": label, **({"language": language} if name else {})},
        now,
    )
