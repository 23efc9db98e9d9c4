"""What officials send about meetings."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from deliberation import attachments, links
from deliberation.agenda import MOST_MINUTES, USUAL_MINUTES, Source, Written
from deliberation.meetings import Plan
from web.field_types import EmptyIsNone, Number, OptionalMoment, Several
from web.forms import Form, Marks, OptionalLine
from web.official_forms import Language

LONGEST_ADDRESS = 2000
LONGEST_REASON = 1000
MOST_AT_ONCE = 30


def _web_address(value: str) -> str:
    if value and not links.is_web_address(value):
        raise PydanticCustomError("not_an_address", "no web address")
    return value


def _web_address_or_file(value: str) -> str:
    return value if attachments.is_path(value) else _web_address(value)


_Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ADDRESS)]
Address = Annotated[_Address, AfterValidator(_web_address)]
AddressOrFile = Annotated[_Address, AfterValidator(_web_address_or_file)]
Speaker = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Minutes = Annotated[Number, Field(ge=1, le=MOST_MINUTES)]


class MeetingForm(Form):
    title: OptionalLine = ""
    language: Language
    starts_at: OptionalMoment = None
    ends_at: OptionalMoment = None
    place: OptionalLine = ""
    room_url: Address = ""
    stream_url: Address = ""
    recording_url: Address = ""
    minutes_url: AddressOrFile = ""
    seen: Marks = ""

    @property
    def plan(self) -> Plan:
        return Plan(**self.model_dump(exclude={"seen"}))


class CancelForm(Form):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REASON)] = ""


class AgendaForm(Form):
    """The items as they stand on the page, one value of each field for each, and what to do: save, or a button beside an item."""

    item: Annotated[tuple[Number, ...], Several] = ()
    seen: Annotated[tuple[Marks, ...], Several] = ()
    title: Annotated[tuple[Title, ...], Several] = ()
    speaker: Annotated[tuple[Speaker, ...], Several] = ()
    minutes: Annotated[tuple[Minutes, ...], Several] = ()
    new_title: Title = ""
    new_speaker: Speaker = ""
    new_minutes: Annotated[Minutes | None, EmptyIsNone] = None
    language: Language
    act: Annotated[str, StringConstraints(pattern="^(save|(up|down|remove):[0-9]{1,9})$")] = "save"

    @property
    def is_whole(self) -> bool:
        return len(self.item) == len(self.seen) == len(self.title) == len(self.speaker) == len(self.minutes)

    @property
    def had(self) -> list[tuple[int, str]]:
        """The items that were on the page, each with the mark of what it said there."""
        return list(zip(self.item, self.seen, strict=True))

    @property
    def items(self) -> list[Written]:
        """In the order that is wished, with a new one at the end; a speaker alone is one without a title."""
        rows = [Written(*row) for row in zip(self.item, self.title, self.speaker, self.minutes, strict=True)]
        rows = self._moved(rows)
        if self.new_title or self.new_speaker:
            rows.append(Written(None, self.new_title, self.new_speaker, self.new_minutes or USUAL_MINUTES))
        return rows

    def _moved(self, rows: list[Written]) -> list[Written]:
        act, _, key = self.act.partition(":")
        place = next((place for place, row in enumerate(rows) if str(row.id) == key), None)
        if place is None:
            return rows
        row = rows.pop(place)
        if act != "remove":
            rows.insert(max(0, place + (-1 if act == "up" else 1)), row)
        return rows


class FillForm(Form):
    sources: Annotated[tuple[Source, ...], Several] = ()
    most: Annotated[Number, Field(ge=1, le=MOST_AT_ONCE)] = 5
