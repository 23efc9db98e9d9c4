"""Following a conversation by mail: asking, confirming, stopping. No answer says whether an address follows already.

Whoever asks gives an address that may be somebody else's, so nothing is sent to it but one mail with a link, until the link's
owner confirms. A link is good for one address and conversation; its token is the only key to it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from deliberation import conversations, followed_items
from deliberation.errors.people import SubscriptionLinkInvalid
from deliberation.mail_addresses import checked
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Delivery, Person, Subscription
from deliberation.translations import Reading

CONFIRM_WITHIN = timedelta(days=7)
"""Afterwards the address is forgotten."""


@dataclass(frozen=True, slots=True)
class Following:
    """What an address follows, as the bearer of its token sees it. `others`: it follows more than this.

    `whole`: all of the conversation; else `items`, keys of the trace. `wanted` waits for a confirmation; the empty key is all.
    """

    token: str
    slug: str
    topic: Reading
    confirmed: bool
    others: bool
    whole: bool = True
    items: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


def ask(session: Session, *, municipality_id: int, slug: str, email: str, language: str, item: str = "", now: datetime) -> None:
    """Have a mail with a link sent to the address. Does the same for every address, and nothing for what it follows already.

    `item`: only this part of the trace. Raises NotFound, EmailInvalid.
    """
    conversation = conversations.get(session, municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    followed_items.check(session, conversation, item)
    address = checked(email)
    row = session.exec(
        select(Subscription)
        .where(Subscription.conversation_id == conversation_id, Subscription.email == address)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is not None and row.confirmed_at is not None:
        followed_items.want(session, row, item, now)
        return
    row = row or Subscription(
        municipality_id=municipality_id,
        conversation_id=conversation_id,
        email=address,
        language=language,
        token=secrets.token_urlsafe(32),
        created_at=now,
        told_until=now,
        whole=not item,
    )
    row.created_at, row.language, row.mailed_at = now, language, None
    session.add(row)
    session.flush()
    if item or not row.whole:
        followed_items.want(session, row, item, now)


def of_token(session: Session, municipality_id: int, token: str, locale: str, now: datetime) -> Following:
    """Raises SubscriptionLinkInvalid."""
    row = _get(session, municipality_id, token, now)
    conversation = session.get_one(Conversation, row.conversation_id)
    topic = conversations.headings(session, [conversation], locale)[row.conversation_id]
    others = len(_of_address(session, row)) > 1
    return _following(session, row, conversation.slug, topic, others)


def confirm(session: Session, *, municipality_id: int, token: str, person: str | None, now: datetime) -> str:
    """The owner of the address wants the news from now on. Returns the conversation's slug. Raises SubscriptionLinkInvalid."""
    row = _get(session, municipality_id, token, now)
    if row.confirmed_at is None:
        row.confirmed_at = row.told_until = now
        row.mailed_at = None
    followed_items.confirm(session, row, now)
    known = session.get(Person, person) if person else None
    if known is not None and known.municipality_id == municipality_id:
        row.person_id = known.id
    session.add(row)
    session.flush()
    return _slug(session, row)


def stop(session: Session, *, municipality_id: int, token: str, item: str = "", now: datetime) -> str:
    """Forget that this address follows this conversation, or one item of it. Returns its slug. Raises SubscriptionLinkInvalid."""
    row = _get(session, municipality_id, token, now)
    slug = _slug(session, row)
    if not item or not followed_items.drop(session, row, item):
        _forget(session, [row])
    return slug


def stop_all(session: Session, *, municipality_id: int, token: str, now: datetime) -> int:
    """Forget the address in this municipality. Says how many conversations it followed; a second click finds none."""
    row = session.exec(
        select(Subscription).where(Subscription.token == token, Subscription.municipality_id == municipality_id)
    ).first()
    rows = [] if row is None else _of_address(session, row)
    _forget(session, rows)
    return len(rows)


def of_person(session: Session, municipality_id: int, person: str | None, locale: str) -> list[Following]:
    """What this person has confirmed to follow from a device on which they are known."""
    if person is None:
        return []
    rows = session.exec(
        select(Subscription, Conversation)
        .join(Conversation, col(Conversation.id) == col(Subscription.conversation_id))
        .where(
            Subscription.person_id == person,
            Subscription.municipality_id == municipality_id,
            col(Subscription.confirmed_at).is_not(None),
        )
        .order_by(col(Subscription.id))
    ).all()
    topics = conversations.headings(session, [c for _, c in rows], locale)
    return [_following(session, row, c.slug, topics[identity(c)], len(rows) > 1) for row, c in rows]


def forget_unconfirmed(session: Session, now: datetime) -> None:
    """Drop the addresses that nobody has confirmed in time."""
    late = session.exec(
        select(Subscription).where(col(Subscription.confirmed_at).is_(None), col(Subscription.created_at) < now - CONFIRM_WITHIN)
    ).all()
    _forget(session, late)
    followed_items.forget_unconfirmed(session, now - CONFIRM_WITHIN)


def forget_address(session: Session, municipality_id: int, email: str) -> None:
    """Nothing reaches this address any more."""
    _forget(
        session,
        session.exec(
            select(Subscription).where(Subscription.municipality_id == municipality_id, Subscription.email == email)
        ).all(),
    )


def _get(session: Session, municipality_id: int, token: str, now: datetime) -> Subscription:
    row = session.exec(
        select(Subscription).where(Subscription.token == token, Subscription.municipality_id == municipality_id)
    ).first()
    if row is None or (row.confirmed_at is None and row.created_at < now - CONFIRM_WITHIN):
        raise SubscriptionLinkInvalid()
    return row


def _following(session: Session, row: Subscription, slug: str, topic: Reading, others: bool) -> Following:
    items = followed_items.of(session, identity(row))
    confirmed = tuple(one.item for one in items if one.confirmed_at is not None)
    wanted = tuple(one.item for one in items if one.confirmed_at is None)
    return Following(row.token, slug, topic, row.confirmed_at is not None, others, row.whole, confirmed, wanted)


def _of_address(session: Session, row: Subscription) -> Sequence[Subscription]:
    return session.exec(
        select(Subscription).where(Subscription.municipality_id == row.municipality_id, Subscription.email == row.email)
    ).all()


def _slug(session: Session, row: Subscription) -> str:
    return session.exec(select(Conversation.slug).where(Conversation.id == row.conversation_id)).one()


def _forget(session: Session, rows: Sequence[Subscription]) -> None:
    """Mail that waits for these goes too; what waits for an address that follows something else is sent in that name."""
    for row in rows:
        other = session.exec(
            select(Subscription.id).where(
                Subscription.municipality_id == row.municipality_id,
                Subscription.email == row.email,
                Subscription.id != row.id,
                col(Subscription.confirmed_at).is_not(None),
            )
        ).first()
        waiting = col(Delivery.subscription_id) == row.id
        if other is None or row.confirmed_at is None:
            session.execute(delete(Delivery).where(waiting))
        else:
            session.execute(update(Delivery).where(waiting).values(subscription_id=other))
        followed_items.forget(session, identity(row))
        session.delete(row)
        session.flush()
