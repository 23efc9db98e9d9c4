"""People with opinions: enough votes for an analysis to find something."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, select

from deliberation.municipalities import Tenant
from deliberation.storage.tables import Conversation, Participant, Person, Vote, VoteEvent
from deliberation.storage.tables.columns import table_of
from deliberation.values import Choice
from tests.support.make import NOON, answer, make_conversation, make_statement


def make_camps(
    session: Session,
    tenant: Tenant,
    slug: str = "scooters",
    sizes: tuple[int, ...] = (12, 12),
    statements: int = 8,
    **fields: object,
) -> Conversation:
    """A conversation in which everybody has answered everything, each camp in its own way; all agree with statement 1.

    The members of camp 0 are "camp0-0", "camp0-1" …, in the order in which they came; in other conversations than “scooters” the
    slug stands before.
    """
    conversation = make_conversation(session, tenant, slug, **fields)
    numbers = {number: make_statement(session, conversation).id for number in range(1, statements + 1)}
    prefix = "" if slug == "scooters" else f"{slug}-"
    members = {f"{prefix}camp{camp}-{member}": (camp, member) for camp, size in enumerate(sizes) for member in range(size)}
    session.add_all([Person(id=person, municipality_id=tenant.id, created_at=NOON) for person in members])
    session.flush()
    people = [Participant(conversation_id=conversation.id, person_id=person, joined_at=NOON) for person in members]
    session.add_all(people)
    session.flush()
    votes = [
        {
            "conversation_id": conversation.id,
            "participant_id": participant.id,
            "statement_id": statement_id,
            "choice": opinion(camp, member, number),
            "important": False,
            "voted_at": NOON,
        }
        for participant, (camp, member) in zip(people, members.values(), strict=True)
        for number, statement_id in numbers.items()
    ]
    for table in (Vote, VoteEvent):
        session.connection().execute(insert(table_of(table)), votes)
    return conversation


def opinion(camp: int, member: int, statement: int) -> Choice:
    """What a member of a camp says; now and then somebody passes, so that no two camps are of one mind."""
    if statement == 1:
        return Choice.AGREE
    if (member + statement) % 7 == 0:
        return Choice.PASS
    return Choice.AGREE if (statement >> camp) % 2 else Choice.DISAGREE


def take_part(
    session: Session,
    tenant: Tenant,
    conversation: Conversation,
    person: str,
    choices: Mapping[int, Choice | None],
    now: datetime = NOON,
) -> int:
    """This person answers, by statement number; returns the participant."""
    for number, choice in choices.items():
        answer(session, tenant, conversation.slug, person, number, choice, now=now)
    query = select(Participant.id).where(Participant.person_id == person, Participant.conversation_id == conversation.id)
    participant = session.exec(query).one()
    assert participant is not None
    return participant
