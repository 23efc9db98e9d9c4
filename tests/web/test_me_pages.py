"""My page, the code for another device, following, and erasing, as a browser without scripts meets them."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from deliberation import accounts, recovery, statements
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Participant, Person, Subscription, Vote
from deliberation.translations import put
from deliberation.values import Choice, Outcome, Provenance, Role, StatementState, Translatable
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.outcomes import analyse, make_voted, publish, recommend, respond
from tests.support.pages import form, links, vote, words
from web.http import clock
from web.settings import Settings

ON_SQLITE = True


@pytest.fixture
def configured(configured: Settings) -> Settings:
    return replace(configured, smtp_url="smtp://127.0.0.1:1?from=hiroba@example.org", base_url="http://testserver")


def voted(client: TestClient, database: Database, tenant: Tenant, choice: str = "agree") -> None:
    with database.write() as session:
        if not session.exec(select(func.count()).select_from(Vote)).one():
            conversation = make_conversation(session, tenant)
            for _ in range(3):
                make_statement(session, conversation)
    assert vote(client, "scooters", choice).status_code == 303


def code_shown(client: TestClient) -> str:
    page = client.post("/me/code")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r"<code>([0-9A-Z-]+)</code>", page.text)
    assert found
    return found[1]


def person_of(database: Database) -> str:
    with database.read() as session:
        found = session.exec(select(Participant.person_id).where(col(Participant.person_id).is_not(None))).one()
    assert found is not None
    return found


def test_my_page_tells_what_became_of_what_i_said(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
    vote(client, "scooters", "pass")
    with database.read() as session:
        me = session.exec(select(Participant).order_by(col(Participant.id).desc())).first()
    assert me is not None
    with database.write() as session:
        for number in range(1, 7):
            answer(session, tenant, "scooters", me.person_id or "", number, Choice.AGREE if number < 3 else Choice.PASS)
        mine = make_statement(session, conversation, "Mine was accepted.", author_id=me.id, decided_at=NOON)
        answer(session, tenant, "scooters", "scooters 3", mine.number, Choice.DISAGREE)
        make_statement(
            session,
            conversation,
            "Mine was merged.",
            author_id=me.id,
            state=StatementState.MERGED,
            merged_into_id=mine.id,
            decided_at=NOON,
        )
        rejected = make_statement(
            session,
            conversation,
            "Mine was rejected.",
            author_id=me.id,
            state=StatementState.REJECTED,
            note="Please be kind.",
            decided_at=NOON,
        )
        assert rejected.id is not None
        put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.NOTE,
            subject_id=rejected.id,
            language="ja",
            text="優しくしてください。",
            provenance=Provenance.HUMAN,
        )
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant)
        staff = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        recommend(session, staff, statements=[1, mine.number])
        respond(session, staff, Outcome.PARTLY, reason="Half of it can be done.")
    page = words(client.get("/me").text)
    assert "Accepted on June 1, 2026" in page
    assert "It was merged with statement 7; the votes count there." in page
    assert "Please be kind." in page
    assert page.count("Half of it can be done.") == 3  # of mine, of what was merged into it, and of what I agreed with
    assert "You agreed with this statement: 1" in page
    assert "Promised for" in page
    assert "1 vote" in page
    assert "優しくしてください。" in words(client.get("/me?lang=ja").text)
    assert "New since your last visit A recommendation that rests on what you wrote was answered." in page
    sent = client.post("/me/read", data=form(client.get("/me").text, "/me/read"))
    assert (sent.status_code, sent.headers["location"]) == (303, "/me")
    assert "New since your last visit" not in client.get("/me").text
    assert client.post("/me/read", data={"until": "soon"}).status_code == 422
    with database.write() as session:
        respond(session, staff, Outcome.ADOPTED, reason="All of it can be done.", now=clock() + timedelta(seconds=2))
    assert "New since your last visit" in client.get("/me").text


def test_my_group_is_shown_from_snapshot_to_snapshot(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
    vote(client, "scooters", "pass")
    with database.read() as session:
        me = session.exec(select(Participant.person_id).order_by(col(Participant.id).desc())).first()
    assert "My opinion group" not in client.get("/me").text
    with database.write() as session:
        for number in range(1, 7):
            choice = Choice.AGREE if number == 1 or number % 2 else Choice.DISAGREE
            answer(session, tenant, "scooters", me or "", number, choice)
        joined = session.exec(select(Participant.joined_at).order_by(col(Participant.id).desc())).first()
        assert joined is not None
    analyse(database, conversation, joined)
    assert re.search(r"My opinion group .* Since \w+ \d+, \d+ .?Group [AB]", words(client.get("/me").text))


def test_a_group_too_small_to_be_published_is_not_told(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant, publication_minimum=100)
    vote(client, "scooters", "agree")
    analyse(database, conversation, clock())
    assert "In no group that is shown" in words(client.get("/me").text)


def test_my_page_asks_the_database_little_however_much_i_said(client: TestClient, database: Database, tenant: Tenant) -> None:
    def queries(few: int) -> int:
        with database.write() as session:
            conversation = make_conversation(session, tenant, f"topic-{few}")
            for _ in range(few):
                make_statement(session, conversation)
        for _ in range(few):
            vote(client, f"topic-{few}", "agree")
        asked: list[str] = []
        engine = client.app.state.services.database.reader  # type: ignore[attr-defined]
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        assert client.get("/me").status_code == 200
        event.remove(engine, "before_cursor_execute", listen)
        return len(asked)

    first = queries(2)
    assert first < 40
    assert queries(20) <= first + 4  # another conversation has a few of its own


def test_a_code_makes_another_browser_the_same_person(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    voted(client, database, tenant)
    code = code_shown(client)
    other = new_client()
    answered = other.post("/me/recover", data={"code": code.lower()})
    assert (answered.status_code, answered.headers["location"]) == (303, "/me")
    page = words(other.get("/me").text)
    assert "This device is yours now" in page
    assert "1 vote" in page
    vote(other, "scooters", "disagree")
    assert "2 votes" in words(client.get("/me").text)
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(Participant)).one() == 1


def test_what_the_other_browser_had_said_counts_once(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    voted(client, database, tenant)
    other = new_client()
    voted(other, database, tenant, "disagree")
    other.post("/me/recover", data={"code": code_shown(client)})
    assert "nothing counts twice" in words(other.get("/me").text)
    with database.read() as session:
        counted = session.exec(select(Vote.participant_id).distinct()).all()
        assert len(counted) == 1


@pytest.mark.parametrize("typed", ["", "ABC", "H5M-D2X-H1B-S76-BMK-V2R"])
def test_a_wrong_code_comes_back_with_what_was_typed(client: TestClient, database: Database, tenant: Tenant, typed: str) -> None:
    page = client.post("/me/recover", data={"code": typed})
    assert page.status_code == 422
    assert form(page.text, "/me/recover") == {"code": typed}
    assert 'aria-invalid="true"' in page.text


def test_codes_cannot_be_tried_out_and_typing_errors_are_no_tries(client: TestClient, tenant: Tenant) -> None:
    def tried(secret: str) -> int:
        return client.post("/me/recover", data={"code": secret + recovery.check_of(secret)}).status_code

    assert {client.post("/me/recover", data={"code": "ABC"}).status_code for _ in range(25)} == {422}
    answers = [tried(f"{number:016d}") for number in range(25)]
    assert answers == [422] * 20 + [429] * 5


def test_nobody_without_votes_gets_a_code(client: TestClient, tenant: Tenant) -> None:
    page = client.post("/me/code")
    assert page.status_code == 409
    assert "There is nothing to take along yet" in page.text
    assert client.get("/me/code").headers["location"] == "/me"


def test_a_code_of_another_municipality_is_unknown(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    voted(client, database, tenant)
    there = new_client("mountain.test")
    assert there.post("/me/recover", data={"code": code_shown(client)}).status_code == 422


def test_following_says_the_same_whatever_is_known_of_an_address(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    seen = []
    for email in ("mei@example.org", "new@example.org"):
        for _ in range(2):
            answered = client.post("/c/scooters/follow", data={"email": email}, headers={"HX-Request": "true"})
            seen.append((answered.status_code, answered.text))
            with database.write() as session:
                for row in session.exec(select(Subscription).where(Subscription.email == "mei@example.org")):
                    row.confirmed_at = NOON
                    session.add(row)
    assert len(set(seen)) == 1
    assert "a link is on its way" in seen[0][1]


def test_an_address_gets_three_mails_a_day_at_most(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    answers = [client.post("/c/scooters/follow", data={"email": "mei@example.org"}).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]
    page = client.post("/c/scooters/follow", data={"email": "mei@example.org"})
    assert form(page.text, "/c/scooters/follow")["email"] == "mei@example.org"


def test_what_is_no_address_comes_back(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    page = client.post("/c/scooters/follow", data={"email": '"><script>@x'})
    assert page.status_code == 422
    assert form(page.text, "/c/scooters/follow")["email"] == '"><script>@x'
    assert "<script>@x" not in page.text
    assert client.post("/c/nowhere/follow", data={"email": "mei@example.org"}).status_code == 404


def followed(client: TestClient, database: Database, tenant: Tenant, slug: str = "scooters") -> str:
    with database.write() as session:
        make_conversation(session, tenant, slug)
    client.post(f"/c/{slug}/follow", data={"email": "mei@example.org"})
    with database.read() as session:
        found = session.exec(select(Subscription).order_by(col(Subscription.id).desc())).first()
    assert found is not None
    return found.token


def confirmed(database: Database) -> list[bool]:
    with database.read() as session:
        return [row.confirmed_at is not None for row in session.exec(select(Subscription).order_by(col(Subscription.id)))]


def test_opening_a_link_decides_nothing_and_the_button_does(client: TestClient, database: Database, tenant: Tenant) -> None:
    token = followed(client, database, tenant)
    for path in ("", "/confirm", "/stop", "/stop-all"):
        assert client.get(f"/following/{token}{path}").status_code in {200, 303}
    assert confirmed(database) == [False]
    page = client.get(f"/following/{token}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert form(page.text, "/confirm") == {}
    assert client.post(f"/following/{token}/confirm").headers["location"] == "/c/scooters"
    assert "From now on we write to you" in words(client.get("/c/scooters").text)
    assert confirmed(database) == [True]
    client.post(f"/following/{token}/stop")
    assert confirmed(database) == []
    assert client.get(f"/following/{token}").status_code == 404


def test_one_click_of_a_mail_program_ends_everything(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    token = followed(client, database, tenant)
    followed(client, database, tenant, "trees")
    robot, headers = new_client(), {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert robot.post(f"/following/{token}/stop", headers=headers).status_code == 403
    for _ in range(2):
        done = robot.post(f"/following/{token}/stop-all", data={"List-Unsubscribe": "One-Click"}, headers=headers)
        assert done.status_code == 200
    assert confirmed(database) == []


def test_without_mail_the_box_offers_the_feed(
    client: TestClient, database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
    assert "/follow" in client.get("/c/scooters").text
    running = client.app.state.services  # type: ignore[attr-defined]
    monkeypatch.setattr(running, "settings", replace(running.settings, smtp_url=None))
    page = client.get("/c/scooters")
    assert "No mail is sent from here yet" in page.text
    assert "/c/scooters/feed.atom?lang=en" in links(page.text)
    assert client.post("/c/scooters/follow", data={"email": "mei@example.org"}).status_code == 409


def test_my_data_is_everything_about_me_and_nobody_else(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    voted(client, database, tenant)
    voted(new_client(), database, tenant)
    shared = form(client.get("/c/scooters").text, "/statements") | {"text": "Park them in rows."}
    client.post("/c/scooters/statements", data=shared)
    token = followed(client, database, tenant, "trees")
    client.post(f"/following/{token}/confirm")
    code_shown(client)
    answered = client.get("/me/data.json")
    assert answered.headers["Content-Disposition"].startswith("attachment")
    found = json.loads(answered.text)
    (scooters,) = found["conversations"]
    assert [one["text"] for one in scooters["statements"]] == ["Park them in rows."]
    assert len(scooters["votes"]) == 2
    assert {vote["choice"] for vote in scooters["history_of_votes"]} == {"agree"}
    assert found["follows"][0]["email"] == "mei@example.org"
    assert found["recovery_code"] is not None
    nothing = json.loads(new_client().get("/me/data.json").text)
    assert nothing["person"] is None
    assert nothing["conversations"] == []


def test_erasing_says_what_happens_asks_and_leaves_nothing(client: TestClient, database: Database, tenant: Tenant) -> None:
    voted(client, database, tenant)
    shared = form(client.get("/c/scooters").text, "/statements") | {"text": "Park them in rows."}
    client.post("/c/scooters/statements", data=shared)
    me = person_of(database)
    asked = words(client.get("/me/erase").text)
    assert "2 votes, as those of somebody new" in asked
    assert "Park them in rows." in asked
    for sent, missing in (({}, "Please tick the box first"), ({"sure": "yes"}, "Please choose what becomes of your statements.")):
        page = client.post("/me/erase", data=sent)
        assert page.status_code == 422
        assert missing in words(page.text)
    done = client.post("/me/erase", data={"sure": "yes", "texts": "remove"})
    assert done.status_code == 200
    assert done.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "hiroba" not in client.cookies
    assert "Your data is erased" in words(done.text)
    with database.read() as session:
        assert session.get(Person, me) is None
        assert statements.get(session, tenant.id, "scooters", 4).text == "(Removed by its author)"
        assert session.exec(select(func.count()).select_from(Vote)).one() == 2
    assert "You have not voted yet." in client.get("/me").text
    assert client.post("/me/erase", data={"sure": "yes"}).status_code == 409


def test_staff_are_signed_out_by_erasing(sign_in: Callable[..., TestClient], database: Database, tenant: Tenant) -> None:
    browser = sign_in(Role.ADMIN)
    voted(browser, database, tenant)
    assert browser.post("/me/erase", data={"sure": "yes"}).status_code == 200
    assert browser.get("/admin").status_code == 403
    with database.read() as session:
        assert accounts.signed_in(session, tenant.id, 1, NOON) is not None
