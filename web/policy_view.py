"""Which recommendations a reader of the policy page wants to see, and in which order; all of it stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from deliberation.outcomes import Recommended
from deliberation.translations import Reading

OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"
SHOWN = (OPEN, OVERDUE, ANSWERED)
NUMBER, DAY, OFFICE = "number", "day", "office"
ORDERS = (NUMBER, DAY, OFFICE)


@dataclass(frozen=True, slots=True)
class Named:
    """An office's name, and its language where that is known."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """`show`: one of SHOWN or empty for all; `office`: a name or empty."""

    show: str
    office: str
    order: str

    @property
    def narrowed(self) -> bool:
        return bool(self.show or self.office or self.order != NUMBER)

    def chosen(self, rows: Sequence[Recommended]) -> list[Recommended]:
        wanted = [row for row in rows if self._wants(row) and self.office in ("", *offices_of(row))]
        if self.order == DAY:
            return sorted(wanted, key=lambda row: (min((clock.due_on for clock in row.clocks), default=date.max), row.number))
        if self.order == OFFICE:
            return sorted(wanted, key=lambda row: ([named.text for named in offices_of(row).values()][:1], row.number))
        return wanted

    def _wants(self, row: Recommended) -> bool:
        if self.show == OPEN:
            return row.answer is None
        if self.show == OVERDUE:
            return row.days_over > 0
        return self.show != ANSWERED or row.answer is not None


def view_of(request: Request) -> PolicyView:
    """What is not known is as if it was not asked for."""
    asked = request.query_params
    show, order = asked.get("show", ""), asked.get("order", "")
    return PolicyView(show if show in SHOWN else "", asked.get("office", "")[:200], order if order in ORDERS else NUMBER)


def offices_of(row: Recommended) -> dict[str, Named]:
    """Who answers for it, then who was asked: as it was written, and as it is read."""
    found = {row.answer.owner: _named(row.answer.owner, row.answer.owner_name)} if row.answer else {}
    found.setdefault(row.office, _named(row.office, row.office_name))
    return {name: named for name, named in found.items() if name}


def offices(rows: Sequence[Recommended]) -> list[tuple[str, Named]]:
    """All of them, in the order of their names as they are read."""
    found = {name: named for row in rows for name, named in offices_of(row).items()}
    return sorted(found.items(), key=lambda item: item[1].text)


def _named(name: str, reading: Reading | None) -> Named:
    return Named(reading.text, reading.language) if reading else Named(name, None)
