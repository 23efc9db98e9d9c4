"""A conversation that has come to a report, and what officials do with it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation import (
    accounts,
    analyses,
    conversations,
    frozen,
    frozen_input,
    given_responses,
    handing_over,
    milestones,
    offices,
    recommendations,
    reports,
    response_drafts,
    responses,
)
from deliberation.accounts import Staff
from deliberation.errors.reports import NothingToPublish
from deliberation.frozen_making import Derived
from deliberation.municipalities import Tenant
from deliberation.reports import Published
from deliberation.response_drafts import Written
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Analysis, Conversation, FrozenInput, Office
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


def publish(
    session: Session, tenant: Tenant, slug: str = "scooters", now: datetime = NOON, *, anew: bool = True, **fields: Any
) -> Published:
    """The latest snapshot as a report: `prepare` and `reports.publish`, with every reason that may be asked for.

    Not `anew`: the draft that is there.
    """
    if anew:
        prepare(session, tenant, slug, now)
    staff = make_staff(session, tenant, Role.OFFICIAL)
    again = reports.listing(session, identity(conversations.get(session, tenant.id, slug)))
    reasons = {"note": "More people have voted." if again else "", "override": "The council meets tomorrow."}
    drafted = frozen.draft(session, identity(conversations.get(session, tenant.id, slug)))
    reasons |= {"corrects": drafted.report if drafted else None}
    fields = {"title": "What residents said", "introduction": "", "language": "en"} | reasons | fields
    return reports.publish(session, municipality_id=tenant.id, slug=slug, staff=staff, now=now, **fields)


def prepare(session: Session, tenant: Tenant, slug: str = "scooters", now: datetime = NOON) -> None:
    """A draft with the figures of the latest snapshot, whose engine run stands for a second one; the same again is the same."""
    conversation = conversations.get(session, tenant.id, slug)
    snapshot = analyses.latest(session, identity(conversation))
    if snapshot is None:
        raise NothingToPublish()
    drafted = frozen.newest_made(session, identity(conversation))
    if drafted is None or drafted.input_sha256 != snapshot.input_sha256:
        row = FrozenInput(conversation_id=identity(conversation), wanted_at=now, turn_at=now)
        session.add(row)
        session.flush()
        frozen.keep(session, identity(row), frozen_input.made_of(session, conversation, snapshot, _derived(snapshot)), now)


def _derived(snapshot: Analysis) -> Derived:
    """As if the engine had found in the files what it had found before; the files hold one vote."""
    return Derived(
        inputs={"votes.csv": b"participant,statement,vote\n1000000000,1,1\n", "statements.csv": b"statement,moderated\n1,1\n"},
        outputs={},
        method=snapshot.method,
        parameters=snapshot.parameters,
        engine_version=snapshot.engine_version,
        input_sha256=snapshot.input_sha256,
        letters={group["label"]: group["label"] for group in snapshot.result["groups"]},
        result=snapshot.result,
        people=b"",
    )


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
    fields["office"] = make_office(session, staff, fields["office"])
    return handing_over.publish(session, staff=staff, slug=slug, statements=statements, now=now, **fields)


def make_office(session: Session, staff: Staff, name: str = "Roads") -> str:
    """The short name of the office with this name, which is made when there is none."""
    known = {row.name: row.slug for row in offices.listing(session, staff.municipality_id)}
    slug = known.get(name) or "-".join(name.lower().split())
    if name not in known:
        session.add(Office(municipality_id=staff.municipality_id, slug=slug, name=name, language="en", created_at=NOON))
        session.flush()
    return slug


def respond(
    session: Session,
    staff: Staff,
    outcome: Outcome | None = Outcome.ADOPTED,
    slug: str = "scooters",
    number: int = 1,
    now: datetime = NOON,
    **fields: Any,
) -> None:
    """An answer by somebody who has seen all earlier ones unless `seen` says otherwise, published by a second person."""
    ask_for_review(session, staff, outcome, slug, number, now, **fields)
    second = accounts.add(session, municipality_id=staff.municipality_id, email="second@example.org", role=Role.OFFICIAL, now=now)
    approve(session, second, slug, number, now)


def ask_for_review(
    session: Session,
    staff: Staff,
    outcome: Outcome | None = Outcome.ADOPTED,
    slug: str = "scooters",
    number: int = 1,
    now: datetime = NOON,
    **fields: Any,
) -> None:
    fields = {"reason": "It is needed.", "language": "en", "owner": "Roads", "due_on": now.date() + timedelta(days=60)} | fields
    row = recommendations.get(session, staff.municipality_id, slug, number)
    known = {"seen": given_responses.given(session, identity(row)), "version": version_of(session, identity(row))}
    known |= {name: fields.pop(name) for name in ("seen", "version") if name in fields}
    responses.submit(session, staff=staff, slug=slug, number=number, written=Written(outcome, **fields), now=now, **known)


def approve(session: Session, staff: Staff, slug: str = "scooters", number: int = 1, now: datetime = NOON) -> None:
    row = recommendations.get(session, staff.municipality_id, slug, number)
    version = version_of(session, identity(row))
    responses.approve(session, staff=staff, slug=slug, number=number, version=version, now=now)


def version_of(session: Session, recommendation_id: int) -> int:
    """Of the draft that there is; 0 without one."""
    draft = response_drafts.draft_of(session, recommendation_id)
    return draft.version if draft else 0


def promise(
    session: Session, staff: Staff, title: str = "The first bays are marked", number: int = 1, now: datetime = NOON, **fields: Any
) -> int:
    fields = {"slug": "scooters", "language": "en", "due_on": now.date() + timedelta(days=20)} | fields
    return milestones.promise(session, staff=staff, number=number, title=title, now=now, **fields)
