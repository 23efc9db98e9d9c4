"""What belongs to each stage, and whether it is there: a checklist that everybody sees.

What the database knows (dates, statements, meetings, reports, answers) is taken from there; the rest are documents that were
attached under the kind that is asked for. What belongs to a stage is due once the stage is reached; what remains of a meeting,
once the meeting is over; answers, by the day that each recommendation says: they are there once the first is given, unless
another one is overdue.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from deliberation import agenda, meetings
from deliberation.outcomes import Owed
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Artefact,
    Conversation,
    Extension,
    Meeting,
    Recommendation,
    Report,
    Response,
    StagePeriod,
    Statement,
)
from deliberation.values import ArtefactKind, RecommendationState, Stage


class Need(StrEnum):
    """What a stage needs."""

    BRIEF = "brief"
    SPONSOR = "sponsor"
    MATERIAL = "material"
    DATES = "dates"
    SEEDS = "seeds"
    RULES = "rules"
    MEETING = "meeting"
    AGENDA = "agenda"
    STREAM = "stream"
    MINUTES = "minutes"
    RECORDING = "recording"
    REPORT = "report"
    HANDED_OVER = "handed_over"
    ANSWERS = "answers"


class Standing(StrEnum):
    PRESENT = "present"
    MISSING = "missing"
    NOT_YET = "not_yet"


NEEDS: dict[Stage, tuple[Need, ...]] = {
    Stage.PROPOSAL: (Need.BRIEF, Need.SPONSOR, Need.MATERIAL),
    Stage.OPINION: (Need.DATES, Need.SEEDS, Need.RULES),
    Stage.REFLECTION: (Need.MEETING, Need.AGENDA, Need.STREAM, Need.MINUTES, Need.RECORDING),
    Stage.DECISION: (Need.REPORT, Need.HANDED_OVER, Need.ANSWERS),
}
DOCUMENTED = {need: ArtefactKind(need.value) for need in Need if need.value in {kind.value for kind in ArtefactKind}}
"""Needs that a document of this kind meets, attached to the same stage."""
AFTERWARDS = {Need.MINUTES, Need.RECORDING}
_ORDER = list(Stage)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a checklist. `artefacts` and `meetings` (by number) that meet the need, `report` the newest published one.

    `unanswered`: how many recommendations still wait, where there are answers.
    """

    need: Need
    standing: Standing
    artefacts: tuple[int, ...] = ()
    meetings: tuple[int, ...] = ()
    report: int | None = None
    unanswered: int = 0

    @property
    def kind(self) -> ArtefactKind | None:
        return DOCUMENTED.get(self.need)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A recommendation that was handed over."""

    due_on: date | None
    answered: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the database knows, read once."""

    stage: Stage
    dated: bool
    seeded: bool
    artefacts: Sequence[Artefact]
    meetings: Sequence[Meeting]
    with_agenda: Collection[int]
    report: int | None
    asked: Sequence[_Asked]
    now: datetime
    today: date

    def reached(self, stage: Stage) -> bool:
        return _ORDER.index(stage) <= _ORDER.index(self.stage)

    def passed(self, stage: Stage) -> bool:
        return _ORDER.index(stage) < _ORDER.index(self.stage)


Checklist = dict[Stage, tuple[Entry, ...]]


def checklist(
    session: Session,
    conversation: Conversation,
    *,
    periods: dict[Stage, StagePeriod],
    artefacts: Sequence[Artefact],
    now: datetime,
    today: date,
) -> Checklist:
    """All stages in their order. `periods` and `artefacts` are the conversation's, which every page has read already."""
    facts = _facts(session, conversation, periods, artefacts, now, today)
    return {stage: tuple(_entry(facts, stage, need) for need in needs) for stage, needs in NEEDS.items()}


def missing(found: Checklist) -> int:
    """How many things are missing that should be there."""
    return sum(entry.standing == Standing.MISSING for entries in found.values() for entry in entries)


