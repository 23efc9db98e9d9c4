"""What is different between two wordings, piece by piece, so that a reader sees it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

WITHOUT_SPACES = frozenset({"ja", "zh", "th", "lo", "km", "my"})
"""Languages that do not separate words: there a piece is a letter with all that belongs to it."""
MOST_COMPARISONS = 1_000_000
"""Beyond this, two texts or paragraphs are shown one after the other instead of piece by piece."""

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
_LETTERS = re.compile(r"\s+|[A-Za-z0-9]+|.")
_JOINERS = frozenset("\u0e33\u0eb3\u200d\ufe0e\ufe0f")
"""What belongs to the letter before it although Unicode does not call it a mark."""


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind
    text: str


def between(before: str, after: str, language: str) -> tuple[Part, ...]:
    """The parts of both wordings in their order; without the added ones they are `before`, without the removed ones `after`.

    Pieces are words, in languages without spaces between words letters. `language` is a BCP 47 tag.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Part] = []
    for tag, i, j, k, m in _matched(old, new):
        if tag == "equal":
            found.append(Part(Kind.SAME, "".join(old[i:j])))
        else:
            found += _within("".join(old[i:j]), "".join(new[k:m]), language)
    return tuple(_joined(found))


def _within(before: str, after: str, language: str) -> Iterator[Part]:
    old, new = list(_pieces(before, language)), list(_pieces(after, language))
    steps = _matched(old, new)
    for place, (tag, i, j, k, m) in enumerate(steps):
        same, one, other = tag == "equal", "".join(old[i:j]), "".join(new[k:m])
        if same and not (one.isspace() and 0 < place < len(steps) - 1):
            yield Part(Kind.SAME, one)
        else:  # a space between two changes is part of one change
            yield from _replaced(one, other)


def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > MOST_COMPARISONS:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _replaced(before: str, after: str) -> Iterator[Part]:
    yield Part(Kind.REMOVED, before)
    yield Part(Kind.ADDED, after)


def _pieces(text: str, language: str) -> Iterator[str]:
    if language.split("-")[0].lower() not in WITHOUT_SPACES:
        yield from _PIECES.findall(text)
        return
    letter = ""
    for piece in _LETTERS.findall(text):
        if letter and (unicodedata.category(piece[0]).startswith("M") or piece in _JOINERS or letter.endswith("\u200d")):
            letter += piece
            continue
        if letter:
            yield letter
        letter = piece
    if letter:
        yield letter


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """What was removed in one place before what was added there, each in one part; nothing empty."""
    for same, run in groupby((part for part in parts if part.text), key=lambda part: part.kind == Kind.SAME):
        here = list(run)
        for kind in (Kind.SAME,) if same else (Kind.REMOVED, Kind.ADDED):
            text = "".join(part.text for part in here if part.kind == kind)
            if text:
                yield Part(kind, text)
