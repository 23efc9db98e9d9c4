"""Milestones: the steps promised with an answer, when they were done, and where one can see it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation import ledger, links, municipalities, recommendations, responses
from deliberation.accounts import Staff
from deliberation.errors import DoneInTheFuture, MilestoneEmpty, NotFound, NothingPromised
from deliberation.storage.rows import identity
from deliberation.storage.tables import Evidence, Milestone
from deliberation.values import Outcome


def promise(
    session: Session, *, staff: Staff, slug: str, number: int, title: str, language: str, due_on: date, now: datetime
) -> int:
    """Announce a step towards what was answered, and return its number within the recommendation.

    Raises NotFound, Forbidden, MilestoneEmpty, NothingPromised (not answered yet, or declined).
    """
    recommendation_id = identity(recommendations.of_staff(session, staff, slug, number))
    title = " ".join(title.split())
    if not title:
        raise MilestoneEmpty()
    standing = responses.standing(session, recommendation_id)
    if standing is None or standing.outcome == Outcome.DECLINED:
        raise NothingPromised()
    salt, digest = ledger.seal(title)
    session.add(
        Milestone(recommendation_id=recommendation_id, title=title, language=language, due_on=due_on, salt=salt, created_at=now)
    )
    session.flush()
    step = len(of_recommendation(session, recommendation_id))
    _record(session, staff, "milestone.promised", slug, number, step, {"title": digest, "due_on": due_on.isoformat()}, now)
    return step


def finish(session: Session, *, staff: Staff, slug: str, number: int, step: int, done_on: date, now: datetime) -> None:
    """Say on which day the step was done; saying it again corrects the day. Raises NotFound, Forbidden, DoneInTheFuture."""
    milestone = _of_staff(session, staff, slug, number, step)
    if done_on > municipalities.today(session, staff.municipality_id, now):
        raise DoneInTheFuture()
    if milestone.done_on == done_on:
        return
    milestone.done_on = done_on
    session.add(milestone)
    _record(session, staff, "milestone.done", slug, number, step, {"done_on": done_on.isoformat()}, now)


def reopen(session: Session, *, staff: Staff, slug: str, number: int, step: int, now: datetime) -> None:
    """Say that the step is not done after all. Raises NotFound, Forbidden."""
    milestone = _of_staff(session, staff, slug, number, step)
    if milestone.done_on is None:
        return
    milestone.done_on = None
    session.add(milestone)
    _record(session, staff, "milestone.reopened", slug, number, step, {}, now)


def add_evidence(
    session: Session, *, staff: Staff, slug: str, number: int, step: int, title: str, language: str, url: str, now: datetime
) -> None:
    """Attach a link where one can see what was done. Raises NotFound, Forbidden, LinkUntitled, LinkInvalid."""
    milestone = _of_staff(session, staff, slug, number, step)
    title, url = links.checked(title, url)
    salt, digest = ledger.seal(title)
    session.add(Evidence(milestone_id=identity(milestone), title=title, language=language, url=url, salt=salt, added_at=now))
    _record(session, staff, "evidence.added", slug, number, step, {"title": digest, "url": ledger.sealed(url, salt)}, now)


def _of_staff(session: Session, staff: Staff, slug: str, number: int, step: int) -> Milestone:
    """The recommendation's step with this number, counted from 1."""
    rows = of_recommendation(session, identity(recommendations.of_staff(session, staff, slug, number)))
    if not 1 <= step <= len(rows):
        raise NotFound()
    return rows[step - 1]


def of_recommendation(session: Session, recommendation_id: int) -> Sequence[Milestone]:
    """In the order in which they were promised; nothing is ever removed, so their numbers stay."""
    return session.exec(
        select(Milestone).where(Milestone.recommendation_id == recommendation_id).order_by(col(Milestone.id))
    ).all()


def _record(
    session: Session, staff: Staff, action: str, slug: str, number: int, step: int, facts: dict[str, object], now: datetime
) -> None:
    ledger.append(
        session,
        municipality_id=staff.municipality_id,
        actor=staff.actor,
        action=action,
        subject=f"milestone/{slug}/{number}/{step}",
        facts=facts,
        now=now,
    )
