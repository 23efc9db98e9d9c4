"""Votes and their events: the statements on the way of a vote, built once."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, bindparam, cast, delete, func, insert, literal_column, select

from deliberation.storage.engine import Upsert
from deliberation.storage.prepared import Prepared
from deliberation.storage.tables import Conversation, Participant, Vote, VoteEvent
from deliberation.storage.tables.columns import table_of
from deliberation.values import Reason, Stage

_conversation = table_of(Conversation).c
_participant = table_of(Participant).c
_vote = table_of(Vote).c
_event = table_of(VoteEvent).c

WITHDRAWN = 9
"""Stands for “no choice” where a database would say nothing."""

# Everything in one row: each further statement, and each further row, gives another thread the chance to take the interpreter.
_COMMA: Any = literal_column("','")  # in the text of the query: a bound value would be filled in at every run
_VOTED = select(func.aggregate_strings(cast(_vote.statement_id, String), _COMMA)).where(_vote.participant_id == _participant.id)
_OF_BALLOT = (_event.participant_id == _participant.id, _event.ballot == bindparam("ballot"))
_GATE = Prepared(
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
        _VOTED.scalar_subquery().label("voted"),
        select(_event.statement_id).where(*_OF_BALLOT).order_by(_event.id.desc()).limit(1).scalar_subquery().label("ballot_of"),
        select(func.coalesce(_event.choice, WITHDRAWN))
        .where(*_OF_BALLOT)
        .order_by(_event.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("ballot_said"),
    )
    .select_from(table_of(Conversation))
    .outerjoin(
        table_of(Participant),
        (_participant.conversation_id == _conversation.id) & (_participant.person_id == bindparam("person")),
    )
    .where(_conversation.slug == bindparam("slug"), _conversation.municipality_id == bindparam("municipality_id"))
)
_OF_PARTICIPANT = _vote.participant_id == bindparam("participant_id")
_NEWEST_FIRST = (_vote.voted_at.desc(), _vote.statement_id.desc())
_LAST = Prepared(select(_vote.statement_id, _vote.choice).where(_OF_PARTICIPANT).order_by(*_NEWEST_FIRST).limit(1))
_COLUMNS = ("conversation_id", "participant_id", "statement_id", "choice", "important", "voted_at")
_ADD_EVENT = Prepared(insert(table_of(VoteEvent)).inline(), columns=[*_COLUMNS, "ballot", "propensity"])
_PUT = Prepared(
    Upsert(table_of(Vote), key=["participant_id", "statement_id"], replacing=["choice", "important", "voted_at"]),
    columns=_COLUMNS,
)
_DELETE = Prepared(delete(table_of(Vote)).where(_OF_PARTICIPANT, _vote.statement_id == bindparam("gone")))


class Gate(NamedTuple):
    """Everything that decides whether somebody may vote, and what they have said so far."""

    id: int
    version: int
    topic: str
    stage: Stage
    opens_at: datetime | None
    closes_at: datetime | None
    participant_id: int | None
    banned_at: datetime | None
    ban_reason: Reason | None
    voted_on: str | None
    ballot_of: int | None
    ballot_said: int | None

    @property
    def voted(self) -> set[int]:
        """Row ids of the statements that this participant has a vote on."""
        return {int(statement_id) for statement_id in self.voted_on.split(",")} if self.voted_on else set()

    def repeats(self, statement_id: int, choice: int | None) -> bool:
        """Whether this very ballot has said this very thing last."""
        return self.ballot_of == statement_id and self.ballot_said == (WITHDRAWN if choice is None else choice)


def gate(
    connection: Connection, *, municipality_id: int, slug: str, person: str | None, ballot: str | None = None
) -> Gate | None:
    """None where there is no such conversation."""
    values = {"slug": slug, "municipality_id": municipality_id, "person": person, "ballot": ballot}
    rows = _GATE.rows(connection, values)
    return Gate(*rows[0]) if rows else None


def last(connection: Connection, participant_id: int) -> tuple[int, int] | None:
    """Statement and choice of the newest vote."""
    rows = _LAST.rows(connection, {"participant_id": participant_id})
    return (rows[0][0], rows[0][1]) if rows else None


def put(
    connection: Connection,
    *,
    conversation_id: int,
    participant_id: int,
    statement_id: int,
    choice: int | None,
    important: bool,
    ballot: str | None,
    propensity: float | None,
    now: datetime,
) -> None:
    """Write an answer and its event. No choice takes the vote back. `propensity`: the chance with which the card was drawn."""
    row = {
        "conversation_id": conversation_id,
        "participant_id": participant_id,
        "statement_id": statement_id,
        "choice": choice,
        "important": important,
        "voted_at": now,
    }
    _ADD_EVENT.run(connection, {**row, "ballot": ballot, "propensity": propensity})
    if choice is None:
        _DELETE.run(connection, {"participant_id": participant_id, "gone": statement_id})
    else:
        _PUT.run(connection, row)
