"""What is said, and by whom."""

from deliberation.errors import N_, Conflict, Forbidden, Invalid


class StatementNotVotable(Conflict):
    code = "statement_not_votable"
    message = N_("This statement can no longer be voted on.")


class ParticipantBanned(Forbidden):
    code = "participant_banned"
    message = N_("A moderator has excluded you from this conversation. The reason: %(reason)s.")


class StatementEmpty(Invalid):
    code = "statement_empty"
    message = N_("Please write your statement first.")
    field = "text"


class StatementWithoutWords(Invalid):
    """Signs or pictures alone."""

    code = "statement_without_words"
    message = N_("Please say it in words: signs and pictures alone are hard to vote on.")
    field = "text"


class StatementTooLong(Invalid):
    code = "statement_too_long"
    message = N_("Your statement has %(length)s characters; the limit is %(limit)s.")
    field = "text"


class StatementDuplicate(Conflict):
    """`number` is the existing statement's."""

    code = "statement_duplicate"
    message = N_("Somebody has already said exactly this.")
    field = "text"


class StatementDuplicateUnseen(StatementDuplicate):
    """The existing statement is one that only its author and staff may read."""

    message = N_(
        "Somebody has already said exactly this. "
        "It is waiting for a moderator or was not accepted; that is why you do not see it."
    )


class SubmissionTaken(Conflict):
    """Somebody else has sent a statement or a comment under this UUID."""

    code = "submission_taken"
    message = N_("This form has been used by somebody else already. Please open the page anew and send yours from there.")
