"""What a meeting talks about, in which order and for how long; most of it made from the findings of a report."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from deliberation import meetings, reports, seen, translations
from deliberation.accounts import Staff
from deliberation.errors.meetings import AgendaChangedMeanwhile, AgendaFullAlready, AgendaItemEmpty
from deliberation.errors.outcomes import ReportNeeded
from deliberation.finding import Finding
from deliberation.reports import Published
from deliberation.storage.rows import identity
from deliberation.storage.tables import AgendaItem, Meeting, Statement
from deliberation.texts import Text
from deliberation.translations import Reading
from deliberation.values import Provenance, StatementState, Translatable

USUAL_MINUTES, MOST_MINUTES = 10, 600
LONGEST_TITLE = 500


class Source(StrEnum):
    """Which part of a report goes onto the agenda."""

    AGENDA = "agenda"
    SHARED = "shared"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Written:
    """An item as staff write it; `id` is None for one that is new."""

    id: int | None
    title: str
    speaker: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item as people read it. `finding`: the key of a finding in report `report`. `starts_at`, by the time boxes before it.

    `withdrawn`: its statement has been rejected since, and is not to be read any more. `mark`: of what staff wrote.
    """

    id: int
    title: Reading
    speaker: str
    minutes: int
    starts_at: datetime
    report: int | None
    finding: str
    statement: int | None
    withdrawn: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """`minutes` of all items together; `over`: by how many they are more than the meeting has."""

    items: tuple[Item, ...]
    minutes: int
    over: int


def of_meeting(session: Session, meeting_id: int, locale: str) -> Agenda:
    meeting = session.get_one(Meeting, meeting_id)
    rows = _rows(session, meeting_id)
    titles = translations.readings(
        session, Translatable.AGENDA_ITEM, {identity(row): (row.title, row.language) for row in rows}, locale
    )
    rejected = _rejected(session, meeting.conversation_id, [row.statement for row in rows if row.statement is not None])
    items, starts_at = [], meeting.starts_at
    for row in rows:
        items.append(
            Item(
                identity(row),
                titles[identity(row)],
                row.speaker,
                row.minutes,
                starts_at,
                row.report,
                row.finding,
                row.statement,
                row.statement in rejected,
                mark(row.title, row.speaker, row.minutes),
            )
        )
        starts_at += timedelta(minutes=row.minutes)
    total = sum(row.minutes for row in rows)
    over = (starts_at - meeting.ends_at) // timedelta(minutes=1) if meeting.ends_at else 0
    return Agenda(tuple(items), total, max(0, over))


def counts(session: Session, meeting_ids: Collection[int]) -> set[int]:
    """Which of these meetings have an agenda."""
    query = select(AgendaItem.meeting_id).where(col(AgendaItem.meeting_id).in_(list(meeting_ids))).distinct()
    return set(session.exec(query))


def drop(session: Session, meeting: Meeting) -> None:
    """Forget the agenda of a meeting that is being deleted."""
    for row in _rows(session, identity(meeting)):
        translations.forget(session, Translatable.AGENDA_ITEM, identity(row))
        session.delete(row)
    session.flush()


def mark(title: str, speaker: str, minutes: object) -> str:
    """Of an item, to know later what staff had before them; see `deliberation.seen`."""
    return seen.marks([f"{_line(title)}\n{_line(speaker)}\n{str(minutes).strip()}"])


def write(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    items: Sequence[Written],
    language: str,
    now: datetime,
    had: Sequence[tuple[int, str]] | None = None,
) -> None:
    """Make the agenda these items in this order; what is not among them leaves it. New ones are written in `language`.

    `had`: the items that staff had before them, each with its mark, None for whoever has just read them.

    Raises NotFound, Forbidden, MeetingCancelled, AgendaItemEmpty, AgendaChangedMeanwhile (it is not what staff had before them).
    """
    meeting = meetings.going_ahead(session, staff, slug, number)
    before = {identity(row): row for row in _rows(session, identity(meeting))}
    stands = [(key, mark(row.title, row.speaker, row.minutes)) for key, row in before.items()]
    if _is(items, stands):  # a form that was sent twice
        return
    if {item.id for item in items if item.id is not None} - before.keys() or (had is not None and list(had) != stands):
        raise AgendaChangedMeanwhile()
    if not all(item.title.strip() for item in items):
        raise AgendaItemEmpty()
    changed = [_write(session, meeting, place, item, before.get(item.id or 0), language) for place, item in enumerate(items)]
    gone = before.keys() - {item.id for item in items}
    for key in gone:
        translations.forget(session, Translatable.AGENDA_ITEM, key)
        session.delete(before[key])
    if any(changed) or gone:
        session.flush()
        _record(session, staff, slug, meeting, now)


