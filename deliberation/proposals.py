"""Topics that residents propose: writing one, supporting it, deciding about it, opening it as a conversation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from deliberation import administration, conversations, ledger, participants, places
from deliberation.accounts import Staff
from deliberation.administration import Rules
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.moderation import DecidedMeanwhile
from deliberation.errors.proposals import (
    ProposalDeclinedWithoutReason,
    ProposalDuplicate,
    ProposalDuplicateUnseen,
    ProposalEmpty,
    ProposalNotOpenable,
    ProposalNotSupportable,
    ProposalTalkedAbout,
    ProposalTooLong,
    ProposalWhyTooLong,
    ProposalWithoutWords,
)
from deliberation.statements import length, says_something, text_key, tidy
from deliberation.storage.engine import Upsert
from deliberation.storage.rows import identity
from deliberation.storage.tables import Area, Conversation, Proposal, ProposalSupport
from deliberation.storage.tables.columns import table_of
from deliberation.values import MODERATION_ROLES, Interest, ProposalState, Reason, Stage

TOPIC_LIMIT, WHY_LIMIT = 140, 1000
PUBLIC = frozenset({ProposalState.SUPPORTABLE, ProposalState.OPENED})
"""What everybody may read."""
_SUPPORT = Upsert(table_of(ProposalSupport), key=["proposal_id", "person_id"])


def get(session: Session, municipality_id: int, number: int) -> Proposal:
    """Raises NotFound, also for another municipality's."""
    row = session.exec(select(Proposal).where(Proposal.municipality_id == municipality_id, Proposal.number == number)).first()
    if row is None:
        raise NotFound()
    return row


