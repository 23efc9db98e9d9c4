"""Votes and their events: the statements on the way of a vote, built once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, literal, select, union_all

from deliberation.storage.engine import Upsert
from deliberation.storage.tables import Conversation, Participant, Vote, VoteEvent
from deliberation.storage.tables.columns import table_of

_conversation = table_of(Conversation).c
_participant = table_of(Participant).c
_vote = table_of(Vote).c
_event = table_of(VoteEvent).c

_GATE = (
    select(
        _conversation.id,
        _conversation.version,
        _conversation.topic,
        _conversation.stage,
        _conversation.opens_at,
        _conversation.closes_at,
        _participant.id.label("participant_id"),
        _participant.banned_at,
        _participant.ban_reason,
    )
    .select_from(table_of(Conversation))
    .outerjoin(
        table_of(Participant),
        (_participant.conversation_id == _conversation.id) & (_participant.person_id == bindparam("person")),
    )
    .where(_conversation.slug == bindparam("slug"), _conversation.municipality_id == bindparam("municipality_id"))
)
_OF_PARTICIPANT = _vote.participant_id == bindparam("participant_id")
_LAST_OF_BALLOT = (
    select(_event.choice)
    .where(
        _event.participant_id == bindparam("participant_id"),
        _event.ballot == bindparam("ballot"),
        _event.statement_id == bindparam("statement_id"),
    )
    .order_by(_event.id.desc())
    .limit(1)
    .subquery()
)
# One round trip instead of two: whose first column is not null are votes, the one without is what this ballot said last.
_STANDING = union_all(
    select(_vote.statement_id, _vote.choice).where(_OF_PARTICIPANT), select(literal(None), _LAST_OF_BALLOT.c.choice)
)
_VOTED = select(_vote.statement_id).where(_OF_PARTICIPANT)
_LAST = (
    select(_vote.statement_id, _vote.choice)
    .where(_OF_PARTICIPANT)
    .order_by(_vote.voted_at.desc(), _vote.statement_id.desc())
    .limit(1)
)
_ADD_EVENT = insert(table_of(VoteEvent))
_PUT = Upsert(table_of(Vote), key=["participant_id", "statement_id"], replacing=["choice", "important", "voted_at"])
_DELETE = delete(table_of(Vote)).where(_OF_PARTICIPANT, _vote.statement_id == bindparam("gone"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a participant has said so far. `repeated`: this very ballot said this very thing last."""

    voted: set[int]
    repeated: bool


def gate(connection: Connection, *, municipality_id: int, slug: str, person: str | None) -> Row[*tuple[Any, ...]] | None:
    """Everything that decides whether this person may vote here, in one row; None where there is no such conversation."""
    return connection.execute(_GATE, {"slug": slug, "municipality_id": municipality_id, "person": person}).first()


def standing(connection: Connection, participant_id: int, statement_id: int, ballot: str, choice: int | None) -> Standing:
    rows: Sequence[Any] = connection.execute(
        _STANDING, {"participant_id": participant_id, "statement_id": statement_id, "ballot": ballot}
    ).fetchall()
    repeated = any(row[0] is None and row[1] == choice for row in rows[-1:])
    return Standing({row[0] for row in rows if row[0] is not None}, repeated)


def voted(connection: Connection, participant_id: int) -> set[int]:
    """Row ids of the statements that this participant has a vote on."""
    return {row[0] for row in connection.execute(_VOTED, {"participant_id": participant_id}).fetchall()}


def last(connection: Connection, participant_id: int) -> tuple[int, int] | None:
    """Statement and choice of the newest vote."""
    row = connection.execute(_LAST, {"participant_id": participant_id}).first()
    return None if row is None else (row[0], row[1])


def put(
    connection: Connection,
    *,
    conversation_id: int,
    participant_id: int,
    statement_id: int,
    choice: int | None,
    important: bool,
    ballot: str,
    now: datetime,
) -> None:
    """Write an answer and its event. No choice takes the vote back."""
    row = {
        "conversation_id": conversation_id,
        "participant_id": participant_id,
        "statement_id": statement_id,
        "choice": choice,
        "important": important,
        "voted_at": now,
    }
    connection.execute(_ADD_EVENT, {**row, "ballot": ballot})
    if choice is None:
        connection.execute(_DELETE, {"participant_id": participant_id, "gone": statement_id})
    else:
        _PUT.run(connection, row)
