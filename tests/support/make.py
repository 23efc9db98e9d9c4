"""Things that tests need to have: a municipality, a conversation, statements, votes, staff."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation import accounts, conversations, invitation_codes, ledger, municipalities, statements, voting
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Invitation, InvitationBatch, Statement, Subscription, Webhook
from deliberation.values import Choice, Role, StatementState

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""When things happen in tests that pass the time in themselves."""


def make_tenant(session: Session, slug: str = "harbour", **fields: Any) -> Tenant:
    return municipalities.add(session, slug=slug, name=fields.pop("name", slug.title()), now=NOON, **fields)


def make_conversation(session: Session, tenant: Tenant, slug: str = "scooters", **fields: Any) -> Conversation:
    fields = {"topic": "Rules for shared e-scooters", "background": "Where may they be parked?"} | fields
    return conversations.create(session, municipality_id=tenant.id, slug=slug, now=NOON, actor=ledger.SYSTEM, **fields)


def make_statement(session: Session, conversation: Conversation, text: str | None = None, **fields: Any) -> Statement:
    """An accepted statement unless `state` says otherwise."""
    number = statements.next_number(session, conversations.identify(conversation))
    text = text or f"Statement number {number} says this."
    fields = {"language": "en", "state": StatementState.ACCEPTED, "created_at": NOON} | fields
    row = Statement(conversation_id=conversation.id, number=number, text=text, text_key=statements.text_key(text), **fields)
    session.add(row)
    session.flush()
    conversations.touch(session, conversations.identify(conversation))
    return row


def make_follower(session: Session, conversation: Conversation, token: str, **fields: Any) -> Subscription:
    """An address that has asked for the news of a conversation, and follows it with `confirmed_at`."""
    now = datetime.now(UTC)
    fields = {"email": f"{token}@example.org", "language": "en", "created_at": now, "told_until": now} | fields
    row = Subscription(
        municipality_id=conversation.municipality_id, conversation_id=identity(conversation), token=token, **fields
    )
    session.add(row)
    session.flush()
    return row


def make_webhook(session: Session, conversation: Conversation, token: str, **fields: Any) -> Webhook:
    """A program that has asked for messages; none is due for a day."""
    now = datetime.now(UTC)
    fields = {"url": "https://example.org/told", "secret": "whsec_c2VjcmV0", "created_at": now, "told_until": now} | fields
    row = Webhook(
        municipality_id=conversation.municipality_id,
        conversation_id=identity(conversation),
        token=token,
        due_at=now + timedelta(days=1),
        **fields,
    )
    session.add(row)
    session.flush()
    return row


def make_staff(session: Session, tenant: Tenant, role: Role = Role.MODERATOR, email: str | None = None) -> Staff:
    return accounts.add(session, municipality_id=tenant.id, email=email or f"{role.value}@example.org", role=role, now=NOON)


def cast(
    statement: int, choice: Choice | None, ballot: str | None = None, *, important: bool = False, drawn: bool = False
) -> voting.CastVote:
    return voting.CastVote(statement, choice, ballot or str(uuid.uuid4()), important, drawn)


def answer(
    session: Session,
    tenant: Tenant,
    slug: str,
    person: str,
    statement: int,
    choice: Choice | None,
    *,
    now: datetime = NOON,
    **more: Any,
) -> voting.Ballot:
    """What happens when this person answers."""
    vote = cast(statement, choice, **more)
    return voting.answer(session, municipality_id=tenant.id, slug=slug, person=person, vote=vote, now=now)


def make_invitation(session: Session, conversation: Conversation, code: str = "000000000000", **fields: Any) -> InvitationBatch:
    """A batch with this one code, which is one of those that can be."""
    batch = InvitationBatch(
        conversation_id=conversations.identify(conversation), name="Letter", size=1, created_at=NOON, **fields
    )
    session.add(batch)
    session.flush()
    session.add(Invitation(code_sha256=invitation_codes.digest(code), batch_id=batch.id or 0))
    session.flush()
    return batch
