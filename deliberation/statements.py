"""Statements: what residents say, one thought each."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import regex
from sqlmodel import Session, col, func, select

from deliberation import conversations, participants, voting
from deliberation.errors import NotFound
from deliberation.errors.statements import (
    StatementDuplicate,
    StatementDuplicateUnseen,
    StatementEmpty,
    StatementTooLong,
    StatementWithoutWords,
    SubmissionTaken,
)
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, Statement
from deliberation.translations import Reading
from deliberation.values import Choice, ModerationMode, Reason, StatementState

MOST_CODE_POINTS = 12
"""In one character as a reader counts them. A family of four with their skin tones has eleven; syllables and stacked signs
of every living script have fewer. Without an end, thousands of accents on one letter would be one character."""
_GRAPHEME = regex.compile(r"\X")
_SAID = regex.compile(r"[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}]", regex.VERSION1)
_NOT_SAID = regex.compile(r"[\p{P}\p{S}\p{Z}\p{C}]+")
_CONTROLS = regex.compile(r"[\p{Cc}\p{Cf}--[\t\r\n\u200c\u200d]]", regex.VERSION1)
_LINE = regex.compile(r"[^\r\n]+")
_SEEN = regex.compile(r"[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800]]", regex.VERSION1)


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement that was just taken in."""

    number: int
    votable: bool


@dataclass(frozen=True, slots=True)
class MyStatement:
    """An author's own statement and what became of it. `leads_to` is the public number of what it was merged into."""

    number: int
    text: str
    language: str
    state: StatementState
    reason: Reason | None
    note: str
    created_at: datetime
    decided_at: datetime | None
    leads_to: int | None
    conversation: str
    topic: Reading


def length(text: str) -> int:
    """Characters as a reader counts them: extended grapheme clusters, in every script.

    Code points beyond MOST_CODE_POINTS in one cluster count as characters of their own.
    """
    return sum(1 + max(0, len(cluster) - MOST_CODE_POINTS) for cluster in _GRAPHEME.findall(text))


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it that can be seen. Signs and pictures alone are nothing to vote on."""
    return _SAID.search(text) is not None


def tidy(text: str) -> str:
    """The text in one line, composed, without control characters; joiners that scripts and emoji need stay."""
    return " ".join(_CONTROLS.sub("", unicodedata.normalize("NFC", text)).split())


def legible(text: str) -> str:
    """The text without control characters but tabs and ends of lines; a line in which nothing can be seen is empty."""
    if text.isascii() and text.isprintable():
        return text
    return _LINE.sub(lambda line: line[0] if _SEEN.search(line[0]) else "", _CONTROLS.sub("", text))


def text_key(text: str) -> str:
    """Two texts with the same key say the same: width, case, spaces and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256((_NOT_SAID.sub("", folded) or folded).encode()).hexdigest()


def get(session: Session, municipality_id: int, slug: str, number: int) -> Statement:
    """The statement with this public number. Raises NotFound, also for another municipality's."""
    row = session.exec(
        select(Statement)
        .join(Conversation)
        .where(Conversation.slug == slug, Conversation.municipality_id == municipality_id, Statement.number == number)
    ).first()
    if row is None:
        raise NotFound()
    return row


def public_states(moderation: ModerationMode) -> frozenset[StatementState]:
    """In which states everybody may read a statement's text."""
    waiting = {StatementState.PENDING} if moderation == ModerationMode.POST else set()
    return frozenset({StatementState.ACCEPTED, StatementState.MERGED} | waiting)


def of_conversation(session: Session, conversation_id: int) -> Sequence[Statement]:
    return session.exec(
        select(Statement).where(Statement.conversation_id == conversation_id).order_by(col(Statement.number))
    ).all()


