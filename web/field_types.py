"""What a field of a form may hold. Pydantic alone reads much more as numbers and dates than people mean."""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from web import i18n

LARGEST_NUMBER = 2**31 - 1
"""What every database keeps in a column of whole numbers."""
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Days that a municipality plans with; near the ends of the calendar a moment has no counterpart in another time zone."""

_WHOLE = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")
D = TypeVar("D", date, date | None, datetime | None)


def _written_as(pattern: re.Pattern[str], error: str) -> BeforeValidator:
    """Lets through only texts of this form, and nothing given at all."""

    def check(value: object) -> object:
        if value is None:
            return None
        text = value.strip() if isinstance(value, str) else ""
        if not pattern.fullmatch(text):
            raise PydanticCustomError(error, "written in another way")
        return text

    return BeforeValidator(check)


def _none_when_empty(value: object) -> object:
    return None if value == "" else value


def _ballot(value: str) -> str:
    return str(uuid.UUID(value))


def _within_years(value: D) -> D:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("year_out_of_range", "too early or too late")
    return value


def _utc(moment: datetime | None) -> datetime | None:
    """A browser sends date and time without a zone; it means the municipality's clock."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=i18n.time_zone())).astimezone(UTC)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Several = BeforeValidator(_as_list)
"""For boxes that are ticked: a browser sends the field once for each."""

EmptyIsNone = BeforeValidator(_none_when_empty)
"""For what need not be given, which a browser sends as an empty text."""

Ballot = Annotated[str, AfterValidator(_ballot)]
Number = Annotated[int, _written_as(_WHOLE, "int_parsing"), Field(ge=0, le=LARGEST_NUMBER)]
Day = Annotated[date, AfterValidator(_within_years), _written_as(_DAY, "date_parsing")]
OptionalDay = Annotated[date | None, AfterValidator(_within_years), _written_as(_DAY, "date_parsing"), EmptyIsNone]
OptionalMoment = Annotated[
    datetime | None, AfterValidator(_within_years), AfterValidator(_utc), _written_as(_MOMENT, "datetime_parsing"), EmptyIsNone
]
