"""What residents and moderators send about comments on recommendations."""

from typing import Annotated

from pydantic import StringConstraints

from deliberation.values import Reason, StatementState
from web.field_types import Ballot, EmptyIsNone
from web.forms import Form, Tag

LONGEST_TEXT = 20_000
"""Of what may come in; what is too long for a comment is said by the domain, with the length as people count it."""


class CommentForm(Form):
    legible = False
    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""
    language: Annotated[Tag | None, EmptyIsNone] = None
    submission: Annotated[Ballot | None, EmptyIsNone] = None


class AcceptCommentForm(Form):
    """`seen` is the state in which the moderator saw the comment."""

    seen: StatementState = StatementState.PENDING


class RejectCommentForm(AcceptCommentForm):
    reason: Annotated[Reason | None, EmptyIsNone] = None
