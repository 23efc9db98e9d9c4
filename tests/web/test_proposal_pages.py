"""Proposing a topic, supporting it, deciding about it, opening it: as the pages do it."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from deliberation import proposals
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import ProposalState, Role
from tests.support.make import make_conversation
from tests.support.pages import form, links, words

ON_SQLITE = True

TOPIC = "Should the library open on Sundays?"


def propose(client: TestClient, topic: str = TOPIC, **fields: str) -> int:
    answer = client.post("/proposals/new", data={"topic": topic, "why": "", "interest": "education", "area": "", **fields})
    return answer.status_code


@pytest.fixture
def accepted(client: TestClient, tenant: Tenant, sign_in: Callable[..., TestClient]) -> TestClient:
    """The moderator who accepted proposal 1."""
    assert propose(client) == 303
    moderator = sign_in()
    assert (
        moderator.post(
            "/moderate/proposals/1/accept", data=form(moderator.get("/moderate/proposals").text, "/accept")
        ).status_code
        == 303
    )
    return moderator


def test_a_proposal_is_thanked_for_and_seen_by_its_author_alone(
    client: TestClient, tenant: Tenant, new_client: Callable[..., TestClient]
) -> None:
    assert propose(client, why="Families work on Saturdays.") == 303
    assert "A moderator reads your proposal" in words(client.get("/proposals/1").text)
    assert "Waiting for a moderator" in words(client.get("/proposals/1").text)
    stranger = new_client()
    assert stranger.get("/proposals/1").status_code == 404
    assert "Nobody has proposed a topic yet." in words(stranger.get("/proposals").text)


@pytest.mark.parametrize(
    ("topic", "status", "said"),
    [
        ("", 422, "Please write what you would like to talk about."),
        ("🚌🚌🚌", 422, "Please say it in words"),
        ("x" * 10_000, 422, "Your topic has 10,000 characters; the limit is 140."),
        ("<script>alert(1)</script>", 303, ""),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    client: TestClient, tenant: Tenant, topic: str, status: int, said: str
) -> None:
    answer = client.post("/proposals/new", data={"topic": topic, "why": "Because it matters."})
    assert answer.status_code == status
    if status != 303:
        assert said in words(answer.text)
        assert form(answer.text, "/proposals/new") == {"topic": topic, "why": "Because it matters."}
    assert "<script>alert" not in client.get("/proposals/1").text


def test_the_refusal_comes_in_the_readers_language_with_the_text(new_client: Callable[..., TestClient], tenant: Tenant) -> None:
    thai = new_client(language="th")
    answer = thai.post("/proposals/new", data={"topic": " ", "why": "ครอบครัวทำงานวันเสาร์"})
    assert (answer.status_code, answer.headers["content-language"]) == (422, "th")
    assert form(answer.text, "/proposals/new")["why"] == "ครอบครัวทำงานวันเสาร์"


def test_the_language_of_a_proposal_is_recognised(client: TestClient, database: Database, tenant: Tenant) -> None:
    assert propose(client, "ห้องสมุดควรเปิดวันอาทิตย์หรือไม่") == 303
    with database.read() as session:
        assert proposals.get(session, tenant.id, 1).language == "th"


def test_the_same_topic_leads_to_the_proposal_or_the_conversation(
    database: Database, tenant: Tenant, accepted: TestClient, new_client: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    other = new_client()
    again = other.post("/proposals/new", data={"topic": TOPIC.upper()})
    assert (again.status_code, "/proposals/1" in links(again.text)) == (409, True)
    talked = other.post("/proposals/new", data={"topic": "Rules for shared e-scooters"})
    assert (talked.status_code, "/c/scooters" in links(talked.text)) == (409, True)


def test_too_many_proposals_wait_with_the_text_kept(client: TestClient, tenant: Tenant) -> None:
    assert [propose(client, f"Topic number {number}") for number in range(5)] == [303] * 5
    sixth = client.post("/proposals/new", data={"topic": "Topic number six"})
    assert sixth.status_code == 429
    assert form(sixth.text, "/proposals/new")["topic"] == "Topic number six"


def test_support_is_counted_once_and_taken_back_with_and_without_scripts(
    accepted: TestClient, new_client: Callable[..., TestClient]
) -> None:
    kim = new_client()
    for _ in range(2):
        assert kim.post("/proposals/1/support", data={"support": "yes"}).headers["location"] == "/proposals/1"
    assert "2 people support it Supported. Take it back" in words(kim.get("/proposals").text)
    back = kim.post("/proposals/1/support", data={"support": "no"}, headers={"HX-Request": "true"})
    assert back.text.lstrip().startswith('<div class="support" id="support-1">')
    assert "1 person supports it I want to talk about this" in words(back.text)
    assert kim.post("/proposals/1/support", data={"support": "maybe"}).status_code == 422
    assert kim.post("/proposals/9/support", data={"support": "yes"}).status_code == 404


def test_a_declined_proposal_tells_its_author_why(client: TestClient, tenant: Tenant, sign_in: Callable[..., TestClient]) -> None:
    propose(client)
    moderator = sign_in()
    seen = form(moderator.get("/moderate/proposals").text, "/decline")
    missing = moderator.post("/moderate/proposals/1/decline", data=seen | {"note": "Ask the state."})
    assert missing.status_code == 422
    assert "Please choose a reason." in words(missing.text)
    assert form(missing.text, "/decline")["note"] == "Ask the state."
    assert (
        moderator.post("/moderate/proposals/1/decline", data=seen | {"note": "Ask the state.", "reason": "off_topic"}).status_code
        == 303
    )
    told = words(client.get("/proposals/1").text)
    assert "The reason: The municipality cannot decide this. Ask the state." in told


def test_two_moderators_at_once_are_told(accepted: TestClient) -> None:
    late = accepted.post("/moderate/proposals/1/accept", data={"seen": "pending"})
    assert late.status_code == 409
    assert "decided meanwhile" in words(late.text)


def test_an_administrator_opens_what_was_proposed(
    client: TestClient, database: Database, tenant: Tenant, accepted: TestClient, sign_in: Callable[..., TestClient]
) -> None:
    admin = sign_in(Role.ADMIN)
    assert "/admin/new?proposal=1" in links(admin.get("/proposals/1").text)
    fields = form(admin.get("/admin/new?proposal=1").text, "/admin/new")
    assert (fields["topic"], fields["proposal"]) == (TOPIC, "1")
    sent = fields | {"slug": "library", "language": "en", "moderation": "pre"}
    assert admin.post("/admin/new", data=sent).headers["location"] == "/admin/c/library"
    told = words(client.get("/proposals/1").text)
    assert f"It became this conversation: {TOPIC} You supported it." in told
    assert "/proposals/1" in links(client.get("/c/library").text)
    with database.read() as session:
        assert proposals.get(session, tenant.id, 1).state == ProposalState.OPENED
    assert admin.post("/admin/new", data=sent | {"slug": "library-2"}).status_code == 409
    assert admin.get("/admin/new?proposal=77").status_code == 404


@pytest.mark.parametrize("query", ["?page=0", "?page=999999999", "?state=pending", "?interest=cheese", "?page=2"])
def test_no_choice_shows_what_is_not_public(accepted: TestClient, client: TestClient, query: str) -> None:
    propose(client, "Something else entirely")
    page = client.get(f"/proposals{query}")
    assert page.status_code == 200
    assert "Something else entirely" not in words(page.text)


# Areas, places and sites, as administrators set them


def test_areas_are_named_renamed_and_removed(tenant: Tenant, sign_in: Callable[..., TestClient]) -> None:
    admin = sign_in(Role.ADMIN)
    added = {"name": "북항", "language": "ko", "slug": "north"}
    assert admin.post("/admin/areas", data=added).status_code == 303
    assert "북항" in words(admin.get("/admin/areas").text)
    assert admin.post("/admin/areas", data=added).status_code == 409
    assert admin.post("/admin/areas/north", data={"name": "", "language": "ko"}).status_code == 422
    assert admin.post("/admin/areas/north", data={"name": "North", "language": "en"}).status_code == 303
    assert admin.post("/admin/areas/north/remove").status_code == 303
    assert admin.post("/admin/areas/north/remove").status_code == 404


def test_a_conversation_is_placed_and_found_there(
    database: Database, tenant: Tenant, client: TestClient, sign_in: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    admin = sign_in(Role.ADMIN)
    admin.post("/admin/areas", data={"name": "North", "language": "en", "slug": "north"})
    sent = {"areas": "north", "interests": ["transport", "safety"]}
    assert admin.post("/admin/c/scooters/places", data=sent).status_code == 303
    assert "Safety Transport North" in words(client.get("/?area=north").text)
    in_use = admin.post("/admin/areas/north/remove")
    assert (in_use.status_code, "is in use" in words(in_use.text)) == (409, True)
    assert admin.post("/admin/c/scooters/places", data={"interests": "cheese"}).status_code == 422
    assert admin.post("/admin/c/scooters/places", data={"areas": "nowhere"}).status_code == 404


def test_the_authors_own_page_shows_what_became_of_it(client: TestClient, accepted: TestClient) -> None:
    assert f"My proposals {TOPIC} Looking for support Proposal 1" in words(client.get("/me").text)
