"""In which order names stand in a list, for the scripts of our six languages. What this does not do is in decision 15."""

import re
import unicodedata

_NUMBERS = re.compile(r"(\d+)")
_THAI_VOWEL_BEFORE = re.compile("([\u0e40-\u0e44])(.)")
"""Written before the consonant after which they are spoken; dictionaries go by the consonant."""
_ACCENTS = re.compile("[\u0300-\u036f\u3099\u309a\u0e47-\u0e4e]")
"""Accents of Latin letters, voicing of kana, tone marks of Thai: they decide only between names that are alike otherwise."""
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}

Key = tuple[list[tuple[int, int, str]], str]


def key(name: str) -> Key:
    """To sort by. Numbers within names count as numbers: area 2 comes before area 10."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).translate(_KATAKANA)
    spoken = _THAI_VOWEL_BEFORE.sub(r"\2\1", letters)
    pieces = [piece for piece in _NUMBERS.split(spoken) if piece]
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces], name
