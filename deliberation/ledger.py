"""The public ledger: append-only, one hash chain per municipality.

An entry's hash covers its content and the hash before it, so that an altered, removed or reordered entry breaks the chain; a head
saved earlier shows when the last entries are gone. Entries hold ids, codes and sealed digests of texts, never the texts.
"""

import codecs
import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation.storage.tables import LedgerEntry, Municipality

BEGINNING = "0" * 64
"""The hash before the first entry."""
LARGEST_NUMBER = 2**53
"""From here on, not every program tells whole numbers apart."""
READ_AT_ONCE = 500
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
class Actor:
    """Who did something, as the public sees it."""

    name: str


SYSTEM = Actor("system")


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


def append(
    session: Session, *, municipality_id: int, actor: Actor, action: str, subject: str, facts: Mapping[str, Any], now: datetime
) -> str:
    """Add an entry to the municipality's chain and return its hash. Writers of one chain wait for each other.

    `facts` must be what JSON writes in one way only, see `canonical`. Raises ValueError.
    """
    # The lock lets whatever merely refers to the municipality pass, such as a newcomer's vote.
    municipality = session.exec(
        select(Municipality).where(Municipality.id == municipality_id).with_for_update(key_share=True)
    ).one()
    _check_exact(facts)
    last = session.exec(
        select(LedgerEntry.sequence, LedgerEntry.hash)
        .where(LedgerEntry.municipality_id == municipality_id)
        .order_by(col(LedgerEntry.sequence).desc())
        .limit(1)
    ).first()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, BEGINNING)
    unsealed = Entry(municipality.slug, sequence, _moment(now), actor.name, action, subject, dict(facts), previous, "")
    digest = digest_of(unsealed.content())
    session.add(
        LedgerEntry(
            municipality_id=municipality_id,
            sequence=sequence,
            at=now,
            actor=actor.name,
            action=action,
            subject=subject,
            facts=dict(facts),
            previous_hash=previous,
            hash=digest,
        )
    )
    session.flush()
    return digest


def seal(text: str) -> tuple[str, str]:
    """A salt to be kept with the text, and the digest that the ledger may publish without giving the text away."""
    salt = secrets.token_hex(16)
    return salt, sealed(text, salt)


def sealed(text: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def head(session: Session, municipality_id: int) -> str:
    """The hash of the last entry."""
    found = session.exec(
        select(LedgerEntry.hash)
        .where(LedgerEntry.municipality_id == municipality_id)
        .order_by(col(LedgerEntry.sequence).desc())
        .limit(1)
    ).first()
    return found or BEGINNING


def count(session: Session, municipality_id: int) -> int:
    return session.exec(select(func.count()).select_from(LedgerEntry).where(LedgerEntry.municipality_id == municipality_id)).one()


def entries(session: Session, municipality_id: int, *, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
    """The chain from its beginning, or what follows the sequence number `after`; at most `limit` entries."""
    query = select(LedgerEntry).where(LedgerEntry.municipality_id == municipality_id, LedgerEntry.sequence > after)
    slug = _slug(session, municipality_id)
    for row in session.exec(query.order_by(col(LedgerEntry.sequence)).limit(limit).execution_options(yield_per=READ_AT_ONCE)):
        yield _entry(slug, row)


def newest(session: Session, municipality_id: int, *, limit: int, before: int | None = None) -> list[Entry]:
    """The newest entries, or the newest before a sequence number, newest first."""
    query = select(LedgerEntry).where(LedgerEntry.municipality_id == municipality_id)
    if before is not None:
        query = query.where(LedgerEntry.sequence < before)
    slug = _slug(session, municipality_id)
    return [_entry(slug, row) for row in session.exec(query.order_by(col(LedgerEntry.sequence).desc()).limit(limit))]


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


def verify(chain: Iterable[Entry], *, expected_head: str | None = None, municipality: str | None = None) -> Fault | None:
    """The first fault of a chain that should be whole, or None; see `examine`."""
    return examine(chain, expected_head=expected_head, municipality=municipality).fault


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


def _problem(entry: Entry, previous: str, sequence: int, municipality: str) -> Problem | None:
    if entry.sequence != sequence + 1:
        return Problem.GAP if entry.sequence > sequence else Problem.ORDER
    if entry.municipality != municipality:
        return Problem.MUNICIPALITY
    if entry.previous_hash != previous:
        return Problem.LINK
    return None if digest_of(entry.content()) == entry.hash else Problem.ALTERED


def _check_exact(value: Any) -> None:
    """Refuse what two programs may write differently: fractions, very large numbers, keys that sort differently."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"{key!r} cannot be a key in the ledger")
            _check_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_exact(inner)
    elif isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
        raise ValueError(f"{value!r} is too large for the ledger")
    elif not (value is None or isinstance(value, str | int)):
        raise ValueError(f"{value!r} cannot stand in the ledger")


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


def _slug(session: Session, municipality_id: int) -> str:
    return session.exec(select(Municipality.slug).where(Municipality.id == municipality_id)).one()


def _entry(slug: str, row: LedgerEntry) -> Entry:
    return Entry(slug, row.sequence, _moment(row.at), row.actor, row.action, row.subject, row.facts, row.previous_hash, row.hash)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