def _is(items: Sequence[Written], stands: Sequence[tuple[int, str]]) -> bool:
    return len(items) == len(stands) and all(
        item.id in (None, key) and mark(item.title, item.speaker, item.minutes) == known
        for item, (key, known) in zip(items, stands, strict=True)
    )


def fill(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    sources: Collection[Source],
    most: int,
    now: datetime,
    minutes: int = USUAL_MINUTES,
) -> int:
    """Add what the newest report says, at most `most` of each kind, and return how many items came; none comes twice.

    Raises NotFound, Forbidden, MeetingCancelled, ReportNeeded, AgendaFullAlready.
    """
    meeting = meetings.going_ahead(session, staff, slug, number)
    report = reports.newest(session, meeting.conversation_id)
    if report is None:
        raise ReportNeeded()
    rows = _rows(session, identity(meeting))
    taken = {row.statement for row in rows}
    added = []
    for source in [each for each in Source if each in sources]:
        fresh = [found for found in _said(report, source) if found[0] not in taken and found[0] in report.contents.texts][:most]
        taken |= {statement for statement, _ in fresh}
        added += fresh
    if not added:
        raise AgendaFullAlready()
    for place, (statement, finding) in enumerate(added, start=len(rows)):
        _add(session, staff, meeting, place, report, statement, finding, minutes)
    _record(session, staff, slug, meeting, now)
    return len(added)


def _said(report: Published, source: Source) -> Iterator[tuple[int, Finding | None]]:
    """Statements with the finding about them, in the report's order; for the agenda rule, with the best that is said of them."""
    found = report.contents.findings
    if source != Source.AGENDA:
        yield from ((finding.number, finding) for finding in getattr(found, source.value))
    elif found.certainty and found.certainty.agenda:
        for number in found.certainty.agenda.numbers:
            yield number, next(iter(found.about(number)), None)


def _add(
    session: Session,
    staff: Staff,
    meeting: Meeting,
    place: int,
    report: Published,
    statement: int,
    finding: Finding | None,
    minutes: int,
) -> None:
    text = report.contents.texts[statement]
    row = AgendaItem(
        meeting_id=identity(meeting),
        position=place,
        title=text.text[:LONGEST_TITLE],
        language=text.language,
        minutes=minutes,
        report=report.number,
        finding=finding.key if finding else "",
        statement=statement,
    )
    session.add(row)
    session.flush()
    _take_over_translations(session, staff.municipality_id, identity(row), text)


def _take_over_translations(session: Session, municipality_id: int, item: int, text: Text) -> None:
    """The item says what the statement says, so it has the same translations."""
    for language, (translated, provenance) in text.translations.items():
        stored = Provenance.MACHINE if provenance == Provenance.REVIEWED else provenance
        translations.put(
            session,
            municipality_id=municipality_id,
            subject=Translatable.AGENDA_ITEM,
            subject_id=item,
            language=language,
            text=translated[:LONGEST_TITLE],
            provenance=stored,
        )


def _write(session: Session, meeting: Meeting, place: int, item: Written, row: AgendaItem | None, language: str) -> bool:
    """Whether anything is different now."""
    title, speaker = _line(item.title)[:LONGEST_TITLE], _line(item.speaker)
    said = (place, title, speaker, item.minutes)
    if row is None:
        row = AgendaItem(meeting_id=identity(meeting), position=place, title=title, language=language)
    elif said == (row.position, row.title, row.speaker, row.minutes):
        return False
    elif title != row.title:
        translations.forget(session, Translatable.AGENDA_ITEM, identity(row))
    row.position, row.title, row.speaker, row.minutes = said
    session.add(row)
    return True


def _line(text: str) -> str:
    return " ".join(text.split())


def _rejected(session: Session, conversation_id: int, numbers: Collection[int]) -> set[int]:
    query = select(Statement.number).where(
        Statement.conversation_id == conversation_id,
        col(Statement.number).in_(list(numbers)),
        Statement.state == StatementState.REJECTED,
    )
    return set(session.exec(query)) if numbers else set()


def _rows(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    return session.exec(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(col(AgendaItem.position), col(AgendaItem.id))
    ).all()


def _record(session: Session, staff: Staff, slug: str, meeting: Meeting, now: datetime) -> None:
    rows = _rows(session, identity(meeting))
    facts: dict[str, object] = {
        "items": len(rows),
        "minutes": sum(row.minutes for row in rows),
        "statements": [row.statement for row in rows if row.statement is not None],
    }
    meetings.record(session, staff, "meeting.agenda", slug, meeting.number, facts, now)
