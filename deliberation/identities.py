"""Residents who signed in at an identity provider: of whom, only a keyed hash is kept, and which person here that is.

Whoever signs in is one person on every device. What a device had said before is taken over, so that nobody has two voices.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from deliberation import conversations, joining, participants, recovery
from deliberation.errors.joining import ClaimMissing
from deliberation.storage.engine import Upsert
from deliberation.storage.rows import identity
from deliberation.storage.tables import Identity
from deliberation.storage.tables.columns import table_of
from deliberation.values import Joining

_IDENTITY = Upsert(table_of(Identity), key=["municipality_id", "subject_hash"])


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in. `taken_over`: in how many conversations this device had said something before, which is now theirs."""

    person: str
    taken_over: int


def subject_hash(key: str, municipality_id: int, issuer: str, subject: str) -> str:
    """What is kept of somebody's account at a provider. Without the key nobody can try out subjects, and no two municipalities
    can find out that they know the same person."""
    parts = [str(municipality_id), issuer, subject]
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(f"identity:{key}".encode(), message.encode(), hashlib.sha256).hexdigest()


def sign_in(session: Session, *, municipality_id: int, subject: str, here: str, now: datetime) -> SignedIn:
    """Who the bearer of this subject hash is. `here` is this device's person: the same one from now on, or taken over.

    Where somebody else has signed in as `here`, the device is shared: their things stay theirs.
    """
    known = _person(session, municipality_id, subject)
    taken_by_another = recovery.signed_in(session, here)
    if known is None:
        known = _link(session, municipality_id, subject, participants.new_person() if taken_by_another else here, now)
    if known == here or taken_by_another:
        return SignedIn(known, 0)
    taken = recovery.take_over(session, municipality_id=municipality_id, person=known, other=here, now=now)
    return SignedIn(known, taken)


def join(
    session: Session, *, municipality_id: int, slug: str, person: str, claims: dict[str, Any], provider: str, now: datetime
) -> bool:
    """Let somebody who signed in take part, if the conversation asks for that; true when this let them in.

    Raises ClaimMissing, NotFound, ParticipantBanned.
    """
    conversation = conversations.get(session, municipality_id, slug)
    if conversation.joining != Joining.SIGN_IN or participants.is_in(session, identity(conversation), person):
        return False
    rule = joining.rule_of(conversation)
    if not joining.admits(rule, claims):
        raise ClaimMissing(provider=provider, name=rule.claim_name, value=rule.claim_value, slug=slug)
    participants.admit(session, municipality_id=municipality_id, conversation_id=identity(conversation), person=person, now=now)
    return True


def _person(session: Session, municipality_id: int, subject: str) -> str | None:
    return session.exec(
        select(Identity.person_id).where(Identity.municipality_id == municipality_id, Identity.subject_hash == subject)
    ).first()


def _link(session: Session, municipality_id: int, subject: str, person: str, now: datetime) -> str:
    """The person of this identity; of two first sign-ins at the same moment one is first."""
    participants.remember(session, municipality_id=municipality_id, person=person, now=now)
    row = {"municipality_id": municipality_id, "subject_hash": subject, "person_id": person, "linked_at": now}
    _IDENTITY.run(session.connection(), row)
    linked = _person(session, municipality_id, subject)
    assert linked is not None
    return linked
