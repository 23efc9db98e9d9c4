"""The dashboard in parts, each rendered again only when its figures have changed; and which of them somebody wants to see."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from babel import dates
from jinja2 import Environment

from deliberation.dashboard import Hours, Overview, Row, Totals, Unpublished
from deliberation.vote_hours import HOUR
from web import i18n, rendering

TOTALS = ""
"""The name of the part with the totals; the others are named by slug."""
MOST_SLIDES = 40
"""On the screen in the hall, so that everything comes round within ten minutes."""


class Show(StrEnum):
    ALL = "all"
    OPEN = "open"
    OVERDUE = "overdue"


class Sort(StrEnum):
    ACTIVITY = "activity"
    OVERDUE = "overdue"
    PARTICIPANTS = "participants"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which conversations, and in which order."""

    show: Show = Show.ALL
    sort: Sort = Sort.ACTIVITY


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom figures are rendered: language, whether with what only officials see, whether for the screen in the hall."""

    language: str
    official: bool = False
    wall: bool = False


@dataclass(slots=True)
class Sheet:
    """Everything as one audience sees it: HTML by name. `digest` is taken over all of it."""

    overview: Overview | None = None
    parts: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    _seen: dict[str, Row | Totals] = field(default_factory=dict)

    def write(self, overview: Overview, environment: Environment, audience: Audience, url: Callable[..., str]) -> list[str]:
        """Bring everything up to date, and return the parts that have changed."""
        wanted: dict[str, Row | Totals] = {TOTALS: overview.totals, **{row.slug: row for row in overview.rows}}
        before, changed = dict(self.parts), []
        for name, figures in wanted.items():
            if self._seen.get(name) != figures:
                self.parts[name] = _rendered(environment, audience, figures, url)
                # What only officials see changes nothing for the others.
                changed += [self.parts[name]] if self.parts[name] != before.get(name) else []
        for name in self.parts.keys() - wanted.keys():
            del self.parts[name]
        self.overview, self._seen = overview, wanted
        self.digest = hashlib.blake2b("".join(self.parts[name] for name in wanted).encode(), digest_size=9).hexdigest()
        return changed


def _rendered(environment: Environment, audience: Audience, figures: Row | Totals, url: Callable[..., str]) -> str:
    """In one line: each line of a message costs a word more."""
    unpublished = figures.unpublished if audience.official else Unpublished()
    shown: dict[str, Any] = {
        "unpublished": unpublished,
        "labels": _labels(figures.hours, audience.language) if figures.hours else (),
        "url": url,
    }
    kind = "totals" if isinstance(figures, Totals) else "row"
    if audience.wall:
        kind = f"wall_{kind}"
    html = rendering.render(environment, f"dashboard/_{kind}.html", shown | {"figures": figures})
    return " ".join(html.split())


def _labels(hours: Hours, language: str) -> Sequence[str]:
    """When each hour began, by the municipality's clocks."""
    return _clock_times(hours.last, len(hours.counts), language, str(i18n.time_zone()))


@lru_cache(64)
def _clock_times(last: datetime, count: int, language: str, _zone: str) -> Sequence[str]:
    locale, zone = i18n.babel_locale(language), i18n.time_zone()
    starts = [last - back * HOUR for back in reversed(range(count))]
    return [dates.format_time(start.astimezone(zone), "short", tzinfo=zone, locale=locale) for start in starts]


def chosen(overview: Overview, choice: Choice) -> list[Row]:
    rows = [row for row in overview.rows if _is_shown(row, choice.show)]
    return sorted(rows, key=_KEYS[choice.sort])


def counts(overview: Overview) -> dict[Show, int]:
    return {show: sum(_is_shown(row, show) for row in overview.rows) for show in Show}


def arrangement(overview: Overview) -> list[tuple[str, bool, bool]]:
    """What decides which parts there are and where they belong; when it changes, single parts are not enough."""
    return [(row.slug, row.is_open, row.owing.overdue > 0) for row in overview.rows]


@cache
def build() -> str:
    """Changes with every version of what a page that stays open for months is made of."""
    return hashlib.sha256("".join(map(rendering.versioned, ("app.css", "dashboard.js"))).encode()).hexdigest()[:12]


def _is_shown(row: Row, show: Show) -> bool:
    return {Show.ALL: True, Show.OPEN: row.is_open, Show.OVERDUE: row.owing.overdue > 0}[show]


_KEYS: dict[Sort, Callable[[Row], Any]] = {
    Sort.ACTIVITY: lambda row: (not row.is_open, -row.in_a_day, -row.votes, row.slug),
    Sort.OVERDUE: lambda row: (-row.owing.days_over, -row.owing.overdue, row.owing.next_on is None, row.owing.next_on, row.slug),
    Sort.PARTICIPANTS: lambda row: (-(row.participants or 0), row.slug),
    Sort.WAITING: lambda row: (-row.backlog.count, row.slug),
}
