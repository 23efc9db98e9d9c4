"""The agenda as its form shows it: how it stands, with what this person typed, and what somebody else changed meanwhile."""

from dataclasses import dataclass
from typing import Any

from deliberation.agenda import Agenda, Item, mark
from web.entries import Entry

FIELDS = ("item", "title", "speaker", "minutes", "seen")


@dataclass(frozen=True, slots=True)
class Line:
    """`stands`: what somebody else made of the item, where it is not what is shown."""

    item: Item
    title: str
    speaker: str
    minutes: Any
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """`lost`: what was typed into items that somebody else has taken off."""

    lines: tuple[Line, ...]
    lost: tuple[str, ...] = ()


def lines(agenda: Agenda, entry: Entry) -> Lines:
    """The items that are there, whatever the page had from which the form was sent."""
    columns = [entry.values(name) for name in FIELDS]
    whole = len({len(column) for column in columns}) == 1
    rows = {row[0]: row[1:] for row in zip(*columns, strict=True)} if whole else {}
    edited = {key: row for key, row in rows.items() if mark(*row[:3]) != row[3]}
    gone = edited.keys() - {str(item.id) for item in agenda.items}
    shown = tuple(_line(item, edited.get(str(item.id))) for item in agenda.items)
    return Lines(shown, tuple(" · ".join(filter(None, row[:3])) for key, row in edited.items() if key in gone))


def _line(item: Item, typed: tuple[str, ...] | None) -> Line:
    title = item.title.original or item.title.text
    if typed is None:
        return Line(item, title, item.speaker, item.minutes)
    stands = " · ".join(filter(None, (title, item.speaker, str(item.minutes))))
    is_news = item.mark not in (typed[3], mark(*typed[:3]))
    return Line(item, typed[0], typed[1], typed[2], stands if is_news else "")
