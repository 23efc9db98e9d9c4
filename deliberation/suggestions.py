"""Which conversations somebody may care about, from where they voted and what they marked as important."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, or_, select

from deliberation import conversations, places
from deliberation.places import Belonging, Place
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, Statement, Vote
from deliberation.translations import Reading
from deliberation.values import Interest, Joining, ModerationMode, StatementState

MOST = 3
IMPORTANT_WEIGHS = 3
"""As much as this many further conversations on the same matter in which nothing was marked."""


class Because(StrEnum):
    """Why something is suggested."""

    MARKED_INTEREST = "marked_interest"
    MARKED_AREA = "marked_area"
    VOTED_INTEREST = "voted_interest"
    VOTED_AREA = "voted_area"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`interest` or `area` is what it has in common with what the person did; `left`: statements still to answer."""

    slug: str
    topic: Reading
    because: Because
    interest: Interest | None
    area: Place | None
    left: int


@dataclass(frozen=True, slots=True)
class _Done:
    """What somebody did in one conversation."""

    votes: int
    important: int


def suggest(session: Session, municipality_id: int, person: str | None, *, locale: str, now: datetime) -> list[Suggestion]:
    """At most MOST open conversations with something left to answer, most in common first. Nothing for whoever has not voted."""
    done = _done(session, municipality_id, person) if person else {}
    if not done:
        return []
    rows = conversations.listing(session, municipality_id)
    belongings = places.of_conversations(session, municipality_id, [identity(row) for row in rows], locale)
    candidates = [
        row for row in rows if conversations.is_open(row, now) and (row.joining == Joining.OPEN or identity(row) in done)
    ]
    votable = _votable(session, candidates)
    topics = conversations.headings(session, candidates, locale)
    ranked = []
    for row in candidates:
        key = identity(row)
        mine = done.get(key, _Done(0, 0))
        left = votable.get(key, 0) - mine.votes
        others = {other: what for other, what in done.items() if other != key}
        weight, reason = _in_common(belongings[key], others, belongings)
        if left > 0 and (reason or mine.votes):
            because, interest, area = reason or (Because.BEGUN, None, None)
            ranked.append((weight, -key, Suggestion(row.slug, topics[key], because, interest, area, left)))
    return [suggestion for *_, suggestion in sorted(ranked, key=lambda entry: entry[:2], reverse=True)[:MOST]]


def _in_common(
    belonging: Belonging, done: Mapping[int, _Done], belongings: Mapping[int, Belonging]
) -> tuple[int, tuple[Because, Interest | None, Place | None] | None]:
    """How much this has to do with what was done elsewhere, and the strongest tie."""
    weights: Counter[Interest | str] = Counter()
    marked: set[Interest | str] = set()
    for key, what in done.items():
        ties = [*belongings[key].interests, *(place.slug for place in belongings[key].areas)]
        weights.update(dict.fromkeys(ties, 1 + IMPORTANT_WEIGHS * min(what.important, 1)))
        marked.update(ties if what.important else ())
    # Of ties that weigh the same, a matter says more than a place, and the first named more than the next.
    interests: Sequence[tuple[int, Interest]] = [(weights[each], each) for each in belonging.interests]
    areas = [(weights[place.slug], place) for place in belonging.areas]
    total = sum(weight for weight, _ in interests) + sum(weight for weight, _ in areas)
    if total == 0:
        return 0, None
    interest_weight, interest = max(interests, key=lambda tie: tie[0], default=(0, None))
    area_weight, area = max(areas, key=lambda tie: tie[0], default=(0, None))
    if interest is not None and interest_weight >= area_weight:
        return total, (Because.MARKED_INTEREST if interest in marked else Because.VOTED_INTEREST, interest, None)
    assert area is not None
    return total, (Because.MARKED_AREA if area.slug in marked else Because.VOTED_AREA, None, area)


def _done(session: Session, municipality_id: int, person: str) -> dict[int, _Done]:
    """In which conversations this person voted."""
    query = (
        select(
            Participant.conversation_id,
            func.count(col(Vote.statement_id)),
            func.count(col(Vote.statement_id)).filter(col(Vote.important)),
        )
        .join(Vote, col(Vote.participant_id) == col(Participant.id))
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(Participant.person_id == person, Conversation.municipality_id == municipality_id)
        .group_by(col(Participant.conversation_id))
    )
    return {conversation_id: _Done(votes, important) for conversation_id, votes, important in session.exec(query)}


def _votable(session: Session, rows: Sequence[Conversation]) -> dict[int, int]:
    """How many statements each takes votes on."""
    shown_at_once = [identity(row) for row in rows if row.moderation == ModerationMode.POST]
    votable = or_(
        col(Statement.state) == StatementState.ACCEPTED,
        (col(Statement.state) == StatementState.PENDING) & col(Statement.conversation_id).in_(shown_at_once),
    )
    query = (
        select(Statement.conversation_id, func.count())
        .where(col(Statement.conversation_id).in_([identity(row) for row in rows]), votable)
        .group_by(col(Statement.conversation_id))
    )
    return dict(session.exec(query).all())
