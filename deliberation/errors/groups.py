"""Names of groups."""

from deliberation.errors import N_, Conflict, Invalid


class GroupUnknown(Invalid):
    code = "group_unknown"
    message = N_("There has been no group %(letter)s in this conversation.")
    field = "label"


class GroupNameWithoutWords(Invalid):
    code = "group_name_without_words"
    message = N_("Please write the name with letters or digits, or leave it empty to take it away.")
    field = "name"


class GroupNameTooLong(Invalid):
    code = "group_name_too_long"
    message = N_("Please make it shorter: at most %(limit)s characters.")
    field = "name"


class GroupNameTaken(Conflict):
    code = "group_name_taken"
    message = N_("Group %(letter)s has this name already. Two groups with one name could not be told apart.")
    field = "name"
