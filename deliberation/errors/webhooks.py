"""Refusals about addresses of machines that want to be told."""

from deliberation.errors import N_, Conflict, Invalid, NotFound


class WebhookAddressInvalid(Invalid):
    code = "webhook_address_invalid"
    message = N_("Please give a complete address that begins with https://, without a user name in it.")
    field = "url"


class WebhookAddressPrivate(Invalid):
    code = "webhook_address_private"
    message = N_("Nothing is sent to %(host)s: it is not an address on the public internet, or it is not known there.")
    field = "url"


class WebhooksNotSetUp(Conflict):
    code = "webhooks_not_set_up"
    message = N_("No messages are sent from here yet. The feed tells you the same news.")


class WebhookUnknown(NotFound):
    code = "webhook_unknown"
    message = N_("This address does not lead anywhere any more. Perhaps the messages were ended, or never confirmed.")
