from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import translations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Statement, Vote, VoteEvent
from deliberation.values import Provenance, Translatable
from tests.support.make import NOON, make_conversation, make_statement
from tests.support.pages import form, vote, words
from web.http import clock

TICKED = 'name="important" value="1" autocomplete="off" checked'


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant, background="They **block** the way.")
        for text in ("Park them in marked bays.", "Forbid them at night."):
            make_statement(session, conversation, text)


def choices(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(Vote.choice)))


def test_the_page_shows_topic_background_one_card_and_three_answers(client: TestClient) -> None:
    page = client.get("/c/scooters")
    assert page.status_code == 200
    text = words(page.text)
    for part in ("Rules for shared e-scooters", "They block the way.", "Agree", "Disagree", "Pass", "0 of 2 answered"):
        assert part in text
    assert ("Park them" in text) != ("Forbid them" in text)


@pytest.mark.parametrize(("choice", "stored"), [("agree", 1), ("pass", 0), ("disagree", -1)])
def test_a_plain_form_counts_and_leads_back_to_the_page(client: TestClient, database: Database, choice: str, stored: int) -> None:
    answer = vote(client, "scooters", choice)
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/scooters")
    assert choices(database) == [stored]
    assert "1 of 2 answered" in words(client.get("/c/scooters").text)


def test_htmx_gets_the_next_card_and_what_was_said(client: TestClient, database: Database) -> None:
    answer = vote(client, "scooters", "agree", htmx=True)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="ballot"')
    assert "you said “Agree”" in words(answer.text)
    assert form(answer.text, "/vote")["statement"] in {"1", "2"}


def test_an_answer_can_be_undone(client: TestClient, database: Database) -> None:
    first = vote(client, "scooters", "agree", htmx=True)
    ballot = form(first.text, "/vote")["ballot"]
    for number in ("1", "2"):
        undone = client.post("/c/scooters/vote", data={"statement": number, "choice": "withdraw", "ballot": ballot})
        assert undone.headers["location"] == f"/c/scooters?statement={number}"
    assert choices(database) == []


def test_a_post_without_a_cookie_sets_one_and_counts(client: TestClient, database: Database) -> None:
    ballot = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
    answer = client.post("/c/scooters/vote", data={"statement": "1", "choice": "agree", "ballot": ballot})
    assert answer.status_code == 303
    assert "hiroba=" in answer.headers["set-cookie"]
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert choices(database) == [1]


def test_two_browsers_are_two_people(new_client: Callable[..., TestClient], database: Database) -> None:
    vote(new_client(), "scooters", "agree", statement="1")
    vote(new_client(), "scooters", "disagree", statement="1")
    assert sorted(choices(database)) == [-1, 1]


