"""Coming back, following, being erased."""

from deliberation.errors import N_, Conflict, Invalid, NotFound


class RecoveryNothingToTake(Conflict):
    code = "recovery_nothing_to_take"
    message = N_("There is nothing to take along yet: vote or say something first.")


class RecoveryCodeMistyped(Invalid):
    code = "recovery_code_mistyped"
    message = N_(
        "There is a typing error in this code. It has 18 letters and digits; please compare it with what you wrote down."
    )
    field = "code"


class RecoveryCodeUnknown(Invalid):
    code = "recovery_code_unknown"
    message = N_("This code is not valid here, or a newer one has taken its place.")
    field = "code"


class EmailInvalid(Invalid):
    code = "email_invalid"
    message = N_("Please give a complete e-mail address, such as name@example.org.")
    field = "email"


class SubscriptionLinkInvalid(NotFound):
    code = "subscription_link_invalid"
    message = N_("This link does not lead anywhere any more. Perhaps it was used, or it has run out: it holds for seven days.")


class MailNotSetUp(Conflict):
    code = "mail_not_set_up"
    message = N_("No mail is sent from here yet. The feed tells you the same news.")


class NothingToErase(Conflict):
    code = "nothing_to_erase"
    message = N_("Nothing is stored about you here.")


class ErasureNotConfirmed(Invalid):
    code = "erasure_not_confirmed"
    message = N_("Please tick the box first: this cannot be undone.")
    field = "sure"


class ErasureWithoutChoice(Invalid):
    code = "erasure_without_choice"
    message = N_("Please choose what becomes of your statements.")
    field = "texts"
