"""Topics that residents propose."""

from deliberation.errors import N_, Conflict, Invalid


class ProposalEmpty(Invalid):
    code = "proposal_empty"
    message = N_("Please write what you would like to talk about.")
    field = "topic"


class ProposalWithoutWords(Invalid):
    """Signs or pictures alone."""

    code = "proposal_without_words"
    message = N_("Please say it in words: signs and pictures alone are hard to understand.")
    field = "topic"


class ProposalTooLong(Invalid):
    code = "proposal_too_long"
    message = N_("Your topic has %(length)s characters; the limit is %(limit)s.")
    field = "topic"


class ProposalWhyTooLong(Invalid):
    code = "proposal_why_too_long"
    message = N_("Your reasons have %(length)s characters; the limit is %(limit)s.")
    field = "why"


class ProposalDuplicate(Conflict):
    """`number` is the existing proposal's, None while nobody may see it; `slug` the conversation's with this topic."""

    code = "proposal_duplicate"
    message = N_("Somebody has already proposed exactly this.")
    field = "topic"


class ProposalDuplicateUnseen(ProposalDuplicate):
    """The existing proposal is one that only its author and staff may read."""

    message = N_(
        "Somebody has already proposed exactly this. "
        "It is waiting for a moderator or was not accepted; that is why you do not see it."
    )


class ProposalTalkedAbout(ProposalDuplicate):
    """There is a conversation with this topic."""

    message = N_("There is a conversation about exactly this already.")


class ProposalNotSupportable(Conflict):
    code = "proposal_not_supportable"
    message = N_("This proposal does not take support at the moment.")


class ProposalNotOpenable(Conflict):
    code = "proposal_not_openable"
    message = N_("Proposal %(number)s cannot be opened: it was not accepted, or it has been opened already.")


class ProposalDeclinedWithoutReason(Invalid):
    code = "proposal_declined_without_reason"
    message = N_("Please choose a reason.")
    field = "reason"
