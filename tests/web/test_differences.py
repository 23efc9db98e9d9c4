"""What is different between two wordings: by word, in languages without spaces by letter, and nothing lost."""

import random

import pytest

from web.differences import Kind, between


def told(before: str, after: str, language: str = "en") -> str:
    signs = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "[+{}+]"}
    return "".join(signs[part.kind].format(part.text) for part in between(before, after, language))


@pytest.mark.parametrize(
    ("before", "after", "language", "expected"),
    [
        ("", "", "en", ""),
        ("Same.", "Same.", "en", "Same."),
        ("", "New.", "en", "[+New.+]"),
        (
            "We mark ten bays by March.",
            "We mark twelve new bays by June.",
            "en",
            "We mark [-ten-][+twelve new+] bays by [-March-][+June+].",
        ),
        ("ten bays", "two parks", "en", "[-ten bays-][+two parks+]"),
        ("One.\n\nTwo.", "One.\n\nTwo, or three.", "en", "One.\n\nTwo[+, or three+]."),
        ("駐輪場を十か所つくる。", "駐輪場を二十か所つくる。", "ja", "駐輪場を[+二+]十か所つくる。"),
        ("2026年3月", "2027年3月", "zh-Hans", "[-2026-][+2027+]年3月"),
        ("ที่นี่", "ที่นั่น", "th", "ที่[-นี่-][+นั่น+]"),
        ("น้ำ", "น้า", "th", "[-น้ำ-][+น้า+]"),
        ("세 곳을 만든다", "네 곳을 만든다", "ko", "[-세-][+네+] 곳을 만든다"),
    ],
)
def test_differences_are_told_in_pieces_that_people_read(before: str, after: str, language: str, expected: str) -> None:
    assert told(before, after, language) == expected


@pytest.mark.parametrize("language", ["en", "th", "ja", ""])
def test_both_wordings_can_be_put_together_again(language: str) -> None:
    rng = random.Random(4)
    pieces = ["bay ", "ten", "ที่", "นั่น", "駐輪場", "👩‍👧", "\n", "\r\n", " ", "。", "e\u0301", "<b>"]
    for _ in range(50):
        before, after = ("".join(rng.choices(pieces, k=rng.randrange(30))) for _ in range(2))
        parts = between(before, after, language)
        assert "".join(part.text for part in parts if part.kind != Kind.ADDED) == before
        assert "".join(part.text for part in parts if part.kind != Kind.REMOVED) == after


@pytest.mark.parametrize("text", ["あ" * 20_000, "a " * 10_000, "\n" * 20_000])
def test_the_longest_texts_are_told_apart(text: str) -> None:
    parts = between(text, text[:-1] + "x", "ja")
    assert "".join(part.text for part in parts if part.kind != Kind.ADDED) == text
