import tomllib
from pathlib import Path

import pytest

from deliberation import languages
from deliberation.statements import tidy
from deliberation.values import LANGUAGES

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "demo" / "statements.toml"
WITHOUT_SPACES = {"ja", "th", "zh-Hans", "zh-Hant"}


def statements() -> list[tuple[str, str]]:
    """Language and text of every statement of the demo in six languages."""
    read = tomllib.loads(STATEMENTS.read_text(encoding="utf-8"))
    return [(language, text) for entry in read["statements"] for language, text in entry["text"].items()]


def recognised(texts: list[tuple[str, str]], prior: str | None) -> float:
    """The share that is recognised by a writer who reads the pages in `prior`, or in the language of the text."""
    right = [languages.recognise(text, prior or language) == language for language, text in texts]
    return sum(right) / len(right)


def beginning(language: str, text: str, words: int) -> str:
    return text[: 4 * words] if language in WITHOUT_SPACES else " ".join(text.split()[:words])


@pytest.mark.parametrize("prior", [None, *LANGUAGES])
def test_statements_are_recognised_whatever_their_writer_reads(prior: str | None) -> None:
    assert recognised(statements(), prior) >= 0.99


@pytest.mark.parametrize(("words", "least"), [(2, 0.98), (3, 0.99)])
def test_the_first_words_are_enough_where_the_writer_reads_the_language_or_english(words: int, least: float) -> None:
    short = [(language, beginning(language, text, words)) for language, text in statements()]
    assert recognised(short, None) == 1
    assert recognised(short, "en") >= least


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Xe máy không được đậu trên vỉa hè."),
        ("id", "Trotoar harus bebas dari sepeda motor."),
        ("tl", "Dapat mas maraming bus sa gabi."),
        ("pt", "As calçadas devem ficar livres para os pedestres."),
        ("es", "Más autobuses por la noche"),
        ("fr", "Plus de bus la nuit"),
        ("de", "Gehwege müssen für Fußgänger frei bleiben."),
        ("ne", "राति थप बस चाहिन्छ"),
        ("hi", "रात में और बसें चाहिए"),
        ("my", "လူသွားလမ်းပေါ်တွင် ရပ်မထားသင့်ပါ။"),
        ("ar", "يجب أن تبقى الأرصفة خالية للمشاة."),
        ("fa", "پیاده‌روها باید برای عابران خالی بماند."),
        ("he", "המדרכות צריכות להישאר פנויות להולכי רגל."),
        ("ru", "Тротуары должны быть свободны для пешеходов."),
        ("ja", "LUUPやBirdのe-scooterは便利"),
        ("ko", "Bird 킥보드 금지"),
    ],
)
@pytest.mark.parametrize("prior", ["en", "ja", "th"])
def test_other_languages_and_borrowed_words(language: str, text: str, prior: str) -> None:
    assert languages.recognise(text, prior) == language


@pytest.mark.parametrize("prior", LANGUAGES)
@pytest.mark.parametrize("text", ["100 %", "👍👍", "12:30 → 14:00", ""])
def test_where_a_text_does_not_tell_the_writers_own_language_is_taken(text: str, prior: str) -> None:
    assert languages.recognise(text, prior) == prior


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("歩道駐車禁止", "ja", "ja"),
        ("人行道", "zh-Hant", "zh-Hant"),
        ("人行道", "zh-Hans", "zh-Hans"),
        ("人行道", "en", "zh-Hans"),
        ("车站", "ja", "zh-Hans"),
        ("我們需要更多公車", "ja", "zh-Hant"),
        ("車站附近應該設更多停車格", "zh-Hans", "zh-Hant"),
    ],
)
def test_han_signs_alone(text: str, prior: str, language: str) -> None:
    assert languages.recognise(text, prior) == language


def test_every_language_offered_can_be_recognised() -> None:
    assert {language for written in languages.OF_SCRIPT.values() for language in written} == set(languages.OFFERED)


@pytest.mark.parametrize("control", [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)])
def test_signs_that_turn_the_direction_of_other_texts_are_removed(control: str) -> None:
    assert tidy(f"abc{control}def") == "abcdef"
