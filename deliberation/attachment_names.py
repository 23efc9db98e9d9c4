"""What an attached file is called. The name that somebody's computer gave it is only a wish.

Folders before it are left out; signs that nobody sees, or that would turn the reading direction, vanish; the ending is the one of
what the file holds, so that “minutes.pdf.exe” never reaches anybody.
"""

import re
import unicodedata
from pathlib import PurePosixPath

import regex

MOST_BYTES = 200
NAMELESS = "file"
_UNUSABLE = re.compile(r'[<>:"|?*%#;&]')
"""Signs that some system does not store, or that mean something in an address."""
_INNER_ENDING = re.compile(r"\.(?=[A-Za-z])")
_LAST_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_JOINERS = {"\u200c", "\u200d"}


def bare(name: str, endings: tuple[str, ...]) -> str:
    """The name without folders and without tricks, ending in one of `endings`; the first one where it ends otherwise."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign if _is_visible(sign) else " " if sign.isspace() else "" for sign in name)
    name = " ".join(_UNUSABLE.sub("-", name).split())
    ending = PurePosixPath(name).suffix.lower()
    stem = _LAST_ENDING.sub("", name)
    stem = stem[: -len(PurePosixPath(stem).suffix)] if PurePosixPath(stem).suffix.lower() in endings else stem
    stem = _INNER_ENDING.sub("-", stem).strip(". ") or NAMELESS
    ending = ending if ending in endings else endings[0]
    return _shortened(stem, MOST_BYTES - len(ending)) + ending


def _is_visible(sign: str) -> bool:
    return sign in _JOINERS or sign == " " or unicodedata.category(sign)[0] not in "CZ"


def _shortened(stem: str, most: int) -> str:
    """Cut between what people see as characters."""
    kept, size = [], 0
    for character in regex.findall(r"\X", stem):
        size += len(character.encode())
        if size > most:
            break
        kept.append(character)
    return "".join(kept).rstrip(". ") or NAMELESS
