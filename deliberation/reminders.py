"""Reminding offices of what they owe: before the day, and after it until it is done.

“Due” is derived from what is stored. A row for each reminder that was written keeps it from being written twice; `reviews` tells
officials in the same way of answers that wait for them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from deliberation import accounts, deliveries, municipalities, outcomes, policy
from deliberation.deliveries import Letter
from deliberation.municipalities import Tenant
from deliberation.outcomes import Due
from deliberation.storage.engine import Upsert
from deliberation.storage.tables import Municipality, Office, Recommendation, Reminder
from deliberation.storage.tables.columns import table_of
from deliberation.values import Role

BEFORE = (1, 7, 14)
"""Days before the day on which an office is reminded."""
AFTER_EVERY = 7
"""From the first day after it on, every so many days."""
_REMINDER = Upsert(table_of(Reminder), key=["subject", "days_left"])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where mail goes, and in which language."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Matter(Generic[T]):
    """What somebody has to be told of, once. Row of `Reminder`: `subject` and `stage`."""

    about: T
    subject: str
    stage: int


@dataclass(frozen=True, slots=True)
class Mail(Generic[T]):
    """One mail: everything that somebody is told of at once."""

    tenant: Tenant
    recipient: Recipient
    matters: tuple[Matter[T], ...]


Reminding = Mail[Due]


def stage_of(days_left: int) -> int | None:
    """Of the reminders that should have been written by now the last one, named by its days before the day; None: too early."""
    if days_left >= 0:
        return next((stage for stage in BEFORE if days_left <= stage), None)
    return -1 - AFTER_EVERY * ((-days_left - 1) // AFTER_EVERY)


def due(session: Session, now: datetime) -> list[Reminding]:
    """All mails that are due, in all municipalities."""
    found = []
    for tenant in tenants(session):
        missing = _missing(session, tenant, municipalities.today(session, tenant.id, now))
        offices = _offices(session, {one.about.recommendation.id for one in missing})
        officials = _officials(session, tenant) if missing else []
        found += addressed(tenant, [(one, offices.get(one.about.recommendation.id, officials)) for one in missing])
    return found


def tenants(session: Session) -> list[Tenant]:
    return [municipalities.tenant(row) for row in session.exec(select(Municipality).order_by(col(Municipality.id)))]


def addressed(tenant: Tenant, matters: Iterable[tuple[Matter[T], Iterable[Recipient]]]) -> list[Mail[T]]:
    """One mail for each recipient."""
    found: dict[Recipient, list[Matter[T]]] = defaultdict(list)
    for matter, recipients in matters:
        for recipient in recipients:
            found[recipient].append(matter)
    return [Mail(tenant, recipient, tuple(its)) for recipient, its in found.items()]


def untold(session: Session, matters: list[Matter[T]]) -> list[Matter[T]]:
    """Those that nobody has been told of yet."""
    wanted: ColumnElement[bool] = col(Reminder.subject).in_({one.subject for one in matters})
    told = set(session.exec(select(Reminder.subject, Reminder.days_left).where(wanted)).all())
    return [one for one in matters if (one.subject, one.stage) not in told]


def write(session: Session, found: list[Mail[T]], compose: Callable[[Mail[T]], Letter], now: datetime) -> int:
    """Put them in the outbox, those that nobody has written meanwhile. Says how many mails."""
    subjects = {(one.subject, one.stage) for mail in found for one in mail.matters}
    fresh = {key for key in sorted(subjects) if _claimed(session, *key, now)}
    mails = 0
    for mail in found:
        its = tuple(one for one in mail.matters if (one.subject, one.stage) in fresh)
        if its:
            letter = compose(replace(mail, matters=its))
            deliveries.put_for(session, mail.tenant.id, mail.recipient.address, letter, now)
            mails += 1
    return mails


def recipient(staff: accounts.Staff, tenant: Tenant) -> Recipient:
    return Recipient(staff.email, staff.language or tenant.language)


def _missing(session: Session, tenant: Tenant, today: date) -> list[Matter[Due]]:
    found = []
    for item in outcomes.due(policy.of_municipality(session, tenant.id, tenant.language, today)):
        stage = stage_of((item.clock.due_on - today).days)
        if stage is not None:
            found.append(Matter(item, _subject(item), stage))
    return untold(session, found)


def _subject(item: Due) -> str:
    return f"{item.clock.owed}/{item.recommendation.id}/{item.step.number if item.step else 0}/{item.clock.due_on.isoformat()}"


def _claimed(session: Session, subject: str, stage: int, now: datetime) -> bool:
    """Whether this reminder is ours to write. Two workers at once: the second finds the first's row, or waits for its end."""
    connection = session.connection()
    row = {"subject": subject, "days_left": stage, "sent_at": now}
    written = _REMINDER.statement(connection.dialect.name).returning(col(Reminder.subject))
    return connection.execute(written, row).first() is not None


def _offices(session: Session, ids: set[int]) -> dict[int, list[Recipient]]:
    """By recommendation, the office it was handed over to, where that has an address."""
    rows = session.exec(
        select(Recommendation.id, Office.email, Office.language)
        .join(Office, col(Office.id) == col(Recommendation.office_id))
        .where(col(Recommendation.id).in_(ids), Office.email != "")
    ).all()
    return {key: [Recipient(email, language)] for key, email, language in rows if key is not None}


def _officials(session: Session, tenant: Tenant) -> list[Recipient]:
    return [recipient(one, tenant) for one in accounts.everyone(session, tenant.id) if one.role == Role.OFFICIAL]
