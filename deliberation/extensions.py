"""Later days for what is owed: only with a published reason and with what has been done so far."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation import ledger, milestones, municipalities, policy, recommendations
from deliberation.accounts import Staff
from deliberation.errors import NotFound
from deliberation.errors.responses import (
    ExtensionInThePast,
    ExtensionNotLater,
    ExtensionWithoutProgress,
    ExtensionWithoutReason,
    NothingOwed,
)
from deliberation.outcomes import Clock
from deliberation.storage.rows import identity
from deliberation.storage.tables import Extension
from deliberation.values import RecommendationState


def extend(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    to_day: date,
    reason: str,
    progress: str,
    language: str,
    now: datetime,
    step: int | None = None,
) -> None:
    """Put off what a recommendation waits for, or with `step` one of its milestones. Sending it twice extends once.

    Raises NotFound, Forbidden, NothingOwed, ExtensionWithoutReason, ExtensionWithoutProgress, ExtensionInThePast,
    ExtensionNotLater.
    """
    recommendation_id = identity(recommendations.held(session, staff, slug, number))
    reason, progress = reason.strip(), progress.strip()
    milestone_id = None if step is None else _milestone(session, recommendation_id, step)
    today = municipalities.today(session, staff.municipality_id, now)
    clock = _clock(session, staff, slug, number, step, today)
    # The same words may be said anew of a later answer, whose days count from its beginning.
    if clock.due_on == to_day and _is_newest(session, recommendation_id, milestone_id, to_day, reason, progress):
        return
    _check(clock, to_day, reason, progress, today)
    salt, digest = ledger.seal(reason)
    session.add(
        Extension(
            recommendation_id=recommendation_id,
            milestone_id=milestone_id,
            owed=clock.owed.value,
            from_day=clock.due_on,
            to_day=to_day,
            reason=reason,
            progress=progress,
            language=language,
            salt=salt,
            published_at=now,
            account_id=staff.id,
        )
    )
    session.flush()
    ledger.record(
        session,
        staff,
        "extension.published",
        f"recommendation/{slug}/{number}" if step is None else f"milestone/{slug}/{number}/{step}",
        {
            "owed": clock.owed.value,
            "from_day": clock.due_on.isoformat(),
            "to_day": to_day.isoformat(),
            "reason": digest,
            "progress": ledger.sealed(progress, salt),
        },
        now,
    )


def _milestone(session: Session, recommendation_id: int, step: int) -> int:
    rows = milestones.of_recommendation(session, recommendation_id)
    if not 1 <= step <= len(rows):
        raise NotFound()
    return identity(rows[step - 1])


def _is_newest(
    session: Session, recommendation_id: int, milestone_id: int | None, to_day: date, reason: str, progress: str
) -> bool:
    newest = session.exec(
        select(Extension)
        .where(Extension.recommendation_id == recommendation_id, Extension.milestone_id == milestone_id)
        .order_by(col(Extension.id).desc())
    ).first()
    return newest is not None and (newest.to_day, newest.reason, newest.progress) == (to_day, reason, progress)


def _clock(session: Session, staff: Staff, slug: str, number: int, step: int | None, today: date) -> Clock:
    row = policy.one(session, staff.municipality_id, slug, number, "en", today, drafts=True)
    clock = row.clock if step is None else row.steps[step - 1].clock
    if clock is None or row.phase != RecommendationState.HANDED_OVER:
        raise NothingOwed()
    return clock


def _check(clock: Clock, to_day: date, reason: str, progress: str, today: date) -> None:
    if not reason:
        raise ExtensionWithoutReason()
    if not progress:
        raise ExtensionWithoutProgress()
    if to_day < today:
        raise ExtensionInThePast()
    if to_day <= clock.due_on:
        raise ExtensionNotLater(day=clock.due_on)
