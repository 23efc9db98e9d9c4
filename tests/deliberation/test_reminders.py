"""Offices are reminded before a day and after it, once for each reminder, wherever they have an address."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from deliberation import accounts, reminders
from deliberation.accounts import Staff
from deliberation.deliveries import Letter
from deliberation.municipalities import Tenant
from deliberation.outcomes import Owed
from deliberation.reminders import Reminding, stage_of
from deliberation.storage.engine import Database
from deliberation.storage.tables import Delivery, Office, Recommendation
from deliberation.values import Outcome, Role
from tests.support.at_once import at_once
from tests.support.make import NOON, make_staff
from tests.support.outcomes import days, make_reported, promise, recommend, respond


@pytest.mark.parametrize(
    ("left", "stage"),
    [(15, None), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, -1), (-7, -1), (-8, -8), (-14, -8), (-15, -15)],
)
def test_there_is_a_reminder_two_weeks_one_week_and_a_day_before_and_every_week_after(left: int, stage: int | None) -> None:
    assert stage_of(left) == stage


@pytest.fixture
def session(database: Database, tenant: Tenant) -> Iterator[Session]:
    make_reported(database, tenant, people=2)
    with database.write() as opened:
        recommend(opened, make_staff(opened, tenant, Role.OFFICIAL), answer_due_on=days(30))
        yield opened


@pytest.fixture
def official(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL)


def letter(reminding: Reminding) -> Letter:
    owed = " ".join(f"{one.about.clock.owed}{one.stage}" for one in reminding.matters)
    return Letter("Due", owed, reminding.recipient.language)


def remind(session: Session, ahead: int) -> list[tuple[str, str]]:
    """To whom mail goes that day, and about what."""
    before = set(session.exec(select(Delivery.id)))
    now = NOON + timedelta(days=ahead)
    reminders.write(session, reminders.due(session, now), letter, now)
    rows = session.exec(select(Delivery).order_by(col(Delivery.recipient))).all()
    return [(row.recipient, row.text) for row in rows if row.id not in before]


def test_each_reminder_is_written_once_also_when_days_were_missed(session: Session, official: Staff) -> None:
    said = {ahead: [text for _, text in remind(session, ahead)] for ahead in (15, 16, 17, 27, 29, 30, 31, 32, 38, 60, 61)}
    assert said == {
        15: [],
        16: ["answer14"],
        17: [],
        27: ["answer7"],
        29: ["answer1"],
        30: [],
        31: ["answer-1"],
        32: [],
        38: ["answer-8"],
        60: ["answer-29"],
        61: [],
    }


def test_the_offices_own_address_goes_before_those_of_the_officials(session: Session, tenant: Tenant, official: Staff) -> None:
    make_staff(session, tenant, Role.OFFICIAL, "deputy@example.org")
    gone = make_staff(session, tenant, Role.OFFICIAL, "gone@example.org")
    accounts.close(session, municipality_id=tenant.id, account_id=gone.id, actor=official.actor, now=NOON)
    row = session.exec(select(Recommendation)).one()
    row.office_id = None
    session.add(row)
    session.flush()
    assert [address for address, _ in remind(session, 16)] == ["deputy@example.org", "official@example.org"]
    office = Office(
        municipality_id=tenant.id, slug="paths", name="Paths", language="ja", email="paths@example.org", created_at=NOON
    )
    session.add(office)
    session.flush()
    row.office_id = office.id
    session.add(row)
    session.flush()
    assert remind(session, 23) == [("paths@example.org", "answer7")]


def test_steps_and_decisions_are_reminded_of_in_one_mail_and_what_was_put_off_at_its_new_day(
    session: Session, official: Staff
) -> None:
    row = session.exec(select(Recommendation)).one()
    row.office_id = None
    session.add(row)
    respond(session, official, Outcome.DEFERRED, due_on=days(40))
    promise(session, official, due_on=days(41))
    mails = dict(remind(session, 35))
    assert mails["official@example.org"] == f"{Owed.DECISION}7 {Owed.MILESTONE}7"
    respond(session, official, Outcome.DEFERRED, due_on=days(80), now=NOON + timedelta(days=36), reason="Not yet.")
    assert [text for _, text in remind(session, 67)][:1] == [f"{Owed.MILESTONE}-22 {Owed.DECISION}14"]


def test_two_workers_write_one_mail(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        recommend(session, make_staff(session, tenant, Role.OFFICIAL), answer_due_on=days(7))
    with database.read() as session:
        found = reminders.due(session, NOON)
    assert len(found) == 1

    def writing() -> None:
        with database.write() as session:
            reminders.write(session, found, letter, NOON)

    assert at_once(*(partial(writing) for _ in range(3))) == [None, None, None]
    with database.read() as session:
        assert len(session.exec(select(Delivery)).all()) == 1
