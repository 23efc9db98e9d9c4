"""The domain's words as residents read them, to be translated where they are shown."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from deliberation.errors import N_
from deliberation.outcomes import Owed
from deliberation.stages import Need, Standing
from deliberation.values import (
    ArtefactKind,
    Channel,
    Choice,
    EvidenceKind,
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
CHANNELS = {
    Channel.ONLINE: N_("Online"),
    Channel.COUNTER: N_("At a counter"),
    Channel.POST: N_("By post"),
    Channel.PHONE: N_("By telephone"),
    Channel.KIOSK: N_("At a public screen"),
}
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
COMMENT_REASONS = {
    Reason.OFF_TOPIC: REASONS[Reason.OFF_TOPIC],
    Reason.INSULTING: REASONS[Reason.INSULTING],
    Reason.PERSONAL_DATA: REASONS[Reason.PERSONAL_DATA],
    Reason.DUPLICATE: N_("It says what another comment says already"),
    Reason.NOT_A_STATEMENT: N_("It says nothing about the recommendation"),
    Reason.SPAM: REASONS[Reason.SPAM],
}
"""Why a comment was rejected: the same codes, about something else."""
OUTCOMES = {
    Outcome.ADOPTED: N_("Adopted"),
    Outcome.PARTLY: N_("Partly adopted"),
    Outcome.DECLINED: N_("Declined"),
    Outcome.DEFERRED: N_("Deferred"),
}
EVIDENCE_KINDS = {
    EvidenceKind.CLAUSE: N_("Clause"),
    EvidenceKind.CONTRACT: N_("Contract"),
    EvidenceKind.BUDGET_LINE: N_("Budget line"),
    EvidenceKind.PHOTO: N_("Photograph"),
    EvidenceKind.OTHER: N_("Something else"),
}
OWED = {
    Owed.ANSWER: N_("The answer"),
    Owed.DECISION: N_("The decision"),
    Owed.DELIVERY: N_("What was promised"),
    Owed.MILESTONE: N_("Step"),
}
ROLES = {
    Role.ADMIN: N_("Administrator"),
    Role.MODERATOR: N_("Moderator"),
    Role.OFFICIAL: N_("Official"),
    Role.TRANSLATOR: N_("Translator"),
    Role.CLERK: N_("Clerk"),
}
ARTEFACT_KINDS = {
    ArtefactKind.BRIEF: N_("Brief"),
    ArtefactKind.SPONSOR: N_("Who in the administration answers for it"),
    ArtefactKind.MATERIAL: N_("Material to read"),
    ArtefactKind.RULES: N_("Rules of moderation and data protection"),
    ArtefactKind.AGENDA: N_("Agenda"),
    ArtefactKind.STREAM: N_("Link to watch"),
    ArtefactKind.MINUTES: N_("Minutes of the meeting"),
    ArtefactKind.RECORDING: N_("Recording"),
    ArtefactKind.DOCUMENT: N_("Another document"),
}
NEEDS = {
    Need.BRIEF: ARTEFACT_KINDS[ArtefactKind.BRIEF],
    Need.SPONSOR: ARTEFACT_KINDS[ArtefactKind.SPONSOR],
    Need.MATERIAL: ARTEFACT_KINDS[ArtefactKind.MATERIAL],
    Need.DATES: N_("Announced dates"),
    Need.SEEDS: N_("Statements to begin with"),
    Need.RULES: ARTEFACT_KINDS[ArtefactKind.RULES],
    Need.MEETING: N_("Meeting with a date"),
    Need.AGENDA: ARTEFACT_KINDS[ArtefactKind.AGENDA],
    Need.STREAM: ARTEFACT_KINDS[ArtefactKind.STREAM],
    Need.MINUTES: ARTEFACT_KINDS[ArtefactKind.MINUTES],
    Need.RECORDING: ARTEFACT_KINDS[ArtefactKind.RECORDING],
    Need.REPORT: N_("Published report"),
    Need.HANDED_OVER: N_("Recommendations handed over"),
    Need.ANSWERS: N_("Official answers"),
}
STANDINGS = {
    Standing.PRESENT: N_("There"),
    Standing.MISSING: N_("Not there"),
    Standing.NOT_YET: N_("Not due yet"),
}
TRANSLATABLES = {
    Translatable.STATEMENT: N_("Statement"),
    Translatable.TOPIC: N_("Topic"),
    Translatable.BACKGROUND: N_("Background"),
    Translatable.ARTEFACT: N_("Document"),
    Translatable.REPORT_TITLE: N_("Title of a report"),
    Translatable.REPORT_INTRODUCTION: N_("Introduction of a report"),
    Translatable.REPORT_NOTE: N_("What is different in a report"),
    Translatable.REPORT_OVERRIDE: N_("Why it is published all the same"),
    Translatable.THEME: N_("Heading of recommendations"),
    Translatable.RECOMMENDATION: N_("Recommendation"),
    Translatable.COMMENT: N_("Comment"),
    Translatable.OFFICE: N_("Office"),
    Translatable.RESPONSE: N_("Official answer"),
    Translatable.LEGAL_BASIS: N_("Legal basis"),
    Translatable.BUDGET: N_("Budget"),
    Translatable.MILESTONE: N_("Step"),
    Translatable.EVIDENCE: N_("Evidence"),
    Translatable.EXTENSION_REASON: N_("Why something takes longer"),
    Translatable.EXTENSION_PROGRESS: N_("What has been done so far"),
    Translatable.GROUP_NAME: N_("Name of a group"),
    Translatable.AREA: N_("Area"),
    Translatable.PROPOSAL_TOPIC: N_("Proposed topic"),
    Translatable.PROPOSAL_WHY: N_("Why a topic is proposed"),
    Translatable.NOTE: N_("Moderator’s note"),
    Translatable.MEETING: N_("Meeting"),
    Translatable.CANCEL_REASON: N_("Why a meeting was cancelled"),
    Translatable.AGENDA_ITEM: N_("Item of an agenda"),
    Translatable.MANDATE_NOTICE: N_("What agreement obliges the municipality to"),
}

_ALL: tuple[Mapping[Any, str], ...] = (
    CHOICES,
    CHANNELS,
    STAGES,
    STATES,
    PROPOSAL_STATES,
    INTERESTS,
    REASONS,
    MODERATION,
    JOINING,
    OUTCOMES,
    EVIDENCE_KINDS,
    OWED,
    ROLES,
    ARTEFACT_KINDS,
    NEEDS,
    STANDINGS,
    TRANSLATABLES,
)
WORDS: Mapping[type[Enum], Mapping[Any, str]] = {type(next(iter(words))): words for words in _ALL}


def word(value: Enum) -> str:
    """The English word for a value of the domain."""
    return WORDS[type(value)][value]
