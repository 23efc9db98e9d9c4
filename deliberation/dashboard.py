"""Everything at a glance: what the public and officials see of all conversations of a municipality, from one reading.

One rule for small numbers (decision 24): nothing is broken out, and no number of people is told, where fewer people stand behind
it than the conversation's publication minimum, or where it could be worked out from what is told (`figures.publishable`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deliberation.figures import publishable
from deliberation.owing import Owing
from deliberation.statement_counts import Backlog, together
from deliberation.summaries import Latest
from deliberation.texts import Text
from deliberation.unpublished import Unpublished
from deliberation.values import Stage


@dataclass(frozen=True, slots=True)
class Part:
    """One part of something that is broken out: a channel or a language. `count` is None where it is withheld."""

    name: Any
    count: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """Answers in each of 24 hours, the last of which began at `last`."""

    last: datetime
    counts: tuple[int, ...]

    @property
    def this(self) -> int:
        return self.counts[-1]

    @property
    def before(self) -> int:
        return self.counts[-2]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation. `participants` is None where they are too few to be told; `hours` where nobody voted, or too few people.

    `until`: when the stage ends, as far as somebody has said. `since`: answers that the latest analysis does not know yet.
    `report`: the number of the newest published one.
    """

    slug: str
    topic: Text
    minimum: int
    voting: str
    stage: Stage
    until: date | datetime | None
    participants: int | None
    votes: int
    since: int
    hours: Hours | None
    statements: int
    languages: tuple[Part, ...]
    channels: tuple[Part, ...]
    opinion: Latest | None
    report: int | None
    owing: Owing
    backlog: Backlog
    unpublished: Unpublished

    @property
    def is_open(self) -> bool:
        return self.voting == "open"

    @property
    def in_a_day(self) -> int:
        return 0 if self.hours is None else self.hours.total


@dataclass(frozen=True, slots=True)
class Totals:
    """`participants` of the conversations in which they are enough to be told; `withheld`: in how many others there are some.

    Somebody who takes part in two conversations counts in both.
    """

    conversations: int
    open: int
    participants: int
    withheld: int
    votes: int
    statements: int
    hours: Hours | None
    due: int
    overdue: int
    days_over: int
    waiting: Backlog
    unpublished: Unpublished


@dataclass(frozen=True, slots=True)
class Overview:
    """All conversations of a municipality, newest first."""

    rows: tuple[Row, ...]
    totals: Totals


def broken_out(counts: Mapping[Any, int], total: int, minimum: int) -> tuple[Part, ...]:
    """The parts of a total, largest first; those that are withheld without their number, after the others."""
    shown = publishable(counts, total, minimum)
    parts = [Part(name, count if name in shown else None) for name, count in counts.items() if count > 0]
    return tuple(sorted(parts, key=lambda part: (part.count is None, -(part.count or 0), part.name)))


def counted(counts: Mapping[Any, int]) -> tuple[Part, ...]:
    """The parts, largest first, none withheld: for what everybody can count on public pages."""
    return tuple(sorted((Part(name, count) for name, count in counts.items()), key=lambda part: (-(part.count or 0), part.name)))


def people(count: int, minimum: int) -> int | None:
    """How many, where that may be told. That nobody was there may."""
    return None if 0 < count < minimum else count


def totals_of(rows: tuple[Row, ...]) -> Totals:
    told = [row.participants for row in rows if row.participants is not None]
    return Totals(
        conversations=len(rows),
        open=sum(row.is_open for row in rows),
        participants=sum(told),
        withheld=len(rows) - len(told),
        votes=sum(row.votes for row in rows),
        statements=sum(row.statements for row in rows),
        hours=_all_hours([row.hours for row in rows if row.hours is not None]),
        due=sum(row.owing.due for row in rows),
        overdue=sum(row.owing.overdue for row in rows),
        days_over=max((row.owing.days_over for row in rows), default=0),
        waiting=together([row.backlog for row in rows]),
        unpublished=Unpublished(
            sum(row.unpublished.recommendations for row in rows),
            sum(row.unpublished.answers for row in rows),
            sum(row.unpublished.in_review for row in rows),
        ),
    )


def _all_hours(parts: list[Hours]) -> Hours | None:
    return Hours(parts[0].last, tuple(map(sum, zip(*(part.counts for part in parts), strict=True)))) if parts else None
