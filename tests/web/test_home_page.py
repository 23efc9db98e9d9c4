from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from deliberation import conversations, places
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Interest, Role, Stage
from tests.support.make import make_conversation, make_staff, make_statement
from tests.support.pages import vote, words
from web.http import clock

LATER, EARLIER = clock() + timedelta(days=30), clock() - timedelta(days=30)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "Open"),
        ({"closes_at": LATER}, "Open"),
        ({"opens_at": LATER}, "Planned"),
        ({"stage": Stage.PROPOSAL}, "Planned"),
        ({"closes_at": EARLIER}, "Closed"),
        ({"closes_at": EARLIER, "stage": Stage.DECISION}, "Closed"),
    ],
)
def test_the_front_page_says_whether_votes_are_taken(
    client: TestClient, database: Database, tenant: Tenant, fields: dict[str, object], state: str
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, **fields)
    page = words(client.get("/").text)
    assert "Rules for shared e-scooters" in page
    assert [word for word in ("Open", "Planned", "Closed") if f" {word} " in page] == [state]


def test_a_town_without_a_conversation_says_so(new_client: Callable[..., TestClient], tenant: Tenant) -> None:
    assert "There is no conversation yet." in words(new_client().get("/").text)


def placed(database: Database, tenant: Tenant, slug: str, *interests: Interest, **fields: object) -> None:
    with database.write() as session:
        admin = make_staff(session, tenant, Role.ADMIN)
        make_conversation(session, tenant, slug, **fields)
        places.place(session, staff=admin, slug=slug, areas=[], interests=interests, now=clock())


def test_choices_are_plain_links_that_narrow_and_can_be_taken_back(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    placed(database, tenant, "scooters", Interest.TRANSPORT)
    placed(database, tenant, "library", Interest.EDUCATION, topic="The library on Sundays")
    page = client.get("/?q=the").text
    assert "/?interest=education&amp;q=the" in page
    narrowed = client.get("/?interest=education").text
    assert "The library on Sundays" in words(narrowed)
    assert "Rules for shared" not in words(narrowed)
    assert "1 conversation found" in words(narrowed)
    assert "Education 1 chosen; follow to take it back" in words(narrowed)
    assert "Transport 1" in words(narrowed)


@pytest.mark.parametrize("query", ["?q=nowhere", "?area=nowhere", "?q=%00%ff&stage=opinion&area=x'"])
def test_what_finds_nothing_says_so_and_leads_back(client: TestClient, database: Database, tenant: Tenant, query: str) -> None:
    placed(database, tenant, "scooters")
    page = client.get(f"/{query}")
    assert page.status_code == 200
    assert "No conversation fits this." in words(page.text)
    assert "Show all" in words(page.text)


def test_a_choice_that_does_not_exist_is_none(client: TestClient, database: Database, tenant: Tenant) -> None:
    placed(database, tenant, "scooters")
    assert "Rules for shared" in words(client.get("/?stage=never&interest=cheese").text)


def test_somebody_who_marked_something_is_told_what_may_concern_them(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    placed(database, tenant, "scooters", Interest.TRANSPORT)
    placed(database, tenant, "buses", Interest.TRANSPORT, topic="Buses at night")
    with database.write() as session:
        for slug in ("scooters", "buses"):
            make_statement(session, conversations.get(session, tenant.id, slug))
    assert "This may concern you" not in words(client.get("/").text)
    vote(client, "scooters", "agree", important="1")
    assert "Buses at night Because you marked statements about “Transport” as important. 1 statement left" in words(
        client.get("/").text
    )
    assert "You have answered 1 statement." in words(client.get("/").text)
