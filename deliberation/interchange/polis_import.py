"""A Polis export becomes a conversation: a record that is closed, with every vote that was ever cast."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Table, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from deliberation import conversations, ledger
from deliberation.errors.conversations import SlugTaken
from deliberation.errors.files import ImportDiffers
from deliberation.interchange.polis import Integers, PolisExport, PolisStatement, PolisVotes, moment
from deliberation.interchange.polis_origin import DESCRIPTION, FORMAT, Origin, source_of, topic_of
from deliberation.statements import text_key
from deliberation.storage.tables import Conversation, Participant, Statement, Vote, VoteEvent
from deliberation.storage.tables.columns import table_of
from deliberation.values import Channel, ModerationMode, Stage, StatementState

ROWS_AT_ONCE = 5_000
STATES = {-1: StatementState.REJECTED, 0: StatementState.PENDING, 1: StatementState.ACCEPTED}

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Imported:
    """What is there now. `changed` is false when it was there before; `events` also counts the votes that were changed later."""

    slug: str
    changed: bool
    statements: int
    participants: int
    votes: int
    events: int


def store(
    session: Session,
    export: PolisExport,
    *,
    municipality_id: int,
    slug: str,
    origin: Origin,
    now: datetime,
    progress: Progress = lambda rows: None,
    releases_votes: bool = False,
) -> Imported:
    """Take in an export under this slug; the same export again changes nothing. `progress` hears how many vote rows were stored.

    The conversation is in the stage of opinions and closed just after the last vote. Who moderated, when and why is not in the
    files, so statements carry their state and no decision. `releases_votes`: whether people knew that their votes would be
    published as a file. Raises ImportDiffers when the slug holds anything else, SlugTaken when
    it is another municipality's.
    """
    source = source_of(export, origin)
    existing = session.exec(select(Conversation).where(Conversation.slug == slug)).first()
    if existing is not None:
        _check_same(existing, municipality_id, source, releases_votes)
        return _imported(slug, export, changed=False)
    conversation_id = _put_conversation(session, export, municipality_id, slug, source, releases_votes)
    participants = _put_participants(session, export, conversation_id)
    statements = _put_statements(session, export, conversation_id, participants, origin.language)
    _put_votes(session, export.votes, conversation_id, participants, statements, progress)
    result = _imported(slug, export, changed=True)
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=ledger.SYSTEM,
        action="conversation.imported",
        subject=f"conversation/{slug}",
        facts={
            "format": FORMAT,
            "sha256": export.sha256,
            "statements": result.statements,
            "participants": result.participants,
            "votes": result.votes,
            "events": result.events,
        },
        now=now,
    )
    return result


def _check_same(existing: Conversation, municipality_id: int, source: Mapping[str, Any], releases_votes: bool) -> None:
    if existing.municipality_id != municipality_id:
        raise SlugTaken(slug=existing.slug)
    if existing.source != source or existing.releases_votes != releases_votes:
        raise ImportDiffers(slug=existing.slug)


def _imported(slug: str, export: PolisExport, *, changed: bool) -> Imported:
    standing = int(export.votes.standing.sum())
    return Imported(slug, changed, len(export.statements), len(export.participants), standing, len(export.votes))


def _put_conversation(
    session: Session, export: PolisExport, municipality_id: int, slug: str, source: dict[str, Any], releases_votes: bool
) -> int:
    first = min(int(export.votes.times.min()), min(s.created for s in export.statements))
    row = Conversation(
        municipality_id=municipality_id,
        slug=slug,
        topic=topic_of(export.summary, slug),
        background=export.summary.get(DESCRIPTION, ""),
        language=source["language"],
        stage=Stage.OPINION,
        moderation=_moderation(export),
        opens_at=moment(first),
        closes_at=moment(int(export.votes.times.max()) + 1),
        created_at=moment(first),
        source=source,
        releases_votes=releases_votes,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # somebody else took the slug since we looked
        raise SlugTaken(slug=slug) from None
    return conversations.identify(row)


def _moderation(export: PolisExport) -> ModerationMode:
    """Polis shows undecided statements unless told otherwise; then others than their authors have voted on them."""
    authors = {s.number: s.author for s in export.statements if s.moderated == 0}
    pairs = zip(export.votes.statements.tolist(), export.votes.participants.tolist(), strict=True)
    shown = any(number in authors and authors[number] != participant for number, participant in pairs)
    return ModerationMode.POST if shown else ModerationMode.PRE


def _put_participants(session: Session, export: PolisExport, conversation_id: int) -> dict[int, int]:
    """Row ids by Polis's numbers."""
    joined = _first_seen(export)
    opened = min(joined.values())
    rows = [
        {
            "conversation_id": conversation_id,
            "channel": Channel.ONLINE,
            "external_id": str(p.number),
            "external_group": None if p.group is None else str(p.group),
            "joined_at": moment(joined.get(p.number, opened)),
        }
        for p in export.participants
    ]
    _insert(session, table_of(Participant), rows)
    found = session.exec(select(Participant.external_id, Participant.id).where(Participant.conversation_id == conversation_id))
    return {int(number): row_id for number, row_id in found if number is not None and row_id is not None}


