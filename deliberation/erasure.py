"""Erasing: afterwards nothing here leads from the votes to the person who cast them, and nothing else is kept of the person.

Votes go on counting, as those of a participant who is new and belongs to nobody: without ballots, and without the times at which
they were cast. docs/decisions/0011 says what is erased, what stays, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from deliberation import conversations, ledger, own_texts, vote_hours
from deliberation.errors.people import ErasureWithoutChoice, NothingToErase
from deliberation.own_texts import OwnText
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Analysis,
    AnalysisWork,
    Comment,
    Conversation,
    Delivery,
    Identity,
    ModerationDecision,
    Participant,
    Person,
    Proposal,
    ProposalSupport,
    RecoveryCode,
    Statement,
    Subscription,
    SubscriptionItem,
    Vote,
    VoteEvent,
)
from deliberation.storage.tables.columns import table_of
from deliberation.translations import Reading
from deliberation.values import Joining, ProposalState

NEVER_PUBLIC = (ProposalState.PENDING, ProposalState.DECLINED)


class Texts(StrEnum):
    """What an author wants to become of what they wrote."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Consequences:
    """What erasing would do, for the person to read before.

    `taken_back`: slugs of conversations where the votes do not stay but are taken back. `released`: something was published that
    these votes or texts are part of.
    """

    votes: int
    conversations: int
    texts: tuple[OwnText, ...]
    comments: tuple[Reading, ...]
    proposals: int
    follows: int
    signed_in: bool
    has_code: bool
    taken_back: tuple[str, ...]
    released: bool


def consequences(
    session: Session, *, municipality_id: int, person: str | None, locale: str, now: datetime
) -> Consequences | None:
    """None when nothing is stored about this person."""
    if person is None or _person(session, municipality_id, person) is None:
        return None
    taken_part = _taken_part(session, person)
    ids = [identity(participant) for participant, _ in taken_part]
    voted = session.exec(select(Vote.conversation_id).where(col(Vote.participant_id).in_(ids))).all()
    return Consequences(
        votes=len(voted),
        conversations=len(taken_part),
        texts=tuple(own_texts.of_participants(session, ids, locale)),
        comments=tuple(own_texts.comments_of(session, person, locale)),
        proposals=len(session.exec(select(Proposal.id).where(Proposal.author_id == person)).all()),
        follows=len(session.exec(select(Subscription.id).where(Subscription.person_id == person)).all()),
        signed_in=session.exec(select(Identity.id).where(Identity.person_id == person)).first() is not None,
        has_code=session.get(RecoveryCode, person) is not None,
        taken_back=tuple(c.slug for _, c in taken_part if _comes_back(c, now)),
        released=own_texts.any_report(session, set(voted)),
    )


def erase(
    session: Session, *, municipality_id: int, person: str | None, texts: Texts | None, removed: Mapping[str, str], now: datetime
) -> None:
    """Erase the person. `removed` says in every language what stands in the place of a text that its author has removed.

    `texts` must be given by whoever has written something. Raises NothingToErase, ErasureWithoutChoice.
    """
    row = None if person is None else _person(session, municipality_id, person)
    if row is None:
        raise NothingToErase()
    taken_part = _taken_part(session, row.id)
    if texts is None and _has_written(session, row.id, [identity(participant) for participant, _ in taken_part]):
        raise ErasureWithoutChoice()
    for participant, conversation in taken_part:
        _forget_part(session, participant, conversation, removed if texts == Texts.REMOVE else None, now)
    own_texts.forget_comments(session, municipality_id, row.id, removed if texts == Texts.REMOVE else None)
    _forget_proposals(session, row.id, texts)
    _forget_contacts(session, row.id)
    session.flush()
    session.execute(delete(Person).where(col(Person.id) == row.id))
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=ledger.SYSTEM,
        action="person.erased",
        subject="person",
        facts={},
        now=now,
    )


def _person(session: Session, municipality_id: int, person: str) -> Person | None:
    return session.exec(select(Person).where(Person.id == person, Person.municipality_id == municipality_id)).first()


def _taken_part(session: Session, person: str) -> list[tuple[Participant, Conversation]]:
    rows = session.exec(
        select(Participant, Conversation)
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(Participant.person_id == person)
        .order_by(col(Participant.id))
        .with_for_update(of=Participant)
    )
    return [(participant, conversation) for participant, conversation in rows]


def _comes_back(conversation: Conversation, now: datetime) -> bool:
    """Where people sign in to vote, whoever is forgotten could sign in and vote again: two voices."""
    return conversation.joining == Joining.SIGN_IN and conversations.voting(conversation, now) != "closed"


def _anonymous(session: Session, participant: Participant, conversation: Conversation) -> Participant:
    """Somebody new to whom the votes go. Whoever was excluded stays excluded."""
    row = Participant(
        conversation_id=participant.conversation_id,
        channel=participant.channel,
        joined_at=_some_time(conversation),
        banned_at=participant.banned_at,
        ban_reason=participant.ban_reason,
    )
    session.add(row)
    session.flush()
    return row


