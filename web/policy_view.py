"""Which recommendations a reader of the policy page wants to see, and in which order; all of it stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from deliberation.outcomes import Recommended

OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"
SHOWN = (OPEN, OVERDUE, ANSWERED)
NUMBER, DAY, OFFICE = "number", "day", "office"
ORDERS = (NUMBER, DAY, OFFICE)


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
            return sorted(wanted, key=lambda row: (offices_of(row)[:1], row.number))
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


def offices_of(row: Recommended) -> tuple[str, ...]:
    """Who answers for it, then who was asked."""
    names = (row.answer.owner if row.answer else "", row.office)
    return tuple(dict.fromkeys(name for name in names if name))


def offices(rows: Sequence[Recommended]) -> list[str]:
    return sorted({name for row in rows for name in offices_of(row)})
