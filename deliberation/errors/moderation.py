"""Decisions about statements."""

from deliberation.errors import N_, Conflict, Invalid


class DecidedMeanwhile(Conflict):
    """The statement is not in the state any more in which the moderator saw it."""

    code = "decided_meanwhile"
    message = N_("This has been decided meanwhile; nothing was changed. Here is how it stands now.")


class DecidedSoAlready(Conflict):
    code = "decided_so_already"
    message = N_("It stands so already; nothing was changed.")


class MergeTargetUnknown(Invalid):
    code = "merge_target_unknown"
    message = N_("There is no statement %(number)s in this conversation.")
    field = "into"


class MergeIntoItself(Conflict):
    code = "merge_into_itself"
    message = N_("Statement %(number)s cannot be merged here: both would end as the same statement.")
    field = "into"


class MergeTargetNotAccepted(Conflict):
    code = "merge_target_not_accepted"
    message = N_("Statement %(number)s is not accepted, so nothing can be merged into it.")
    field = "into"


class NoAuthor(Conflict):
    code = "no_author"
    message = N_("This statement has no author who could be excluded.")


class UndoneAlready(Conflict):
    code = "undone_already"
    message = N_("This decision has been undone already.")


class NotTheNewestDecision(Conflict):
    code = "not_the_newest_decision"
    message = N_("There is a later decision; undo that one first.")


class UndoWouldCircle(Conflict):
    code = "undo_would_circle"
    message = N_("This cannot be undone: the statement it was merged into has been merged into this one meanwhile.")
