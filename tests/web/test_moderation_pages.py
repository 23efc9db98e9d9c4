import re
from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import conversations, moderation, queues, statements
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Account, ModerationDecision, Statement
from deliberation.values import Reason, Role, StatementState
from tests.support.make import NOON, make_conversation, make_staff, make_statement

ON_SQLITE = True

SignIn = Callable[..., TestClient]
HTMX = {"HX-Request": "true"}
CARD = "/moderate/c/scooters/1"


@pytest.fixture
def shared(database: Database, tenant: Tenant) -> int:
    """A statement that waits, and its number."""
    with database.write() as session:
        row = make_conversation(session, tenant)
        number = statements.share(
            session, municipality_id=tenant.id, slug="scooters", person="mei" * 4, text="Park <in> bays.", language="en", now=NOON
        ).number
        make_statement(session, row, "Scooters should be parked in bays.", language="en")
        return number


def state(database: Database, number: int = 1) -> StatementState:
    with database.read() as session:
        return session.exec(select(Statement.state).where(Statement.number == number)).one()


def decisions(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(ModerationDecision)).all())


def test_the_queue_shows_a_card_with_everything_that_can_be_done(sign_in: SignIn, shared: int) -> None:
    page = sign_in().get("/moderate")
    assert page.status_code == 200
    assert "1 statement waits for a decision." in page.text
    assert 'lang="en">Park &lt;in&gt; bays.' in page.text
    assert set(re.findall(r'action="/moderate/c/scooters/1/(\w+)"', page.text)) == {"accept", "reject", "merge", "ban"}
    assert "Merge into statement 2" in page.text


def test_an_empty_queue_says_so(sign_in: SignIn, tenant: Tenant) -> None:
    page = sign_in().get("/moderate")
    assert page.status_code == 200
    assert "Nothing waits for a decision" in page.text


