"""What a report holds: the findings of one snapshot with every figure and text that is needed to show them.

The present state and a frozen report have the same contents; frozen ones are stored as plain data and read back from there alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from deliberation import analyses, comparison, conversations, exposure, findings, group_names, limits, participation, translations
from deliberation.comparison import Comparison, Earlier
from deliberation.exposure import Exposure
from deliberation.findings import Findings
from deliberation.kept import kept
from deliberation.limits import Limit
from deliberation.participation import Participation
from deliberation.report_source import Source
from deliberation.storage.tables import Analysis, Conversation, Report, Statement
from deliberation.texts import Text
from deliberation.values import Provenance, StatementState, Translatable


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
    """`texts` by statement number. `names` of groups by letter; reports of before groups had names have none.

    `source`: what it rests on; the present state, which changes, and reports of before inputs were frozen have none.

    Reports of before these were recorded have no `participation`, `exposure`, `comparison` and `limits`; the first report and the
    first snapshot have nothing to be compared with.
    """

    conversation: str
    opens_at: datetime | None
    closes_at: datetime | None
    snapshot: Snapshot
    counts: StatementCounts
    findings: Findings
    texts: dict[int, Text]
    names: dict[str, Text] = field(default_factory=dict)
    source: Source | None = None
    participation: Participation | None = None
    exposure: Exposure | None = None
    comparison: Comparison | None = None
    limits: tuple[Limit, ...] = ()

    @property
    def counted_until(self) -> datetime:
        """Until votes were counted: when voting had not ended yet, the moment of the snapshot."""
        return min(self.closes_at or self.snapshot.made_at, self.snapshot.made_at)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a snapshot says, and what it has counted."""

    findings: Findings
    turnout: Mapping[str, Any]


_CONTENTS = TypeAdapter(Contents)
SHELF, MOST_KEPT = "report_contents", 16
"""Frozen contents and findings of snapshots that a process keeps at hand."""
SOME_TIME = timedelta(days=1)
"""Without a report before, a snapshot is compared with one that is at least so much older, where there is one."""


def of_analysis(session: Session, conversation: Conversation, analysis: Analysis, language: str | None = None) -> Contents:
    """What a report on this snapshot says; with a `language`, only with the translations that its readers see."""
    conversation_id, minimum = conversations.identify(conversation), conversation.publication_minimum
    told = _told(session, analysis, minimum)
    found, counts = told.findings, _counts(session, conversation_id)
    seen = exposure.of(told.turnout, found.participants, found.statements, _without_votes(session, conversation_id, found))
    took_part = participation.of(session, conversation_id, told.turnout, found.participants, minimum)
    earlier = _earlier(session, conversation_id, analysis, minimum)
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
        counts=counts,
        findings=found,
        texts=texts_of(session, conversation_id, [figures.number for figures in found.statements], language),
        names=names_of(session, conversation_id, found),
        participation=took_part,
        exposure=seen,
        comparison=None if earlier is None else comparison.between(earlier, found),
        limits=limits.of(found, took_part, seen, rejected=counts.rejected),
    )


def present(session: Session, conversation: Conversation, language: str) -> Contents | None:
    """What a report would say now to readers of `language`; None before the first analysis."""
    analysis = analyses.newest(session, conversations.identify(conversation))
    return None if analysis is None else of_analysis(session, conversation, analysis, language)


def frozen(session: Session, report: Report) -> Contents:
    """What a report said when it was published, without its content being read again in this process."""
    return kept(session, SHELF, MOST_KEPT, ("report", report.id, report.sha256), lambda: from_plain(report.content))


def to_plain(contents: Contents) -> dict[str, Any]:
    """As JSON data."""
    plain: dict[str, Any] = _CONTENTS.dump_python(contents, mode="json")
    return plain


def from_plain(plain: Mapping[str, Any]) -> Contents:
    return _CONTENTS.validate_python(plain)


