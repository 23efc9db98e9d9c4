"""Answers that wait for a second person, later days, and evidence."""

from deliberation.errors import CHANGED, N_, Conflict, Forbidden, Invalid
from deliberation.errors.conversations import LinkInvalid


class DraftChanged(Conflict):
    """Somebody else has written the answer anew since."""

    code = "draft_changed"
    message = N_("Somebody has changed this answer meanwhile, so nothing was saved. What is different stands below.")


class NotHandedOver(Conflict):
    code = "not_handed_over"
    message = N_("This recommendation has not been handed over to an office yet.")


class LegalLinkInvalid(LinkInvalid):
    code = "legal_link_invalid"
    field = "legal_url"


class StepIncomplete(Invalid):
    code = "step_incomplete"
    message = N_("Step %(number)s needs both: what will be done, and by which day.")
    field = "steps"


class StepDayPassed(Invalid):
    code = "step_day_passed"
    message = N_("The day of step %(number)s has passed already.")
    field = "steps"


class StepsOfADeclinedAnswer(Invalid):
    code = "steps_of_a_declined_answer"
    message = N_("An answer that declines promises no steps.")
    field = "steps"


class NothingToReview(Conflict):
    code = "nothing_to_review"
    message = N_("Nothing waits for a review here any more: it was published, given back or changed meanwhile.")


class ReadAnswerChanged(Conflict):
    """The answer that waits for a review is not the one that was read."""

    code = "read_answer_changed"
    message = CHANGED


class AnsweredTogether(Conflict):
    """It is reviewed with the others of its batch, not alone."""

    code = "answered_together"
    message = N_("This answer is given together with others.")


class ReviewByAuthor(Forbidden):
    code = "review_by_author"
    message = N_("You wrote this answer, so a second person has to read it.")


class ReviewWithoutNote(Invalid):
    code = "review_without_note"
    message = N_("Please say what should be different.")
    field = "note"


class NothingChosen(Invalid):
    code = "nothing_chosen"
    message = N_("Choose at least one recommendation.")
    field = "chosen"


class AnswerBegunAlready(Conflict):
    code = "answer_begun_already"
    message = N_("An answer has been begun or given already to recommendation %(numbers)s.")
    field = "chosen"


class NothingOwed(Conflict):
    code = "nothing_owed"
    message = N_("Nothing is owed here, so there is no day that could be put off.")


class EvidenceAddedAlready(Conflict):
    code = "evidence_added_already"
    message = N_("It stands so already; nothing was changed.")
    field = "title"


class ExtensionNotLater(Invalid):
    code = "extension_not_later"
    message = N_("Please give a day later than %(day)s, the one that counts now.")
    field = "to_day"


class ExtensionInThePast(Invalid):
    code = "extension_in_the_past"
    message = N_("This day has passed already.")
    field = "to_day"


class ExtensionWithoutReason(Invalid):
    code = "extension_without_reason"
    message = N_("Please say why it takes longer.")
    field = "reason"


class ExtensionWithoutProgress(Invalid):
    code = "extension_without_progress"
    message = N_("Please say what has been done so far.")
    field = "progress"