def test_a_forged_cookie_is_a_new_visitor(client: TestClient, database: Database) -> None:
    vote(client, "scooters", "agree", statement="1")
    signed = client.cookies["hiroba"]
    client.cookies.clear()
    client.cookies.set("hiroba", "A" + signed[1:])
    assert "0 of 2 answered" in words(client.get("/c/scooters").text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"choice": "maybe"},
        {"choice": ""},
        {"statement": "first"},
        {"statement": "-1"},
        {"statement": "99999999999999999999"},
        {"statement": "0_1"},
        {"statement": "１"},
        {"statement": ["1", "1"]},
        {"choice": ["agree", "agree"]},
        {"important": ["true", "true"]},
        {"ballot": ["0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d", "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9e"]},
        {"ballot": "not-a-uuid"},
        {"ballot": ""},
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_form_that_makes_no_sense_is_refused_and_writes_nothing(
    client: TestClient, database: Database, wrong: dict[str, str | list[str]], htmx: bool
) -> None:
    fields = form(client.get("/c/scooters").text, "/vote") | {"choice": "agree"} | wrong
    answer = client.post("/c/scooters/vote", data=fields, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == 422
    assert choices(database) == []
    assert client.get("/c/scooters/vote").headers["location"] == "/c/scooters"


def test_a_statement_that_is_not_there_cannot_be_voted_on(client: TestClient) -> None:
    answer = vote(client, "scooters", "agree", statement="77", htmx=True)
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#notice"
    assert "can no longer be voted on" in words(answer.text)


def test_a_closed_conversation_says_so_and_offers_no_answers(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        closed = make_conversation(session, tenant, "closed", topic="Old rules", closes_at=NOON - timedelta(days=30))
        make_statement(session, closed)
    page = client.get("/c/closed")
    assert "Closed on" in words(page.text)
    assert 'value="agree"' not in page.text
    ballot = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
    late = client.post("/c/closed/vote", data={"statement": "1", "choice": "agree", "ballot": ballot})
    assert late.status_code == 409
    assert "stopped taking votes" in words(late.text)


def test_my_votes_shows_them_and_lets_me_change_them(client: TestClient, database: Database) -> None:
    vote(client, "scooters", "agree", statement="1")
    page = client.get("/c/scooters/votes")
    assert "Park them in marked bays." in words(page.text)
    changed = client.post("/c/scooters/vote", data=form(page.text, "/vote") | {"choice": "disagree"})
    assert changed.headers["location"] == "/c/scooters/votes"
    assert choices(database) == [-1]
    with database.read() as session:
        assert [event.choice for event in session.exec(select(VoteEvent).order_by(VoteEvent.id))] == [1, -1]


def test_a_statement_is_read_in_the_readers_language_with_the_original_at_hand(
    new_client: Callable[..., TestClient], database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        statement = session.exec(select(Statement).where(Statement.number == 1)).one()
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.STATEMENT,
            subject_id=statement.id or 0,
            language="ja",
            text="決められた場所にとめる。",
            provenance=Provenance.HUMAN,
        )
    page = new_client(language="ja").get("/c/scooters?statement=1").text
    assert '<html lang="ja"' in page
    assert 'lang="ja" tabindex="-1" data-focus>決められた場所にとめる。' in page
    assert 'lang="en">Park them in marked bays.' in page


def test_too_many_votes_in_a_minute_are_slowed_down(client: TestClient, configured: object) -> None:
    page = client.get("/c/scooters").text
    fields = form(page, "/vote") | {"choice": "agree"}
    statuses = {client.post("/c/scooters/vote", data=fields).status_code for _ in range(121)}
    assert statuses == {303, 429}


def test_an_unknown_conversation_is_not_found(client: TestClient) -> None:
    assert client.get("/c/nothing-here").status_code == 404
    ballot = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
    assert client.post("/c/nothing-here/vote", data={"statement": "1", "choice": "agree", "ballot": ballot}).status_code == 404


def test_the_page_is_one_document_one_stylesheet_and_three_scripts_under_sixty_kilobytes(client: TestClient) -> None:
    page = client.get("/c/scooters", headers={"Accept-Encoding": "gzip"})
    files = [part.split('"')[0] for part in page.text.split("/static/")[1:]]
    loaded = [name for name in files if "/icons/" not in f"/{name}"]
    assert sorted(name.partition("?")[0].rpartition(".")[2] for name in loaded) == ["css", "js", "js", "js"]
    sizes = {name: compressed_size(client, f"/static/{name}") for name in loaded}
    assert compressed_size(client, "/c/scooters") + sum(sizes.values()) < 60 * 1024
    assert sum(size for name, size in sizes.items() if ".js" in name and "vendor" not in name) < 15 * 1024


def compressed_size(client: TestClient, address: str) -> int:
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        return sum(map(len, answer.iter_raw()))


@pytest.fixture
def many(database: Database, tenant: Tenant) -> str:
    """A conversation with more statements than a page holds."""
    with database.write() as session:
        conversation = make_conversation(session, tenant, "many")
        for _ in range(70):
            make_statement(session, conversation)
    return "many"


def numbers_of(html: str) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('<template data-statement="')[1:]]


def test_the_page_holds_the_next_cards_and_more_can_be_fetched_that_are_all_different(client: TestClient, many: str) -> None:
    page = client.get("/c/many").text
    held = [int(form(page, "/vote")["statement"]), *numbers_of(page)]
    assert len(set(held)) == 4
    fetched = client.get(f"/c/many/cards?held={','.join(map(str, held))}")
    assert fetched.text.lstrip().startswith('<div id="cards"')
    more = numbers_of(fetched.text)
    assert len(set(more)) == 50
    assert not set(more) & set(held)
    rest = numbers_of(client.get(f"/c/many/cards?held={','.join(map(str, held + more))}").text)
    assert sorted(held + more + rest) == list(range(1, 71))
    ballots = {part.split('"')[0] for part in (page + fetched.text).split('data-ballot="')[1:]}
    assert len(ballots) == 53


@pytest.mark.parametrize("held", ["", "0", "x,-1,1e3,,٣", "9" * 5000, ",".join(["1"] * 5000)])
def test_whatever_a_page_says_it_holds_there_are_cards(client: TestClient, many: str, held: str) -> None:
    answer = client.get("/c/many/cards", params={"held": held})
    assert (answer.status_code, len(numbers_of(answer.text))) == (200, 50)


def test_cards_are_those_that_are_not_answered_and_none_once_it_is_closed(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    vote(client, "scooters", "agree", statement="1")
    assert numbers_of(client.get("/c/scooters/cards").text) == [2]
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "closed", closes_at=NOON - timedelta(days=30)))
    assert client.get("/c/closed/cards").status_code == 409
    assert client.get("/c/nowhere/cards").status_code == client.get("/c/nowhere/pause").status_code == 404


