"""Everything that is held about one person, for that person to take along."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation import followed_items, group_history
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Comment,
    Conversation,
    Identity,
    Participant,
    Person,
    Proposal,
    ProposalSupport,
    Recommendation,
    RecoveryCode,
    Statement,
    Subscription,
    Vote,
    VoteEvent,
)
from deliberation.values import Choice

Json = dict[str, Any]


def of_person(session: Session, municipality_id: int, person: str | None, now: datetime) -> Json:
    """As plain data with words for keys. Empty lists for somebody about whom nothing is stored."""
    row = session.get(Person, person) if person else None
    known = row if row is not None and row.municipality_id == municipality_id else None
    return {
        "made_at": _moment(now),
        "person": None if known is None else {"id": known.id, "first_seen_at": _moment(known.created_at)},
        **(_of(session, known.id, municipality_id) if known is not None else _of_nobody()),
        "not_in_the_database": {"cookie": "The cookie of this browser holds the key to your id, your language and nothing else."},
    }


def _of_nobody() -> Json:
    return {
        "recovery_code": None,
        "sign_ins": [],
        "conversations": [],
        "proposals": [],
        "supports": [],
        "comments": [],
        "follows": [],
    }


def _of(session: Session, person: str, municipality_id: int) -> Json:
    code = session.get(RecoveryCode, person)
    signed_in = session.exec(select(Identity).where(Identity.person_id == person)).all()
    return {
        "recovery_code": None if code is None else {"made_at": _moment(code.created_at), "kept": "a hash of it only"},
        "sign_ins": [{"linked_at": _moment(row.linked_at), "keyed_hash_of_the_account": row.subject_hash} for row in signed_in],
        "conversations": _conversations(session, person, municipality_id),
        "proposals": [_proposal(row) for row in session.exec(select(Proposal).where(Proposal.author_id == person))],
        "supports": _supports(session, person),
        "comments": _comments(session, person),
        "follows": _follows(session, person),
    }


def _conversations(session: Session, person: str, municipality_id: int) -> list[Json]:
    rows = session.exec(
        select(Participant, Conversation)
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(Participant.person_id == person)
        .order_by(col(Participant.id))
    ).all()
    histories = {one.slug: one for one in group_history.of_person(session, municipality_id, person, "en")}
    return [
        {
            "conversation": c.slug,
            "topic": c.topic,
            "joined_at": _moment(p.joined_at),
            "came_in_by": p.channel.value,
            "excluded": None if p.banned_at is None else {"at": _moment(p.banned_at), "reason": p.ban_reason},
            "statements": _statements(session, identity(p)),
            "votes": _votes(session, identity(p)),
            "history_of_votes": _events(session, identity(p)),
            "groups": _groups(histories[c.slug].stays) if c.slug in histories else [],
        }
        for p, c in rows
    ]


def _statements(session: Session, participant_id: int) -> list[Json]:
    rows = session.exec(select(Statement).where(Statement.author_id == participant_id).order_by(col(Statement.number)))
    return [
        {
            "number": row.number,
            "text": row.text,
            "language": row.language,
            "shared_at": _moment(row.created_at),
            "state": row.state.value,
            "reason": row.reason,
            "note": row.note,
            "decided_at": _moment(row.decided_at),
            "sent_as": row.submission,
        }
        for row in rows
    ]


def _votes(session: Session, participant_id: int) -> list[Json]:
    rows = session.exec(
        select(Vote, Statement)
        .join(Statement, col(Statement.id) == col(Vote.statement_id))
        .where(Vote.participant_id == participant_id)
        .order_by(col(Statement.number))
    )
    return [
        {"statement": s.number, "choice": _choice(v.choice), "important": v.important, "voted_at": _moment(v.voted_at)}
        for v, s in rows
    ]


def _events(session: Session, participant_id: int) -> list[Json]:
    rows = session.exec(
        select(VoteEvent, Statement.number)
        .join(Statement, col(Statement.id) == col(VoteEvent.statement_id))
        .where(VoteEvent.participant_id == participant_id)
        .order_by(col(VoteEvent.id))
    )
    return [
        {
            "statement": number,
            "choice": _choice(event.choice),
            "important": event.important,
            "at": _moment(event.voted_at),
            "ballot": event.ballot,
            "chance_that_it_was_shown": event.propensity,
        }
        for event, number in rows
    ]


def _groups(stays: Sequence[group_history.Stay]) -> list[Json]:
    return [{"since": _moment(stay.since), "group": stay.label, "confidence": stay.confidence} for stay in stays]


def _proposal(row: Proposal) -> Json:
    return {
        "number": row.number,
        "topic": row.topic,
        "why": row.why,
        "language": row.language,
        "proposed_at": _moment(row.created_at),
        "state": row.state.value,
        "note": row.note,
    }


def _supports(session: Session, person: str) -> list[Json]:
    rows = session.exec(
        select(ProposalSupport, Proposal.number, Proposal.topic)
        .join(Proposal, col(Proposal.id) == col(ProposalSupport.proposal_id))
        .where(ProposalSupport.person_id == person)
    )
    return [{"proposal": number, "topic": topic, "at": _moment(s.supported_at)} for s, number, topic in rows]


def _comments(session: Session, person: str) -> list[Json]:
    rows = session.exec(
        select(Comment, Recommendation.number, Conversation.slug)
        .join(Recommendation, col(Recommendation.id) == col(Comment.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Comment.person_id == person)
        .order_by(col(Comment.id))
    )
    return [
        {
            "conversation": slug,
            "recommendation": number,
            "number": row.number,
            "text": row.text,
            "language": row.language,
            "said_at": _moment(row.created_at),
            "state": row.state.value,
            "reason": row.reason,
            "decided_at": _moment(row.decided_at),
            "sent_as": row.submission,
        }
        for row, number, slug in rows
    ]


def _follows(session: Session, person: str) -> list[Json]:
    rows = session.exec(
        select(Subscription, Conversation.slug)
        .join(Conversation, col(Conversation.id) == col(Subscription.conversation_id))
        .where(Subscription.person_id == person)
        .order_by(col(Subscription.id))
    )
    return [
        {
            "conversation": slug,
            "email": row.email,
            "language": row.language,
            "asked_at": _moment(row.created_at),
            "confirmed_at": _moment(row.confirmed_at),
            "last_mail_at": _moment(row.mailed_at),
            "everything": row.whole,
            "items": [one.item for one in followed_items.of(session, identity(row))],
        }
        for row, slug in rows
    ]


def _choice(choice: int | None) -> str:
    return "taken back" if choice is None else Choice(choice).name.lower()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
