"""Recommendations on their way to an office, the offices, and what people say about them."""

from typing import Any

from deliberation.errors import CHANGED, N_, Conflict, Invalid


class StillRests(Conflict):
    """`resting`: what rests on it, each a `deliberation.foundations.Resting`."""

    code = "still_rests"
    message = N_("Something that was published rests on this, so it stays as it is.")

    def __init__(self, resting: tuple[Any, ...]) -> None:
        super().__init__()
        self.resting = resting


class FindingUnknown(Invalid):
    code = "finding_unknown"
    message = N_("The report has no such finding. Please choose again.")
    field = "findings"


class NoRecommendationChosen(Invalid):
    code = "no_recommendation_chosen"
    message = N_("Please choose at least one recommendation.")
    field = "numbers"


class ThemeEmpty(Invalid):
    code = "theme_empty"
    message = N_("Please choose a heading or write a new one.")
    field = "new_theme"


class RewordedMeanwhile(Conflict):
    """The wording is not the one that whoever changed it has seen."""

    code = "reworded_meanwhile"
    message = N_(
        "Somebody has changed the wording meanwhile, so yours was not saved. "
        "Both are shown here; what you wrote is still in the form and can take the place of the other."
    )


class HandedOverAlready(Conflict):
    code = "handed_over_already"
    message = N_("Recommendation %(number)s has been handed over: an office answers this wording, so it stays.")


class AnswerDayMissing(Invalid):
    code = "answer_day_missing"
    message = N_("Please fill this in.")
    field = "answer_due_on"


class CommentDayPassed(Invalid):
    code = "comment_day_passed"
    message = N_("This day has passed already.")
    field = "until"


class CommentDayTooFar(Invalid):
    code = "comment_day_too_far"
    message = N_("Please give a day within the next year.")
    field = "until"


class CommentsPromised(Invalid):
    code = "comments_promised"
    message = N_("Another day was announced in public. It can only be moved to a later one.")
    field = "until"


class CommentsStillOpen(Conflict):
    code = "comments_still_open"
    message = N_("Recommendation %(number)s is still open for comments. It can be handed over when that time is over.")


class OfficeUnknown(Invalid):
    code = "office_unknown"
    message = N_("Please choose one of the named offices.")
    field = "office"


class OfficeUnnamed(Invalid):
    code = "office_unnamed"
    message = N_("Please give the office a name.")
    field = "name"


class OfficeNameTaken(Conflict):
    code = "office_name_taken"
    message = N_("There is an office with this name already.")
    field = "name"


class OfficeChangedMeanwhile(Conflict):
    """The office is not what whoever changed it had before them."""

    code = "office_changed_meanwhile"
    message = CHANGED


class CommentsClosed(Conflict):
    code = "comments_closed"
    message = N_("This recommendation takes no comments at the moment.")


class CommentEmpty(Invalid):
    code = "comment_empty"
    message = N_("Please write what you want to say about it.")
    field = "text"


class CommentTooLong(Invalid):
    code = "comment_too_long"
    message = N_("Your comment has %(length)s characters; the limit is %(limit)s.")
    field = "text"


class CommentMadeAlready(Conflict):
    code = "comment_made_already"
    message = N_("You have said exactly this already.")
    field = "text"


class CommentRejectedWithoutReason(Invalid):
    code = "comment_rejected_without_reason"
    message = N_("Please choose a reason; the author sees it.")
    field = "reason"
