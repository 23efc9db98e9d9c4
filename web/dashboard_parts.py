"""The dashboard in parts, each rendered again only when its figures have changed; and which of them somebody wants to see."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

from babel import dates
from jinja2 import Environment

from deliberation.dashboard import Hours, Overview, Row, Totals
from deliberation.unpublished import Unpublished
from deliberation.values import Stage
from deliberation.vote_hours import HOUR
from web import i18n, rendering

TOTALS = ""
"""The name of the part with the totals; the others are named by slug."""
PER_PAGE = 20
"""Conversations on a page, and slides on the screen in the hall, so that everything there comes round within four minutes."""
F = TypeVar("F", Row, Totals)


class Show(StrEnum):
    ALL = "all"
    OPEN = "open"
    OVERDUE = "overdue"


class Sort(StrEnum):
    URGENCY = "urgency"
    ACTIVITY = "activity"
    PARTICIPANTS = "participants"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which conversations, in which order, and which page of them."""

    show: Show = Show.ALL
    stage: Stage | None = None
    sort: Sort = Sort.URGENCY
    page: int = 1

    @property
    def query(self) -> dict[str, str]:
        """Of an address; what goes without saying is left out."""
        said = {"show": self.show, "stage": self.stage or "", "sort": self.sort, "page": str(self.page)}
        return {name: value for name, value in said.items() if value not in ("", Show.ALL, Sort.URGENCY, "1")}


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom figures are rendered: language, whether with what only officials see, whether for the screen in the hall."""

    language: str
    official: bool = False
    wall: bool = False


@dataclass(slots=True)
class Sheet:
    """Everything as one audience sees it. A part is rendered when somebody wants it; `digest` is taken over all figures."""

    environment: Environment
    audience: Audience
    url: Callable[..., str]
    overview: Overview | None = None
    digest: str = ""
    _figures: dict[str, Row | Totals] = field(default_factory=dict)
    _rendered: dict[str, str] = field(default_factory=dict)

    def take(self, overview: Overview) -> list[str]:
        """These figures are to be shown from now on. Says which parts they change."""
        told: dict[str, Row | Totals] = {TOTALS: self._told(overview.totals)}
        told |= {row.slug: self._told(row) for row in overview.rows}
        changed = [name for name, figures in told.items() if self._figures.get(name) != figures]
        for name in [*changed, *(self._figures.keys() - told.keys())]:
            self._rendered.pop(name, None)
        if changed or len(told) != len(self._figures):
            self.digest = hashlib.blake2b(repr(list(told.values())).encode(), digest_size=9).hexdigest()
        self.overview, self._figures = overview, told
        return changed

    def part(self, name: str) -> str:
        if name not in self._rendered:
            self._rendered[name] = self._render(self._figures[name])
        return self._rendered[name]

    def _told(self, figures: F) -> F:
        """What only officials see changes nothing for the others."""
        inside = figures.unpublished.any and not self.audience.official
        return replace(figures, unpublished=Unpublished()) if inside else figures

    def _render(self, figures: Row | Totals) -> str:
        """In one line: each line of a message costs a word more."""
        shown: dict[str, Any] = {
            "figures": figures,
            "labels": _labels(figures.hours, self.audience.language) if figures.hours else (),
            "url": self.url,
        }
        kind = "totals" if isinstance(figures, Totals) else "row"
        kind = f"wall_{kind}" if self.audience.wall else kind
        return " ".join(rendering.render(self.environment, f"dashboard/_{kind}.html", shown).split())


def _labels(hours: Hours, language: str) -> Sequence[str]:
    """When each hour began, by the municipality's clocks."""
    return _clock_times(hours.last, len(hours.counts), language, str(i18n.time_zone()))


@lru_cache(64)
def _clock_times(last: datetime, count: int, language: str, _zone: str) -> Sequence[str]:
    locale, zone = i18n.babel_locale(language), i18n.time_zone()
    starts = [last - back * HOUR for back in reversed(range(count))]
    return [dates.format_time(start.astimezone(zone), "short", tzinfo=zone, locale=locale) for start in starts]


def chosen(overview: Overview, choice: Choice) -> list[Row]:
    """All that were asked for, in order."""
    rows = [row for row in overview.rows if _is_shown(row, choice.show) and _is_at(row, choice.stage)]
    return sorted(rows, key=_KEYS[choice.sort])


def counts(overview: Overview, choice: Choice) -> dict[str, int]:
    """What each further choice would leave."""
    at_stage = [row for row in overview.rows if _is_at(row, choice.stage)]
    shown = [row for row in overview.rows if _is_shown(row, choice.show)]
    stages = {stage.value: sum(row.stage == stage for row in shown) for stage in Stage}
    return {show.value: sum(_is_shown(row, show) for row in at_stage) for show in Show} | stages


def arrangement(overview: Overview) -> list[tuple[str, bool, Stage, bool]]:
    """What decides which parts there are and where they belong; when it changes, single parts are not enough."""
    return [(row.slug, row.is_open, row.stage, row.owing.overdue > 0) for row in overview.rows]


@cache
def build() -> str:
    """Changes with every version of what a page that stays open for months is made of."""
    return hashlib.sha256("".join(map(rendering.versioned, ("app.css", "dashboard.js"))).encode()).hexdigest()[:12]


def _is_shown(row: Row, show: Show) -> bool:
    return {Show.ALL: True, Show.OPEN: row.is_open, Show.OVERDUE: row.owing.overdue > 0}[show]


def _is_at(row: Row, stage: Stage | None) -> bool:
    return stage is None or row.stage == stage


def _urgency(row: Row) -> Any:
    """What is longest overdue, then what is open, the busiest first, then what is due next."""
    owing = row.owing
    return -owing.days_over, not row.is_open, -row.in_a_day, owing.next_on or date.max, -row.votes, row.slug


_KEYS: dict[Sort, Callable[[Row], Any]] = {
    Sort.URGENCY: _urgency,
    Sort.ACTIVITY: lambda row: (-row.in_a_day, not row.is_open, -row.votes, row.slug),
    Sort.PARTICIPANTS: lambda row: (-(row.participants or 0), row.slug),
    Sort.WAITING: lambda row: (-row.backlog.count, row.slug),
}
