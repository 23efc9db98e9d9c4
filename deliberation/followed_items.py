"""Which parts of the trace a subscription follows: asked for, confirmed by the owner of the address, dropped."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from deliberation import trace_graph
from deliberation.errors import NotFound
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Subscription, SubscriptionItem
from deliberation.trace_items import can_be_followed


def check(session: Session, conversation: Conversation, item: str) -> None:
    """Raises NotFound, unless there is such an item; empty is the whole conversation."""
    if item and not (can_be_followed(item) and trace_graph.exists(session, conversation, item)):
        raise NotFound()


def of(session: Session, subscription_id: int) -> Sequence[SubscriptionItem]:
    return session.exec(
        select(SubscriptionItem)
        .where(SubscriptionItem.subscription_id == subscription_id)
        .order_by(col(SubscriptionItem.added_at), col(SubscriptionItem.item))
    ).all()


def confirmed(session: Session, subscription_id: int) -> list[str]:
    return [row.item for row in of(session, subscription_id) if row.confirmed_at is not None]


def want(session: Session, row: Subscription, item: str, now: datetime) -> None:
    """Have the owner of the address asked, unless it is followed already. `item` empty: the whole conversation."""
    if row.whole and row.confirmed_at is not None:
        return
    known = session.get(SubscriptionItem, (identity(row), item))
    if known is not None and known.confirmed_at is not None:
        return
    known = known or SubscriptionItem(subscription_id=identity(row), item=item, added_at=now)
    known.added_at, known.mailed_at = now, None
    session.add(known)
    session.flush()


def confirm(session: Session, row: Subscription, now: datetime) -> None:
    """Whatever was wanted is followed from now on."""
    for wanted in of(session, identity(row)):
        if wanted.item == "":
            row.whole = True
            session.delete(wanted)
        elif wanted.confirmed_at is None:
            wanted.confirmed_at = now
            session.add(wanted)


def drop(session: Session, row: Subscription, item: str) -> bool:
    """False when nothing would be left to follow."""
    left = [one for one in of(session, identity(row)) if one.item != item]
    if not row.whole and not left:
        return False
    session.execute(delete(SubscriptionItem).where(_of(identity(row)), col(SubscriptionItem.item) == item))
    return True


def written(session: Session, subscription_id: int, now: datetime) -> None:
    """The owner of the address has been asked about all that is wanted."""
    session.execute(update(SubscriptionItem).where(_of(subscription_id), *TO_ASK).values(mailed_at=now))


def forget(session: Session, subscription_id: int) -> None:
    session.execute(delete(SubscriptionItem).where(_of(subscription_id)))


def forget_unconfirmed(session: Session, before: datetime) -> None:
    """Drop what nobody has confirmed in time, where something else is followed."""
    session.execute(
        delete(SubscriptionItem).where(col(SubscriptionItem.confirmed_at).is_(None), col(SubscriptionItem.added_at) < before)
    )


def _of(subscription_id: int) -> ColumnElement[bool]:
    return col(SubscriptionItem.subscription_id) == subscription_id


TO_ASK = (col(SubscriptionItem.confirmed_at).is_(None), col(SubscriptionItem.mailed_at).is_(None))
"""Wanted, and nobody has been written to about it."""
