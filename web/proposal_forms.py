"""What residents and moderators send about proposed topics."""

from typing import Annotated

from pydantic import StringConstraints

from deliberation.values import Interest, ProposalState, Reason
from web.field_types import EmptyIsNone
from web.forms import Form
from web.moderation_forms import Note

LONGEST_TEXT = 20_000
"""Of what may come in; what is too long for a proposal is said by the domain, with the length as people count it."""


class ProposalForm(Form):
    legible = False
    topic: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    why: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    interest: Annotated[Interest | None, EmptyIsNone] = None
    area: Annotated[str, StringConstraints(max_length=63)] = ""


class SupportForm(Form):
    support: Annotated[str, StringConstraints(pattern="^(yes|no)$")]


class AcceptProposalForm(Form):
    """`seen` is the state in which the moderator saw the proposal."""

    seen: ProposalState = ProposalState.PENDING


class DeclineProposalForm(AcceptProposalForm):
    reason: Annotated[Reason | None, EmptyIsNone] = None
    note: Note = ""
