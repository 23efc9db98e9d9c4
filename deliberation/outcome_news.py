"""What has happened to a recommendation and to what came of it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from deliberation.news_item import Item, Kind
from deliberation.outcomes import Clock, Extended, Owed, Recommended, Step
from deliberation.trace_items import recommendation_key

OVERDUE = {Owed.ANSWER: Kind.ANSWER_OVERDUE, Owed.MILESTONE: Kind.MILESTONE_OVERDUE}


def of_recommendation(row: Recommended, zone: ZoneInfo) -> list[Item]:
    """But for when a step was done, which stands in the ledger."""
    return [*_of_itself(row), *_answers(row), *_late(row, row.clock, None, zone), *_more_time(row, row.extensions, None)] + [
        item for step in row.steps for item in _of_step(row, step, zone)
    ]


def _of_itself(row: Recommended) -> Iterator[Item]:
    here, key, at = recommendation_key(row.number), f"recommendation/{row.number}", row.public_at or row.created_at
    yield Item(Kind.RECOMMENDATION, key, at, row.number, text=row.text, about=here)
    if row.comments_until is not None:
        yield Item(Kind.COMMENTING, f"{key}/comments", at, row.number, day=row.comments_until, about=here)
    if row.handed_over_at is not None and row.handed_over_at > at:
        yield Item(Kind.HANDED_OVER, f"{key}/handed-over", row.handed_over_at, row.number, day=row.answer_due_on, about=here)


def _answers(row: Recommended) -> Iterator[Item]:
    for answer in (row.answer, *row.earlier):
        if answer is not None:
            key = f"recommendation/{row.number}/answer/{answer.number}"
            about = f"{recommendation_key(row.number)}/a/{answer.number}"
            yield Item(Kind.ANSWER, key, answer.published_at, row.number, word=answer.outcome, text=answer.reason, about=about)


def _of_step(row: Recommended, step: Step, zone: ZoneInfo) -> Iterator[Item]:
    yield from _late(row, step.clock, step, zone)
    yield from _more_time(row, step.extensions, step)
    for proof in step.evidence:
        key = f"recommendation/{row.number}/milestone/{step.number}/evidence/{proof.number}"
        about = f"{recommendation_key(row.number)}/m/{step.number}/e/{proof.number}"
        yield Item(Kind.EVIDENCE, key, proof.added_at, row.number, text=proof.title, about=about)


def _late(row: Recommended, clock: Clock | None, step: Step | None, zone: ZoneInfo) -> Iterator[Item]:
    if clock is None or not clock.days_over:
        return
    at = datetime.combine(clock.due_on + timedelta(days=1), time(), zone)
    kind = OVERDUE.get(clock.owed, Kind.PROMISE_OVERDUE)
    text = row.text if step is None else step.title
    yield Item(kind, _late_key(row, clock, step), at, row.number, text=text, about=_about(row, step))


def _late_key(row: Recommended, clock: Clock, step: Step | None) -> str:
    """A day that was put off and passed again is news again."""
    if step is not None and not step.extensions:
        return f"recommendation/{row.number}/milestone/{step.number}/overdue"
    of = f"recommendation/{row.number}" if step is None else f"recommendation/{row.number}/milestone/{step.number}"
    return f"{of}/{clock.owed}/overdue/{clock.due_on.isoformat()}"


def _more_time(row: Recommended, extensions: tuple[Extended, ...], step: Step | None) -> Iterator[Item]:
    for number, one in enumerate(extensions, start=1):
        of = f"recommendation/{row.number}" if step is None else f"recommendation/{row.number}/milestone/{step.number}"
        yield Item(
            Kind.EXTENDED,
            f"{of}/extended/{number}",
            one.published_at,
            row.number,
            text=one.reason,
            day=one.to_day,
            about=_about(row, step),
        )


def _about(row: Recommended, step: Step | None) -> str:
    here = recommendation_key(row.number)
    return here if step is None else f"{here}/m/{step.number}"
