"""Which language a text is written in: by its script where that decides, else by a model, with what its writer reads as prior.

Nothing leaves the machine, and the same text with the same prior always gives the same answer.
"""

import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from deliberation.values import LANGUAGES

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

OFFERED = (
    *LANGUAGES,
    *("vi", "id", "tl", "pt", "es", "fr", "de", "it", "nl", "pl", "tr", "ms", "ru", "uk", "mn"),
    *("ne", "hi", "bn", "ta", "si", "my", "km", "lo", "ar", "fa", "ur", "he"),
)
"""Languages that are recognised and that a writer can choose, the interface's first. Any other tag may be recorded as well."""

OF_SCRIPT: Mapping[str, tuple[str, ...]] = {
    "LATIN": ("en", "vi", "id", "tl", "pt", "es", "fr", "de", "it", "nl", "pl", "tr", "ms"),
    "CYRILLIC": ("ru", "uk", "mn"),
    "ARABIC": ("ar", "fa", "ur"),
    "DEVANAGARI": ("hi", "ne"),
    "HANGUL": ("ko",),
    "THAI": ("th",),
    "CJK": ("ja", "zh-Hans", "zh-Hant"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "SINHALA": ("si",),
    "MYANMAR": ("my",),
    "KHMER": ("km",),
    "LAO": ("lo",),
    "HEBREW": ("he",),
}
"""Script, as Unicode names begin with it, and what is written in it here."""

SYLLABIC = frozenset({"HANGUL", "CJK", "HIRAGANA", "KATAKANA"})
"""What is written in signs for syllables or words: brands in Latin letters do not make a Japanese sentence English."""
LETTERS_PER_SIGN = 4
"""One such sign says about as much as so many letters."""
PRIOR = {"reader": 6.0, "en": 2.0}
"""How much likelier than any other a writer's language of the interface is, and English, which people borrow most."""
LONGEST_WITHOUT_KANA = 12
"""Signs in a row that a Japanese notice may have without kana; a sentence of more is Chinese."""
CHINESE_ALONE = frozenset("們们这這那你她他也就很沒没嗎吗呢吧讓让還还個个給给應该該")
"""Signs of everyday Chinese that Japanese does not write without kana beside them."""
_loading = threading.Lock()


def recognise(text: str, prior: str) -> str:
    """The language of `text` by a writer who reads the pages in `prior`; `prior` where the text does not tell.

    The first call may load the model, which takes a second: call it beside whatever must not wait.
    """
    scripts = _scripts(text)
    if not scripts:
        return prior
    script = max(scripts, key=lambda name: (scripts[name], name))
    if script in SYLLABIC:
        return _east_asian(text, scripts, prior)
    languages = OF_SCRIPT[script]
    return languages[0] if len(languages) == 1 else _likeliest(text, languages, prior)


def _scripts(text: str) -> Counter[str]:
    """How much of the text is in each script. What Korean, Japanese and Chinese use counts as one: the most telling."""
    counted: Counter[str] = Counter()
    for sign in text:
        script = _script(sign)
        if script is not None:
            counted[script] += LETTERS_PER_SIGN if script in SYLLABIC else 1
    together = sum(counted[name] for name in SYLLABIC)
    for name in ("HANGUL", "HIRAGANA", "KATAKANA", "CJK"):
        if counted[name]:
            counted[name] = together
            break
    return counted


@cache
def _script(sign: str) -> str | None:
    """None for what every script uses, such as digits and signs, and for scripts that are not known here."""
    if not unicodedata.category(sign).startswith("L"):
        return None
    name = unicodedata.name(sign, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ").partition(" ")[0]
    return name if name in OF_SCRIPT else None


def _east_asian(text: str, scripts: Mapping[str, int], prior: str) -> str:
    if scripts["HANGUL"]:
        return "ko"
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        return "ja"
    return _han(text, prior)


def _han(text: str, prior: str) -> str:
    """Simplified or traditional where the signs tell; a reader of Japanese may write a few signs without kana."""
    import hanzidentifier  # its table of signs is read when it is imported

    found = hanzidentifier.identify(text)
    if found == hanzidentifier.SIMPLIFIED:
        return "zh-Hans"
    if prior == "ja" and len(text) <= LONGEST_WITHOUT_KANA and not CHINESE_ALONE & set(text):
        return "ja"
    if found == hanzidentifier.TRADITIONAL:
        return "zh-Hant"
    return "zh-Hant" if prior == "zh-Hant" else "zh-Hans"


def _likeliest(text: str, languages: tuple[str, ...], prior: str) -> str:
    chances = dict(_model().rank(text))
    weights = {"en": PRIOR["en"], prior: PRIOR["reader"]}
    return max(languages, key=lambda language: (chances[language] * weights.get(language, 1.0), language))


@cache
def _loaded() -> "LanguageIdentifier":
    # Here and not above: the model takes a second and a hundred megabytes, and many a process never meets such a text.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _model() -> "LanguageIdentifier":
    """Loaded once, however many ask at the same time."""
    with _loading:
        return _loaded()