def propose(
    session: Session,
    *,
    municipality_id: int,
    person: str,
    topic: str,
    why: str,
    language: str,
    interest: Interest | None,
    area: str | None,
    now: datetime,
) -> int:
    """Take in a resident's topic with its author's support, and return its number. It waits for a moderator.

    Raises ProposalEmpty, ProposalWithoutWords, ProposalTooLong, ProposalWhyTooLong, ProposalDuplicate, NotFound (the area).
    """
    topic, why = tidy(topic), "\n\n".join(filter(None, map(tidy, why.splitlines())))
    _check_texts(topic, why)
    _refuse_duplicate(session, municipality_id, topic)
    participants.remember(session, municipality_id=municipality_id, person=person, now=now)
    row = Proposal(
        municipality_id=municipality_id,
        number=_next_number(session, municipality_id),
        topic=topic,
        why=why,
        language=language,
        interest=interest,
        area_id=identity(places.get(session, municipality_id, area)) if area else None,
        author_id=person,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _support(session, row, person, now)
    return row.number


def support(session: Session, *, municipality_id: int, number: int, person: str, now: datetime) -> None:
    """Count this person among those who want to talk about it, once. Raises NotFound, ProposalNotSupportable."""
    row = _supportable(session, municipality_id, number)
    participants.remember(session, municipality_id=municipality_id, person=person, now=now)
    _support(session, row, person, now)


def withdraw(session: Session, *, municipality_id: int, number: int, person: str, now: datetime) -> None:
    """Raises NotFound, ProposalNotSupportable."""
    row = _supportable(session, municipality_id, number)
    session.execute(
        delete(ProposalSupport).where(col(ProposalSupport.proposal_id) == row.id, col(ProposalSupport.person_id) == person)
    )


def accept(session: Session, *, staff: Staff, number: int, seen: ProposalState, now: datetime) -> None:
    """Let everybody read and support it. Raises Forbidden, NotFound, DecidedMeanwhile."""
    row = _undecided(session, staff, number, seen)
    _decide(session, staff, row, ProposalState.SUPPORTABLE, now)


def decline(
    session: Session, *, staff: Staff, number: int, reason: Reason | None, note: str, seen: ProposalState, now: datetime
) -> None:
    """Say why it is not taken further. Raises Forbidden, NotFound, DecidedMeanwhile, ProposalDeclinedWithoutReason."""
    row = _undecided(session, staff, number, seen)
    if reason is None:
        raise ProposalDeclinedWithoutReason()
    _decide(session, staff, row, ProposalState.DECLINED, now, reason, note)


def open_as(
    session: Session,
    *,
    staff: Staff,
    number: int,
    slug: str,
    rules: Rules,
    seeds: Sequence[str],
    now: datetime,
    releases_votes: bool = False,
    stage: Stage = Stage.OPINION,
    template: str = "",
) -> Conversation:
    """Open a conversation about what was proposed, with its interest and area.

    Raises NotFound, ProposalNotOpenable, and what `administration.open_conversation` raises.
    """
    row = get(session, staff.municipality_id, number)
    if row.state != ProposalState.SUPPORTABLE:
        raise ProposalNotOpenable(number=number)
    opened = administration.open_conversation(
        session,
        staff=staff,
        slug=slug,
        rules=rules,
        seeds=seeds,
        now=now,
        releases_votes=releases_votes,
        stage=stage,
        template=template,
    )
    area = session.get_one(Area, row.area_id).slug if row.area_id is not None else None
    places.place(
        session,
        staff=staff,
        slug=slug,
        areas=[area] if area else [],
        interests=[row.interest] if row.interest else [],
        now=now,
    )
    row.conversation_id = identity(opened)
    _decide(session, staff, row, ProposalState.OPENED, now, conversation=slug)
    return opened


def _check_texts(topic: str, why: str) -> None:
    if not topic:
        raise ProposalEmpty()
    if not says_something(topic):
        raise ProposalWithoutWords()
    for text, limit, too_long in ((topic, TOPIC_LIMIT, ProposalTooLong), (why, WHY_LIMIT, ProposalWhyTooLong)):
        if (said := length(text)) > limit:
            raise too_long(length=said, limit=limit)


def _refuse_duplicate(session: Session, municipality_id: int, topic: str) -> None:
    """Topics are few and compared as they stand, so that none needs a key of its own."""
    key = text_key(topic)
    known = session.exec(
        select(Proposal.topic, Proposal.number, Proposal.state).where(Proposal.municipality_id == municipality_id)
    )
    for other, number, state in known:
        if text_key(other) == key:
            raise (
                ProposalDuplicate(number=number, slug=None)
                if state in PUBLIC
                else ProposalDuplicateUnseen(number=None, slug=None)
            )
    for row in conversations.listing(session, municipality_id):
        if text_key(row.topic) == key:
            raise ProposalTalkedAbout(number=None, slug=row.slug)


def _support(session: Session, row: Proposal, person: str, now: datetime) -> None:
    _SUPPORT.run(session.connection(), {"proposal_id": identity(row), "person_id": person, "supported_at": now})


def _supportable(session: Session, municipality_id: int, number: int) -> Proposal:
    row = get(session, municipality_id, number)
    if row.state not in PUBLIC:
        raise NotFound()
    if row.state != ProposalState.SUPPORTABLE:
        raise ProposalNotSupportable()
    return row


def _undecided(session: Session, staff: Staff, number: int, seen: ProposalState) -> Proposal:
    """The proposal, still as the moderator saw it."""
    if staff.role not in MODERATION_ROLES:
        raise Forbidden()
    row = get(session, staff.municipality_id, number)
    if row.state != seen or row.state == ProposalState.OPENED:
        raise DecidedMeanwhile()
    return row


def _decide(
    session: Session,
    staff: Staff,
    row: Proposal,
    state: ProposalState,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
    **facts: Any,
) -> None:
    if row.state == state:
        return
    row.state, row.reason, row.note, row.decided_at = state, reason, note.strip(), now
    session.add(row)
    session.flush()
    action = {ProposalState.SUPPORTABLE: "accepted", ProposalState.DECLINED: "declined", ProposalState.OPENED: "opened"}[state]
    ledger.append(
        session,
        municipality_id=row.municipality_id,
        actor=staff.actor,
        action=f"proposal.{action}",
        subject=f"proposal/{row.number}",
        facts=facts | ({"reason": reason.value} if reason else {}),
        now=now,
    )


def _next_number(session: Session, municipality_id: int) -> int:
    last = session.exec(select(func.max(Proposal.number)).where(Proposal.municipality_id == municipality_id)).one()
    return 1 if last is None else last + 1
