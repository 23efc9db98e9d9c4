"""A conversation that has come to a report, and what officials do with it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation import analyses, milestones, recommendations, reports, responses
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.reports import Published
from deliberation.responses import Written
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.values import Choice, Outcome, Role
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

TODAY = NOON.date()
PEOPLE = 24
"""Two camps of twelve: enough for figures by group."""
STATEMENTS = 6


def days(count: int) -> date:
    """The day that many days after the tests' today."""
    return TODAY + timedelta(days=count)


def make_voted(session: Session, tenant: Tenant, slug: str = "scooters", people: int = PEOPLE, **fields: Any) -> Conversation:
    """Both camps agree with statement 1 and are split over all the others."""
    conversation = make_conversation(session, tenant, slug, **fields)
    for _ in range(STATEMENTS):
        make_statement(session, conversation)
    for person in range(people):
        for number in range(1, STATEMENTS + 1):
            choice = Choice.AGREE if number == 1 or (person + number) % 2 else Choice.DISAGREE
            answer(session, tenant, slug, f"{slug} {person}", number, choice)
    return conversation


def analyse(database: Database, conversation: Conversation, now: datetime = NOON) -> None:
    assert conversation.id is not None
    computed = analyses.compute(database.url.render_as_string(hide_password=False), conversation.id)
    with database.write() as session:
        analyses.keep(session, conversation.id, computed, now)


def publish(session: Session, tenant: Tenant, slug: str = "scooters", now: datetime = NOON, **fields: Any) -> Published:
    staff = make_staff(session, tenant, Role.OFFICIAL)
    fields = {"title": "What residents said", "introduction": "", "language": "en"} | fields
    return reports.publish(session, municipality_id=tenant.id, slug=slug, staff=staff, now=now, **fields)


def make_reported(database: Database, tenant: Tenant, slug: str = "scooters", **fields: Any) -> Conversation:
    """A conversation with votes and a published report."""
    with database.write() as session:
        conversation = make_voted(session, tenant, slug, **fields)
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant, slug)
    return conversation


def recommend(
    session: Session, staff: Staff, slug: str = "scooters", statements: Sequence[int] = (1,), now: datetime = NOON, **fields: Any
) -> int:
    fields = {
        "text": "Mark parking bays.",
        "language": "en",
        "office": "Roads",
        "answer_due_on": now.date() + timedelta(days=30),
    } | fields
    return recommendations.draft(session, staff=staff, slug=slug, statements=statements, now=now, **fields)


def respond(
    session: Session,
    staff: Staff,
    outcome: Outcome | None = Outcome.ADOPTED,
    slug: str = "scooters",
    number: int = 1,
    now: datetime = NOON,
    **fields: Any,
) -> None:
    """An answer by somebody who has seen all earlier ones unless `seen` says otherwise."""
    fields = {"reason": "It is needed.", "language": "en", "owner": "Roads", "due_on": now.date() + timedelta(days=60)} | fields
    if "seen" not in fields:
        row = recommendations.get(session, staff.municipality_id, slug, number)
        fields["seen"] = responses.given(session, identity(row))
    seen = fields.pop("seen")
    responses.answer(session, staff=staff, slug=slug, number=number, written=Written(outcome, **fields), now=now, seen=seen)


def promise(
    session: Session, staff: Staff, title: str = "The first bays are marked", number: int = 1, now: datetime = NOON, **fields: Any
) -> int:
    fields = {"slug": "scooters", "language": "en", "due_on": now.date() + timedelta(days=20)} | fields
    return milestones.promise(session, staff=staff, number=number, title=title, now=now, **fields)
