"""In which opinion group somebody was, from one snapshot to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from deliberation import conversations, figures, group_names, snapshots
from deliberation.storage.rows import identity
from deliberation.storage.tables import Analysis, Conversation, Participant
from deliberation.texts import Text
from deliberation.translations import Reading

MOST_POINTS = 10
MOST_CONVERSATIONS = 12
"""The newest; somebody who took part in more of them sees those."""
MOST_KEPT = 4096
"""Places of people in snapshots that a process keeps at hand; they never change."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when somebody has been in a group, as snapshots tell; without a letter in none that may be shown.

    `confidence` that the group is the right one, 0…1, at the last of these snapshots; None where the method does not say.
    """

    since: datetime
    label: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class History:
    """Somebody's stays in the groups of a conversation, the first one first."""

    slug: str
    topic: Reading
    stays: tuple[Stay, ...]
    names: Mapping[str, Text]

    @property
    def now(self) -> Stay:
        return self.stays[-1]


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    label: str | None
    confidence: float | None


def of_person(session: Session, municipality_id: int, person: str | None, locale: str) -> list[History]:
    """In every conversation of the municipality where a snapshot knows this person, the newest conversation first."""
    if person is None:
        return []
    rows = session.exec(
        select(Participant, Conversation)
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(
            Participant.person_id == person,
            Conversation.municipality_id == municipality_id,
            col(Participant.banned_at).is_(None),
        )
        .order_by(col(Conversation.created_at).desc(), col(Conversation.id).desc())
        .limit(MOST_CONVERSATIONS)
    ).all()
    topics = conversations.headings(session, [c for _, c in rows], locale)
    found = []
    for participant, conversation in rows:
        stays = _stays(_points(session, participant, conversation))
        if stays:
            names = group_names.of(session, identity(conversation))
            found.append(History(conversation.slug, topics[identity(conversation)], stays, names))
    return found


def _stays(points: Iterable[_Point]) -> tuple[Stay, ...]:
    """Neighbouring snapshots that tell the same group are one stay."""
    stays: list[Stay] = []
    for point in points:
        if stays and stays[-1].label == point.label:
            stays[-1] = Stay(stays[-1].since, point.label, point.confidence)
        else:
            stays.append(Stay(point.at, point.label, point.confidence))
    return tuple(stays)


def _points(session: Session, participant: Participant, conversation: Conversation) -> list[_Point]:
    """A few snapshots since this person joined, as evenly over the votes as can be, the last one among them."""
    snapshot = select(Analysis.id, Analysis.vote_events).where(
        Analysis.conversation_id == conversation.id, col(Analysis.created_at) >= participant.joined_at
    )
    rows = session.exec(snapshot.order_by(col(Analysis.sequence))).all()
    chosen = [rows[place][0] for place in snapshots.evenly([events for _, events in rows], MOST_POINTS)]
    key = (identity(participant), conversation.publication_minimum)
    kept: dict[tuple[int, int, int], _Point | None] = session.info.setdefault("group_history", {})
    at_hand = kept.copy()  # another thread may clear it
    ids = [found for found in chosen if found is not None]
    known = {found: at_hand[found, *key] for found in ids if (found, *key) in at_hand}
    known |= _read(session, [found for found in ids if found not in known], *key)
    if len(kept) > MOST_KEPT:
        kept.clear()
    kept.update({(found, *key): point for found, point in known.items()})
    return [point for found in ids if (point := known[found]) is not None]


def _read(session: Session, ids: list[int], participant_id: int, minimum: int) -> dict[int, _Point | None]:
    from deliberation import people_arrays  # loads numpy, which a process that only serves votes does without

    result: Any = Analysis.result
    columns = (col(Analysis.id), col(Analysis.created_at), col(Analysis.people))
    rows = session.execute(
        select_columns(*columns, result["groups"], result["participants"].as_integer()).where(col(Analysis.id).in_(ids))
    )
    found: dict[int, _Point | None] = {}
    for row_id, made_at, packed, groups, people in rows:
        place = people_arrays.group_of(packed, participant_id)
        shown = {g.label for g in figures.groups_of({"groups": groups, "participants": people}, minimum) if g.size is not None}
        label = groups[place.group]["label"] if place is not None and place.group is not None else None
        is_shown = label in shown
        confidence = place.confidence if place is not None and is_shown else None
        found[row_id] = None if place is None else _Point(made_at, label if is_shown else None, confidence)
    return found
