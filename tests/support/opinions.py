"""People with opinions: enough votes for an analysis to find something."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from deliberation import conversations, participants, voting
from deliberation.municipalities import Tenant
from deliberation.storage.tables import Conversation
from deliberation.values import Choice
from tests.support.make import NOON, cast, make_conversation, make_statement


def make_camps(
    session: Session, tenant: Tenant, slug: str = "scooters", sizes: tuple[int, ...] = (12, 12), statements: int = 8, **fields: object
) -> Conversation:
    """A conversation in which everybody has answered everything, each camp in its own way; all agree with statement 1.

    The members of camp 0 are "camp0-0", "camp0-1" …, in the order in which they came.
    """
    conversation = make_conversation(session, tenant, slug, **fields)
    for _ in range(statements):
        make_statement(session, conversation)
    for camp, size in enumerate(sizes):
        for member in range(size):
            choices = {number: opinion(camp, member, number) for number in range(1, statements + 1)}
            take_part(session, tenant, conversation, f"camp{camp}-{member}", choices)
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
    conversation_id = conversations.identify(conversation)
    participant = participants.join(session, municipality_id=tenant.id, conversation_id=conversation_id, person=person, now=now)
    for number, choice in choices.items():
        voting.answer(
            session, municipality_id=tenant.id, slug=conversation.slug, person=person, vote=cast(number, choice), now=now
        )
    return participant