def share(
    session: Session,
    *,
    municipality_id: int,
    slug: str,
    person: str,
    text: str,
    language: str,
    submission: str | None = None,
    now: datetime,
) -> Shared:
    """Take in a resident's statement and its author's agreement with it.

    The same `submission` of the same person again is the statement it made the first time; nothing is changed.

    Raises StatementEmpty, StatementTooLong, StatementDuplicate (`number` is the existing one's, None while nobody may see it),
    ConversationNotOpen, ConversationClosed, ParticipantBanned, NotFound, SubmissionTaken.
    """
    conversation = conversations.get(session, municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    if submission is not None and (taken := _taken(session, conversation, person, submission, text_key(tidy(text)))):
        return taken
    conversations.check_open(
        topic=conversation.topic,
        stage=conversation.stage,
        opens_at=conversation.opens_at,
        closes_at=conversation.closes_at,
        now=now,
    )
    text = tidy(text)
    _check_length(text, conversation.statement_limit)
    key = text_key(text)
    _refuse_duplicate(session, conversation, key)
    author = participants.join(session, municipality_id=municipality_id, conversation_id=conversation_id, person=person, now=now)
    row = Statement(
        conversation_id=conversation_id,
        number=next_number(session, conversation_id),
        text=text,
        text_key=key,
        language=language,
        author_id=author,
        submission=submission,
        created_at=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    agreement = voting.CastVote(row.number, Choice.AGREE, voting.new_ballot())
    voting.record(session, conversation_id, author, row.id, agreement, now)
    votable = conversation.moderation == ModerationMode.POST
    if votable:
        conversations.touch(session, conversation_id)
    return Shared(row.number, votable)


def mine(session: Session, municipality_id: int, person: str | None, locale: str) -> list[MyStatement]:
    """What this person has said, in every conversation of the municipality, newest first."""
    if person is None:
        return []
    rows = session.exec(
        select(Statement, Conversation)
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .join(Participant, col(Participant.id) == col(Statement.author_id))
        .where(Participant.person_id == person, Conversation.municipality_id == municipality_id)
        .order_by(col(Statement.created_at).desc(), col(Statement.id).desc())
    ).all()
    topics = conversations.headings(session, [c for _, c in rows], locale)
    leads = _numbers(session, [s.merged_into_id for s, _ in rows if s.merged_into_id is not None])
    return [
        MyStatement(
            s.number,
            s.text,
            s.language,
            s.state,
            s.reason,
            s.note,
            s.created_at,
            s.decided_at,
            leads.get(s.merged_into_id or 0),
            c.slug,
            topics[identity(c)],
        )
        for s, c in rows
    ]


def next_number(session: Session, conversation_id: int) -> int:
    last = session.exec(select(func.max(Statement.number)).where(Statement.conversation_id == conversation_id)).one()
    return 1 if last is None else last + 1


def _taken(session: Session, conversation: Conversation, person: str, submission: str, key: str) -> Shared | None:
    """What became of this submission when it came before, whatever has happened since. Raises SubmissionTaken.

    Two that come at once wait for each other here; votes, which only refer to the conversation's row, do not wait.
    """
    session.exec(select(Conversation.id).where(Conversation.id == conversation.id).with_for_update(key_share=True)).one()
    found = session.exec(
        select(Statement, Participant.person_id)
        .join(Participant, col(Participant.id) == col(Statement.author_id), isouter=True)
        .where(Statement.conversation_id == conversation.id, Statement.submission == submission)
    ).first()
    if found is None:
        return None
    if found[1] != person or found[0].text_key != key:
        raise SubmissionTaken()
    return Shared(found[0].number, conversation.moderation == ModerationMode.POST)


def _check_length(text: str, limit: int) -> None:
    said = length(text)
    if said == 0:
        raise StatementEmpty()
    if not says_something(text):
        raise StatementWithoutWords()
    if said > limit:
        raise StatementTooLong(length=said, limit=limit)


def _refuse_duplicate(session: Session, conversation: Conversation, key: str) -> None:
    existing = session.exec(
        select(Statement.number, Statement.state).where(Statement.conversation_id == conversation.id, Statement.text_key == key)
    ).first()
    if existing is None:
        return
    if existing[1] in public_states(conversation.moderation):
        raise StatementDuplicate(number=existing[0], slug=conversation.slug)
    raise StatementDuplicateUnseen(number=None, slug=conversation.slug)


def _numbers(session: Session, ids: list[int]) -> dict[int, int]:
    rows = session.exec(select(Statement.id, Statement.number).where(col(Statement.id).in_(ids))).all()
    return {row[0]: row[1] for row in rows if row[0] is not None}
