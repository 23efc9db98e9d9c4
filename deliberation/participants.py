"""Residents without names: a person behind a cookie, and that person's part in one conversation."""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from deliberation.errors import NotFound
from deliberation.errors.joining import AdmissionNeeded, InvitationNeeded, SignInNeeded
from deliberation.errors.statements import ParticipantBanned
from deliberation.storage.engine import Upsert
from deliberation.storage.tables import Conversation, Participant, Person
from deliberation.storage.tables.columns import table_of
from deliberation.values import Channel, Joining

ADMISSION: dict[Joining, type[AdmissionNeeded]] = {Joining.INVITATION: InvitationNeeded, Joining.SIGN_IN: SignInNeeded}
_PERSON = Upsert(table_of(Person), key=["id"])
_PARTICIPANT = Upsert(table_of(Participant), key=["conversation_id", "person_id"])


def new_person() -> str:
    """A fresh random id for a cookie; nothing is stored until its bearer does something."""
    return secrets.token_hex(16)


def join(
    session: Session, *, municipality_id: int, conversation_id: int, person: str, now: datetime, channel: Channel = Channel.ONLINE
) -> int:
    """The id of this person's participant in the conversation, made when it is the first time.

    Raises ParticipantBanned, and InvitationNeeded or SignInNeeded where that takes an admission which this person does not have.
    """
    found = _find(session, conversation_id, person)
    if found is None:
        _check_open_to_all(session, conversation_id)
        return admit(
            session, municipality_id=municipality_id, conversation_id=conversation_id, person=person, now=now, channel=channel
        )
    return _welcome(found)


def admit(
    session: Session, *, municipality_id: int, conversation_id: int, person: str, now: datetime, channel: Channel = Channel.ONLINE
) -> int:
    """Let somebody take part, whoever may join: the id of their participant, made if there is none. Raises ParticipantBanned."""
    remember(session, municipality_id=municipality_id, person=person, now=now)
    row = {"conversation_id": conversation_id, "person_id": person, "channel": channel, "joined_at": now}
    _PARTICIPANT.run(session.connection(), row)
    found = _find(session, conversation_id, person)
    assert found is not None
    return _welcome(found)


def remember(session: Session, *, municipality_id: int, person: str, now: datetime) -> None:
    """Keep that there is this person."""
    _PERSON.run(session.connection(), {"id": person, "municipality_id": municipality_id, "created_at": now})


def is_in(session: Session, conversation_id: int, person: str) -> bool:
    """Whether this person takes part already. Raises ParticipantBanned."""
    found = _find(session, conversation_id, person)
    if found is not None:
        _welcome(found)
    return found is not None


def find(session: Session, conversation_id: int, person: str | None) -> int | None:
    """The participant's id, when this person has done something here."""
    row = _find(session, conversation_id, person) if person else None
    return row.id if row else None


def get(session: Session, municipality_id: int, participant_id: int) -> Participant:
    row = session.exec(
        select(Participant)
        .join(Conversation)
        .where(Participant.id == participant_id, Conversation.municipality_id == municipality_id)
    ).first()
    if row is None:
        raise NotFound()
    return row


def _welcome(found: Participant) -> int:
    if found.banned_at is not None:
        raise ParticipantBanned(reason=found.ban_reason)
    assert found.id is not None
    return found.id


def _check_open_to_all(session: Session, conversation_id: int) -> None:
    query = select(Conversation.joining, Conversation.slug).where(Conversation.id == conversation_id)
    rule, slug = session.exec(query).one()
    if rule != Joining.OPEN:
        raise ADMISSION[Joining(rule)](slug=slug)


def _find(session: Session, conversation_id: int, person: str) -> Participant | None:
    return session.exec(
        select(Participant).where(Participant.conversation_id == conversation_id, Participant.person_id == person)
    ).first()