def _facts(
    session: Session,
    conversation: Conversation,
    periods: dict[Stage, StagePeriod],
    artefacts: Sequence[Artefact],
    now: datetime,
    today: date,
) -> _Facts:
    """Nothing is asked about stages that are still to come, except meetings, which are planned ahead."""
    key, stage = identity(conversation), conversation.stage
    taking_place = select(Meeting).where(Meeting.conversation_id == key, col(Meeting.cancelled_at).is_(None))
    held = session.exec(taking_place.order_by(col(Meeting.starts_at))).all()
    opinion = periods.get(Stage.OPINION)
    return _Facts(
        stage=stage,
        dated=bool(conversation.closes_at or (opinion and opinion.starts_on and opinion.ends_on)),
        seeded=stage != Stage.PROPOSAL and _seeded(session, key),
        artefacts=artefacts,
        meetings=held,
        with_agenda=agenda.counts(session, [identity(row) for row in held]) if held else set(),
        report=_newest_report(session, key) if stage in {Stage.REFLECTION, Stage.DECISION} else None,
        asked=_asked(session, key) if stage == Stage.DECISION else (),
        now=now,
        today=today,
    )


def _entry(facts: _Facts, stage: Stage, need: Need) -> Entry:
    artefacts = tuple(identity(row) for row in facts.artefacts if row.stage == stage and row.kind.value == need.value)
    held = tuple(row.number for row in _meetings_with(facts, need))
    report = facts.report if need == Need.REPORT else None
    if artefacts or held or report or _holds(facts, need):
        standing = Standing.PRESENT
    else:
        standing = Standing.MISSING if _is_due(facts, stage, need) else Standing.NOT_YET
    unanswered = sum(not each.answered for each in facts.asked) if need == Need.ANSWERS and _is_answered(facts) else 0
    return Entry(need, standing, artefacts, held, report, unanswered)


def _meetings_with(facts: _Facts, need: Need) -> Iterable[Meeting]:
    if need == Need.MEETING:
        return facts.meetings
    if need == Need.AGENDA:
        return [row for row in facts.meetings if row.id in facts.with_agenda]
    link = f"{need.value}_url"
    return [row for row in facts.meetings if getattr(row, link, "")]


def _holds(facts: _Facts, need: Need) -> bool:
    if need == Need.DATES:
        return facts.dated
    if need == Need.SEEDS:
        return facts.seeded
    if need == Need.HANDED_OVER:
        return bool(facts.asked)
    return need == Need.ANSWERS and _is_answered(facts) and not _is_answer_overdue(facts)


def _is_answered(facts: _Facts) -> bool:
    return any(each.answered for each in facts.asked)


def _is_answer_overdue(facts: _Facts) -> bool:
    return any(not each.answered and each.due_on and each.due_on < facts.today for each in facts.asked)


def _is_due(facts: _Facts, stage: Stage, need: Need) -> bool:
    if need in AFTERWARDS and not facts.passed(stage):
        return any(meetings.is_over(row.starts_at, row.ends_at, facts.now) for row in facts.meetings)
    if need == Need.ANSWERS:
        return _is_answer_overdue(facts)
    return facts.reached(stage)


def _seeded(session: Session, conversation_id: int) -> bool:
    query = select(Statement.id).where(Statement.conversation_id == conversation_id, col(Statement.is_seed).is_(True))
    return session.exec(query.limit(1)).first() is not None


def _newest_report(session: Session, conversation_id: int) -> int | None:
    query = select(Report.number).where(Report.conversation_id == conversation_id).order_by(col(Report.number).desc())
    return session.exec(query.limit(1)).first()


def _asked(session: Session, conversation_id: int) -> list[_Asked]:
    """With the day that was published last, where an answer takes longer."""
    extended = select(func.max(Extension.to_day)).where(
        Extension.recommendation_id == Recommendation.id, Extension.owed == Owed.ANSWER.value
    )
    due_on = func.coalesce(extended.scalar_subquery(), Recommendation.answer_due_on)
    answered = col(Recommendation.id).in_(select(Response.recommendation_id))
    rows = session.execute(
        columns(due_on, answered).where(
            col(Recommendation.conversation_id) == conversation_id, col(Recommendation.state) == RecommendationState.HANDED_OVER
        )
    )
    return [_Asked(due_on, bool(done)) for due_on, done in rows]
