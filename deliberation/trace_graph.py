"""The trace of a conversation as a graph: statement, finding, recommendation, answer, step, evidence, walkable both ways.

Recommendations rest on the findings that they were drafted from, and directly on those linked statements that none of these is
about. Steps belong to the answer that stands. A statement that was merged leads to the one that its votes count for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from deliberation import policy, trace_findings, translations
from deliberation.decks import merged_leads_to
from deliberation.errors import NotFound
from deliberation.finding import Finding
from deliberation.outcomes import Answer, FoundBy, Recommended, Step
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, Statement
from deliberation.trace_findings import Reported
from deliberation.trace_items import (
    Edge,
    Graph,
    Item,
    ItemKind,
    Parts,
    finding_key,
    graph,
    recommendation_key,
    statement_key,
)
from deliberation.translations import Reading
from deliberation.values import ModerationMode, RecommendationState, StatementState, Translatable

_STATEMENTS = columns(
    col(Statement.id),
    col(Statement.number),
    col(Statement.state),
    col(Statement.created_at),
    col(Statement.merged_into_id),
).order_by(col(Statement.number))


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement's row, as much of it as is needed."""

    id: int
    number: int
    state: StatementState
    created_at: datetime
    leads_to: int | None


_Statements = Mapping[int, _Said]
"""By number."""


def around(session: Session, conversation: Conversation, key: str, locale: str, today: date) -> Graph:
    """An item with all that it rests on and all that rests on it. Raises NotFound."""
    said = _said(session, conversation)
    rows = policy.of_conversation(session, identity(conversation), locale, today)
    found = _findings_near(session, conversation, said, key)
    asked = {int(key.removeprefix("s/"))} if key.startswith("s/") else set()
    whole = _graph(session, conversation, said, rows, found, locale, asked)
    if key not in whole.items:
        raise NotFound()
    return whole.around(key)


def exists(session: Session, conversation: Conversation, key: str) -> bool:
    """Whether everybody can see a statement or recommendation of this key."""
    kind, _, number = key.partition("/")
    if kind == "s":
        row = session.exec(
            select(Statement.state).where(Statement.conversation_id == conversation.id, Statement.number == int(number))
        ).first()
        return row is not None and row in public_states(ModerationMode(conversation.moderation))
    known = session.exec(
        select(Recommendation.state).where(
            Recommendation.conversation_id == conversation.id, Recommendation.number == int(number)
        )
    ).first()
    return known is not None and known != RecommendationState.DRAFT


def of_conversation(session: Session, conversation: Conversation, locale: str, today: date) -> Graph:
    """All findings of all reports, all that came of them, and the statements that something rests on."""
    rows = policy.of_conversation(session, identity(conversation), locale, today)
    found = trace_findings.reported(session, identity(conversation))
    return _graph(session, conversation, _said(session, conversation), rows, found, locale)


def _findings_near(session: Session, conversation: Conversation, said: _Statements, key: str) -> list[Reported]:
    """What reports say about a statement, or the finding that is asked for; the others come with what was drafted from them."""
    kind, _, rest = key.partition("/")
    if kind == "s":
        return trace_findings.reported(session, identity(conversation), _family(said, int(rest)))
    if kind == "report":
        about = trace_findings.reported(session, identity(conversation), _statement_in(rest))
        return [one for one in about if _key_of(one) == key]
    return []


def _statement_in(address: str) -> set[int]:
    """The number in a finding's key, such as the 12 of `1/f/shared-12-agree`."""
    words = address.split("-")
    return {int(words[1])} if len(words) > 1 and words[1].isdecimal() else set()


def _key_of(one: Reported) -> str:
    return finding_key(one.report, one.finding.key)


def _said(session: Session, conversation: Conversation) -> _Statements:
    """All statements by number."""
    rows = session.execute(_STATEMENTS.where(col(Statement.conversation_id) == conversation.id)).all()
    numbers = {key: number for key, number, *_ in rows}
    leads = merged_leads_to({key: into for key, _, _, _, into in rows if into is not None})
    return {number: _Said(key, number, state, at, numbers.get(leads.get(key))) for key, number, state, at, _ in rows}


def _family(said: _Statements, number: int) -> set[int]:
    """The statement, the one that its votes count for, and all that count for that one. Raises NotFound."""
    if number not in said:
        raise NotFound()
    root = said[number].leads_to or number
    return {root, *(one.number for one in said.values() if one.leads_to == root)}


