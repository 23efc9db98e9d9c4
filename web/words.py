"""The domain's words as residents read them, to be translated where they are shown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from deliberation.errors import N_
from deliberation.values import (
    Choice,
    Interest,
    Joining,
    ModerationMode,
    Outcome,
    ProposalState,
    Reason,
    Role,
    Stage,
    StatementState,
    Translatable,
)

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
PROPOSAL_STATES = {
    ProposalState.PENDING: N_("Waiting for a moderator"),
    ProposalState.SUPPORTABLE: N_("Looking for support"),
    ProposalState.DECLINED: N_("Declined"),
    ProposalState.OPENED: N_("Became a conversation"),
}
INTERESTS = {
    Interest.TRANSPORT: N_("Transport"),
    Interest.ENVIRONMENT: N_("Environment"),
    Interest.HOUSING: N_("Housing"),
    Interest.PUBLIC_SPACE: N_("Public space"),
    Interest.EDUCATION: N_("Education"),
    Interest.FAMILIES: N_("Families"),
    Interest.HEALTH: N_("Health and care"),
    Interest.CULTURE: N_("Culture and sport"),
    Interest.ECONOMY: N_("Work and business"),
    Interest.SAFETY: N_("Safety"),
    Interest.DISASTERS: N_("Preparing for disasters"),
    Interest.DIGITAL: N_("Digital services"),
    Interest.BUDGET: N_("Public money"),
}
REASONS = {
    Reason.OFF_TOPIC: N_("It is about something else"),
    Reason.INSULTING: N_("It insults or threatens somebody"),
    Reason.PERSONAL_DATA: N_("It gives away personal data"),
    Reason.DUPLICATE: N_("It says what another statement says already"),
    Reason.NOT_A_STATEMENT: N_("It is not something one can agree or disagree with"),
    Reason.SPAM: N_("It is advertising or was sent many times"),
}
MODERATION = {
    ModerationMode.PRE: N_("After a moderator has accepted it"),
    ModerationMode.POST: N_("At once; a moderator may reject it later"),
}
JOINING = {
    Joining.OPEN: N_("Everybody"),
    Joining.INVITATION: N_("People with an invitation"),
    Joining.SIGN_IN: N_("People who have signed in"),
}
PROPOSAL_REASONS = {
    Reason.OFF_TOPIC: N_("The municipality cannot decide this"),
    Reason.DUPLICATE: N_("There is a conversation or a proposal about this already"),
    Reason.NOT_A_STATEMENT: N_("It is not something to talk about and decide together"),
    Reason.INSULTING: REASONS[Reason.INSULTING],
    Reason.PERSONAL_DATA: REASONS[Reason.PERSONAL_DATA],
    Reason.SPAM: REASONS[Reason.SPAM],
}
"""Why a proposed topic was declined: the same codes, about something else."""
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
TRANSLATABLES = {
    Translatable.STATEMENT: N_("Statement"),
    Translatable.TOPIC: N_("Topic"),
    Translatable.BACKGROUND: N_("Background"),
    Translatable.ARTEFACT: N_("Document"),
    Translatable.REPORT_TITLE: N_("Title of a report"),
    Translatable.REPORT_INTRODUCTION: N_("Introduction of a report"),
    Translatable.RECOMMENDATION: N_("Recommendation"),
    Translatable.RESPONSE: N_("Official answer"),
    Translatable.MILESTONE: N_("Step"),
    Translatable.EVIDENCE: N_("Evidence"),
    Translatable.GROUP_NAME: N_("Name of a group"),
    Translatable.AREA: N_("Area"),
    Translatable.PROPOSAL_TOPIC: N_("Proposed topic"),
    Translatable.PROPOSAL_WHY: N_("Why a topic is proposed"),
    Translatable.NOTE: N_("Moderator’s note"),
}

_ALL: tuple[Mapping[Any, str], ...] = (
    CHOICES,
    STAGES,
    STATES,
    PROPOSAL_STATES,
    INTERESTS,
    REASONS,
    MODERATION,
    JOINING,
    OUTCOMES,
    ROLES,
    TRANSLATABLES,
)
WORDS: Mapping[type[Enum], Mapping[Any, str]] = {type(next(iter(words))): words for words in _ALL}


def word(value: Enum) -> str:
    """The English word for a value of the domain."""
    return WORDS[type(value)][value]
