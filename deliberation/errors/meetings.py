"""Meetings and their agendas."""

from deliberation.errors import CHANGED, N_, Conflict, Invalid
from deliberation.errors.attachments import AttachmentOrLink


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


class MeetingCancelled(Conflict):
    code = "meeting_cancelled"
    message = N_("This meeting was cancelled, so nothing about it can be changed any more.")


class MeetingTookPlace(Conflict):
    code = "meeting_took_place"
    message = N_("There is a recording or there are minutes of this meeting, so it took place.")


class MeetingAnnounced(Conflict):
    code = "meeting_announced"
    message = N_(
        "People have been told of this meeting. Cancel it with a reason, so that they learn that it does not take place."
    )


class CancelledWithoutReason(Invalid):
    code = "meeting_cancelled_without_reason"
    message = N_("Please say why the meeting does not take place.")
    field = "reason"


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
