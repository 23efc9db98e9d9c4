"""What officials send."""

import re
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from web.field_types import Number
from web.forms import Form, Tag

_BETWEEN_NUMBERS = re.compile(r"[\s,;，、；]+")
LARGEST_NUMBER_DIGITS = 9

Language = Tag


def _numbers(value: object) -> object:
    """Numbers as people write them, or as boxes that were ticked."""
    parts = [part for text in (value if isinstance(value, list) else [value]) for part in _BETWEEN_NUMBERS.split(str(text))]
    if any(part and not (part.isdecimal() and len(part) <= LARGEST_NUMBER_DIGITS) for part in parts):
        raise PydanticCustomError("not_numbers", "not numbers")
    return tuple(sorted({int(part) for part in parts if part}))


Numbers = Annotated[tuple[int, ...], BeforeValidator(_numbers)]


class LinkForm(Form):
    statements: Numbers = ()


class UnlinkForm(Form):
    statement: Number