def test_after_the_seventh_and_the_twentieth_answer_there_is_a_pause(client: TestClient, many: str) -> None:
    places = [vote(client, "many", "agree").headers["location"] for _ in range(21)]
    assert [place for place in enumerate(places, start=1) if place[1] != "/c/many"] == [
        (7, "/c/many?pause=7"),
        (20, "/c/many?pause=20"),
    ]
    page = client.get("/c/many?pause=20")
    assert "You have answered 21 statements." in words(page.text)
    assert page.text.index('id="pause"') < page.text.index('value="agree"')
    assert "You have answered 21 statements." in words(client.get("/c/many/pause").text)


def test_answering_again_at_the_seventh_brings_no_second_pause(client: TestClient, many: str) -> None:
    for _ in range(7):
        vote(client, "many", "agree")
    last = client.post("/c/many/vote", data=form(client.get("/c/many").text, "/vote") | {"choice": "withdraw"})
    assert last.status_code == 303
    ballot = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
    again = client.post("/c/many/vote", data={"statement": "1", "choice": "pass", "ballot": ballot, "drawn": "0"})
    assert again.headers["location"] == "/c/many"


def test_a_tick_for_what_matters_is_kept_through_undo_and_shown_among_my_votes(client: TestClient, database: Database) -> None:
    vote(client, "scooters", "agree", statement="1", important="1")
    assert TICKED in client.get("/c/scooters/votes").text
    undone = client.post(
        "/c/scooters/vote",
        data={"statement": "1", "choice": "withdraw", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"},
    )
    page = client.get(undone.headers["location"]).text
    assert "you took back “Agree”" in words(page)
    fields = form(page, "/vote")
    assert (fields["statement"], fields["drawn"]) == ("1", "0")
    assert TICKED in page
    client.post("/c/scooters/vote", data=fields | {"choice": "disagree", "important": "1"})
    with database.read() as session:
        assert [(row.choice, row.important) for row in session.exec(select(Vote))] == [(-1, True)]
    assert 'aria-pressed="true"' in client.get("/c/scooters?statement=1").text


def test_a_conversation_that_is_planned_says_when_voting_opens(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        later = {"opens_at": clock() + timedelta(days=10), "closes_at": clock() + timedelta(days=40)}
        make_conversation(session, tenant, "night-buses", **later)
    text = words(client.get("/c/night-buses").text)
    assert "Voting opens on" in text
    assert "Closed on" not in text
    assert "Be the first to say something" not in text
