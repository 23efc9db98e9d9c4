"""Atom feeds as a news reader meets them."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from deliberation import conversations, ledger
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Role, Stage
from tests.support.make import NOON, make_conversation, make_staff, make_statement
from tests.support.outcomes import make_reported, recommend, respond

ON_SQLITE = True

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(text: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(text)
    found = []
    for entry in root.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        found.append(
            {name: entry.findtext(f"{ATOM}{name}", "") for name in ("title", "id", "updated", "summary")}
            | {"link": link.attrib["href"]}
        )
    return found


@pytest.fixture
def told(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, text="Mark <bays> &\nlines.\x01")
        respond(session, staff, reason="It is needed.")


def test_a_conversation_tells_what_happened_newest_first(client: TestClient, told: None) -> None:
    answered = client.get("/c/scooters/feed.atom")
    assert answered.headers["Content-Type"].startswith("application/atom+xml")
    found = entries(answered.text)
    assert {
        "Report 1 was published.",
        "Recommendation 1 was published.",
        "Recommendation 1 was answered: Adopted.",
        "6 new statements to vote on.",
        "The conversation is open.",
        "What was promised with recommendation 1 is overdue.",
    } == {entry["title"] for entry in found}
    assert [entry["updated"] for entry in found] == sorted((entry["updated"] for entry in found), reverse=True)
    recommendation = next(entry for entry in found if entry["title"] == "Recommendation 1 was published.")
    assert recommendation["link"] == "http://testserver/c/scooters/r/1"
    assert recommendation["summary"] == "Mark &lt;bays&gt; &amp;<br>lines.", "HTML, as the feed says"


def test_ids_stay_in_every_language_and_under_every_host(
    client: TestClient, new_client: Callable[..., TestClient], told: None
) -> None:
    ids = [entry["id"] for entry in entries(client.get("/c/scooters/feed.atom").text)]
    assert len(set(ids)) == len(ids)
    elsewhere = new_client("square.test", "ja")
    text = elsewhere.get("/c/scooters/feed.atom").text
    assert [entry["id"] for entry in entries(text)] == ids
    assert 'xml:lang="ja"' in text
    assert 'xml:lang="th"' in client.get("/c/scooters/feed.atom?lang=th").text


def test_a_reader_that_has_it_is_told_so(client: TestClient, database: Database, tenant: Tenant, told: None) -> None:
    first = client.get("/feed.atom")
    tag = first.headers["ETag"]
    for sent in (tag, f'W/{tag}, "other"'):
        again = client.get("/feed.atom", headers={"If-None-Match": sent})
        assert (again.status_code, again.text) == (304, "")
    with database.write() as session:
        row = conversations.get(session, tenant.id, "scooters")
        conversations.enter_stage(session, row, Stage.DECISION, actor=ledger.SYSTEM, now=NOON + timedelta(hours=1))
    changed = client.get("/feed.atom", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    told_now = {entry["title"] for entry in entries(changed.text)}
    assert "Rules for shared e-scooters: The conversation is in a new stage: Decision." in told_now


def test_the_municipality_tells_of_its_own_conversations_only(
    client: TestClient, new_client: Callable[..., TestClient], other_tenant: Tenant, told: None
) -> None:
    assert len(entries(client.get("/feed.atom").text)) == 6
    there = new_client("mountain.test")
    assert entries(there.get("/feed.atom").text) == []
    assert there.get("/c/scooters/feed.atom").status_code == 404
    assert there.get("/feed.atom").headers["ETag"] == there.get("/feed.atom").headers["ETag"]


def test_statements_that_wait_are_no_news(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation, state="pending")
    assert [entry["title"] for entry in entries(client.get("/c/scooters/feed.atom").text)] == ["The conversation is open."]


def test_pages_say_where_the_feed_is(client: TestClient, told: None) -> None:
    page = client.get("/c/scooters").text
    for path in ("/feed.atom?lang=en", "/c/scooters/feed.atom?lang=en"):
        assert f'<link rel="alternate" type="application/atom+xml" href="{path}"' in page
