"""Refusals: what the domain will not do, as a stable code with facts. The outermost layer picks the status and the words.

The kinds stand here; each noun's refusals stand in the module of the noun.
"""

from typing import Any, ClassVar


def N_(message: str) -> str:
    """Mark a message for translation; it is translated where it is shown."""
    return message


class Refusal(Exception):
    """Something was asked that the domain does not do. `facts` fill the placeholders of `message`."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = N_("This is not possible.")
    field: ClassVar[str | None] = None

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts


class BadRequest(Refusal):
    code = "bad_request"
    message = N_("The request could not be understood.")


class Forbidden(Refusal):
    code = "forbidden"
    message = N_("You are not allowed to do this.")


class NotFound(Refusal):
    code = "not_found"
    message = N_("There is nothing at this address.")


class Conflict(Refusal):
    code = "conflict"
    message = N_("This no longer fits what has happened meanwhile.")


class TooLarge(Refusal):
    code = "too_large"
    message = N_("This is more than can be sent at once.")


CHANGED = N_(
    "Somebody has changed this meanwhile, so nothing was saved. "
    "What you wrote is still here, with what others changed; please look at it and save again."
)
"""For a form that was filled in on a page that is not how things stand any more."""


class Invalid(Refusal):
    code = "invalid"
    message = N_("Please check what you entered.")


class TooMany(Refusal):
    code = "too_many"
    message = N_("That was a lot in a short time. Please wait a moment and try again.")


class TooManyUntil(TooMany):
    """`again`: when it can be tried again."""

    message = N_("That was a lot in a short time. Please try again after %(again)s.")


class Unavailable(Refusal):
    code = "unavailable"
    message = N_("This could not be saved just now. Please try again in a moment.")
