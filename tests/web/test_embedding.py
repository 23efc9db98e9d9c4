"""The card on other sites: who may show it, and the cookie of its own that it votes with."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import embedding
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Participant, Vote
from deliberation.values import Choice, Role
from tests.support.make import make_conversation, make_staff, make_statement
from tests.support.pages import form, words
from web.http import clock

ON_SQLITE = True


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(2):
            make_statement(session, conversation)


@pytest.fixture
def framed(new_client: Callable[..., TestClient]) -> TestClient:
    """A browser on a secure connection, as the card needs it."""
    client = new_client()
    client.base_url = "https://testserver"  # type: ignore[assignment]
    return client


def allow(database: Database, tenant: Tenant, *hosts: str) -> None:
    with database.write() as session:
        admin = make_staff(session, tenant, Role.ADMIN)
        embedding.allow(session, staff=admin, slug="scooters", hosts=hosts, now=clock())


def policy(client: TestClient, path: str) -> str:
    found = client.get(path).headers["content-security-policy"]
    return found.partition("frame-ancestors ")[2]


def press(client: TestClient, choice: str = "agree", **headers: str) -> int:
    fields = form(client.get("/c/scooters/card").text, "/card/vote")
    return client.post("/c/scooters/card/vote", data=fields | {"choice": choice}, headers=headers).status_code


def votes(database: Database) -> list[tuple[int, int]]:
    with database.read() as session:
        return [(vote.participant_id, vote.choice) for vote in session.exec(select(Vote).order_by(Vote.voted_at))]


def test_nobody_may_frame_anything_unless_named_and_then_the_card_alone(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    assert policy(client, "/c/scooters/card") == "'none'"
    allow(database, tenant, "www.example.org", "*.example.net:8443")
    assert policy(client, "/c/scooters/card") == "*.example.net:8443 www.example.org"
    assert policy(client, "/c/scooters") == policy(client, "/") == policy(client, "/c/scooters/share") == "'none'"
    with database.write() as session:
        make_conversation(session, tenant, "benches")
    assert policy(client, "/c/benches/card") == "'none'"


def test_the_cards_cookie_is_partitioned_and_the_sites_stays_as_it_was(framed: TestClient) -> None:
    cookie = framed.get("/c/scooters/card").headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("hiroba_card=")
    assert {attribute.lower() for attribute in attributes} >= {"path=/c", "httponly", "samesite=none", "secure", "partitioned"}
    site = framed.get("/c/scooters").headers["set-cookie"]
    assert site.startswith("hiroba=")
    assert "samesite=lax" in site
    assert "partitioned" not in site.lower()


def test_a_vote_from_the_card_counts_once_for_one_person(framed: TestClient, database: Database) -> None:
    fields = form(framed.get("/c/scooters/card").text, "/card/vote")
    for _ in range(2):
        answer = framed.post("/c/scooters/card/vote?lang=ja", data=fields | {"choice": "agree"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/c/scooters/card?lang=ja")
    assert press(framed, "disagree") == 303
    cast = votes(database)
    assert [choice for _, choice in cast] == [Choice.AGREE, Choice.DISAGREE]
    assert len({participant for participant, _ in cast}) == 1
    assert "You have answered every statement." in words(framed.get("/c/scooters/card").text)


def test_the_card_and_the_site_are_two_people_who_cannot_be_connected(framed: TestClient, database: Database) -> None:
    press(framed)
    fields = form(framed.get("/c/scooters").text, "/vote")
    framed.post("/c/scooters/vote", data=fields | {"choice": "pass"})
    with database.read() as session:
        assert len(session.exec(select(Participant)).all()) == 2


def test_without_a_cookie_nothing_is_counted_and_the_way_on_is_shown(
    new_client: Callable[..., TestClient], database: Database
) -> None:
    forgetful = new_client()  # on an insecure connection a browser keeps no such cookie
    fields = form(forgetful.get("/c/scooters/card").text, "/card/vote")
    refused = forgetful.post("/c/scooters/card/vote", data=fields | {"choice": "agree"})
    assert refused.status_code == 403
    assert "Your browser keeps no cookie for this card" in words(refused.text)
    assert 'href="/c/scooters"' in refused.text
    assert votes(database) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://www.example.org"}])
def test_another_sites_own_form_is_refused(framed: TestClient, database: Database, headers: dict[str, str]) -> None:
    assert press(framed, **headers) == 403
    assert votes(database) == []


def test_a_closed_conversation_says_so_on_the_card(framed: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "over", closes_at=clock()))
    assert "takes no votes at the moment" in words(framed.get("/c/over/card").text)
    seen = form(framed.get("/c/scooters/card").text, "/card/vote")
    late = framed.post("/c/over/card/vote", data=seen | {"choice": "agree"})
    assert late.status_code == 409
    assert "stopped taking votes" in words(late.text)


def test_staff_are_nobody_on_the_card(sign_in: Callable[..., TestClient]) -> None:
    admin = sign_in(Role.ADMIN)
    assert "admin@example.org" in words(admin.get("/").text)
    assert "admin@example.org" not in words(admin.get("/c/scooters/card").text)


def test_the_one_line_script_may_be_loaded_from_anywhere(client: TestClient) -> None:
    script = client.get("/embed.js?c=scooters")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "event.origin !== source.origin" in script.text


def test_sites_are_named_one_a_line_and_what_is_none_stays_typed(sign_in: Callable[..., TestClient]) -> None:
    admin = sign_in(Role.ADMIN)
    wrong = admin.post("/admin/c/scooters/embedding", data={"hosts": "www.example.org\nhttps://example.org"})
    assert wrong.status_code == 422
    assert "“https://example.org” is not a host name" in words(wrong.text)
    assert form(wrong.text, "/embedding")["hosts"] == "www.example.org\nhttps://example.org"
    assert admin.post("/admin/c/scooters/embedding", data={"hosts": "www.example.org"}).status_code == 303
    assert "www.example.org" in words(admin.get("/c/scooters/share").text)
