"""Areas, sites that show a card, and what a municipality says of itself."""

from deliberation.errors import CHANGED, N_, Conflict, Invalid


class AreaUnnamed(Invalid):
    code = "area_unnamed"
    message = N_("Please give the area a name.")
    field = "name"


class AreaInUse(Conflict):
    code = "area_in_use"
    message = N_("“%(name)s” is in use: conversations or proposals belong to it. Take it off them first.")


class EmbedHostInvalid(Invalid):
    code = "embed_host_invalid"
    message = N_("“%(host)s” is not a host name. Give it without https:// and path, for example www.example.org.")
    field = "hosts"


class TooManyEmbedHosts(Invalid):
    code = "too_many_embed_hosts"
    message = N_("At most %(limit)s sites can show the card.")
    field = "hosts"


class MandateNoticeTooLong(Invalid):
    code = "mandate_notice_too_long"
    message = N_("That is too long: at most %(limit)s characters.")
    field = "text"


class MandateNoticeChangedMeanwhile(Conflict):
    """The notice is not what whoever changed it had before them."""

    code = "mandate_notice_changed_meanwhile"
    message = CHANGED