def _graph(
    session: Session,
    conversation: Conversation,
    said: _Statements,
    rows: Sequence[Recommended],
    reported: Sequence[Reported],
    locale: str,
    asked: Collection[int] = (),
) -> Graph:
    published = {_key_of(one): (one.report, one.finding, one.published_at) for one in reported}
    drafted_from = {
        finding_key(row.report, found.key): (row.report, _as_finding(found), None) for row in rows for found in row.findings
    }
    findings = drafted_from | published
    roots = (
        {*asked}
        | {finding.number for _, finding, _ in findings.values()}
        | {one.number for row in rows for one in row.statements}
    )
    numbers = {member for root in roots if root in said for member in _family(said, root)}
    readings = _readings(session, conversation, [said[number] for number in numbers], locale)
    items = [
        *(_statement(said[number], readings.get(number)) for number in sorted(numbers)),
        *(_finding(report, finding, readings.get(finding.number), at) for report, finding, at in findings.values()),
        *(item for row in rows for item in _outcomes(row)),
    ]
    edges = [
        *((statement_key(number), statement_key(into)) for number in numbers if (into := said[number].leads_to) is not None),
        *((start, key) for key, (_, finding, _) in findings.items() for start in _sources(said, finding.number)),
        *(edge for row in rows for edge in _edges(row, said)),
    ]
    return graph(items, edges)


def _sources(said: _Statements, number: int) -> list[str]:
    """What rests on a statement rests on the one that its votes count for, too."""
    root = said[number].leads_to if number in said else None
    return [statement_key(one) for one in (number, root) if one is not None]


def _as_finding(found: FoundBy) -> Finding:
    return Finding(found.kind, found.number, found.choice, found.group, found.other)


def _readings(session: Session, conversation: Conversation, rows: Collection[_Said], locale: str) -> dict[int, Reading]:
    """By number, the texts that everybody may read."""
    public = public_states(ModerationMode(conversation.moderation))
    numbers = {row.id: row.number for row in rows if row.state in public}
    texts = session.exec(
        select(Statement.id, Statement.text, Statement.language).where(col(Statement.id).in_(list(numbers)))
    ).all()
    found = translations.readings(
        session, Translatable.STATEMENT, {key: (text, language) for key, text, language in texts if key is not None}, locale
    )
    return {numbers[key]: reading for key, reading in found.items()}


def _statement(row: _Said, reading: Reading | None) -> Item:
    return Item(ItemKind.STATEMENT, statement_key(row.number), {"number": row.number}, reading, row.state, row.created_at)


def _finding(report: int, finding: Finding, reading: Reading | None, at: datetime | None) -> Item:
    parts: Parts = {"report": report, "key": finding.key}
    return Item(ItemKind.FINDING, finding_key(report, finding.key), parts, reading, finding.kind, at, finding)


def _outcomes(row: Recommended) -> Iterator[Item]:
    here = recommendation_key(row.number)
    parts: Parts = {"number": row.number}
    yield Item(ItemKind.RECOMMENDATION, here, parts, row.text, row.state, row.public_at or row.created_at, row)
    for answer in _answers(row):
        key = f"{here}/a/{answer.number}"
        numbers: Parts = parts | {"answer": answer.number}
        yield Item(ItemKind.RESPONSE, key, numbers, answer.reason, answer.outcome, answer.published_at, answer)
    for step in row.steps:
        key = f"{here}/m/{step.number}"
        yield Item(
            ItemKind.MILESTONE, key, parts | {"step": step.number}, step.title, _state(step), step.done_on or step.due_on, step
        )
        for proof in step.evidence:
            numbers = parts | {"step": step.number, "evidence": proof.number}
            yield Item(ItemKind.EVIDENCE, f"{key}/e/{proof.number}", numbers, proof.title, proof.kind, proof.added_at, proof)


def _answers(row: Recommended) -> list[Answer]:
    return sorted([*row.earlier, *([row.answer] if row.answer else [])], key=lambda answer: answer.number)


def _state(step: Step) -> str:
    if step.done_on is not None:
        return "done"
    if step.dropped:
        return "dropped"
    return "overdue" if step.clock is not None and step.clock.days_over else "planned"


def _edges(row: Recommended, said: _Statements) -> Iterator[Edge]:
    here = recommendation_key(row.number)
    told = {found.number for found in row.findings}
    yield from ((finding_key(row.report, found.key), here) for found in row.findings)
    yield from ((start, here) for one in row.statements if one.number not in told for start in _sources(said, one.number))
    yield from ((here, f"{here}/a/{answer.number}") for answer in _answers(row))
    above = f"{here}/a/{row.answer.number}" if row.answer else here
    for step in row.steps:
        yield above, f"{here}/m/{step.number}"
        yield from ((f"{here}/m/{step.number}", f"{here}/m/{step.number}/e/{proof.number}") for proof in step.evidence)
