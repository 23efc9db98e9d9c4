"""Machines that are told what happens: asked for by anybody, confirmed by the machine itself, given up when it stays away.

What is due is derived from what is stored: news since `told_until`, oldest first. Each message is sent at least once; the same
news always has the same id. Whoever sends claims the row by a conditional update.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import Session, col, select

from deliberation import conversations, followed_items, item_news, municipalities, news
from deliberation.errors.webhooks import WebhookAddressInvalid, WebhookUnknown
from deliberation.municipalities import Tenant
from deliberation.news_item import Item
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Municipality, Webhook
from deliberation.translations import Reading

LEASE = timedelta(minutes=5)
LOOK_EVERY = timedelta(minutes=1)
SETTLED = timedelta(seconds=5)
"""What is younger waits: a transaction that began earlier may still be on its way."""
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, *[1440] * 6))
"""After each failure in a row; with the last of them, a week has passed."""
UNCONFIRMED_FOR = timedelta(days=8)
LONGEST_FAILURE = 300
BEGINNING = "whsec_"


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook that was just asked for. The secret is shown this once."""

    token: str
    secret: str


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as the bearer of its token sees it. `state`: waiting, working, failing or given_up."""

    token: str
    slug: str
    topic: Reading
    item: str
    url: str
    state: str
    failures: int
    failure: str | None
    due_at: datetime
    told_until: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A webhook that something may be sent to now. `challenge`: what it has to answer; None once it has."""

    id: int
    tenant: Tenant
    slug: str
    topic: Reading
    url: str
    item: str
    language: str
    secret: str
    challenge: str | None
    items: tuple[Item, ...]


def ask(session: Session, *, municipality_id: int, slug: str, url: str, item: str, language: str, now: datetime) -> Made:
    """Keep an address that is told what happens, once it has answered. Raises NotFound, WebhookAddressInvalid."""
    conversation = conversations.get(session, municipality_id, slug)
    followed_items.check(session, conversation, item)
    if not is_address(url):
        raise WebhookAddressInvalid()
    row = Webhook(
        municipality_id=municipality_id,
        conversation_id=identity(conversation),
        item=item,
        url=url,
        language=language,
        secret=BEGINNING + b64encode(secrets.token_bytes(32)).decode(),
        token=secrets.token_urlsafe(32),
        created_at=now,
        told_until=now,
        due_at=now,
    )
    session.add(row)
    session.flush()
    return Made(row.token, row.secret)


def is_address(url: str) -> bool:
    """Whether it looks like an address on the web without a user and without a fragment; http only where it is allowed later."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None and not parts.fragment
    return plain and port != 0 and len(url) <= 2000 and url.isprintable() and " " not in url


def of_token(session: Session, municipality_id: int, token: str, locale: str) -> Hook:
    """Raises WebhookUnknown."""
    row = _get(session, municipality_id, token)
    conversation = session.get_one(Conversation, row.conversation_id)
    topic = conversations.headings(session, [conversation], locale)[row.conversation_id]
    failure = None if row.failures == 0 else row.failure
    return Hook(
        token, conversation.slug, topic, row.item, row.url, _state(row), row.failures, failure, row.due_at, row.told_until
    )


def try_again(session: Session, *, municipality_id: int, token: str, now: datetime) -> None:
    """Do not wait any longer, also after it was given up. Raises WebhookUnknown."""
    row = _get(session, municipality_id, token)
    row.failures, row.due_at = min(row.failures, len(PAUSES) - 1), now
    session.add(row)


def end(session: Session, *, municipality_id: int, token: str, now: datetime) -> str:
    """Forget it. Returns the conversation's slug. Raises WebhookUnknown."""
    row = _get(session, municipality_id, token)
    slug = session.get_one(Conversation, row.conversation_id).slug
    session.delete(row)
    return slug


def forget_unconfirmed(session: Session, now: datetime) -> None:
    late = col(Webhook.confirmed_at).is_(None) & (col(Webhook.created_at) < now - UNCONFIRMED_FOR)
    session.execute(delete(Webhook).where(late))


