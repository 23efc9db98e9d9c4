"""A text with its translations, for whoever shows it in several languages."""

from dataclasses import dataclass

from deliberation import translations
from deliberation.translations import Reading
from deliberation.values import Provenance


@dataclass(frozen=True, slots=True)
class Text:
    """As it was written, and its translations by language."""

    text: str
    language: str
    translations: dict[str, tuple[str, Provenance]]

    def reading(self, locale: str) -> Reading:
        return translations.read(self.text, self.language, self.translations, locale)
