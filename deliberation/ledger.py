"""The public ledger: append-only, one hash chain per municipality.

An entry's hash covers its content and the hash before it, so that an altered, removed or reordered entry breaks the chain; a head
saved earlier shows when the last entries are gone. Entries hold ids, codes and sealed digests of texts, never the texts.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, func, select

from deliberation.ledger_chain import BEGINNING, Entry, check_exact, digest_of
from deliberation.storage.tables import LedgerEntry, Municipality

if TYPE_CHECKING:
    from deliberation.accounts import Staff

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as the public sees it."""

    name: str


SYSTEM = Actor("system")


def append(
    session: Session, *, municipality_id: int, actor: Actor, action: str, subject: str, facts: Mapping[str, Any], now: datetime
) -> str:
    """Add an entry to the municipality's chain and return its hash. Writers of one chain wait for each other.

    `facts` must be what JSON writes in one way only, see `ledger_chain.canonical`. Raises ValueError.
    """
    # The lock lets whatever merely refers to the municipality pass, such as a newcomer's vote.
    municipality = session.exec(
        select(Municipality).where(Municipality.id == municipality_id).with_for_update(key_share=True)
    ).one()
    check_exact(facts)
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


def record(session: Session, staff: "Staff", action: str, subject: str, facts: Mapping[str, Any], now: datetime) -> None:
    """What a member of staff did, in the chain of the municipality; see `append`."""
    append(
        session,
        municipality_id=staff.municipality_id,
        actor=staff.actor,
        action=action,
        subject=subject,
        facts=facts,
        now=now,
    )


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


def _slug(session: Session, municipality_id: int) -> str:
    return session.exec(select(Municipality.slug).where(Municipality.id == municipality_id)).one()


def _entry(slug: str, row: LedgerEntry) -> Entry:
    return Entry(slug, row.sequence, _moment(row.at), row.actor, row.action, row.subject, row.facts, row.previous_hash, row.hash)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
