"""Refusals: what the domain will not do, as a stable code with facts. The outermost layer picks the status and the words."""

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


class Invalid(Refusal):
    code = "invalid"
    message = N_("Please check what you entered.")


class TooMany(Refusal):
    code = "too_many"
    message = N_("That was a lot in a short time. Please wait a moment and try again.")


class Unavailable(Refusal):
    code = "unavailable"
    message = N_("This could not be saved just now. Please try again in a moment.")


class ConversationNotOpen(Conflict):
    code = "conversation_not_open"
    message = N_("“%(topic)s” does not take votes yet.")


class ConversationClosed(Conflict):
    code = "conversation_closed"
    message = N_("“%(topic)s” stopped taking votes on %(closed_at)s.")


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


class SignInLinkInvalid(Forbidden):
    code = "sign_in_link_invalid"
    message = N_("This sign-in link has been used or has run out. Ask an administrator for a new one.")


class SlugTaken(Conflict):
    code = "slug_taken"
    message = N_("“%(slug)s” is already in use.")
    field = "slug"


class UnreadableFile(Invalid):
    """A file that came in cannot be used. Facts: `file` (its name) and `problem` (what is wrong with it)."""

    code = "unreadable_file"
    message = N_("%(file)s: %(problem)s")


class UnreadableRow(UnreadableFile):
    """As above, with the row: 1 is the header, as a spreadsheet counts."""

    message = N_("%(file)s, row %(row)s: %(problem)s")


class UnwritableFolder(Conflict):
    code = "unwritable_folder"
    message = N_("%(folder)s: %(problem)s")


class MunicipalityUnknown(NotFound):
    code = "municipality_unknown"
    message = N_("There is no such municipality. Add one with: hiroba municipality add")


class ConversationUnknown(NotFound):
    code = "conversation_unknown"
    message = N_("There is no conversation “%(slug)s”.")


class ImportDiffers(Conflict):
    """The name belongs to a conversation that is not what is being imported."""

    code = "import_differs"
    message = N_("“%(slug)s” is already there and is not the same as what is in this folder. Choose another name with --slug.")
    field = "slug"


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


class DoneInTheFuture(Invalid):
    code = "done_in_the_future"
    message = N_("This day is still to come.")
    field = "done_on"


class LinkUntitled(Invalid):
    code = "link_untitled"
    message = N_("Please give the document a title.")
    field = "title"


class LinkInvalid(Invalid):
    code = "link_invalid"
    message = N_("Please give an address that begins with http:// or https://.")
    field = "url"


class SlugInvalid(Invalid):
    code = "slug_invalid"
    message = N_("Use small letters a to z, digits and single hyphens between them, at most 63 characters.")
    field = "slug"


class MunicipalityNameInvalid(Invalid):
    code = "municipality_name_invalid"
    message = N_("The name of a municipality has 1 to %(limit)s characters.")
    field = "name"


class HostInvalid(Invalid):
    code = "host_invalid"
    message = N_("“%(host)s” is not a host name. Give it without https://, port and path, for example hiroba.example.org.")
    field = "host"


class TopicEmpty(Invalid):
    code = "topic_empty"
    message = N_("Please say what the conversation is about.")
    field = "topic"


class ClosesBeforeItOpens(Invalid):
    code = "closes_before_it_opens"
    message = N_("Voting must close after it opens.")
    field = "closes_at"


class StageEndsBeforeItStarts(Invalid):
    """`stage` is the stage."""

    code = "stage_ends_before_it_starts"
    message = N_("A stage must not end before it starts.")


class SeedTooLong(Invalid):
    code = "seed_too_long"
    message = N_("Line %(line)s has %(length)s characters; the limit is %(limit)s.")
    field = "seeds"


class SeedTwice(Invalid):
    code = "seed_twice"
    message = N_("Line %(line)s says what another statement says already.")
    field = "seeds"


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


class LedgerUnreadable(Invalid):
    """A line of an exported ledger is none."""

    code = "ledger_unreadable"
    message = N_("%(file)s, line %(line)s: this is not a ledger entry (%(problem)s)")


class DemoNotAlone(Conflict):
    """The demo never mixes with a real installation."""

    code = "demo_not_alone"
    message = N_(
        "There is another municipality’s data here already. Give the demo a folder of its own: HIROBA_DATA_DIR=… hiroba demo"
    )
