"""A page for every item of the trace, for people and for machines."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from deliberation import milestones, recommendations, translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import EvidenceKind, Outcome, Provenance, Role, Translatable
from tests.support.make import NOON, make_staff
from tests.support.outcomes import TODAY, make_reported, promise, recommend, respond

ON_SQLITE = True

CHAIN = ["s/1", "report/1/f/shared-1-agree", "r/1", "r/1/a/1", "r/1/m/1", "r/1/m/1/e/1"]
CLAUSE = "https://example.org/7"


@pytest.fixture(autouse=True)
def chain(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, statements=[2], findings=["shared-1-agree"], text="Mark <bays> & lines.")
        respond(session, staff, Outcome.ADOPTED, reason="It is **needed**.", legal_url="https://example.org/act")
        promise(session, staff)
        deed: dict[str, Any] = {"staff": staff, "slug": "scooters", "number": 1, "step": 1, "now": NOON}
        milestones.finish(session, done_on=TODAY, **deed)
        milestones.add_evidence(session, title="Clause 7", language="en", url=CLAUSE, kind=EvidenceKind.CLAUSE, **deed)
        recommendations.draft(session, staff=staff, slug="scooters", text="Hidden.", language="en", statements=[3], now=NOON)
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.RECOMMENDATION,
            subject_id=1,
            language="ja",
            text="区画を示す。",
            provenance=Provenance.HUMAN,
        )


def nodes(client: TestClient, path: str) -> dict[str, dict[str, Any]]:
    answered = client.get(f"/c/scooters/{path}")
    assert answered.status_code == 200, path
    assert answered.headers["Content-Type"] == "application/ld+json"
    return {node["alternateName"]: node for node in answered.json()["@graph"]}


def test_each_item_has_a_page_that_leads_to_all_others(client: TestClient) -> None:
    for key in CHAIN:
        page = client.get(f"/c/scooters/{key}")
        assert page.status_code == 200, key
        for other in CHAIN:
            assert f'href="/c/scooters/{other}"' in page.text, (key, other)
        assert page.text.count('<svg class="trace-picture') == 2
        assert f'<link rel="alternate" type="application/ld+json" href="/c/scooters/{key}.jsonld">' in page.text
        assert "Hidden." not in page.text
    assert CLAUSE in client.get("/c/scooters/r/1/m/1/e/1").text
    assert "It is needed." in client.get("/c/scooters/r/1").text  # Markdown as plain text in lists and boxes


@pytest.mark.parametrize(
    "key", ["r/2", "r/0", "r/x", "r/1/a/9", "r/1/m/9", "r/1/m/1/e/9", "report/1/f/split-1", "report/9/f/split-2"]
)
def test_what_is_not_there_or_not_public_is_not_found(client: TestClient, key: str) -> None:
    for path in (key, f"{key}.jsonld"):
        assert client.get(f"/c/scooters/{path}").status_code == 404


def test_machines_read_the_same_trace_with_whole_addresses_and_tagged_languages(client: TestClient) -> None:
    for key in CHAIN:
        found = nodes(client, f"{key}.jsonld")
        assert next(iter(found)) == key
        assert set(CHAIN) <= set(found)
        for before, after in pairwise(CHAIN):
            assert found[before]["@id"] == f"http://testserver/c/scooters/{before}"
            assert found[before]["@id"] in found[after]["wasDerivedFrom"]
            assert found[after]["@id"] in found[before]["ledTo"]
    assert found["r/1"]["text"] == {"en": "Mark <bays> & lines.", "ja": "区画を示す。"}
    assert found["r/1/m/1/e/1"]["source"] == [CLAUSE]
    assert "schema:Legislation" in found["r/1/m/1/e/1"]["@type"]
    assert found["r/1/a/1"]["source"] == ["https://example.org/act"]
    whole = nodes(client, "trace.jsonld")
    assert set(CHAIN) <= set(whole)
    assert "r/2" not in whole
    assert "report/1/f/split-3" in whole


def test_every_term_is_defined_in_the_document_itself(client: TestClient) -> None:
    document = client.get("/c/scooters/trace.jsonld").json()
    context = document["@context"]
    used = set(re.findall(r'"([^"@]+)":', json.dumps(document["@graph"])))
    assert used - {"en", "ja"} <= set(context)
    assert not any(isinstance(value, str) and value.endswith(".jsonld") for value in context.values())


def test_a_program_that_has_it_is_told_so(client: TestClient) -> None:
    first = client.get("/c/scooters/r/1.jsonld")
    again = client.get("/c/scooters/r/1.jsonld", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_item_has_a_feed_of_its_own(client: TestClient) -> None:
    feed = client.get("/c/scooters/r/1/feed.atom").text
    for told in ("Recommendation 1 was published.", "There is evidence for a step", "http://testserver/c/scooters/r/1/m/1/e/1"):
        assert told in feed
    assert "Report 1 was published" not in feed
    feed = client.get("/c/scooters/s/1/feed.atom").text
    assert "Report 1 has a finding about it: What is shared." in feed
    assert "Recommendation 1 was answered: Adopted." in feed
    assert "Recommendation" not in client.get("/c/scooters/s/4/feed.atom").text
    assert client.get("/c/scooters/s/99/feed.atom").status_code == 404


def test_statements_and_recommendations_can_be_followed_alone(client: TestClient) -> None:
    for key, name in (("r/1", "Recommendation 1"), ("s/1", "Statement 1")):
        page = client.get(f"/c/scooters/follow?item={key}")
        assert f"Follow “{name}”" in page.text
        assert f'href="/c/scooters/follow?item={key}"' in client.get(f"/c/scooters/{key}").text
    for key in ("r/2", "r/1/a/1", "x"):
        assert client.get(f"/c/scooters/follow?item={key}").status_code == 404
        assert client.get(f"/c/scooters/webhooks?item={key}").status_code == 404
