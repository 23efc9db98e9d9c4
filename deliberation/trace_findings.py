"""Which findings the published reports hold about which statement, without reading whole reports again and again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from deliberation.finding import Finding, Kind
from deliberation.storage.tables import Report

_FINDINGS = TypeAdapter(tuple[Finding, ...])
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding in a published report."""

    report: int
    published_at: datetime
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Index:
    """The findings of one report by statement, each in the report's order. A report is frozen, so this never changes."""

    by_statement: Mapping[int, tuple[Finding, ...]]

    def about(self, numbers: Collection[int] | None) -> list[Finding]:
        wanted = self.by_statement if numbers is None else [number for number in self.by_statement if number in numbers]
        return [finding for number in wanted for finding in self.by_statement[number]]


_indexes: dict[str, _Index] = {}
"""By the report's fingerprint, so that one process may serve several databases."""


def reported(session: Session, conversation_id: int, numbers: Collection[int] | None = None) -> list[Reported]:
    """The findings about these statements, or all, by report; the oldest report first."""
    rows = session.exec(
        select(Report.id, Report.number, Report.sha256, Report.published_at)
        .where(Report.conversation_id == conversation_id)
        .order_by(col(Report.number))
    ).all()
    return [
        Reported(number, published_at, finding)
        for key, number, sha256, published_at in rows
        for finding in _index(session, key or 0, sha256).about(numbers)
    ]


def forget() -> None:
    """As a process that has just begun."""
    _indexes.clear()


def _index(session: Session, report_id: int, sha256: str) -> _Index:
    found = _indexes.get(sha256)
    if found is None:
        content = session.exec(select(Report.content).where(Report.id == report_id)).one()
        if len(_indexes) >= _KEPT:
            _indexes.clear()
        found = _indexes[sha256] = _indexed(content["findings"])
    return found


def _indexed(findings: Mapping[str, Any]) -> _Index:
    everything = [finding for kind in Kind for finding in _FINDINGS.validate_python(findings.get(kind, ()))]
    by_statement: dict[int, tuple[Finding, ...]] = {}
    for finding in everything:
        by_statement[finding.number] = (*by_statement.get(finding.number, ()), finding)
    return _Index(by_statement)
