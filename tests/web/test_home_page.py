from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Stage
from tests.support.make import make_conversation
from tests.support.pages import words
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
