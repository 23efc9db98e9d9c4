"""Who took part in a conversation, as far as it may be told: numbers of people, never people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from deliberation.figures import publishable
from deliberation.storage.tables import Participant, Statement
from deliberation.values import StatementState


@dataclass(frozen=True, slots=True)
class Span:
    """So many `people` gave at least `least` and at most `most` votes; None: any number more."""

    least: int
    most: int | None
    people: int


@dataclass(frozen=True, slots=True)
class Participation:
    """`channels`: people by how they came in, None where that is withheld. `votes_each`: everybody, by how many votes they gave.

    `half_gave`: half of the people gave so many votes or more. These three are empty where the analysis did not count them.
    `languages`: statements that were shown, by language. `organisers`: how many of these were there from the start. `rejected`:
    statements by the reason why they were, empty where none was given. `banned`: people whose votes do not count.
    """

    channels: dict[str, int | None]
    votes_each: tuple[Span, ...]
    half_gave: int | None
    languages: dict[str, int]
    organisers: int
    rejected: dict[str, int]
    banned: int

    @property
    def withholds_channels(self) -> bool:
        return None in self.channels.values()


NOT_COUNTED: Mapping[str, Any] = {"spans": (), "people": (), "half": None, "channels": {}, "there": {}}
"""The turnout of an analysis that did not count it."""


def of(session: Session, conversation_id: int, turnout: Mapping[str, Any], participants: int, minimum: int) -> Participation:
    """What an analysis has counted (`deliberation.turnout`), and what is counted quickly now."""
    kinds = (col(Statement.state), col(Statement.reason), col(Statement.language), col(Statement.is_seed))
    counting = columns(*kinds, func.count()).where(col(Statement.conversation_id) == conversation_id).group_by(*kinds)
    rows = session.execute(counting).all()
    shown = [row for row in rows if row[0] in (StatementState.ACCEPTED, StatementState.MERGED)]
    return Participation(
        channels=_channels(turnout["channels"], participants, minimum),
        votes_each=spans(turnout["spans"], turnout["people"], minimum),
        half_gave=turnout["half"],
        languages=_largest_first((language, count) for _, _, language, _, count in shown),
        organisers=sum(count for _, _, _, is_seed, count in shown if is_seed),
        rejected=_largest_first(
            (reason.value if reason else "", count) for state, reason, *_, count in rows if state == StatementState.REJECTED
        ),
        banned=session.exec(
            select(func.count())
            .select_from(Participant)
            .where(Participant.conversation_id == conversation_id, col(Participant.banned_at).is_not(None))
        ).one(),
    )


def spans(starts: Iterable[int], people: Iterable[int], minimum: int) -> tuple[Span, ...]:
    """Neighbouring spans joined until each holds `minimum` people; as few people as that remain in one span."""
    begins, counted = list(starts), list(people)
    while counted and not counted[-1]:
        counted.pop()
    joined: list[Span] = []
    waiting: Span | None = None
    for place in range(len(counted) - 1, -1, -1):
        end = begins[place + 1] - 1 if place + 1 < len(begins) else None
        waiting = _join(Span(begins[place], end, counted[place]), waiting)
        if waiting.people >= minimum:
            joined.append(waiting)
            waiting = None
    if waiting is not None and waiting.people:
        joined.append(_join(waiting, joined.pop() if joined else None))
    return tuple(reversed(joined))


def _join(span: Span, above: Span | None) -> Span:
    """Without the empty part below the people."""
    if above is None:
        return span
    return Span(span.least if span.people else above.least, above.most, span.people + above.people)


def _channels(counts: Mapping[str, int], total: int, minimum: int) -> dict[str, int | None]:
    """All people by one way are as many as took part, which is told anyway."""
    shown = set(counts) if len(counts) == 1 else publishable(counts, total, minimum)
    return {channel: people if channel in shown else None for channel, people in counts.items()}


def _largest_first(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, count in counted:
        sums[key] = sums.get(key, 0) + count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