def test_a_plain_form_leads_back_to_where_one_was_with_a_notice(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    answer = browser.post(f"{CARD}/accept", data={"seen": "pending", "back": "/moderate?conversation=scooters"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderate?conversation=scooters")
    assert "The statement is accepted." in browser.get(answer.headers["location"]).text
    assert state(database) == StatementState.ACCEPTED


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/moderate\\x", "/me", "/moderate x"])
def test_a_form_leads_nowhere_but_to_the_moderators_pages(sign_in: SignIn, shared: int, database: Database, back: str) -> None:
    assert sign_in().post(f"{CARD}/accept", data={"back": back}).status_code == 422
    assert state(database) == StatementState.PENDING


def test_htmx_gets_the_result_with_a_way_to_undo_it_and_the_new_count(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    answer = browser.post(f"{CARD}/reject", data={"reason": "off_topic", "note": "Elsewhere."}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count('id="m-scooters-1"') == 1
    assert "Rejected" in answer.text
    assert "It is about something else" in answer.text
    assert "Elsewhere." in answer.text
    assert re.search(r'id="waiting" hx-swap-oob="true">Nothing waits', answer.text)
    [undo] = re.findall(r'hx-post="(/moderate/decisions/\d+/undo)"', answer.text)
    undone = browser.post(undo, headers=HTMX)
    assert undone.status_code == 200
    assert "1 statement waits" in undone.text
    assert f'action="{CARD}/accept"' in undone.text
    assert state(database) == StatementState.PENDING


def test_a_rejection_without_a_reason_comes_back_with_the_note_that_was_typed(
    sign_in: SignIn, shared: int, database: Database
) -> None:
    for headers in ({}, HTMX):
        answer = sign_in().post(f"{CARD}/reject", data={"reason": "", "note": "My <note>"}, headers=headers)
        assert answer.status_code == 422
        assert "Please fill this in." in answer.text
        assert "My &lt;note&gt;</textarea>" in answer.text
        assert ("<html" in answer.text) == (not headers)
    assert state(database) == StatementState.PENDING


@pytest.mark.parametrize(
    ("form", "data", "status", "says"),
    [
        ("reject", {"reason": "because"}, 422, "not one of the possible answers"),
        ("reject", {"reason": "spam", "note": "x" * 501}, 422, "too long"),
        ("merge", {"into": ""}, 422, "Please fill this in."),
        ("merge", {"into": "two"}, 422, "whole number"),
        ("merge", {"into": "99"}, 422, "There is no statement 99"),
        ("merge", {"into": "-1"}, 422, "This number is too small or too large."),
        ("merge", {"into": "1"}, 409, "cannot be merged here"),
        ("ban", {}, 422, "Please fill this in."),
        ("accept", {"seen": "accepted"}, 409, "decided meanwhile"),
        ("accept", {"seen": "whatever"}, 422, "not one of the possible answers"),
        ("unban", {}, 409, "stands so already"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_card_and_nothing_is_written(
    sign_in: SignIn, shared: int, database: Database, form: str, data: dict[str, str], status: int, says: str
) -> None:
    answer = sign_in().post(f"{CARD}/{form}", data=data, headers=HTMX)
    assert answer.status_code == status
    assert says in answer.text
    assert 'id="m-scooters-1"' in answer.text
    assert decisions(database) == 0


def test_a_double_click_is_refused_and_shows_how_it_stands(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    assert [browser.post(f"{CARD}/accept", headers=HTMX).status_code for _ in range(3)] == [200, 409, 409]
    assert decisions(database) == 1
    again = browser.post(f"{CARD}/accept")
    assert again.status_code == 409
    assert "Here is how it stands now." in again.text
    assert "Accepted" in again.text


def test_undoing_twice_is_refused(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    browser.post(f"{CARD}/accept")
    [undo] = re.findall(r'action="(/moderate/decisions/\d+/undo)"', browser.get("/moderate/decisions").text)
    assert browser.post(undo, data={"back": "/moderate/decisions"}).headers["location"] == "/moderate/decisions"
    assert "This was undone later." in browser.get("/moderate/decisions").text
    assert browser.post(undo).status_code == 409
    refused = browser.post(undo, headers=HTMX)
    assert (refused.status_code, refused.headers["hx-retarget"]) == (409, "#notice")


def test_an_excluded_author_reads_why_and_can_be_let_in_again(
    sign_in: SignIn, client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    client.get("/c/scooters")
    client.post("/c/scooters/statements", data={"text": "Buy now."})
    browser = sign_in()
    answer = browser.post(f"{CARD}/ban", data={"reason": "spam", "note": "Again and again."}, headers=HTMX)
    assert answer.status_code == 200
    assert f'action="{CARD}/unban"' in answer.text
    mine = client.get("/me").text
    assert "You are excluded from a conversation" in mine
    assert "It is advertising or was sent many times. Again and again." in re.sub(r"(<[^>]+>|\s)+", " ", mine)
    assert client.post("/c/scooters/statements", data={"text": "Buy more."}).status_code == 403
    assert browser.post(f"{CARD}/unban").status_code == 303
    assert "You are excluded" not in client.get("/me").text


def test_an_author_reads_state_reason_and_what_their_statement_was_merged_into(
    sign_in: SignIn, client: TestClient, database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
    client.get("/c/scooters")
    for text in ("One.", "Two."):
        client.post("/c/scooters/statements", data={"text": text})
    browser = sign_in()
    browser.post("/moderate/c/scooters/2/reject", data={"reason": "insulting", "note": "Please say it kindly."})
    browser.post("/moderate/c/scooters/3/merge", data={"into": "1"})
    mine = client.get("/me").text
    for words in (
        "Rejected",
        "It insults or threatens somebody",
        "Please say it kindly.",
        "Merged",
        "It was merged with statement 1",
    ):
        assert words in mine


def test_statements_can_be_decided_about_anew_by_their_state(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    page = browser.get("/moderate/c/scooters").text
    assert 'id="m-scooters-2"' in page
    assert 'id="m-scooters-1"' not in page
    assert 'name="seen" value="accepted"' in page
    data = {"seen": "accepted", "reason": "spam", "back": "/moderate/c/scooters"}
    assert browser.post("/moderate/c/scooters/2/reject", data=data).headers["location"] == "/moderate/c/scooters"
    assert state(database, 2) == StatementState.REJECTED
    assert 'id="m-scooters-2"' in browser.get("/moderate/c/scooters?state=rejected").text


def test_pages_follow_one_another_without_a_gap(sign_in: SignIn, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        row = make_conversation(session, tenant)
        for _ in range(queues.PAGE + 1):
            make_statement(session, row, state=StatementState.PENDING)
    browser = sign_in()
    first = browser.get("/moderate").text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = browser.get(following.replace("&amp;", "&")).text
    cards = [set(re.findall(r'<article class="card statement" id="m-scooters-(\d+)"', page)) for page in (first, second)]
    assert [len(each) for each in cards] == [queues.PAGE, 1]
    assert cards[0].isdisjoint(cards[1])


def test_the_queue_of_one_conversation_shows_only_that(sign_in: SignIn, shared: int, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "pier"), state=StatementState.PENDING)
    page = sign_in().get("/moderate?conversation=pier").text
    assert 'id="m-pier-1"' in page
    assert 'id="m-scooters-1"' not in page
    assert "2 statements wait" in page


ADDRESSES = [
    "/moderate",
    "/moderate/decisions",
    "/moderate/c/scooters",
    CARD,
    *(f"{CARD}/{form}" for form in ("accept", "reject", "merge", "ban", "unban")),
    "/moderate?conversation=scooters",
    "/moderate/decisions?conversation=scooters",
    "/moderate/c/scooters?state=pending",
    "/moderate/c/scooters?state=merged&after=1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_for_moderators_and_administrators_only(
    sign_in: SignIn, client: TestClient, shared: int, address: str
) -> None:
    for role in (Role.MODERATOR, Role.ADMIN):
        assert sign_in(role).get(address).status_code == 200
    for browser in (client, sign_in(Role.OFFICIAL)):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize("language", ["en", "ja", "th", "zh-Hant"])
def test_every_page_opens_in_other_languages(sign_in: SignIn, shared: int, language: str) -> None:
    browser = sign_in(language=language)
    assert {browser.get(address).status_code for address in ADDRESSES} == {200}


@pytest.mark.parametrize(
    "address",
    [
        "/moderate?conversation=nowhere",
        "/moderate?after=x",
        "/moderate/decisions?conversation=nowhere",
        "/moderate/decisions?before=x",
        "/moderate/c/nowhere",
        "/moderate/c/scooters?state=lost",
        "/moderate/c/scooters?after=-1",
        "/moderate/c/scooters/99",
        "/moderate/c/scooters/x",
        f"{CARD}/anything",
        f"{CARD}/Accept",
        "/moderate/c/scooters/" + "9" * 40,
    ],
)
def test_what_is_not_there_is_not_found(sign_in: SignIn, shared: int, address: str) -> None:
    assert sign_in().get(address).status_code == 404


def test_a_moderator_of_another_municipality_sees_and_changes_nothing(
    sign_in: SignIn, shared: int, database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant, email="here@example.org")
        number = conversations.get(session, tenant.id, "scooters").id
        assert number is not None
        step = moderation.reject(
            session, staff=staff, slug="scooters", number=2, reason=Reason.SPAM, seen=StatementState.ACCEPTED, now=NOON
        )
    foreign = sign_in(of=other_tenant)
    assert "Park" not in foreign.get("/moderate").text
    assert "Park" not in foreign.get("/moderate/decisions").text
    assert foreign.get(CARD).status_code == 404
    assert foreign.get("/moderate/c/scooters").status_code == 404
    for form, data in (
        ("accept", {}),
        ("reject", {"reason": "spam"}),
        ("merge", {"into": "2"}),
        ("ban", {"reason": "spam"}),
        ("unban", {}),
    ):
        assert foreign.post(f"{CARD}/{form}", data=data).status_code == 404
    assert foreign.post(f"/moderate/decisions/{step.id}/undo").status_code == 404
    assert (state(database), state(database, 2), decisions(database)) == (StatementState.PENDING, StatementState.REJECTED, 1)


def test_moderators_see_no_names(sign_in: SignIn, shared: int, database: Database) -> None:
    browser = sign_in()
    for address in ADDRESSES:
        assert "meimeimeimei" not in browser.get(address).text
    with database.read() as session:
        assert session.exec(select(Account)).one().email in browser.get("/moderate").text
