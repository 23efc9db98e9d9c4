"""Texts in other languages."""

from deliberation.errors import N_, Conflict, Invalid


class TranslationEmpty(Invalid):
    code = "translation_empty"
    message = N_("Please write the translation first.")
    field = "text"


class TranslationTooLong(Invalid):
    code = "translation_too_long"
    message = N_("The translation has %(length)s characters; the limit is %(limit)s.")
    field = "text"


class OriginalChangedMeanwhile(Conflict):
    """The original is not what the translator had before them."""

    code = "original_changed_meanwhile"
    message = N_("The original was changed meanwhile, so nothing was saved. Read it again; what you wrote is still here.")
    field = "text"


class TranslatedMeanwhile(Conflict):
    """There is a translation that whoever wrote this one has not seen."""

    code = "translated_meanwhile"
    message = N_(
        "Somebody has translated this meanwhile, so nothing was saved. "
        "Read the translation that stands now; what you wrote is still here and can take its place."
    )
    field = "text"


class TranslationNotNeeded(Conflict):
    code = "translation_not_needed"
    message = N_("The original is in this language, so it needs no translation.")
    field = "text"


class OwnTranslation(Conflict):
    code = "own_translation"
    message = N_("Somebody else has to check what you translated yourself.")
    field = "text"


class LanguageUnknown(Invalid):
    code = "language_unknown"
    message = N_("Please choose a language from the list.")
    field = "language"
