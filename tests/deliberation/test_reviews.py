"""Whoever may read an answer as the second person is told that it waits, and its author that it came back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from deliberation import accounts, reminders, response_batches, responses, reviews
from deliberation.accounts import Staff
from deliberation.deliveries import Letter
from deliberation.municipalities import Tenant
from deliberation.reviews import Reviewing
from deliberation.storage.engine import Database
from deliberation.storage.tables import Delivery
from deliberation.values import Outcome, Role
from tests.support.make import NOON, make_staff
from tests.support.outcomes import ask_for_review, days, make_reported, recommend, version_of
from tests.support.outcomes import response_drafts as drafts

WRITTEN = drafts.Written(Outcome.ADOPTED, "It is needed.", "en", "Roads", days(60))


@pytest.fixture
def session(database: Database, tenant: Tenant) -> Iterator[Session]:
    make_reported(database, tenant, people=2)
    with database.write() as opened:
        for text in ("Mark parking bays.", "Widen the path.", "Lower the kerbs."):
            recommend(opened, make_staff(opened, tenant, Role.OFFICIAL), text=text)
        yield opened


@pytest.fixture
def author(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL)


@pytest.fixture
def second(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL, "second@example.org")


def letter(reviewing: Reviewing) -> Letter:
    its = [one.about for one in reviewing.matters]
    said = ("-" * one.given_back + "+".join(str(row.number) for row in one.recommended) for one in its)
    return Letter("Waiting", " ".join(said), reviewing.recipient.language)


def mails(session: Session, hours: int = 0) -> dict[str, str]:
    """To whom mail goes then, and about which recommendations; a dash before those that came back."""
    before = set(session.exec(select(Delivery.id)))
    now = NOON + timedelta(hours=hours)
    reminders.write(session, reviews.due(session, now), letter, now)
    rows = session.exec(select(Delivery).order_by(col(Delivery.recipient))).all()
    return {row.recipient: row.text for row in rows if row.id not in before}


def give_back(session: Session, staff: Staff) -> None:
    version = version_of(session, 1)
    responses.give_back(session, staff=staff, slug="scooters", number=1, version=version, note="Say whose.", now=NOON)


def test_what_was_asked_within_a_few_minutes_is_one_mail_to_everybody_but_the_author(
    session: Session, tenant: Tenant, author: Staff, second: Staff
) -> None:
    make_staff(session, tenant, Role.ADMIN, "mayor@example.org")
    make_staff(session, tenant, Role.MODERATOR, "moderator@example.org")
    ask_for_review(session, author)
    places = [("scooters", 2), ("scooters", 3)]
    response_batches.begin(session, staff=author, places=places, written=WRITTEN, to_review=True, now=NOON)
    assert mails(session) == {"second@example.org": "1 2+3"}
    assert mails(session, hours=1) == {}
    accounts.close(session, municipality_id=tenant.id, account_id=second.id, actor=author.actor, now=NOON)
    assert mails(session, hours=7 * 24) == {"mayor@example.org": "1 2+3"}


def test_mending_what_waits_tells_nobody_again_but_a_second_round_does(session: Session, author: Staff, second: Staff) -> None:
    ask_for_review(session, author)
    assert mails(session) == {"second@example.org": "1"}
    ask_for_review(session, author, reason="It is needed soon.", now=NOON + timedelta(hours=1))
    assert mails(session, hours=1) == {}
    give_back(session, second)
    assert mails(session, hours=2) == {author.email: "-1"}
    assert mails(session, hours=200) == {}
    ask_for_review(session, author, reason="It is needed now.", now=NOON + timedelta(hours=201))
    assert mails(session, hours=201) == {"second@example.org": "1"}
    assert mails(session, hours=201 + 8 * 24) == {"second@example.org": "1"}


def test_an_author_of_a_colleagues_answer_takes_their_place(session: Session, author: Staff, second: Staff) -> None:
    ask_for_review(session, author)
    mails(session)
    ask_for_review(session, second, reason="It is needed soon.", now=NOON + timedelta(hours=1))
    assert mails(session, hours=1) == {author.email: "1"}
