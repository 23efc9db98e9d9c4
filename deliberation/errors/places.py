"""Areas, and sites that show a card."""

from deliberation.errors.refusal import N_, Conflict, Invalid


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
