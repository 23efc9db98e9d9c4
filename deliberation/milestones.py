"""Milestones: the steps promised with an answer, when they were done, and where one can see it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from deliberation import attachments, given_responses, ledger, links, municipalities, recommendations
from deliberation.accounts import Staff
from deliberation.attachments import File
from deliberation.errors import NotFound
from deliberation.errors.attachments import AttachmentMissing, AttachmentOrLink
from deliberation.errors.outcomes import DoneInTheFuture, DueDayPassed, MilestoneEmpty, MilestonePromisedAlready, NothingPromised
from deliberation.errors.responses import EvidenceAddedAlready
from deliberation.storage.rows import identity
from deliberation.storage.tables import Attachment, Evidence, Milestone
from deliberation.values import EvidenceKind, Outcome


def promise(
    session: Session, *, staff: Staff, slug: str, number: int, title: str, language: str, due_on: date, now: datetime
) -> int:
    """Announce a step towards what was answered, and return its number within the recommendation.

    Raises NotFound, Forbidden, MilestoneEmpty, NothingPromised (not answered yet, or declined), DueDayPassed,
    MilestonePromisedAlready.
    """
    recommendation_id = identity(recommendations.held(session, staff, slug, number))
    title = " ".join(title.split())
    if not title:
        raise MilestoneEmpty()
    standing = given_responses.standing(session, recommendation_id)
    if standing is None or standing.outcome == Outcome.DECLINED:
        raise NothingPromised()
    if due_on < municipalities.today(session, staff.municipality_id, now):
        raise DueDayPassed()
    if is_promised(session, recommendation_id, title, due_on):
        raise MilestonePromisedAlready()
    salt, digest = ledger.seal(title)
    session.add(
        Milestone(recommendation_id=recommendation_id, title=title, language=language, due_on=due_on, salt=salt, created_at=now)
    )
    session.flush()
    step = len(of_recommendation(session, recommendation_id))
    _record(session, staff, "milestone.promised", slug, number, step, {"title": digest, "due_on": due_on.isoformat()}, now)
    return step


def is_promised(session: Session, recommendation_id: int, title: str, due_on: date) -> bool:
    """Whether there is a step of this title for this day."""
    same = (Milestone.recommendation_id == recommendation_id, Milestone.title == title, Milestone.due_on == due_on)
    return session.exec(select(Milestone.id).where(*same)).first() is not None


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
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    step: int,
    title: str,
    language: str,
    url: str,
    now: datetime,
    kind: EvidenceKind = EvidenceKind.OTHER,
    file: File | None = None,
) -> None:
    """Attach a link, or a checked file, where one can see what was done.

    Raises NotFound, Forbidden, LinkUntitled, LinkInvalid, AttachmentMissing, AttachmentOrLink, EvidenceAddedAlready.
    """
    milestone = _of_staff(session, staff, slug, number, step)
    if file is None and not url.strip():
        raise AttachmentMissing()
    if file is not None and url.strip():
        raise AttachmentOrLink()
    if file is None:
        title, url = links.checked(title, url)
    title = links.titled(title)
    _refuse_again(session, milestone, title, url, file)
    attached = None if file is None else attachments.attach(session, staff=staff, slug=slug, file=file, now=now)
    salt, digest = ledger.seal(title)
    row = Evidence(
        milestone_id=identity(milestone),
        title=title,
        language=language,
        url=attached.path if attached else url,
        salt=salt,
        added_at=now,
        kind=kind,
        attachment_id=attached.id if attached else None,
    )
    session.add(row)
    session.flush()
    facts: dict[str, object] = {"title": digest, "kind": kind.value}
    facts |= {"sha256": attached.sha256} if attached else {"url": ledger.sealed(url, salt)}
    _record(session, staff, "evidence.added", slug, number, step, facts, now)


def _refuse_again(session: Session, milestone: Milestone, title: str, url: str, file: File | None) -> None:
    query = select(Evidence.id).where(Evidence.milestone_id == identity(milestone), Evidence.title == title)
    if file is None:
        query = query.where(Evidence.url == url)
    else:
        query = query.join(Attachment, col(Attachment.id) == col(Evidence.attachment_id)).where(Attachment.sha256 == file.sha256)
    if session.exec(query).first() is not None:
        raise EvidenceAddedAlready()


def _of_staff(session: Session, staff: Staff, slug: str, number: int, step: int) -> Milestone:
    """The recommendation's step with this number, counted from 1; of officials at once one goes first."""
    rows = of_recommendation(session, identity(recommendations.held(session, staff, slug, number)))
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
    ledger.record(session, staff, action, f"milestone/{slug}/{number}/{step}", facts, now)
