"""Preparing and publishing reports, and handing out what they rest on."""

from deliberation.errors import N_, Conflict, Forbidden, Invalid


class NothingToPublish(Conflict):
    code = "nothing_to_publish"
    message = N_(
        "There is no analysis yet that a report could be made of. The first one follows a few seconds after the first votes."
    )


class ReportNotPrepared(Conflict):
    code = "report_not_prepared"
    message = N_("Prepare the report first, so that you see what you publish.")


class DraftReplaced(Conflict):
    code = "report_draft_replaced"
    message = N_("The report was prepared anew meanwhile, so nothing was published. Look at the new draft before you publish it.")


class FileWithheld(Conflict):
    code = "report_file_withheld"
    message = N_(
        "A statement in this report was rejected after the publication, so the file with its text is no longer handed out."
    )


class OverrideWithoutReason(Invalid):
    code = "override_without_reason"
    message = N_("Say why the report is published although its groups are not stable.")
    field = "override"


class NoteMissing(Invalid):
    code = "report_note_missing"
    message = N_("Say what is different from report %(number)s, and why.")
    field = "note"


class VotesNotReleased(Forbidden):
    code = "votes_not_released"
    message = N_("The votes of this conversation are not handed out, because that was not announced before people voted.")


class VotesReleasedLater(Forbidden):
    code = "votes_released_later"
    message = N_("The votes of this conversation are released as a file after it has closed.")


class ReleaseFixed(Conflict):
    code = "release_fixed"
    message = N_("People have voted already, so what they were told about the release of their votes cannot be changed any more.")


class LicenceUnknown(Invalid):
    code = "licence_unknown"
    message = N_("Please choose one of the licences.")
    field = "licence"
