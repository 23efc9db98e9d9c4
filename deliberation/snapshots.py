"""The snapshots of a conversation in the order of time, for looking back."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from deliberation.errors import NotFound
from deliberation.storage.tables import Analysis

MOST_MOMENTS = 30
MOST_KEPT = 1024
"""Moments that a process keeps at hand; a snapshot never changes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot in a row of them."""

    sequence: int
    made_at: datetime
    participants: int
    votes: int


def get(session: Session, conversation_id: int, sequence: int) -> Analysis:
    """This snapshot; its `people` are only read when asked for within the session. Raises NotFound."""
    row = session.exec(
        select(Analysis)
        .where(Analysis.conversation_id == conversation_id, Analysis.sequence == sequence)
        .options(defer(Analysis.people))  # type: ignore[arg-type]
    ).first()
    if row is None:
        raise NotFound()
    return row


def moments(session: Session, conversation_id: int, *besides: int) -> list[Moment]:
    """At most `MOST_MOMENTS` snapshots, as evenly over the votes as can be, with the first and the last, and those `besides`."""
    rows = session.exec(
        select(Analysis.sequence, Analysis.vote_events)
        .where(Analysis.conversation_id == conversation_id)
        .order_by(col(Analysis.sequence))
    ).all()
    chosen = evenly([events for _, events in rows], MOST_MOMENTS)
    wanted = {rows[place][0] for place in chosen} | ({sequence for sequence, _ in rows} & set(besides))
    return _described(session, conversation_id, sorted(wanted))


def evenly(amounts: Sequence[int], most: int) -> list[int]:
    """Places of at most `most` of these growing amounts, the first and the last among them, with steps as equal as can be."""
    if len(amounts) <= most:
        return list(range(len(amounts)))
    step = (amounts[-1] - amounts[0]) / (most - 1)
    places = {0, len(amounts) - 1}
    for stop in range(1, most - 1):
        places.add(min(bisect_left(amounts, amounts[0] + stop * step), len(amounts) - 1))
    return sorted(places)


def _described(session: Session, conversation_id: int, sequences: Sequence[int]) -> list[Moment]:
    """From the process's cache where they are there: the figures stand within large results."""
    kept: dict[tuple[int, int], Moment] = session.info.setdefault("moments", {})
    missing = [sequence for sequence in sequences if (conversation_id, sequence) not in kept]
    if len(kept) + len(missing) > MOST_KEPT:
        kept.clear()
        missing = list(sequences)
    result: Any = Analysis.result
    rows = session.exec(
        select(Analysis.sequence, Analysis.created_at, result["participants"].as_integer(), result["votes"].as_integer()).where(
            Analysis.conversation_id == conversation_id, col(Analysis.sequence).in_(missing)
        )
    )
    found = {(conversation_id, sequence): Moment(sequence, made_at, people, votes) for sequence, made_at, people, votes in rows}
    kept.update(found)
    return [found.get(key) or kept[key] for key in ((conversation_id, sequence) for sequence in sequences)]
