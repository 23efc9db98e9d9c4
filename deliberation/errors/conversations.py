"""Municipalities, conversations, their rules and stages."""

from deliberation.errors import CHANGED, N_, Conflict, Invalid, NotFound


class ConversationNotOpen(Conflict):
    code = "conversation_not_open"
    message = N_("“%(topic)s” does not take votes yet.")


class ConversationClosed(Conflict):
    code = "conversation_closed"
    message = N_("“%(topic)s” stopped taking votes on %(closed_at)s.")


class SlugTaken(Conflict):
    code = "slug_taken"
    message = N_("“%(slug)s” is already in use.")
    field = "slug"


class MunicipalityUnknown(NotFound):
    code = "municipality_unknown"
    message = N_("There is no such municipality. Add one with: hiroba municipality add")


class ConversationUnknown(NotFound):
    code = "conversation_unknown"
    message = N_("There is no conversation “%(slug)s”.")


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


class StagesOutOfOrder(Invalid):
    """`stage` is the one that comes too early."""

    code = "stages_out_of_order"
    message = N_("A stage must not begin or end before the one that comes before it.")


class RulesChangedMeanwhile(Conflict):
    """The rules are not what whoever changed them had before them."""

    code = "rules_changed_meanwhile"
    message = CHANGED


class SeedTooLong(Invalid):
    code = "seed_too_long"
    message = N_("Line %(line)s has %(length)s characters; the limit is %(limit)s.")
    field = "seeds"


class SeedTwice(Invalid):
    code = "seed_twice"
    message = N_("Line %(line)s says what another statement says already.")
    field = "seeds"
