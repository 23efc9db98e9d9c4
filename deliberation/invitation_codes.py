"""The codes of invitations: made to be copied from paper by hand.

Twelve symbols of an alphabet without look-alikes; what looks like one of them is read as that one. The last symbol checks the
others: the sum of value times place is a multiple of 29. As 29 is prime and larger than twelve, every single wrong symbol and
every two symbols that were exchanged break it, so that a typing error is told as such.
"""

import hashlib
import secrets
import unicodedata

from deliberation.errors.joining import InvitationEmpty, InvitationMistyped

ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 12
GROUP = 4
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOKS_LIKE = str.maketrans("OILZSBU", "011258V")
_BETWEEN = frozenset({"Zs", "Pd", "Cc", "Cf"})
"""Kinds of characters that may stand between the symbols: spaces, hyphens, and what copying brings along."""


def new() -> str:
    """A random code; 53 bits that cannot be guessed at the rate at which tries are taken."""
    body = [secrets.randbelow(len(ALPHABET)) for _ in range(LENGTH - 1)]
    check = -_weigh(body) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    return "".join(ALPHABET[value] for value in [*body, check])


def read(typed: str) -> str:
    """The code that somebody meant, also where the whole address was copied.

    Case, spaces, hyphens, wide and foreign digits and look-alikes do not count. Raises InvitationEmpty, InvitationMistyped.
    """
    plain = unicodedata.normalize("NFKC", typed.rpartition("/join/")[2][: 10 * LENGTH])
    symbols = "".join(_plain(character) for character in plain).upper().translate(_LOOKS_LIKE)
    if not symbols:
        raise InvitationEmpty()
    values = [_VALUE.get(symbol) for symbol in symbols]
    known = [value for value in values if value is not None]
    if len(values) != LENGTH or len(known) != LENGTH or _weigh(known) % len(ALPHABET):
        raise InvitationMistyped()
    return symbols


def written(code: str) -> str:
    """As it is printed, in groups."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _weigh(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, start=1))


def _plain(character: str) -> str:
    if unicodedata.category(character) in _BETWEEN:
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
