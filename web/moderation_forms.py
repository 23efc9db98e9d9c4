"""What moderators send."""

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from deliberation.values import Reason, StatementState
from web.field_types import Number
from web.forms import Form


def _not_empty(value: object) -> object:
    if value == "":
        raise PydanticCustomError("missing", "missing")
    return value


NotEmpty = BeforeValidator(_not_empty)
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Back = Annotated[str, StringConstraints(pattern=r"^(|/moderate[^\s\\]*)$", max_length=300)]


class DecisionForm(Form):
    """`back` is the page to return to."""

    back: Back = ""


class StatementDecisionForm(DecisionForm):
    """`seen` is the state in which the moderator saw the statement."""

    seen: StatementState = StatementState.PENDING


class RejectForm(StatementDecisionForm):
    reason: Annotated[Reason, NotEmpty]
    note: Note = ""


class MergeForm(StatementDecisionForm):
    into: Annotated[Number, NotEmpty]
    note: Note = ""


class BanForm(DecisionForm):
    reason: Annotated[Reason, NotEmpty]
    note: Note = ""
