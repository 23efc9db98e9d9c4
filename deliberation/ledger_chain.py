"""The ledger as anybody can check it: what an entry is, how it is hashed, and whether a chain of them holds."""

import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BEGINNING = "0" * 64
"""The hash before the first entry."""
LARGEST_NUMBER = 2**53
"""From here on, not every program tells whole numbers apart."""
FIELDS = {
    "municipality": str,
    "sequence": int,
    "at": str,
    "actor": str,
    "action": str,
    "subject": str,
    "facts": dict,
    "previous_hash": str,
    "hash": str,
}
"""What a published entry has, and as what."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is published and hashed."""

    municipality: str
    sequence: int
    at: str
    actor: str
    action: str
    subject: str
    facts: Mapping[str, Any]
    previous_hash: str
    hash: str

    def content(self) -> dict[str, Any]:
        """Everything that the hash covers."""
        return {
            "municipality": self.municipality,
            "sequence": self.sequence,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "facts": dict(self.facts),
            "previous_hash": self.previous_hash,
        }

    def published(self) -> dict[str, Any]:
        return {**self.content(), "hash": self.hash}


class Problem(StrEnum):
    """How a chain does not hold."""

    GAP = "gap"
    ORDER = "order"
    LINK = "link"
    ALTERED = "altered"
    MUNICIPALITY = "municipality"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a chain does not hold."""

    sequence: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in a chain: how many entries hold, the hash of the last one that does, and the first fault."""

    entries: int
    head: str
    fault: Fault | None
    municipality: str | None = None


class LineUnreadable(ValueError):
    """A line of an exported file is no entry."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


def read_lines(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Entries from an exported file, one JSON object a line; empty lines and a byte order mark do not count.

    Raises LineUnreadable.
    """
    for number, given in enumerate(lines, start=1):
        line = given.removeprefix(codecs.BOM_UTF8) if number == 1 else given
        if not line.strip():
            continue
        try:
            yield _from_json(line)
        except UnicodeError as error:
            raise LineUnreadable(number, "it is not UTF-8") from error
        except RecursionError as error:
            raise LineUnreadable(number, "it is nested too deeply") from error
        except ValueError as error:
            raise LineUnreadable(number, "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error)) from error


def examine(chain: Iterable[Entry], *, expected_head: str | None = None, municipality: str | None = None) -> Verdict:
    """Follow a chain from its beginning to the first fault.

    With `expected_head`, a head saved earlier, the chain must contain it; with `municipality`, every entry must be that one's.
    """
    previous, sequence, seen_head = BEGINNING, 0, expected_head in (None, BEGINNING)
    for entry in chain:
        municipality = municipality or entry.municipality
        problem = _problem(entry, previous, sequence, municipality)
        if problem is not None:
            return Verdict(sequence, previous, Fault(sequence + 1, problem), municipality)
        previous, sequence = entry.hash, entry.sequence
        seen_head = seen_head or entry.hash == expected_head
    return Verdict(sequence, previous, None if seen_head else Fault(sequence, Problem.HEAD), municipality)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the content."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, and nothing escaped but what must be, in UTF-8.

    For texts, whole numbers up to 2^53, true, false, null, and keys in ASCII, this is RFC 8785; the ledger holds nothing else.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def check_exact(value: Any) -> None:
    """Refuse what two programs may write differently: fractions, very large numbers, keys that sort differently."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"{key!r} cannot be a key in the ledger")
            check_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            check_exact(inner)
    elif isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
        raise ValueError(f"{value!r} is too large for the ledger")
    elif not (value is None or isinstance(value, str | int)):
        raise ValueError(f"{value!r} cannot stand in the ledger")


def _problem(entry: Entry, previous: str, sequence: int, municipality: str) -> Problem | None:
    if entry.sequence != sequence + 1:
        return Problem.GAP if entry.sequence > sequence else Problem.ORDER
    if entry.municipality != municipality:
        return Problem.MUNICIPALITY
    if entry.previous_hash != previous:
        return Problem.LINK
    return None if digest_of(entry.content()) == entry.hash else Problem.ALTERED


def _from_json(line: bytes) -> Entry:
    found = json.loads(line.decode(), object_pairs_hook=_without_doubles, parse_float=_no_fraction, parse_constant=_no_fraction)
    if not isinstance(found, dict):
        raise ValueError("it is not an object")
    for name, kind in FIELDS.items():
        if type(found.get(name)) is not kind:
            raise ValueError(f"“{name}” is missing or of another kind")
    if unknown := found.keys() - FIELDS.keys():
        raise ValueError(f"“{min(unknown)}” does not belong there")
    canonical(found)  # raises here, with the line's number, for what cannot be hashed, such as half a surrogate pair
    return Entry(**found)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_fraction(number: str) -> float:
    raise ValueError(f"“{number}” is not a whole number")
