"""What officials send."""

import re
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from deliberation.responses import Written
from deliberation.values import Outcome
from web.field_types import Day, EmptyIsNone, Number, OptionalDay
from web.forms import Form, OptionalLine, OptionalParagraphs

_BETWEEN_NUMBERS = re.compile(r"[\s,;，、；]+")
LARGEST_NUMBER_DIGITS = 9

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


def _numbers(value: object) -> object:
    """Numbers as people write them, or as boxes that were ticked."""
    parts = [part for text in (value if isinstance(value, list) else [value]) for part in _BETWEEN_NUMBERS.split(str(text))]
    if any(part and not (part.isdecimal() and len(part) <= LARGEST_NUMBER_DIGITS) for part in parts):
        raise PydanticCustomError("not_numbers", "not numbers")
    return tuple(sorted({int(part) for part in parts if part}))


Numbers = Annotated[tuple[int, ...], BeforeValidator(_numbers)]


class RecommendationForm(Form):
    """`ticked` are findings, `statements` further statements by number."""

    ticked: Numbers = ()
    statements: Numbers = ()
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    language: Language
    office: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    answer_due_on: Day

    @property
    def chosen(self) -> set[int]:
        return {*self.ticked, *self.statements}


class AnswerForm(Form):
    """Whatever is missing, the domain says; a draft may lack anything. `seen`: how many answers there were on the page."""

    outcome: Annotated[Outcome | None, EmptyIsNone] = None
    reason: OptionalParagraphs = ""
    language: Language
    owner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    seen: Number = 0
    due_on: OptionalDay = None
    act: Annotated[str, StringConstraints(pattern="^(publish|draft)$")]

    @property
    def written(self) -> Written:
        return Written(self.outcome, self.reason, self.language, self.owner, self.due_on)


class MilestoneForm(Form):
    title: OptionalLine = ""
    language: Language
    due_on: Day


class DoneForm(Form):
    done_on: Day


class EvidenceForm(Form):
    title: OptionalLine = ""
    language: Language
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""


class LinkForm(Form):
    statements: Numbers = ()


class UnlinkForm(Form):
    statement: Number
