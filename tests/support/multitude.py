"""A conversation with more people than tests can let vote one by one: planted votes, written as rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from deliberation import conversations
from deliberation.municipalities import Tenant
from deliberation.storage.tables import Conversation, Participant, Person, Vote
from deliberation.storage.tables.columns import table_of
from tests.clustering.planted import planted_votes
from tests.support.make import NOON, make_conversation, make_statement

AT_ONCE = 50_000


def make_multitude(
    session: Session, tenant: Tenant, people: int, statements: int, votes_each: int, slug: str = "multitude", groups: int = 3
) -> Conversation:
    """Everybody belongs to one of the planted groups and has voted on so many statements, at noon. There is no history of it."""
    conversation = make_conversation(session, tenant, slug)
    conversation_id = conversations.identify(conversation)
    numbers = [make_statement(session, conversation).id for _ in range(statements)]
    connection = session.connection()
    persons = [f"{slug}-{number}" for number in range(people)]
    connection.execute(
        insert(table_of(Person)), [{"id": person, "municipality_id": tenant.id, "created_at": NOON} for person in persons]
    )
    joining = [{"conversation_id": conversation_id, "person_id": person, "joined_at": NOON} for person in persons]
    connection.execute(insert(table_of(Participant)), joining)
    of_conversation = select(Participant.id).where(Participant.conversation_id == conversation_id)
    participants = session.exec(of_conversation.order_by(Participant.id)).all()
    rows, columns, choices = planted_votes(people, statements, votes_each, groups)
    votes = [
        {
            "conversation_id": conversation_id,
            "participant_id": participants[row],
            "statement_id": numbers[column],
            "choice": choice,
            "important": False,
            "voted_at": NOON,
        }
        for row, column, choice in zip(rows.tolist(), columns.tolist(), choices.tolist(), strict=True)
    ]
    for part in _parts(votes):
        connection.execute(insert(table_of(Vote)), part)
    return conversation


def _parts(votes: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(votes), AT_ONCE):
        yield votes[first : first + AT_ONCE]