def _first_seen(export: PolisExport) -> dict[int, int]:
    """When each participant first voted or said something."""
    votes = export.votes
    order = np.lexsort((votes.times, votes.participants))
    numbers, firsts = np.unique(votes.participants[order], return_index=True)
    seen = dict(zip(numbers.tolist(), votes.times[order][firsts].tolist(), strict=True))
    for s in export.statements:
        if s.author is not None:
            seen[s.author] = min(s.created, seen.get(s.author, s.created))
    return seen


def _put_statements(
    session: Session, export: PolisExport, conversation_id: int, participants: Mapping[int, int], language: str
) -> dict[int, int]:
    """Row ids by public numbers."""
    keys = _text_keys(export.statements)
    rows = [
        {
            "conversation_id": conversation_id,
            "number": s.number,
            "text": s.text,
            "text_key": keys[s.number],
            "language": language,
            "state": STATES[s.moderated],
            "author_id": None if s.author is None else participants[s.author],
            "is_seed": s.is_seed,
            "is_meta": s.is_meta,
            "note": "",
            "created_at": moment(s.created),
        }
        for s in export.statements
    ]
    _insert(session, table_of(Statement), rows)
    found = session.exec(select(Statement.number, Statement.id).where(Statement.conversation_id == conversation_id))
    return {number: row_id for number, row_id in found if row_id is not None}


def _text_keys(statements: Sequence[PolisStatement]) -> dict[int, str]:
    """The usual key, made different by the number where the same was said before; an accepted statement has the first claim."""
    keys: dict[int, str] = {}
    taken: set[str] = set()
    for s in sorted(statements, key=lambda s: (-s.moderated, s.number)):
        key = text_key(s.text)
        keys[s.number] = hashlib.sha256(f"{key} {s.number}".encode()).hexdigest() if key in taken else key
        taken.add(keys[s.number])
    return keys


def _put_votes(
    session: Session,
    votes: PolisVotes,
    conversation_id: int,
    participants: Mapping[int, int],
    statements: Mapping[int, int],
    progress: Progress,
) -> None:
    """Events in the order in which they happened, so that the last one of a pair is the one that counts; then what counts now."""
    happened = np.lexsort((votes.choices, votes.times))
    standing = np.flatnonzero(votes.standing)
    for table, order in ((table_of(VoteEvent), happened), (table_of(Vote), standing)):
        for part in _parts(order):
            rows = [
                {
                    "conversation_id": conversation_id,
                    "participant_id": participants[participant],
                    "statement_id": statements[statement],
                    "choice": choice,
                    "important": False,
                    "voted_at": moment(time),
                }
                for participant, statement, choice, time in zip(
                    votes.participants[part].tolist(),
                    votes.statements[part].tolist(),
                    votes.choices[part].tolist(),
                    votes.times[part].tolist(),
                    strict=True,
                )
            ]
            _insert(session, table, rows)
            progress(len(rows))


def _parts(order: Integers) -> Iterator[Integers]:
    for start in range(0, len(order), ROWS_AT_ONCE):
        yield order[start : start + ROWS_AT_ONCE]


def _insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    session.connection().execute(insert(table), rows)
