"""What is suggested to whom, and why."""

from datetime import timedelta

import pytest

from deliberation import places, suggestions
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.suggestions import Because
from deliberation.values import Choice, Interest, Joining, Role
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

MEI = "m" * 32


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.ADMIN)


def open_one(
    database: Database, tenant: Tenant, admin: Staff, slug: str, *interests: Interest, area: str = "", **fields: object
) -> None:
    """A conversation with two statements."""
    with database.write() as session:
        row = make_conversation(session, tenant, slug, **{"topic": slug} | fields)
        for _ in range(2):
            make_statement(session, row)
        if area and not [place for place in places.rows(session, tenant.id) if place.slug == area]:
            places.add_area(session, staff=admin, slug=area, name=area.title(), language="en", now=NOON)
        places.place(session, staff=admin, slug=slug, areas=[area] if area else [], interests=interests, now=NOON)


def vote(database: Database, tenant: Tenant, slug: str, *numbers: int, important: bool = False) -> None:
    with database.write() as session:
        for number in numbers:
            answer(session, tenant, slug, MEI, number, Choice.AGREE, important=important)


def suggested(database: Database, tenant: Tenant, person: str | None = MEI) -> list[tuple[str, Because, int]]:
    with database.read() as session:
        found = suggestions.suggest(session, tenant.id, person, locale="en", now=NOON)
    return [(each.slug, each.because, each.left) for each in found]


def test_newcomers_are_suggested_nothing(database: Database, tenant: Tenant, admin: Staff) -> None:
    open_one(database, tenant, admin, "scooters", Interest.TRANSPORT)
    assert suggested(database, tenant, None) == suggested(database, tenant, "n" * 32) == []


def test_what_was_marked_as_important_weighs_more_than_what_was_only_answered(
    database: Database, tenant: Tenant, admin: Staff
) -> None:
    for slug, interest in (("scooters", Interest.TRANSPORT), ("trees", Interest.ENVIRONMENT)):
        open_one(database, tenant, admin, slug, interest)
    for slug, interest in (("parks", Interest.ENVIRONMENT), ("buses", Interest.TRANSPORT), ("schools", Interest.EDUCATION)):
        open_one(database, tenant, admin, slug, interest)
    vote(database, tenant, "trees", 1, 2)
    vote(database, tenant, "scooters", 1, 2, important=True)
    assert suggested(database, tenant) == [("buses", Because.MARKED_INTEREST, 2), ("parks", Because.VOTED_INTEREST, 2)]


def test_an_area_is_a_tie_as_well_and_a_begun_conversation_waits(database: Database, tenant: Tenant, admin: Staff) -> None:
    open_one(database, tenant, admin, "scooters", area="north")
    open_one(database, tenant, admin, "quay", area="north")
    vote(database, tenant, "scooters", 1)
    assert suggested(database, tenant) == [("quay", Because.VOTED_AREA, 2), ("scooters", Because.BEGUN, 1)]


def test_closed_unasked_and_finished_conversations_are_left_out(database: Database, tenant: Tenant, admin: Staff) -> None:
    open_one(database, tenant, admin, "scooters", Interest.TRANSPORT)
    open_one(database, tenant, admin, "over", Interest.TRANSPORT, closes_at=NOON)
    open_one(database, tenant, admin, "later", Interest.TRANSPORT, opens_at=NOON + timedelta(days=1))
    open_one(database, tenant, admin, "invited", Interest.TRANSPORT, joining=Joining.INVITATION)
    vote(database, tenant, "scooters", 1, 2, important=True)
    assert suggested(database, tenant) == []


def test_nothing_of_another_municipality_is_suggested_or_used(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: Staff
) -> None:
    open_one(database, tenant, admin, "scooters", Interest.TRANSPORT)
    vote(database, tenant, "scooters", 1, important=True)
    with database.write() as session:
        theirs = make_staff(session, other_tenant, Role.ADMIN)
    open_one(database, other_tenant, theirs, "hills", Interest.TRANSPORT)
    assert suggested(database, other_tenant) == []
    assert "hills" not in str(suggested(database, tenant))
