"""Which mail is due: a link to be confirmed, and at most once a day what happened in everything that an address follows.

“Due” is derived from what is stored. Whoever finds something claims it by a conditional update, so that two workers send once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from deliberation import conversations, deliveries, followed_items, item_news, municipalities, news
from deliberation.deliveries import Letter
from deliberation.municipalities import Tenant
from deliberation.news_item import Item
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Municipality, Subscription, SubscriptionItem
from deliberation.translations import Reading

REST = timedelta(days=1)
"""Between two digests to one address."""
_NOT_WRITTEN_TO = col(Subscription.confirmed_at).is_(None) & col(Subscription.mailed_at).is_(None)
_WANTS_MORE = col(Subscription.confirmed_at).is_not(None) & col(Subscription.id).in_(
    select(SubscriptionItem.subscription_id).where(*followed_items.TO_ASK)
)
_TO_INVITE = _NOT_WRITTEN_TO | _WANTS_MORE


@dataclass(frozen=True, slots=True)
class Invitation:
    """A mail that asks whether an address really wants the news of a conversation, or of items of its trace alone."""

    tenant: Tenant
    language: str
    token: str
    topic: Reading
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happened in one conversation. `token` stops the news of this one."""

    slug: str
    topic: Reading
    token: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in everything that an address follows. `token` stops all of it."""

    tenant: Tenant
    language: str
    token: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A digest to be written, and the row ids of the subscriptions that it is for."""

    subscriptions: tuple[int, ...]
    digest: Digest


@dataclass(frozen=True, slots=True)
class Follower:
    """An address in one municipality."""

    municipality_id: int
    email: str


def anybody_to_invite(session: Session) -> bool:
    return session.exec(select(Subscription.id).where(_TO_INVITE).limit(1)).first() is not None


def invite(session: Session, compose: Callable[[Invitation], Letter], now: datetime) -> int:
    """Put a mail in the outbox for everybody who asked and has not been written to. Says how many."""
    rows = session.exec(
        select(Subscription, Conversation, Municipality)
        .join(Conversation, col(Conversation.id) == col(Subscription.conversation_id))
        .join(Municipality, col(Municipality.id) == col(Subscription.municipality_id))
        .where(_TO_INVITE)
        .order_by(col(Subscription.id))
        .limit(deliveries.AT_ONCE)
    ).all()
    for row, conversation, municipality in rows:
        if not _claim_invitation(session, row, now):
            continue
        topic = conversations.headings(session, [conversation], row.language)[identity(conversation)]
        items = () if row.whole else tuple(one.item for one in followed_items.of(session, identity(row)) if one.item)
        letter = compose(Invitation(municipalities.tenant(municipality), row.language, row.token, topic, items))
        deliveries.put(session, row, letter, now)
    return len(rows)


def followers(session: Session, now: datetime) -> list[Follower]:
    """Addresses that have had no digest for a day."""
    rows = session.exec(
        select(Subscription.municipality_id, Subscription.email)
        .where(col(Subscription.confirmed_at).is_not(None), _rested(now))
        .distinct()
        .order_by(col(Subscription.municipality_id), col(Subscription.email))
    ).all()
    return [Follower(*row) for row in rows]


def news_of(session: Session, follower: Follower, now: datetime) -> Due | None:
    """What is to be told to an address; None when nothing has happened, or the last digest is younger than a day."""
    rows = session.exec(
        select(Subscription)
        .where(
            Subscription.municipality_id == follower.municipality_id,
            Subscription.email == follower.email,
            col(Subscription.confirmed_at).is_not(None),
        )
        .order_by(col(Subscription.id))
    ).all()
    if not rows or any(row.mailed_at is not None and row.mailed_at > now - REST for row in rows):
        return None
    tenant, language = municipalities.tenant(session.get_one(Municipality, follower.municipality_id)), rows[0].language
    chapters = [chapter for row in rows if (chapter := _chapter(session, tenant, row, language, now))]
    digest = Digest(tenant, language, rows[0].token, tuple(chapters))
    return Due(tuple(identity(row) for row in rows), digest) if chapters else None


def write(session: Session, due: Due, compose: Callable[[Digest], Letter], now: datetime) -> bool:
    """Put a digest in the outbox; what happens from `now` on is for the next. False when somebody else was faster."""
    if not _claim(session, list(due.subscriptions), _rested(now), {"mailed_at": now, "told_until": now}):
        return False
    deliveries.put(session, session.get_one(Subscription, due.subscriptions[0]), compose(due.digest), now)
    return True


def _chapter(session: Session, tenant: Tenant, row: Subscription, language: str, now: datetime) -> Chapter | None:
    conversation = session.get_one(Conversation, row.conversation_id)
    zone = ZoneInfo(tenant.time_zone)
    told = news.summed(_happened(session, conversation, row, language, now, zone))
    if not told:
        return None
    topic = conversations.headings(session, [conversation], language)[row.conversation_id]
    return Chapter(conversation.slug, topic, row.token, tuple(told))


def _happened(
    session: Session, conversation: Conversation, row: Subscription, language: str, now: datetime, zone: ZoneInfo
) -> list[Item]:
    if not row.whole:
        followed = followed_items.confirmed(session, identity(row))
        return item_news.of_items(session, conversation, followed, since=row.told_until, now=now, locale=language, zone=zone)
    items = news.of_conversation(session, conversation, since=row.told_until, now=now, locale=language, zone=zone)
    groups = news.groups_since(session, conversation, row.told_until)
    return [*items, *([groups] if groups else [])]


def _claim_invitation(session: Session, row: Subscription, now: datetime) -> bool:
    """Who has confirmed something before is still told on the day that is due."""
    claimed = _claim(session, [identity(row)], _TO_INVITE, {"mailed_at": now if row.confirmed_at is None else row.mailed_at})
    followed_items.written(session, identity(row), now)
    return claimed


def _rested(now: datetime) -> ColumnElement[bool]:
    return or_(col(Subscription.mailed_at).is_(None), col(Subscription.mailed_at) <= now - REST)


def _claim(session: Session, ids: list[int], still: ColumnElement[bool], values: dict[str, datetime | None]) -> bool:
    """Whether all of these are still as they were found; otherwise somebody else has written, or the reader has left."""
    found = session.exec(select(Subscription.id).where(col(Subscription.id).in_(ids), still).with_for_update()).all()
    if len(found) < len(ids):
        return False
    session.execute(update(Subscription).where(col(Subscription.id).in_(ids)).values(**values))
    return True