def _has_written(session: Session, person: str, ids: list[int]) -> bool:
    proposed = session.exec(select(Proposal.id).where(Proposal.author_id == person)).first()
    said = session.exec(select(Statement.id).where(col(Statement.author_id).in_(ids))).first()
    commented = session.exec(select(Comment.id).where(Comment.person_id == person)).first()
    return (proposed, said, commented) != (None, None, None)


def _forget_part(
    session: Session, gone: Participant, conversation: Conversation, removed: Mapping[str, str] | None, now: datetime
) -> None:
    """What the person did in one conversation. With `removed`, texts are taken away where they can be."""
    new = _anonymous(session, gone, conversation)
    if _comes_back(conversation, now):
        _take_back(session, gone, now)
    _hand_votes_over(session, gone, new, _some_time(conversation))
    for text in own_texts.of_participants(session, [identity(gone)], conversation.language):
        own_texts.let_go(session, text, None if text.rests else removed)
    session.execute(
        update(ModerationDecision).where(col(ModerationDecision.participant_id) == gone.id).values(participant_id=new.id)
    )
    _renumber_latest(session, identity(conversation), identity(gone), identity(new))
    session.delete(gone)
    session.flush()


def _take_back(session: Session, gone: Participant, now: datetime) -> None:
    votes = session.exec(select(Vote).where(Vote.participant_id == gone.id).order_by(col(Vote.statement_id))).all()
    columns = ("conversation_id", "participant_id", "statement_id")
    events = [{name: getattr(vote, name) for name in columns} | {"important": False, "voted_at": now} for vote in votes]
    if events:
        session.execute(insert(VoteEvent), events)
    session.execute(delete(Vote).where(col(Vote.participant_id) == gone.id))


def _hand_votes_over(session: Session, gone: Participant, new: Participant, some_time: datetime) -> None:
    """Votes and events in their order, a microsecond apart: among statements that say the same the newest answer counts.

    Events are written anew, because the number of an event between two others tells when it was.
    """
    votes = session.exec(
        select(Vote).where(Vote.participant_id == gone.id).order_by(col(Vote.voted_at), col(Vote.statement_id))
    ).all()
    events = session.exec(select(VoteEvent).where(VoteEvent.participant_id == gone.id).order_by(col(VoteEvent.id))).all()
    _replace(session, Vote, gone, [vote.model_dump() for vote in votes], new, some_time)
    said = [event.model_dump(exclude={"id"}) | {"ballot": None} for event in events]
    _replace(session, VoteEvent, gone, said, new, some_time)
    anew = session.exec(select(VoteEvent.id).where(VoteEvent.participant_id == new.id)).all()
    before = [identity(event) for event in events]
    vote_hours.written_anew(session, new.conversation_id, before, [key for key in anew if key], some_time)


def _replace(
    session: Session,
    model: type[Vote] | type[VoteEvent],
    gone: Participant,
    rows: list[dict[str, object]],
    new: Participant,
    some_time: datetime,
) -> None:
    session.execute(delete(model).where(col(model.participant_id) == gone.id))
    if rows:
        changed = [
            row | {"participant_id": new.id, "voted_at": some_time + timedelta(microseconds=place)}
            for place, row in enumerate(rows)
        ]
        session.execute(insert(table_of(model)), changed)


def _some_time(conversation: Conversation) -> datetime:
    """The same for everybody who was erased from the conversation: the beginning of the day on which it was made."""
    return conversation.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _renumber_latest(session: Session, conversation_id: int, gone: int, new: int) -> None:
    """In the snapshot that the next analysis follows; in those before, a number stands that nobody has any more."""
    from deliberation import people_arrays  # loads numpy, which a process that only serves pages does without

    row = session.exec(
        select(Analysis)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(AnalysisWork.conversation_id == conversation_id)
    ).first()
    if row is None:
        return
    row.people = people_arrays.renumbered(row.people, gone, new)
    session.add(row)
    session.info.get("people", {}).pop(row.id, None)


def _forget_proposals(session: Session, person: str, texts: Texts | None) -> None:
    """What nobody else has read goes with its author; what others support stays, without one."""
    proposals = session.exec(select(Proposal).where(Proposal.author_id == person)).all()
    session.execute(delete(ProposalSupport).where(col(ProposalSupport.person_id) == person))
    for proposal in proposals:
        own_texts.forget_proposal(session, proposal, gone=texts == Texts.REMOVE and proposal.state in NEVER_PUBLIC)


def _forget_contacts(session: Session, person: str) -> None:
    followed = session.exec(select(Subscription.id, Subscription.email).where(Subscription.person_id == person)).all()
    session.execute(delete(Delivery).where(col(Delivery.subscription_id).in_([row[0] for row in followed])))
    session.execute(delete(Delivery).where(col(Delivery.recipient).in_([row[1] for row in followed])))
    session.execute(
        delete(SubscriptionItem).where(col(SubscriptionItem.subscription_id).in_([key for key, _ in followed if key is not None]))
    )
    session.execute(delete(Subscription).where(col(Subscription.person_id) == person))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person))
    session.execute(delete(Identity).where(col(Identity.person_id) == person))
