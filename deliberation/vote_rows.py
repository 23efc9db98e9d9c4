"""The votes of a conversation that count, as arrays: never as objects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, or_, select

from deliberation.decks import merged_leads_to
from deliberation.storage.engine import Seconds
from deliberation.storage.tables import Conversation, Participant, Statement, Vote
from deliberation.storage.tables.columns import table_of
from deliberation.values import Channel, ModerationMode, StatementState

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

_conversation, _participant, _statement, _vote = (table_of(model).c for model in (Conversation, Participant, Statement, Vote))


@dataclass(frozen=True, eq=False)
class VoteRows:
    """One entry per vote in each array. Participants are row ids, statements public numbers, agree is +1.

    The votes on a merged statement stand under the number of the statement it leads to, so that somebody may have several votes
    there; `times` (seconds since 1970) tell which is the newest: exactly there, elsewhere to the millisecond.
    `rejected` and `meta` are the numbers of the statements that moderators took out of the mathematics. `channels`: of the
    participants who did not come in online; `groups`: the groups that participants had where they were imported from.
    """

    participants: Integers
    statements: Integers
    choices: Integers
    times: Floats
    rejected: frozenset[int]
    meta: frozenset[int]
    channels: Mapping[int, Channel] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)

    def without_rejected(self) -> "VoteRows":
        """Without the votes on rejected statements: often their author has cast the only one, and would be known by it."""
        kept = ~np.isin(self.statements, list(self.rejected))
        return replace(
            self,
            participants=self.participants[kept],
            statements=self.statements[kept],
            choices=self.choices[kept],
            times=self.times[kept],
        )


@dataclass(frozen=True, slots=True)
class _Counting:
    """Row id → number of the statement that its votes count for. `families`: row ids of merged statements and where they lead."""

    numbers: dict[int, int]
    families: frozenset[int]


def read(connection: Connection, conversation_id: int) -> VoteRows:
    """The votes that count now.

    Left out are the votes of banned participants and, where statements wait for a moderator, votes on pending ones.
    """
    moderation = connection.execute(select(_conversation.moderation).where(_conversation.id == conversation_id)).scalar_one()
    statements = connection.execute(
        select(_statement.id, _statement.number, _statement.state, _statement.is_meta, _statement.merged_into_id).where(
            _statement.conversation_id == conversation_id
        )
    ).all()
    counting = _counting(statements, moderation)
    banned = connection.execute(
        select(_participant.id).where(_participant.conversation_id == conversation_id, _participant.banned_at.is_not(None))
    ).scalars()
    excluded = np.fromiter(banned, dtype=np.int64)
    votes = np.concatenate(
        [_single_votes(connection, conversation_id, counting), _family_votes(connection, conversation_id, counting)]
    )
    votes = votes[~np.isin(votes[:, 0], excluded)]
    return VoteRows(
        participants=votes[:, 0].astype(np.int64),
        statements=votes[:, 1].astype(np.int64),
        choices=votes[:, 2].astype(np.int64),
        times=votes[:, 3],
        rejected=frozenset(s.number for s in statements if s.state == StatementState.REJECTED),
        meta=frozenset(s.number for s in statements if s.is_meta),
        **_marks(connection, conversation_id),
    )


def on_statement(connection: Connection, conversation_id: int, number: int, until: datetime) -> tuple[Integers, Integers]:
    """Who voted on one statement, and how: participants in ascending order and their choices, given no later than `until`.

    As in `read`, votes on statements that were merged into it count along, and somebody's newest wins.
    """
    moderation = connection.execute(select(_conversation.moderation).where(_conversation.id == conversation_id)).scalar_one()
    statements = connection.execute(
        select(_statement.id, _statement.number, _statement.state, _statement.merged_into_id).where(
            _statement.conversation_id == conversation_id
        )
    ).all()
    family = [row_id for row_id, counted_as in _counting(statements, moderation).numbers.items() if counted_as == number]
    query = (
        select(_vote.participant_id, _vote.choice, Seconds(_vote.voted_at))
        .join(table_of(Participant), _participant.id == _vote.participant_id)
        .where(
            _vote.conversation_id == conversation_id,
            _vote.statement_id.in_(family),
            _vote.voted_at <= until,
            _participant.banned_at.is_(None),
        )
    )
    rows = np.array([tuple(row) for row in connection.execute(query)], dtype=np.float64).reshape(-1, 3)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 2], rows[:, 0]))]
    newest = np.append(rows[1:, 0] != rows[:-1, 0], True)[: len(rows)]
    return rows[newest, 0].astype(np.int64), rows[newest, 1].astype(np.int64)


def _counting(statements: Iterable[Any], moderation: ModerationMode) -> _Counting:
    waiting = {StatementState.PENDING} if moderation == ModerationMode.PRE else set()
    counted = {s.id: s.number for s in statements if s.state not in waiting}
    ends = merged_leads_to({s.id: s.merged_into_id for s in statements if s.merged_into_id is not None})
    leads_to = {s.id: ends.get(s.id, s.id) for s in statements}
    return _Counting(
        numbers={start: counted[end] for start, end in leads_to.items() if end in counted},
        families=frozenset(ends) | frozenset(ends.values()),
    )


def _marks(connection: Connection, conversation_id: int) -> dict[str, dict[int, Any]]:
    """What is written down about some participants: how they came in, and which group they had elsewhere."""
    marked = connection.execute(
        select(_participant.id, _participant.channel, _participant.external_group).where(
            _participant.conversation_id == conversation_id,
            or_(_participant.channel != Channel.ONLINE, _participant.external_group.is_not(None)),
        )
    ).all()
    return {
        "channels": {row.id: row.channel for row in marked if row.channel != Channel.ONLINE},
        "groups": {row.id: row.external_group for row in marked if row.external_group is not None},
    }


def _single_votes(connection: Connection, conversation_id: int, counting: _Counting) -> Floats:
    """Rows of participant, number, choice, time where nothing was merged."""
    query = select(_vote.participant_id, _vote.statement_id, _vote.choice, Seconds(_vote.voted_at)).where(
        _vote.conversation_id == conversation_id
    )
    rows = _fetch(connection, query)
    single = sorted(counting.numbers.keys() - counting.families)
    if not single:
        return np.empty((0, 4))
    known = np.array(single, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, rows[:, 1]), len(known) - 1)
    among = known[place] == rows[:, 1]
    numbers = np.array([counting.numbers[row_id] for row_id in single], dtype=np.int64)
    found: Floats = rows[among]
    found[:, 1] = numbers[place[among]]
    return found


def _family_votes(connection: Connection, conversation_id: int, counting: _Counting) -> Floats:
    """Rows of participant, number, choice, time for statements that were merged and those they lead to."""
    gathered = sorted(counting.families & counting.numbers.keys())
    if not gathered:
        return np.empty((0, 4))
    query = select(_vote.participant_id, _vote.statement_id, _vote.choice, _vote.voted_at).where(
        _vote.conversation_id == conversation_id, _vote.statement_id.in_(gathered)
    )
    rows = [
        (row.participant_id, counting.numbers[row.statement_id], row.choice, (row.voted_at - EPOCH) / SECOND)
        for row in connection.execute(query)
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _fetch(connection: Connection, query: Select[Any]) -> Floats:
    """All rows of a query over numbers, from the driver's cursor: wrapping so many rows costs more than reading them."""
    width = len(query.selected_columns)
    result = connection.execute(query)
    assert result.cursor is not None
    cells = np.fromiter(chain.from_iterable(cast("Iterable[tuple[float, ...]]", result.cursor)), dtype=np.float64)
    result.close()
    return cells.reshape(-1, width)
