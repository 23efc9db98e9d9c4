"""The outbox: mail that waits, who is sending it, and what becomes of mail that cannot be delivered."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from deliberation import subscriptions
from deliberation.storage.rows import identity
from deliberation.storage.tables import Delivery, Subscription

AT_ONCE = 50
LEASE = timedelta(minutes=5)
"""A claim holds so long; a server that answers more slowly than this is not waited for."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 20
"""With these pauses, about three days."""
BOUNCED = 1000
"""Attempts of a mail that was refused for good; the row stays, without a text, until one gets through or a third is refused."""
MOST_BOUNCES = 3
LONGEST_FAILURE = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was composed; `headers` beyond those that every mail has."""

    subject: str
    text: str
    language: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that was claimed and is to be sent now."""

    id: int
    recipient: str
    letter: Letter
    created_at: datetime
    attempts: int


def put(session: Session, follower: Subscription, letter: Letter, now: datetime) -> None:
    """Put a mail to somebody who follows something in the outbox."""
    put_for(session, follower.municipality_id, follower.email, letter, now, subscription_id=identity(follower))


def put_for(
    session: Session, municipality_id: int, recipient: str, letter: Letter, now: datetime, subscription_id: int | None = None
) -> None:
    """Put a mail in the outbox."""
    row = Delivery(
        municipality_id=municipality_id,
        subscription_id=subscription_id,
        recipient=recipient,
        subject=letter.subject[:300],
        text=letter.text,
        headers={**letter.headers, "Content-Language": letter.language},
        created_at=now,
        due_at=now,
    )
    session.add(row)
    session.flush()


def any_due(session: Session, now: datetime) -> bool:
    return session.exec(_due(now).limit(1)).first() is not None


def claim(session: Session, worker: str, now: datetime) -> list[Waiting]:
    """Mail that is due, for this worker alone until the lease runs out."""
    due = session.exec(_due(now).order_by(col(Delivery.due_at), col(Delivery.id)).limit(AT_ONCE)).all()
    found = []
    for row_id in due:
        taken = session.execute(
            update(Delivery).where(col(Delivery.id) == row_id, _free(now)).values(claimed_by=worker, claimed_until=now + LEASE)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            found.append(_waiting(session.get_one(Delivery, row_id)))
    return found


def sent(session: Session, mail: Waiting) -> None:
    """The next server has it. What came back from this address before is forgotten."""
    came_back = (col(Delivery.recipient) == mail.recipient) & (col(Delivery.attempts) == BOUNCED)
    session.execute(delete(Delivery).where(or_(col(Delivery.id) == mail.id, came_back)))


def failed(session: Session, mail: Waiting, failure: str, now: datetime) -> None:
    """It may go better later; after three days it is given up."""
    row = session.get(Delivery, mail.id)
    if row is None:
        return
    if mail.attempts + 1 >= MOST_ATTEMPTS:
        log.warning("mail %d was given up after %d attempts: %s", mail.id, mail.attempts + 1, failure)
        session.delete(row)
        return
    row.attempts, row.failure = mail.attempts + 1, failure[:LONGEST_FAILURE]
    row.due_at = now + min(FIRST_PAUSE * (1 << min(mail.attempts, 20)), LONGEST_PAUSE)
    row.claimed_by = row.claimed_until = None
    session.add(row)


def bounced(session: Session, mail: Waiting, failure: str) -> None:
    """It was refused for good. An address that never confirmed is forgotten at once, another after the third time in a row."""
    row = session.get(Delivery, mail.id)
    if row is None:
        return
    row.attempts, row.failure, row.text, row.subject = BOUNCED, failure[:LONGEST_FAILURE], "", ""
    row.claimed_by = row.claimed_until = None
    session.add(row)
    session.flush()
    known = session.get(Subscription, row.subscription_id) if row.subscription_id else None
    times = session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.recipient == row.recipient,
            Delivery.municipality_id == row.municipality_id,
            Delivery.attempts == BOUNCED,
        )
    ).one()
    if known is None or known.confirmed_at is None or times >= MOST_BOUNCES:
        subscriptions.forget_address(session, row.municipality_id, row.recipient)
        session.execute(
            delete(Delivery).where(col(Delivery.recipient) == row.recipient, col(Delivery.municipality_id) == row.municipality_id)
        )


def _due(now: datetime) -> SelectOfScalar[Any]:
    return select(col(Delivery.id)).where(col(Delivery.due_at) <= now, col(Delivery.attempts) < BOUNCED, _free(now))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Delivery.claimed_until).is_(None), col(Delivery.claimed_until) <= now)


def _waiting(row: Delivery) -> Waiting:
    headers = dict(row.headers)
    language = headers.pop("Content-Language", "en")
    return Waiting(identity(row), row.recipient, Letter(row.subject, row.text, language, headers), row.created_at, row.attempts)
