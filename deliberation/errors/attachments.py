"""Files that staff attach."""

from deliberation.errors import N_, Conflict, Invalid, TooLarge


class AttachmentTooLarge(TooLarge):
    code = "attachment_too_large"
    message = N_("The file is too large: at most %(megabytes)s MB can be attached.")
    field = "file"


class AttachmentEmpty(Invalid):
    code = "attachment_empty"
    message = N_("The file is empty.")
    field = "file"


class AttachmentKindUnknown(Invalid):
    code = "attachment_kind_unknown"
    message = N_(
        "This kind of file cannot be attached. "
        "Possible are PDF, pictures (PNG, JPEG, WebP), texts and tables in UTF-8, and documents of office programs."
    )
    field = "file"


class AttachmentWithMacros(Invalid):
    code = "attachment_with_macros"
    message = N_("The document contains programs (macros). Please save it without them and attach it again.")
    field = "file"


class PictureUnreadable(Invalid):
    code = "picture_unreadable"
    message = N_("The picture cannot be read. Please save it again as PNG, JPEG or WebP.")
    field = "file"


class PictureTooLarge(Invalid):
    code = "picture_too_large"
    message = N_("The picture has too many dots: at most %(millions)s million. Please make it smaller.")
    field = "file"


class AttachmentMissing(Invalid):
    code = "attachment_missing"
    message = N_("Choose a file, or give an address.")
    field = "url"


class SeveralFiles(Invalid):
    code = "several_files"
    message = N_("Choose one file only.")
    field = "file"


class AttachedAlready(Conflict):
    """The same document, under the same title, in the same stage."""

    code = "attached_already"
    message = N_("It stands so already; nothing was changed.")


class AttachmentOrLink(Invalid):
    code = "attachment_or_link"
    message = N_("Give either a file or an address, not both.")
    field = "url"
