"""Ways in."""

from deliberation.errors import N_, Conflict, Forbidden, Invalid


class SignInLinkInvalid(Forbidden):
    code = "sign_in_link_invalid"
    message = N_("This sign-in link has been used or has run out. Ask an administrator for a new one.")


class AdmissionNeeded(Forbidden):
    """Taking part in this conversation is not open to everybody. Facts: `slug`."""

    code = "admission_needed"


class InvitationNeeded(AdmissionNeeded):
    code = "invitation_needed"
    message = N_("Only people with an invitation take part in this conversation. Please enter the code of yours first.")


class SignInNeeded(AdmissionNeeded):
    code = "sign_in_needed"
    message = N_("Only people who have signed in take part in this conversation. Please sign in first.")


class ClaimMissing(Forbidden):
    """What the identity provider says of somebody is not what the conversation asks for."""

    code = "claim_missing"
    message = N_(
        "This conversation is for people of whom %(provider)s says that “%(name)s” is “%(value)s”. "
        "It does not say so of you, so you cannot take part here. You can read everything."
    )


class ClaimUnnamed(Invalid):
    code = "claim_unnamed"
    message = N_("Please name the claim that must have this value.")
    field = "claim_name"


class ClaimWithoutValue(Invalid):
    code = "claim_without_value"
    message = N_("Please say which value the claim must have.")
    field = "claim_value"


class InvitationEmpty(Invalid):
    code = "invitation_empty"
    message = N_("Please enter the code of your invitation.")
    field = "code"


class InvitationMistyped(Invalid):
    code = "invitation_mistyped"
    message = N_("There is a typing error in this code. It has 12 letters and digits; please compare it with your invitation.")
    field = "code"


class InvitationUnknown(Invalid):
    code = "invitation_unknown"
    message = N_("We do not know this code. Please compare it with your invitation.")
    field = "code"


class InvitationUsed(Conflict):
    code = "invitation_used"
    message = N_("This code has been used already. Each code lets one person in, on one device.")
    field = "code"


class InvitationExpired(Conflict):
    code = "invitation_expired"
    message = N_("This invitation ran out on %(expired_at)s.")
    field = "code"


class InvitationWithdrawn(Conflict):
    code = "invitation_withdrawn"
    message = N_("The municipality has withdrawn this invitation. Please ask whoever gave it to you for another one.")
    field = "code"


class InvitationElsewhere(Conflict):
    """Facts: `topic` and `slug` of the conversation that it is for."""

    code = "invitation_elsewhere"
    message = N_("This code is an invitation to another conversation: “%(topic)s”.")
    field = "code"


class BatchUnnamed(Invalid):
    code = "batch_unnamed"
    message = N_("Please give these invitations a name, such as the letter or the evening that they are for.")
    field = "name"


class BatchNameTaken(Conflict):
    code = "batch_name_taken"
    message = N_(
        "There are invitations of this name already. If their codes are lost, withdraw them and make new ones under another name."
    )
    field = "name"


class BatchSizeInvalid(Invalid):
    code = "batch_size_invalid"
    message = N_("Between 1 and %(most)s invitations can be made at a time.")
    field = "size"


class BatchExpired(Invalid):
    code = "batch_expired"
    message = N_("This moment has passed already.")
    field = "expires_at"


class CodesForeign(Invalid):
    """Codes that are to be printed do not belong to the conversation."""

    code = "codes_foreign"
    message = N_("These are not the codes that were made for this conversation. Please make new ones.")
