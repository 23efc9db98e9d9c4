"""The domain's words as residents read them, to be translated where they are shown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from deliberation.errors import N_
from deliberation.values import Choice, Outcome, Reason, Role, Stage, StatementState

CHOICES = {Choice.AGREE: N_("Agree"), Choice.DISAGREE: N_("Disagree"), Choice.PASS: N_("Pass")}
STAGES = {
    Stage.PROPOSAL: N_("Proposal"),
    Stage.OPINION: N_("Opinion"),
    Stage.REFLECTION: N_("Reflection"),
    Stage.DECISION: N_("Decision"),
}
STATES = {
    StatementState.PENDING: N_("Waiting for a moderator"),
    StatementState.ACCEPTED: N_("Accepted"),
    StatementState.REJECTED: N_("Rejected"),
    StatementState.MERGED: N_("Merged"),
}
REASONS = {
    Reason.OFF_TOPIC: N_("It is about something else"),
    Reason.INSULTING: N_("It insults or threatens somebody"),
    Reason.PERSONAL_DATA: N_("It gives away personal data"),
    Reason.DUPLICATE: N_("It says what another statement says already"),
    Reason.NOT_A_STATEMENT: N_("It is not something one can agree or disagree with"),
    Reason.SPAM: N_("It is advertising or was sent many times"),
}
OUTCOMES = {
    Outcome.ADOPTED: N_("Adopted"),
    Outcome.PARTLY: N_("Partly adopted"),
    Outcome.DECLINED: N_("Declined"),
    Outcome.DEFERRED: N_("Deferred"),
}
ROLES = {
    Role.ADMIN: N_("Administrator"),
    Role.MODERATOR: N_("Moderator"),
    Role.OFFICIAL: N_("Official"),
    Role.TRANSLATOR: N_("Translator"),
    Role.CLERK: N_("Clerk"),
}

_ALL: tuple[Mapping[Any, str], ...] = (CHOICES, STAGES, STATES, REASONS, OUTCOMES, ROLES)
WORDS: Mapping[type[Enum], Mapping[Any, str]] = {type(next(iter(words))): words for words in _ALL}


def word(value: Enum) -> str:
    """The English word for a value of the domain."""
    return WORDS[type(value)][value]
