"""Who may take part in a conversation. Reading is open to everybody; voting and saying something may need admission.

Somebody who was admitted has a participant in the conversation; nothing else is kept of it. Whoever took part before the rule
changed has one too and stays.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import conversations, ledger, participants
from deliberation.accounts import Staff
from deliberation.errors import Forbidden
from deliberation.errors.joining import ClaimUnnamed, ClaimWithoutValue
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.values import Joining, Role

NUMBERS = (int, float)


@dataclass(frozen=True, slots=True)
class Rule:
    """`claim_name`, `claim_value`: what the identity provider must say of somebody; both empty where signing in is enough."""

    joining: Joining
    claim_name: str = ""
    claim_value: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """How a conversation stands to one visitor."""

    slug: str
    rule: Rule
    admitted: bool

    @property
    def shut(self) -> bool:
        return not self.admitted


def door(session: Session, conversation: Conversation, person: str | None) -> Door:
    rule = rule_of(conversation)
    admitted = rule.joining == Joining.OPEN or participants.find(session, identity(conversation), person) is not None
    return Door(conversation.slug, rule, admitted)


def rule_of(conversation: Conversation) -> Rule:
    return Rule(conversation.joining, conversation.claim_name, conversation.claim_value)


def change(session: Session, *, staff: Staff, slug: str, rule: Rule, now: datetime) -> None:
    """Say who may take part from now on. Raises NotFound, Forbidden, ClaimUnnamed, ClaimWithoutValue."""
    if staff.role != Role.ADMIN:
        raise Forbidden()
    conversation = conversations.get(session, staff.municipality_id, slug)
    before, after = rule_of(conversation), checked(rule)
    if before == after:
        return
    conversation.joining, conversation.claim_name, conversation.claim_value = after.joining, after.claim_name, after.claim_value
    session.add(conversation)
    session.flush()
    conversations.touch(session, identity(conversation))
    ledger.record(
        session,
        staff,
        "conversation.joining",
        f"conversation/{slug}",
        {"from": before.joining.value, "to": after.joining.value, "claim": after.claim_name or None},
        now,
    )


def checked(rule: Rule) -> Rule:
    """The rule as it is kept: claims belong to signing in alone. Raises ClaimUnnamed, ClaimWithoutValue."""
    if rule.joining != Joining.SIGN_IN:
        return Rule(rule.joining)
    name, value = rule.claim_name.strip(), rule.claim_value.strip()
    if value and not name:
        raise ClaimUnnamed()
    if name and not value:
        raise ClaimWithoutValue()
    return Rule(rule.joining, name, value)


def admits(rule: Rule, claims: dict[str, Any]) -> bool:
    """Whether these claims, as an identity provider gives them, are what the rule asks for.

    A claim is a text, a number, yes or no, or a list that may contain the value; dots lead into nested claims.
    """
    if not rule.claim_name:
        return True
    found = _found(claims, rule.claim_name)
    return any(_says(each, rule.claim_value) for each in (found if isinstance(found, list) else [found]))


def _found(claims: Any, name: str) -> Any:
    """The claim of this name; a name with dots that is not a claim by itself leads into nested ones."""
    if not isinstance(claims, dict):
        return None
    if name in claims:
        return claims[name]
    first, _, rest = name.partition(".")
    return _found(claims.get(first), rest) if rest else None


def _says(found: Any, value: str) -> bool:
    if isinstance(found, bool):
        return value.casefold() == str(found).casefold()
    if isinstance(found, NUMBERS):
        return _number(value) == found
    return isinstance(found, str) and found.strip() == value


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
