"""What the pages send: typed forms. A field that does not fit is named, with what was typed kept."""

from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from deliberation import statements
from deliberation.errors import N_, Invalid
from deliberation.errors.conversations import StageEndsBeforeItStarts
from web.field_types import Ballot, EmptyIsNone, Number

MISSING = N_("Please fill this in.")
TOO_LONG = N_("This is too long.")
NOT_A_DATE = N_("Please give a date as year-month-day.")
NOT_IN_THESE_YEARS = N_("Please give a date in the years 2000 to 2200.")
NOT_AN_ADDRESS = N_("Please give an address that begins with http:// or https://.")
NOT_A_MOMENT = N_("Please give a date and a time as year-month-day hour:minute.")
NOT_NUMBERS = N_("Please give the numbers of statements with commas between them.")
NOT_A_NUMBER = N_("Please give a whole number.")
OUT_OF_RANGE = N_("This number is too small or too large.")
NOT_POSSIBLE = N_("This is not one of the possible answers.")
MESSAGES = {
    "missing": MISSING,
    "string_too_short": MISSING,
    "string_too_long": TOO_LONG,
    "date_from_datetime_parsing": NOT_A_DATE,
    "date_parsing": NOT_A_DATE,
    "datetime_from_date_parsing": NOT_A_MOMENT,
    "datetime_parsing": NOT_A_MOMENT,
    "year_out_of_range": NOT_IN_THESE_YEARS,
    "int_parsing": NOT_A_NUMBER,
    "int_parsing_size": OUT_OF_RANGE,
    "greater_than_equal": OUT_OF_RANGE,
    "less_than_equal": OUT_OF_RANGE,
    "not_an_address": NOT_AN_ADDRESS,
    "not_numbers": NOT_NUMBERS,
    "ends_before_start": StageEndsBeforeItStarts.message,
    "string_pattern_mismatch": NOT_POSSIBLE,
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
OptionalParagraphs = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]

Marks = Annotated[str, StringConstraints(max_length=300)]
"""What was on the page before it was changed; see `deliberation.seen`."""


class Form(BaseModel):
    """Texts lose what nobody can see, and a text in which nothing can be seen is empty.

    Not `legible`: the domain tidies the texts itself and says more exactly what is wrong with them.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    legible: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _legible(cls, sent: dict[str, Any]) -> dict[str, Any]:
        return {name: _legible(value) for name, value in sent.items()} if cls.legible else sent


def _legible(value: Any) -> Any:
    if isinstance(value, list):
        return [_legible(one) for one in value]
    return statements.legible(value) if isinstance(value, str) else value


F = TypeVar("F", bound=Form)


class FormInvalid(Invalid):
    """`errors`: field → message to be translated; `typed`: what was sent."""

    code = "form_invalid"

    def __init__(self, errors: dict[str, str], typed: dict[str, Any]) -> None:
        super().__init__()
        self.errors = errors
        self.typed = typed


def validated(model: type[F], typed: dict[str, Any]) -> F:
    try:
        return model.model_validate(typed)
    except ValidationError as error:
        problems = {str(e["loc"][0]): MESSAGES.get(e["type"], NOT_POSSIBLE) for e in error.errors() if e["loc"]}
        raise FormInvalid(problems, typed) from error


class VoteForm(Form):
    statement: Number
    choice: Annotated[str, StringConstraints(pattern="^(agree|disagree|pass|withdraw)$")]
    ballot: Ballot
    important: bool = False
    drawn: bool = False
    back: Annotated[str, StringConstraints(pattern="^(|votes)$")] = ""


class StatementForm(Form):
    legible = False
    text: Annotated[str, StringConstraints(max_length=20_000)] = ""
    language: Annotated[Tag | None, EmptyIsNone] = None
    submission: Annotated[Ballot | None, EmptyIsNone] = None


class LanguageForm(Form):
    lang: str
    next: str = "/"


class InvitationForm(Form):
    code: Annotated[str, StringConstraints(max_length=300)] = ""


class RecoveryForm(Form):
    code: Annotated[str, StringConstraints(max_length=300)] = ""


class FollowForm(Form):
    """`item`: a statement or a recommendation; empty is the whole conversation."""

    email: Annotated[str, StringConstraints(max_length=1000)] = ""
    item: Annotated[str, StringConstraints(max_length=40)] = ""


class WebhookForm(Form):
    """`item`: a statement or a recommendation; empty is the whole conversation."""

    url: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = ""
    item: Annotated[str, StringConstraints(max_length=40)] = ""


class StopForm(Form):
    """`item`: what is not followed any more; empty is everything about the conversation."""

    item: Annotated[str, StringConstraints(max_length=40)] = ""


class ReadForm(Form):
    """`until`: the moment up to which somebody has read, in seconds since 1970."""

    until: Number


class ErasureForm(Form):
    texts: Annotated[str, StringConstraints(pattern="^(|keep|remove)$")] = ""
    sure: bool = False
