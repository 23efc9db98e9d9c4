"""Meetings and their agendas."""

from deliberation.errors.attachments import AttachmentOrLink
from deliberation.errors.refusal import CHANGED, N_, Conflict, Invalid


class MeetingUntitled(Invalid):
    code = "meeting_untitled"
    message = N_("Please give the meeting a title.")
    field = "title"


class MeetingWithoutTime(Invalid):
    code = "meeting_without_time"
    message = N_("Please say when the meeting begins.")
    field = "starts_at"


class MeetingEndsBeforeItStarts(Invalid):
    code = "meeting_ends_before_it_starts"
    message = N_("The meeting must end after it begins.")
    field = "ends_at"


class MeetingPlannedAlready(Conflict):
    code = "meeting_planned_already"
    message = N_("This meeting is planned already; nothing was changed.")
    field = "title"


class MeetingChangedMeanwhile(Conflict):
    """The meeting is not what whoever changed it had before them."""

    code = "meeting_changed_meanwhile"
    message = CHANGED


class MinutesOrLink(Invalid):
    code = "minutes_or_link"
    message = AttachmentOrLink.message
    field = "minutes_url"


class MinutesMissing(Invalid):
    code = "minutes_missing"
    message = N_("There is no file at this address.")
    field = "minutes_url"


class AgendaItemEmpty(Invalid):
    code = "agenda_item_empty"
    message = N_("Every item of the agenda needs a title.")


class AgendaChangedMeanwhile(Conflict):
    code = "agenda_changed_meanwhile"
    message = CHANGED


class AgendaFullAlready(Conflict):
    code = "agenda_full_already"
    message = N_("The newest report has nothing of this that is not on the agenda already.")
