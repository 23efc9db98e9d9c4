"""The dashboard as the public, officials and the screen in the hall see it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from deliberation import analyses, conversations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Recommendation, ResponseDraft
from deliberation.values import Role, Stage
from tests.support.make import make_conversation, make_staff
from tests.support.outcomes import make_voted, publish, recommend
from tests.support.pages import words
from web.dashboard_parts import PER_PAGE
from web.http import clock

ON_SQLITE = True
YESTERDAY = clock() - timedelta(days=1)


@pytest.fixture
def scooters(database: Database, tenant: Tenant) -> None:
    """A conversation with a report, and an answer that is a day overdue and begun."""
    with database.write() as session:
        conversation = make_voted(session, tenant)
        analyses.analyse(session, conversations.identify(conversation), clock())
        publish(session, tenant, now=YESTERDAY)
        official = make_staff(session, tenant, Role.OFFICIAL, "roads@example.org")
        recommend(session, official, answer_due_on=clock().date() + timedelta(days=5))
        asked = session.get_one(Recommendation, 1)
        asked.answer_due_on = YESTERDAY.date()
        session.add(asked)
        session.add(ResponseDraft(recommendation_id=1, reason="Not for the public yet", saved_at=clock(), account_id=official.id))
        make_conversation(session, tenant, "library", topic="The library on Sundays", stage=Stage.PROPOSAL)


def test_everybody_sees_every_conversation_and_the_rule_for_small_numbers(client: TestClient, scooters: None) -> None:
    answer = client.get("/dashboard")
    page = words(answer.text)
    assert "set-cookie" not in answer.headers
    for told in (
        "Rules for shared e-scooters",
        "The library on Sundays",
        "24",
        "1 overdue by 1 day",
        "No analysis yet",
        "Where fewer people took part than the conversation’s limit",
        "Agreement is not a mandate",
    ):
        assert told in page, told
    assert "answer begun" not in page
    assert client.head("/dashboard").status_code == 200
    assert client.get("/").text.count('href="/dashboard"') == 2


def test_what_was_asked_for_is_shown_in_the_order_that_was_asked_for(client: TestClient, scooters: None) -> None:
    def listed(query: str) -> list[str]:
        page = client.get(f"/dashboard/figures?{query}").text
        found = {slug: page.find(f'id="d-{slug}"') for slug in ("scooters", "library")}
        return sorted((slug for slug, place in found.items() if place >= 0), key=lambda slug: found[slug])

    assert listed("") == listed("show=all&sort=nothing&stage=none&page=-1") == ["scooters", "library"]
    assert listed("show=open") == listed("stage=opinion") == ["scooters"]
    assert listed("show=overdue") == ["scooters"]
    assert listed("show=overdue&stage=proposal") == []
    assert listed("sort=waiting") == ["library", "scooters"]


def test_the_most_urgent_come_first_and_many_are_paged(
    client: TestClient, database: Database, tenant: Tenant, scooters: None
) -> None:
    with database.write() as session:
        for number in range(PER_PAGE):
            make_conversation(session, tenant, f"planned-{number}", stage=Stage.PROPOSAL)
    first, second = client.get("/dashboard").text, client.get("/dashboard?page=2").text
    assert first.count('class="card deliberation"') == PER_PAGE
    assert second.count('class="card deliberation"') == 2
    assert first.partition('class="card deliberation" ')[2].startswith('id="d-scooters"')
    assert 'rel="next" href="/dashboard?page=2#conversations-title"' in first
    assert 'rel="prev" href="/dashboard#conversations-title"' in second
    assert "Page 2 of 2" in words(client.get("/dashboard?page=900").text)
    assert client.get("/dashboard?screen=wall").text.count('class="slide"') == 1 + PER_PAGE


def test_the_square_says_where_something_is_overdue(client: TestClient, scooters: None) -> None:
    assert words(client.get("/").text).count("1 overdue by 1 day") == 1


def test_officials_see_the_same_figures_and_what_is_not_public_yet(
    client: TestClient, sign_in: Callable[..., TestClient], scooters: None
) -> None:
    theirs, ours = sign_in(Role.OFFICIAL), sign_in(Role.MODERATOR)
    assert "1 answer begun" in words(theirs.get("/dashboard").text)
    assert "Not for the public yet" not in theirs.get("/dashboard").text
    for visitor in (client, ours):
        assert "answer begun" not in visitor.get("/dashboard").text
        assert "answer begun" not in visitor.get("/dashboard/figures").text
    assert "answer begun" not in theirs.get("/dashboard?screen=wall").text
    assert theirs.get("/dashboard/figures?screen=wall").text == client.get("/dashboard/figures?screen=wall").text


def test_the_figures_alone_say_whether_and_since_when_they_hold(client: TestClient, scooters: None) -> None:
    first = client.get("/dashboard/figures")
    assert first.text.startswith('<div id="figures">')
    again = client.get("/dashboard/figures", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["x-as-of"]
    assert client.get("/dashboard/figures?lang=ja", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_the_screen_in_the_hall_speaks_the_language_of_its_address_and_leads_to_the_square(
    client: TestClient, scooters: None
) -> None:
    page = client.get("/dashboard?screen=wall&lang=ja")
    assert page.headers["content-language"] == "ja"
    assert 'id="slide-scooters"' in page.text
    assert 'http-equiv="refresh"' in page.text
    code = client.get("/dashboard/qr.svg")
    assert (code.status_code, code.headers["content-type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "path", ["/dashboard", "/dashboard?screen=wall", "/dashboard/figures", "/dashboard/live", "/dashboard/qr.svg"]
)
def test_without_a_municipality_there_is_none(new_client: Callable[..., TestClient], path: str) -> None:
    assert new_client().get(path).status_code == 404
