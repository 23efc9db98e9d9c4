"""What officials and moderators send while a recommendation is on its way to an office."""

from typing import Annotated

from pydantic import StringConstraints

from web.field_types import Day, EmptyIsNone, Number, OptionalDay, Several
from web.forms import Form, Marks
from web.official_forms import Language, Numbers

LONGEST_TEXT = 2000

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT)]
Keys = Annotated[tuple[Annotated[str, StringConstraints(max_length=60)], ...], Several]
Theme = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
OfficeName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class RecommendationForm(Form):
    """`findings` are keys of the report's, `statements` further statements by number. A draft needs neither text nor office."""

    findings: Keys = ()
    statements: Numbers = ()
    text: Text = ""
    language: Language
    office: Annotated[str, StringConstraints(max_length=63)] = ""
    answer_due_on: OptionalDay = None
    act: Annotated[str, StringConstraints(pattern="^(draft|publish)$")] = "publish"


class HandOverForm(Form):
    numbers: Numbers = ()
    office: Annotated[str, StringConstraints(max_length=63)] = ""
    answer_due_on: Day


class ThemeForm(Form):
    """`theme` is one that there is already, `new_theme` another one; `away` takes them out from under any."""

    numbers: Numbers = ()
    theme: Theme = ""
    new_theme: Theme = ""
    language: Language
    away: Annotated[str, StringConstraints(pattern="^(|yes)$")] = ""


class RewordForm(Form):
    """`version`: of the wording that stood on the page."""

    text: Text = ""
    language: Language
    version: Number


class OpenForm(Form):
    until: Day


class EvidenceOfReportForm(Form):
    """What a recommendation rests on."""

    findings: Keys = ()
    statements: Numbers = ()


class TakeAwayForm(Form):
    finding: Annotated[str, StringConstraints(max_length=60)] = ""
    statement: Annotated[Number | None, EmptyIsNone] = None


class OfficeForm(Form):
    name: OfficeName = ""
    language: Language
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class OfficeChangeForm(OfficeForm):
    """`seen`: marks of what stood on the page."""

    seen: Marks = ""

    @property
    def words(self) -> dict[str, str]:
        return self.model_dump(exclude={"seen"})
