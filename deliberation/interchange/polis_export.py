"""A conversation of the database as a Polis export."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlmodel import Session, col, select

from deliberation.conversations import identify
from deliberation.errors.conversations import ConversationUnknown
from deliberation.interchange.polis import (
    Integers,
    PolisExport,
    PolisParticipant,
    PolisStatement,
    PolisVotes,
    last_of_each,
    milliseconds,
)
from deliberation.interchange.polis_origin import DESCRIPTION, FORMAT, topic_of
from deliberation.storage.tables import Conversation, Participant, Statement, VoteEvent
from deliberation.values import StatementState

MODERATED = {StatementState.REJECTED: -1, StatementState.MERGED: -1, StatementState.PENDING: 0, StatementState.ACCEPTED: 1}
WITHDRAWN = 2
ROWS_AT_ONCE = 5_000


def collect(session: Session, slug: str) -> PolisExport:
    """Everything of the conversation that Polis's files can hold. For the operator: slugs are unique in the whole installation.

    Imported participants keep their numbers and the others get fresh ones, so that nothing leads back to a person. A vote that
    was taken back leaves with all its history, since the files have no word for it. A merged statement counts as rejected and
    keeps its own votes; the votes of excluded participants stay. Raises ConversationUnknown.
    """
    conversation = session.exec(select(Conversation).where(Conversation.slug == slug)).first()
    if conversation is None:
        raise ConversationUnknown(slug=slug)
    conversation_id = identify(conversation)
    events = _read_events(session, conversation_id)  # before the people and statements, so that nobody in it is unknown
    statements = session.exec(select(Statement).where(Statement.conversation_id == conversation_id)).all()
    people = session.exec(
        select(Participant).where(Participant.conversation_id == conversation_id).order_by(col(Participant.id))
    ).all()
    numbers = _numbers(people)
    votes = _votes(events, numbers, {s.id: s.number for s in statements if s.id is not None})
    active = {*votes.participants.tolist(), *(numbers[s.author_id] for s in statements if s.author_id is not None)}
    listed = [_participant(p, numbers) for p in people if p.external_id is not None or numbers[p.id or 0] in active]
    source = conversation.source if conversation.source and conversation.source.get("format") == FORMAT else {}
    export = PolisExport(
        summary=_summary(conversation, source.get("summary", {})),
        statements=tuple(sorted((_statement(s, numbers) for s in statements), key=lambda s: s.number)),
        participants=tuple(sorted(listed, key=lambda p: p.number)),
        votes=votes,
        seconds=source.get("timestamps") == "seconds" and not bool((votes.times % 1000).any()),
    )
    return export if export.sha256 == source.get("sha256") else replace(export, summary=_recounted(export))


def _read_events(session: Session, conversation_id: int) -> tuple[Integers, Integers, Integers, Integers]:
    """Participant, statement (row ids), choice and time of every event, in the order in which they were written."""
    columns = [array("q") for _ in range(4)]
    put_participant, put_statement, put_choice, put_time = (column.append for column in columns)
    query = (
        select(VoteEvent.participant_id, VoteEvent.statement_id, VoteEvent.choice, VoteEvent.voted_at)
        .where(VoteEvent.conversation_id == conversation_id)
        .order_by(col(VoteEvent.id))
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for participant_id, statement_id, choice, voted_at in session.exec(query):
        put_participant(participant_id)
        put_statement(statement_id)
        put_choice(WITHDRAWN if choice is None else choice)
        put_time(milliseconds(voted_at))
    participants, statements, choices, times = (np.array(column, dtype=np.int64) for column in columns)
    return participants, statements, choices, times


def _votes(
    events: tuple[Integers, Integers, Integers, Integers], numbers: Mapping[int, int], statement_numbers: Mapping[int, int]
) -> PolisVotes:
    """The votes of every pair that was not taken back in the end. The last one written counts, so it gets the latest time."""
    participants, statements, choices, times = events
    order = np.lexsort((participants, statements))  # keeps the order of writing within a pair
    participants, statements, choices, times = (column[order] for column in events)
    ends = last_of_each(statements, participants)
    pair: Integers = np.cumsum(ends) - ends
    last = choices[ends]
    kept = (choices != WITHDRAWN) & (last != WITHDRAWN)[pair]
    times = _with_last_word(pair[kept], choices[kept], times[kept])
    return PolisVotes.sorted(
        _renumbered(statements[kept], statement_numbers), _renumbered(participants[kept], numbers), times, choices[kept]
    )


def _with_last_word(pair: Integers, choices: Integers, times: Integers) -> Integers:
    """Times under which the last row of each pair wins, though two clocks disagreed or two votes share a millisecond.

    Where time and choice alone would let an earlier row with another choice win, the last row moves a millisecond after it.
    """
    last = np.flatnonzero(last_of_each(pair, pair))
    by_time = np.lexsort((choices, times, pair))
    winner = by_time[last]
    overruled = choices[winner] != choices[last]
    mended = times.copy()
    mended[last[overruled]] = times[winner[overruled]] + 1
    return mended


def _renumbered(row_ids: Integers, numbers: Mapping[int, int]) -> Integers:
    return np.array([numbers[row_id] for row_id in row_ids.tolist()], dtype=np.int64)


def _numbers(people: Sequence[Participant]) -> dict[int, int]:
    """Numbers by row id: the imported ones, and after the largest of them fresh ones in the order of joining."""
    known = {p.id: int(p.external_id) for p in people if p.id is not None and p.external_id and p.external_id.isdecimal()}
    fresh = [p.id for p in people if p.id is not None and p.id not in known]
    following = max(known.values(), default=-1) + 1
    return known | {row_id: number for number, row_id in enumerate(fresh, start=following)}


def _participant(row: Participant, numbers: Mapping[int, int]) -> PolisParticipant:
    group = row.external_group
    return PolisParticipant(numbers[row.id or 0], int(group) if group and group.isdecimal() else None)


def _statement(row: Statement, numbers: Mapping[int, int]) -> PolisStatement:
    return PolisStatement(
        number=row.number,
        author=None if row.author_id is None else numbers[row.author_id],
        created=milliseconds(row.created_at),
        moderated=MODERATED[row.state],
        is_meta=row.is_meta,
        is_seed=row.is_seed,
        text=row.text,
    )


def _summary(conversation: Conversation, imported: Mapping[str, str]) -> dict[str, str]:
    """The imported summary with what was edited since."""
    summary = dict(imported)
    if not imported or topic_of(imported, conversation.slug) != conversation.topic:
        summary["topic"] = conversation.topic
    if imported.get(DESCRIPTION, "") != conversation.background:
        summary[DESCRIPTION] = conversation.background
    return summary


def _recounted(export: PolisExport) -> dict[str, str]:
    """The summary with counts as Polis takes them; statements without a vote are not among its `comments`."""
    voters = len(np.unique(export.votes.participants))
    counts = {
        "voters": voters,
        "voters-in-conv": voters,
        "commenters": len({s.author for s in export.statements if s.author is not None}),
        "comments": len(np.unique(export.votes.statements)),
        "groups": len({p.group for p in export.participants if p.group is not None}),
    }
    summary = export.summary | {name: str(count) for name, count in counts.items()}
    description = summary.pop(DESCRIPTION, "")
    return summary | {DESCRIPTION: description}