def texts_of(session: Session, conversation_id: int, numbers: Iterable[int], language: str | None = None) -> dict[int, Text]:
    """The texts of these statements by number, rejected ones left out, with all translations or those into one language."""
    rows = session.exec(
        select(Statement.id, Statement.number, Statement.text, Statement.language)
        .where(
            Statement.conversation_id == conversation_id,
            Statement.state != StatementState.REJECTED,
            col(Statement.number).in_(list(numbers)),
        )
        .order_by(col(Statement.number))
    ).all()
    translated = translations.of(session, Translatable.STATEMENT, [row[0] for row in rows if row[0] is not None], language)
    return {number: Text(text, language, translated.get(row_id or 0, {})) for row_id, number, text, language in rows}


def translations_of(
    session: Session, conversation_id: int, numbers: Iterable[int], language: str | None = None
) -> dict[int, dict[str, tuple[str, Provenance]]]:
    """The translations of these statements by number, where there are any: all, or those into one language."""
    wanted = set(numbers)
    rows = session.exec(select(Statement.id, Statement.number).where(Statement.conversation_id == conversation_id)).all()
    ids = {row_id: number for row_id, number in rows if row_id is not None and number in wanted}
    found = translations.of(session, Translatable.STATEMENT, ids, language)
    return {ids[row_id]: translated for row_id, translated in found.items()}


def names_of(session: Session, conversation_id: int, found: Findings) -> dict[str, Text]:
    """What the groups that are shown are called today, by letter."""
    shown = {group.label for group in found.shown_groups}
    return {label: name for label, name in group_names.of(session, conversation_id).items() if label in shown}


def _counts(session: Session, conversation_id: int) -> StatementCounts:
    counted = session.exec(
        select(Statement.state, func.count()).where(Statement.conversation_id == conversation_id).group_by(Statement.state)
    ).all()
    counts = dict(counted)
    return StatementCounts(**{state.value: counts.get(state, 0) for state in StatementState})


def _without_votes(session: Session, conversation_id: int, found: Findings) -> int:
    """How many accepted statements nobody has voted on."""
    accepted = session.exec(
        select(Statement.number).where(Statement.conversation_id == conversation_id, Statement.state == StatementState.ACCEPTED)
    )
    return len(set(accepted) - {figures.number for figures in found.statements})


def _told(session: Session, analysis: Analysis, minimum: int) -> _Told:
    def make() -> _Told:
        found = findings.of_result(analysis.result, minimum)
        return _Told(found, analysis.result.get("turnout") or participation.NOT_COUNTED)

    key = ("snapshot", analysis.id, analysis.created_at, analysis.input_sha256, minimum)
    return make() if analysis.id is None else kept(session, SHELF, MOST_KEPT, key, make)


def _earlier(session: Session, conversation_id: int, analysis: Analysis, minimum: int) -> Earlier | None:
    """The newest report, or without one an earlier snapshot."""
    report = session.exec(
        select(Report)
        .where(Report.conversation_id == conversation_id)
        .order_by(col(Report.number).desc())
        .options(defer(Report.content))  # type: ignore[arg-type]
    ).first()
    if report is not None:
        said = frozen(session, report)
        return Earlier(report.number, said.snapshot.sequence, said.snapshot.made_at, said.findings)
    before = _snapshot_before(session, conversation_id, analysis)
    if before is None:
        return None
    return Earlier(None, before.sequence, before.created_at, _told(session, before, minimum).findings)


def _snapshot_before(session: Session, conversation_id: int, analysis: Analysis) -> Analysis | None:
    earlier = (
        select(Analysis)
        .where(Analysis.conversation_id == conversation_id, Analysis.sequence < analysis.sequence)
        .order_by(col(Analysis.sequence).desc())
        .options(defer(Analysis.people), defer(Analysis.result))  # type: ignore[arg-type]
    )
    long_before = session.exec(earlier.where(Analysis.created_at <= analysis.created_at - SOME_TIME)).first()
    return long_before or session.exec(earlier).first()
