"""Proposed topics as residents, their authors and moderators see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from deliberation import conversations, places, translations
from deliberation.errors import NotFound
from deliberation.places import Place
from deliberation.proposals import PUBLIC
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Proposal, ProposalSupport
from deliberation.translations import Reading
from deliberation.values import Interest, ProposalState, Reason, Translatable

PAGE = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation that a proposal became."""

    slug: str
    topic: Reading


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal as one reader sees it. `is_mine`, `is_supported`: by the reader."""

    number: int
    topic: Reading
    why: Reading | None
    interest: Interest | None
    area: Place | None
    state: ProposalState
    reason: Reason | None
    note: str
    created_at: datetime
    decided_at: datetime | None
    support: int
    is_supported: bool
    is_mine: bool
    opened: Opened | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is looking for. `area` is an area's slug."""

    states: frozenset[ProposalState] = PUBLIC
    area: str | None = None
    interest: Interest | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page, and how many there are."""

    proposals: Sequence[Proposed]
    total: int


def look(session: Session, municipality_id: int, wanted: Wanted, *, locale: str, person: str | None, page: int = 1) -> Found:
    """Most supported first; those that wait for a moderator, oldest first."""
    supporters = func.count(col(ProposalSupport.person_id))
    query = select(Proposal).where(Proposal.municipality_id == municipality_id, col(Proposal.state).in_(wanted.states))
    if wanted.interest is not None:
        query = query.where(Proposal.interest == wanted.interest)
    if wanted.area is not None:
        query = query.where(Proposal.area_id == places.get(session, municipality_id, wanted.area).id)
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    ordered = (
        query.order_by(col(Proposal.created_at), col(Proposal.id))
        if wanted.states == {ProposalState.PENDING}
        else query.join(ProposalSupport, col(ProposalSupport.proposal_id) == col(Proposal.id), isouter=True)
        .group_by(*Proposal.__table__.columns)  # type: ignore[attr-defined]
        .order_by(supporters.desc(), col(Proposal.number).desc())
    )
    rows = session.exec(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()
    return Found(_proposed(session, municipality_id, rows, locale, person), total)


def one(
    session: Session, municipality_id: int, number: int, *, locale: str, person: str | None, for_staff: bool = False
) -> Proposed:
    """What is not public yet, or was declined, is for its author and for staff. Raises NotFound."""
    row = session.exec(select(Proposal).where(Proposal.municipality_id == municipality_id, Proposal.number == number)).first()
    may_read = row is not None and (for_staff or row.state in PUBLIC or (person is not None and row.author_id == person))
    if row is None or not may_read:
        raise NotFound()
    return _proposed(session, municipality_id, [row], locale, person)[0]


def mine(session: Session, municipality_id: int, person: str | None, locale: str) -> list[Proposed]:
    """What this person has proposed, newest first."""
    if person is None:
        return []
    query = select(Proposal).where(Proposal.municipality_id == municipality_id, Proposal.author_id == person)
    rows = session.exec(query.order_by(col(Proposal.number).desc())).all()
    return _proposed(session, municipality_id, rows, locale, person)


def counts(session: Session, municipality_id: int) -> dict[ProposalState, int]:
    """How many there are in each state."""
    query = select(Proposal.state, func.count()).where(Proposal.municipality_id == municipality_id)
    found = dict(session.exec(query.group_by(col(Proposal.state))).all())
    return {state: found.get(state, 0) for state in ProposalState}


def behind(session: Session, conversation_id: int) -> int | None:
    """The number of the proposal that became this conversation."""
    return session.exec(select(Proposal.number).where(Proposal.conversation_id == conversation_id)).first()


def _proposed(
    session: Session, municipality_id: int, rows: Sequence[Proposal], locale: str, person: str | None
) -> list[Proposed]:
    if not rows:
        return []
    ids = [identity(row) for row in rows]
    texts = {identity(row): (row.topic, row.language) for row in rows}
    topics = translations.readings(session, Translatable.PROPOSAL_TOPIC, texts, locale)
    reasons = {identity(row): (row.why, row.language) for row in rows if row.why}
    whys = translations.readings(session, Translatable.PROPOSAL_WHY, reasons, locale)
    areas = {place.id: place for place in places.areas(session, municipality_id, locale)}
    supporters, own = _support(session, ids), _supported(session, ids, person)
    opened = _opened(session, [row.conversation_id for row in rows if row.conversation_id is not None], locale)
    return [
        Proposed(
            row.number,
            topics[identity(row)],
            whys.get(identity(row)),
            row.interest,
            areas.get(row.area_id or 0),
            row.state,
            row.reason,
            row.note,
            row.created_at,
            row.decided_at,
            supporters.get(identity(row), 0),
            identity(row) in own,
            person is not None and row.author_id == person,
            opened.get(row.conversation_id or 0),
        )
        for row in rows
    ]


def _support(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    query = select(ProposalSupport.proposal_id, func.count()).where(col(ProposalSupport.proposal_id).in_(ids))
    return dict(session.exec(query.group_by(col(ProposalSupport.proposal_id))).all())


def _supported(session: Session, ids: Sequence[int], person: str | None) -> set[int]:
    if person is None:
        return set()
    query = select(ProposalSupport.proposal_id).where(
        ProposalSupport.person_id == person, col(ProposalSupport.proposal_id).in_(ids)
    )
    return set(session.exec(query))


def _opened(session: Session, ids: Sequence[int], locale: str) -> dict[int, Opened]:
    rows = session.exec(select(Conversation).where(col(Conversation.id).in_(ids))).all()
    topics = conversations.headings(session, rows, locale)
    return {identity(row): Opened(row.slug, topics[identity(row)]) for row in rows}
