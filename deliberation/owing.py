"""What is owed on the recommendations of each conversation: answers, decisions, deliveries and steps; from their days alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from deliberation.kept import kept
from deliberation.outcomes import Clock, Owed, extended, promised_until, recommendation_clock, step_clock
from deliberation.storage.tables import Conversation, Extension, LedgerEntry, Milestone, Recommendation, Response
from deliberation.values import Outcome, RecommendationState

MOST_KEPT = 64
"""Municipalities whose days a process keeps at hand."""


@dataclass(frozen=True, slots=True)
class Owing:
    """`due`: still in time, the next on `next_on`. `days_over`: of what is overdue the longest."""

    recommendations: int = 0
    due: int = 0
    next_on: date | None = None
    overdue: int = 0
    days_over: int = 0


@dataclass(frozen=True, slots=True)
class _Later:
    """An extension without its words."""

    owed: str
    to_day: date
    published_at: datetime


@dataclass(frozen=True, slots=True)
class _Standing:
    """The answer that stands, without its words."""

    outcome: Outcome
    due_on: date | None


Extensions = Mapping[tuple[int, int | None], list[_Later]]
"""By recommendation and milestone, without one for what the recommendation itself waits for."""


def of_municipality(session: Session, municipality_id: int, today: date) -> Mapping[int, Owing]:
    """By conversation. Whatever moves a day stands in the ledger, so that until then, and until midnight, this is known."""
    stand = session.exec(select(func.max(LedgerEntry.id)).where(LedgerEntry.municipality_id == municipality_id)).one()
    return kept(session, "owing", MOST_KEPT, (municipality_id, stand, today), lambda: _read(session, municipality_id, today))


def _read(session: Session, municipality_id: int, today: date) -> dict[int, Owing]:
    ours: Any = (
        select(Recommendation.id)
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Conversation.municipality_id == municipality_id, Recommendation.state != RecommendationState.DRAFT)
    )
    extensions = _extensions(session, ours)
    answers = _answers(session, ours, extensions)
    steps = _steps(session, ours)
    found: dict[int, Owing] = {}
    asked = select(Recommendation.conversation_id, Recommendation.id, col(Recommendation.answer_due_on))
    for conversation_id, key, due_on in session.exec(asked.where(col(Recommendation.id).in_(ours))):
        answer, its = answers.get(key or 0), steps[key or 0]
        day = extended(due_on, Owed.ANSWER, extensions[key or 0, None])
        clocks = [recommendation_clock(day, answer, [done_on is not None for _, _, done_on in its], today)]
        for step, step_due_on, done_on in its:
            later = extended(step_due_on, Owed.MILESTONE, extensions[key or 0, step])
            clocks.append(step_clock(later, done_on, answer, today))
        found[conversation_id] = _and(found.get(conversation_id, Owing()), [clock for clock in clocks if clock is not None])
    return found


def _and(so_far: Owing, clocks: Iterable[Clock]) -> Owing:
    """With one recommendation more."""
    late = [clock.days_over for clock in clocks if clock.days_over]
    ahead = [clock.due_on for clock in clocks if not clock.days_over]
    return replace(
        so_far,
        recommendations=so_far.recommendations + 1,
        due=so_far.due + len(ahead),
        next_on=min([*ahead, *([so_far.next_on] if so_far.next_on else [])], default=None),
        overdue=so_far.overdue + len(late),
        days_over=max([so_far.days_over, *late]),
    )


def _extensions(session: Session, ours: Any) -> Extensions:
    """Oldest first."""
    wanted = (Extension.recommendation_id, Extension.milestone_id, Extension.owed, Extension.to_day, Extension.published_at)
    rows = session.execute(
        columns(*map(col, wanted)).where(col(Extension.recommendation_id).in_(ours)).order_by(col(Extension.id))
    )
    found: dict[tuple[int, int | None], list[_Later]] = defaultdict(list)
    for key, step, owed, to_day, published_at in rows:
        found[key, step].append(_Later(owed, to_day, published_at))
    return found


def _answers(session: Session, ours: Any, extensions: Extensions) -> dict[int, _Standing]:
    """By recommendation, the newest."""
    rows = session.exec(
        select(Response.recommendation_id, col(Response.outcome), col(Response.due_on), Response.published_at)
        .where(col(Response.recommendation_id).in_(ours))
        .order_by(col(Response.published_at), col(Response.id))
    )
    return {
        key: _Standing(outcome, promised_until(outcome, due_on, extensions[key, None], published_at))
        for key, outcome, due_on, published_at in rows
    }


def _steps(session: Session, ours: Any) -> Mapping[int, list[tuple[int, date | None, date | None]]]:
    """By recommendation: row id, the day by which it is due, the day on which it was done."""
    rows = session.exec(
        select(Milestone.recommendation_id, Milestone.id, col(Milestone.due_on), col(Milestone.done_on)).where(
            col(Milestone.recommendation_id).in_(ours)
        )
    )
    found: dict[int, list[tuple[int, date | None, date | None]]] = defaultdict(list)
    for key, step, due_on, done_on in rows:
        found[key].append((step or 0, due_on, done_on))
    return found
