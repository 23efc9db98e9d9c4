"""What a report holds: the findings of one snapshot with every figure and text that is needed to show them.

The present state and a frozen report have the same contents; frozen ones are stored as plain data and read back from there alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, func, select

from deliberation import conversations, findings, group_names, translations
from deliberation.findings import Findings
from deliberation.storage.tables import Analysis, Conversation, Statement
from deliberation.texts import Text
from deliberation.values import StatementState, Translatable


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The analysis that the figures come from, so that anybody can see whether they look at the same one."""

    sequence: int
    made_at: datetime
    method: str
    engine_version: str
    input_sha256: str


@dataclass(frozen=True, slots=True)
class StatementCounts:
    """How many statements were shared and what moderators decided about them."""

    accepted: int
    rejected: int
    merged: int
    pending: int


@dataclass(frozen=True, slots=True)
class Contents:
    """`texts` by statement number. `names` of groups by letter; reports of before groups had names have none."""

    conversation: str
    opens_at: datetime | None
    closes_at: datetime | None
    snapshot: Snapshot
    counts: StatementCounts
    findings: Findings
    texts: dict[int, Text]
    names: dict[str, Text] = field(default_factory=dict)


_CONTENTS = TypeAdapter(Contents)


def of_analysis(session: Session, conversation: Conversation, analysis: Analysis) -> Contents:
    """What a report on this snapshot says."""
    conversation_id = conversations.identify(conversation)
    found = findings.of_result(analysis.result, conversation.publication_minimum)
    return Contents(
        conversation=conversation.slug,
        opens_at=conversation.opens_at,
        closes_at=conversation.closes_at,
        snapshot=Snapshot(
            sequence=analysis.sequence,
            made_at=analysis.created_at,
            method=analysis.method,
            engine_version=analysis.engine_version,
            input_sha256=analysis.input_sha256,
        ),
        counts=_counts(session, conversation_id),
        findings=found,
        texts=texts_of(session, conversation_id, [figures.number for figures in found.statements]),
        names={
            label: name
            for label, name in group_names.of(session, conversation_id).items()
            if label in {group.label for group in found.shown_groups}
        },
    )


def to_plain(contents: Contents) -> dict[str, Any]:
    """As JSON data."""
    plain: dict[str, Any] = _CONTENTS.dump_python(contents, mode="json")
    return plain


def from_plain(plain: Mapping[str, Any]) -> Contents:
    return _CONTENTS.validate_python(plain)


def texts_of(session: Session, conversation_id: int, numbers: Iterable[int]) -> dict[int, Text]:
    """The texts of these statements by number, rejected ones left out."""
    rows = session.exec(
        select(Statement.id, Statement.number, Statement.text, Statement.language)
        .where(
            Statement.conversation_id == conversation_id,
            Statement.state != StatementState.REJECTED,
            col(Statement.number).in_(list(numbers)),
        )
        .order_by(col(Statement.number))
    ).all()
    translated = translations.of(session, Translatable.STATEMENT, [row[0] for row in rows if row[0] is not None])
    return {number: Text(text, language, translated.get(row_id or 0, {})) for row_id, number, text, language in rows}


def _counts(session: Session, conversation_id: int) -> StatementCounts:
    counted = session.exec(
        select(Statement.state, func.count()).where(Statement.conversation_id == conversation_id).group_by(Statement.state)
    ).all()
    counts = dict(counted)
    return StatementCounts(**{state.value: counts.get(state, 0) for state in StatementState})