def next_due(session: Session, now: datetime) -> int | None:
    query = select(Webhook.id).where(_due(now)).order_by(col(Webhook.due_at), col(Webhook.id)).limit(1)
    return session.exec(query).first()


def claim(session: Session, key: int, worker: str, now: datetime) -> bool:
    """Whether it is this worker's until the lease runs out."""
    taken = session.execute(
        update(Webhook).where(col(Webhook.id) == key, _due(now)).values(claimed_by=worker, claimed_until=now + LEASE)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def claimed(session: Session, key: int, now: datetime) -> Claimed | None:
    """What is to be sent; None when it has been ended meanwhile."""
    row = session.get(Webhook, key)
    if row is None:
        return None
    conversation = session.get_one(Conversation, row.conversation_id)
    tenant = municipalities.tenant(session.get_one(Municipality, row.municipality_id))
    topic = conversations.headings(session, [conversation], row.language)[row.conversation_id]
    waiting = row.confirmed_at is None
    return Claimed(
        id=key,
        tenant=tenant,
        slug=conversation.slug,
        topic=topic,
        url=row.url,
        item=row.item,
        language=row.language,
        secret=row.secret,
        challenge=_challenge(row) if waiting else None,
        items=() if waiting else tuple(_news(session, conversation, row, now, ZoneInfo(tenant.time_zone))),
    )


def confirmed(session: Session, key: int, now: datetime) -> None:
    """It has answered; it is told what happens from now on."""
    _put(session, key, confirmed_at=now, told_until=now, failures=0, failure=None)


def told(session: Session, key: int, until: datetime) -> None:
    """Everything up to this moment has been taken."""
    _put(session, key, told_until=until, failures=0, failure=None)


def rested(session: Session, key: int, now: datetime) -> None:
    """Nothing more is to be told for a while."""
    _put(session, key, due_at=now + LOOK_EVERY, claimed_by=None, claimed_until=None)


def failed(session: Session, key: int, failure: str, now: datetime, *, for_good: bool = False) -> None:
    """It may go better later; after a week it is given up, at once when it said that it is gone."""
    row = session.get(Webhook, key)
    if row is None:
        return
    row.failures = len(PAUSES) if for_good else row.failures + 1
    row.failure = failure[:LONGEST_FAILURE]
    row.due_at = now + PAUSES[min(row.failures, len(PAUSES)) - 1]
    row.claimed_by = row.claimed_until = None
    session.add(row)


def message_id(hook: Claimed, item: Item) -> str:
    """The same for the same news, so that whoever is told twice can know it."""
    named = f"{hook.id}\n{item.key}\n{item.at.isoformat()}"
    return "msg_" + hmac.new(hook.secret.encode(), named.encode(), hashlib.sha256).hexdigest()[:32]


def _challenge(row: Webhook) -> str:
    return hmac.new(row.secret.encode(), f"challenge/{row.token}".encode(), hashlib.sha256).hexdigest()


def _news(session: Session, conversation: Conversation, row: Webhook, now: datetime, zone: ZoneInfo) -> list[Item]:
    until = now - SETTLED
    if row.item:
        return item_news.of_items(
            session, conversation, [row.item], since=row.told_until, now=until, locale=row.language, zone=zone
        )
    return news.of_conversation(session, conversation, since=row.told_until, now=until, locale=row.language, zone=zone)


def _state(row: Webhook) -> str:
    if row.failures >= len(PAUSES):
        return "given_up"
    if row.confirmed_at is None:
        return "waiting"
    return "failing" if row.failures else "working"


def _get(session: Session, municipality_id: int, token: str) -> Webhook:
    row = session.exec(select(Webhook).where(Webhook.token == token, Webhook.municipality_id == municipality_id)).first()
    if row is None:
        raise WebhookUnknown()
    return row


def _put(session: Session, key: int, **values: object) -> None:
    session.execute(update(Webhook).where(col(Webhook.id) == key).values(**values))


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(col(Webhook.claimed_until).is_(None), col(Webhook.claimed_until) < now)
    return (col(Webhook.due_at) <= now) & (col(Webhook.failures) < len(PAUSES)) & free
