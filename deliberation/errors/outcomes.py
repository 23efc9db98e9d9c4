"""Reports, recommendations, answers and steps."""

from deliberation.errors import N_, Conflict, Invalid


class ReportNeeded(Conflict):
    code = "report_needed"
    message = N_("Publish a report first: recommendations rest on its figures.")


class ReportPublishedAlready(Conflict):
    code = "report_published_already"
    message = N_("This has been published already, as report %(number)s; nothing was changed.")


class RecommendationEmpty(Invalid):
    code = "recommendation_empty"
    message = N_("Please write what is recommended.")
    field = "text"


class RecommendationMadeAlready(Conflict):
    code = "recommendation_made_already"
    message = N_("This has been recommended already, on the same report: it is recommendation %(number)s.")
    field = "text"


class RecommendationUnfounded(Invalid):
    code = "recommendation_unfounded"
    message = N_("Choose at least one statement that the recommendation rests on.")
    field = "statements"


class StatementsNotLinkable(Invalid):
    code = "statements_not_linkable"
    message = N_("These cannot be linked: %(numbers)s. Only statements that everybody can read here may be.")
    field = "statements"


class AnswerDayPassed(Invalid):
    code = "answer_day_passed"
    message = N_("This day has passed already.")
    field = "answer_due_on"


class AnsweredMeanwhile(Conflict):
    """There is an answer that whoever wrote this one has not seen."""

    code = "answered_meanwhile"
    message = N_(
        "Somebody has answered meanwhile, so yours was not published. "
        "Read the answer that stands now; what you wrote is still here and can take its place."
    )


class AnsweredSoAlready(Conflict):
    code = "answered_so_already"
    message = N_("This is the answer that stands already; nothing was changed.")


class AnswerWithoutOutcome(Invalid):
    code = "answer_without_outcome"
    message = N_("Please choose one of the four answers.")
    field = "outcome"


class AnswerWithoutReason(Invalid):
    code = "answer_without_reason"
    message = N_("Every answer needs a reason.")
    field = "reason"


class AnswerWithoutOwner(Invalid):
    code = "answer_without_owner"
    message = N_("Please name the office that answers for this.")
    field = "owner"


class AnswerWithoutDay(Invalid):
    code = "answer_without_day"
    message = N_("Please say by which day. Only a declined recommendation needs none.")
    field = "due_on"


class DueDayPassed(Invalid):
    code = "due_day_passed"
    message = N_("This day has passed already.")
    field = "due_on"


class NothingPromised(Conflict):
    code = "nothing_promised"
    message = N_("Answer the recommendation first: steps belong to an answer, and to none that declines.")


class MilestoneEmpty(Invalid):
    code = "milestone_empty"
    message = N_("Please say what will be done.")
    field = "title"


class MilestonePromisedAlready(Conflict):
    code = "milestone_promised_already"
    message = N_("It stands so already; nothing was changed.")
    field = "title"


class DoneInTheFuture(Invalid):
    code = "done_in_the_future"
    message = N_("This day is still to come.")
    field = "done_on"
