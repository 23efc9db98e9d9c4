"""Without a network: what can still be read and said, and that everything arrives once, in order, when the network is back."""

import re
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlmodel import col, select

from deliberation import conversations, municipalities
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Statement, Vote, VoteEvent
from deliberation.values import StatementState
from tests.browser.site import database_in
from tests.browser.visitors import LOST, Visitors
from tests.support.make import make_conversation, make_statement, make_tenant
from tests.support.server import Hiroba, wait_for
from web.http import clock

pytestmark = pytest.mark.browser

STATEMENTS = 12
MANY = 200
CUT = (LOST, "Failed to fetch", "status of 5")
_numbers = count(1)


class Town:
    """A server that goes and comes back at the same address. `database` is its own, looked at from outside."""

    def __init__(self, data_dir: Path, database: Database) -> None:
        self.data_dir, self.database = data_dir, database
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        self.start()

    def start(self, **environment: str) -> None:
        self.server = Hiroba(self.data_dir, "serve", "--port", self._port, HIROBA_COMPUTE="inline", **environment)
        self.address = self.server.address

    def kill(self) -> None:
        """As a power cut does it."""
        if self.server.process.poll() is None:
            self.server.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            make_tenant(session)
        opened = Town(data_dir, database)
        yield opened
        opened.kill()


@pytest.fixture
def new_conversation(town: Town) -> Callable[[int], str]:
    def new(statements: int) -> str:
        slug = f"scooters-{next(_numbers)}"
        with town.database.write() as session:
            conversation = make_conversation(session, municipalities.everyone(session)[0], slug)
            for _ in range(statements):
                make_statement(session, conversation)
        return slug

    return new


@pytest.fixture
def slug(new_conversation: Callable[[int], str]) -> str:
    return new_conversation(STATEMENTS)


@pytest.fixture
def page(visit: Visitors, town: Town, slug: str) -> Page:
    """A resident with the conversation on their device."""
    page = visit(town.address)
    install(page, slug)
    return page


def install(page: Page, slug: str) -> None:
    """Look at the conversation until everything for times without a network is on the device."""
    page.goto(f"/c/{slug}")
    paths = ["/offline", "/", f"/c/{slug}", f"/c/{slug}/cards", f"/c/{slug}/map", "/me"]
    until(page, "paths => Promise.all(paths.map(path => caches.match(path))).then(found => found.every(Boolean))", paths)
    until(page, "() => navigator.serviceWorker.controller !== null")


def all_is_sent(page: Page) -> None:
    """Also after a few tries in vain, between which the pause grows."""
    expect(status(page)).to_have_text("Everything that waited has been sent.", timeout=60_000)


def nothing_waits(page: Page) -> None:
    until(page, "() => outbox.waiting().then(entries => !entries.length)")


def until(page: Page, condition: str, arg: Any = None) -> None:
    """Wait for a condition that a page knows."""
    eventually(page, lambda: page.evaluate(condition, arg), condition)


def eventually(page: Page, condition: Callable[[], bool], what: str) -> None:
    """Wait while the page goes on."""
    wait_for(lambda: condition() or page.wait_for_timeout(50) is not None, what)


def press(page: Page, answer: str) -> None:
    """Answer the card that is shown, and wait for the next one."""
    shown = page.locator("#ballot-title").inner_text()
    page.get_by_role("button", name=answer, exact=True).click()
    expect(page.locator("#ballot-title")).not_to_have_text(shown)
    page.wait_for_timeout(450)  # a card that has only just come takes no answer


def say(page: Page, text: str) -> None:
    page.get_by_label("Your statement").fill(text)
    page.get_by_role("button", name="Share statement").click()


def number(page: Page) -> int:
    expect(page.locator("#ballot-title")).to_have_text(re.compile(r"Statement \d+"))
    return int(page.locator("#ballot-title").inner_text().removeprefix("Statement "))


def status(page: Page) -> Any:
    return page.locator(".outbox-status")


def said(town: Town, slug: str) -> list[tuple[int, int]]:
    """Numbers of statements and choices, in the order in which they were said."""
    query = (
        select(Statement.number, VoteEvent.choice)
        .join(VoteEvent, col(VoteEvent.statement_id) == col(Statement.id))
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(Conversation.slug == slug)
        .order_by(col(VoteEvent.id))
    )
    with town.database.read() as session:
        return [(number, int(choice or 0)) for number, choice in session.exec(query)]


def votes(town: Town, slug: str) -> dict[int, int]:
    """Number of the statement → the choice that counts."""
    query = (
        select(Statement.number, Vote.choice)
        .join(Vote, col(Vote.statement_id) == col(Statement.id))
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(Conversation.slug == slug)
    )
    with town.database.read() as session:
        rows = session.exec(query).all()
    assert len({number for number, _ in rows}) == len(rows)
    return {number: int(choice) for number, choice in rows}


def texts(town: Town, slug: str) -> list[str]:
    query = select(Statement.text).join(Conversation).where(Conversation.slug == slug, col(Statement.author_id).is_not(None))
    with town.database.read() as session:
        return list(session.exec(query.order_by(col(Statement.number))))


def decide(town: Town, slug: str, number: int, **fields: Any) -> None:
    """As a moderator does; `into` is the number of a statement."""
    with town.database.write() as session:
        conversation = session.exec(select(Conversation).where(Conversation.slug == slug)).one()
        rows = {row.number: row for row in session.exec(select(Statement).where(Statement.conversation_id == conversation.id))}
        if "into" in fields:
            fields = {"state": StatementState.MERGED, "merged_into_id": rows[fields["into"]].id}
        rows[number].sqlmodel_update(fields)
        session.add(rows[number])
        conversations.touch(session, conversations.identify(conversation))


def close(town: Town, slug: str) -> None:
    with town.database.write() as session:
        conversation = session.exec(select(Conversation).where(Conversation.slug == slug)).one()
        conversation.closes_at = clock() - timedelta(minutes=1)
        session.add(conversation)


def test_a_ride_without_a_network(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("This is a copy that was kept on this device")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules for shared e-scooters")
    cast = {}
    for answer, choice in (("Agree", 1), ("Disagree", -1), ("Pass", 0), ("Agree", 1), ("Agree", 1)):
        cast[number(page)] = choice
        press(page, answer)
    expect(status(page)).to_have_text("5 votes wait for a connection.")
    say(page, "Park them beside the stations.")
    waiting = page.locator("#outbox li")
    expect(waiting).to_contain_text("Your statement waits for a connection")
    expect(waiting).to_contain_text("Park them beside the stations.")
    expect(page.get_by_label("Your statement")).to_have_value("")
    page.reload()
    expect(status(page)).to_have_text("5 votes wait for a connection. 1 statement waits for a connection.")
    expect(waiting).to_have_count(1)
    eventually(page, lambda: number(page) not in cast, "a card that has not been answered")
    cast[number(page)] = 1
    assert len(cast) == 6
    press(page, "Agree")
    page.goto(f"/c/{slug}/map?statement=1")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.goto("/ledger")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no connection right now.")
    expect(status(page)).to_have_text("6 votes wait for a connection. 1 statement waits for a connection.")
    page.goto(f"/c/{slug}")
    expect(status(page)).to_have_text("6 votes wait for a connection. 1 statement waits for a connection.")
    assert (votes(town, slug), texts(town, slug)) == ({}, [])
    page.context.set_offline(False)
    all_is_sent(page)
    expect(waiting).to_have_count(0)
    ahead = list(cast.items())
    assert said(town, slug) == [*ahead[:5], (STATEMENTS + 1, 1), ahead[5]]
    assert texts(town, slug) == ["Park them beside the stations."]
    visit.forgive(*CUT)


def test_a_server_that_is_away_is_like_no_network(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    town.kill()
    page.reload()
    first = number(page)
    press(page, "Disagree")
    expect(status(page)).to_have_text("1 vote waits for a connection.")
    town.start()
    all_is_sent(page)
    assert said(town, slug) == [(first, -1)]
    visit.forgive(*CUT)


def test_what_stands_before_the_server_has_taken_nothing(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to the station’s network</h1>")

    def gateway(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    page.route("**/outbox", portal, times=1)
    page.route("**/statements", gateway)
    first = number(page)
    press(page, "Agree")
    say(page, "Fewer cars.")
    expect(page.get_by_text("Bad gateway")).to_have_count(0)
    eventually(page, lambda: texts(town, slug) == ["Fewer cars."], "the statement’s arrival")
    assert sorted(said(town, slug)) == sorted([(first, 1), (STATEMENTS + 1, 1)])
    visit.forgive(*CUT)


def test_an_answer_that_is_lost_counts_once(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/outbox", lose_the_answer, times=2)
    page.route("**/statements", lose_the_answer, times=1)
    page.route("**/vote", lose_the_answer, times=1)
    first = number(page)
    press(page, "Disagree")
    say(page, "Fewer cars.")
    eventually(page, lambda: len(votes(town, slug)) == 2, "the arrival of both")
    nothing_waits(page)
    assert sorted(said(town, slug)) == sorted([(first, -1), (STATEMENTS + 1, 1)])
    assert texts(town, slug) == ["Fewer cars."]
    visit.forgive(*CUT)


def test_after_the_tab_was_closed_the_browser_sends_by_itself(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    first = number(page)
    page.context.set_offline(True)
    press(page, "Agree")
    expect(status(page)).to_have_text("1 vote waits for a connection.")
    context = page.context
    elsewhere = context.new_page()
    page.close()
    context.set_offline(False)
    worker = context.new_cdp_session(elsewhere)
    registered: list[dict[str, Any]] = []
    worker.on("ServiceWorker.workerRegistrationUpdated", lambda event: registered.extend(event["registrations"]))
    worker.send("ServiceWorker.enable")
    eventually(elsewhere, lambda: bool(registered), "news of the worker")
    worker.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": town.address, "registrationId": registered[0]["registrationId"], "tag": "outbox", "lastChance": False},
    )
    eventually(elsewhere, lambda: said(town, slug) == [(first, 1)], "the vote’s arrival")
    visit.forgive(*CUT)


def test_what_happened_meanwhile_is_told(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    page.context.set_offline(True)
    cast = []
    for _ in range(3):
        cast.append(number(page))
        press(page, "Agree")
    rejected, merged, fine = cast
    say(page, f"statement NUMBER {fine} says this")
    decide(town, slug, rejected, state=StatementState.REJECTED)
    decide(town, slug, merged, into=fine)
    page.context.set_offline(False)
    told = page.locator("#outbox li")
    expect(told).to_have_count(3)
    page.reload()
    expect(told).to_have_count(3)
    of_rejected = told.filter(has_text=f"Your vote on statement {rejected} was not taken")
    expect(of_rejected).to_contain_text("This statement can no longer be voted on.")
    of_merged = told.filter(has_text=f"Statement {merged} has been merged with statement {fine} meanwhile.")
    of_statement = told.filter(has_text="Your statement was not taken")
    expect(of_statement).to_contain_text("Somebody has already said exactly this.")
    of_rejected.get_by_role("button", name="Understood").click()
    of_merged.get_by_role("button", name="Understood").click()
    expect(told).to_have_count(1)
    of_statement.get_by_role("button", name="Put it back into the form").click()
    expect(page.get_by_label("Your statement")).to_have_value(f"statement NUMBER {fine} says this")
    expect(page.get_by_label("Your statement")).to_be_focused()
    expect(told).to_have_count(0)
    page.reload()
    expect(page.locator("#ballot-title")).to_be_visible()
    expect(told).to_have_count(0)
    visit.forgive(*CUT)


def test_what_came_too_late_is_told_and_no_text_is_lost(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    page.context.set_offline(True)
    first = number(page)
    press(page, "Agree")
    say(page, "I was under ground.")
    expect(page.locator("#outbox li")).to_contain_text("I was under ground.")
    close(town, slug)
    page.context.set_offline(False)
    told = page.locator("#outbox li")
    expect(told).to_have_count(2)
    page.reload()
    expect(told.filter(has_text=f"Your vote on statement {first} was not taken")).to_contain_text("stopped taking votes")
    expect(told.filter(has_text="Your statement was not taken")).to_contain_text("I was under ground.")
    assert (votes(town, slug), texts(town, slug)) == ({}, [])
    visit.forgive(*CUT)


def test_two_tabs_send_each_vote_once(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    other = page.context.new_page()
    other.goto(f"/c/{slug}")
    page.context.set_offline(True)
    cast = []
    for tab, answer, choice in ((page, "Agree", 1), (other, "Disagree", -1), (page, "Pass", 0), (other, "Agree", 1)):
        tab.bring_to_front()
        cast.append((number(tab), choice))
        press(tab, answer)
    for tab in (page, other):
        expect(status(tab)).to_have_text("4 votes wait for a connection.")
    page.context.set_offline(False)
    for tab in (page, other):
        all_is_sent(tab)
    assert said(town, slug) == cast
    visit.forgive(*CUT)


def test_my_votes_can_be_changed_without_a_network(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    first = number(page)
    press(page, "Agree")
    nothing_waits(page)
    page.goto(f"/c/{slug}/votes")
    page.context.set_offline(True)
    page.get_by_role("button", name="Disagree", exact=True).click()
    expect(page.get_by_role("button", name="Disagree", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(status(page)).to_have_text("1 vote waits for a connection.")
    page.context.set_offline(False)
    all_is_sent(page)
    assert votes(town, slug) == {first: -1}
    visit.forgive(*CUT)


def test_what_is_kept_is_the_readers_own(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language", exact=True).select_option("ja")
    page.get_by_role("button", name="Change").click()
    until(page, "() => caches.keys().then(names => names.filter(name => name.startsWith('pages ')).length === 1)")
    until(page, "() => caches.match('/offline').then(Boolean)")
    page.context.set_offline(True)
    for path in ("/ledger", "/me", f"/c/{slug}"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "ja"
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("/me")
    until(page, "path => caches.match(path).then(found => !found)", f"/c/{slug}")
    visit.forgive(*CUT)


def test_votes_of_a_long_journey_arrive_exactly_once_though_the_server_falls_three_times(
    visit: Visitors, town: Town, new_conversation: Callable[[int], str]
) -> None:
    slug = new_conversation(MANY)
    page = visit(town.address)
    install(page, slug)
    page.context.set_offline(True)
    cast = {}
    for _ in range(3):
        cast[number(page)] = 1
        press(page, "Agree")
    rest = [number for number in range(1, MANY + 1) if number not in cast]
    page.evaluate(
        """async ([slug, numbers]) => {
            for (const statement of numbers) {
                const ballot = outbox.uuid();
                const choice = ["agree", "disagree", "pass"][statement % 3];
                await outbox.add({ uuid: ballot, slug, kind: "vote", fields: { statement: `${statement}`, ballot, choice } });
            }
        }""",
        [slug, rest],
    )
    expect(status(page)).to_have_text(f"{MANY} votes wait for a connection.")
    cast |= {number: (1, -1, 0)[number % 3] for number in rest}
    page.context.set_offline(False)
    for least in (1, MANY // 3, MANY // 2 + 10):
        eventually(page, lambda least=least: len(votes(town, slug)) >= least, f"the arrival of {least} votes")
        town.kill()
        town.start()
        page.evaluate("void outbox.flush()")
    all_is_sent(page)
    assert said(town, slug) == list(cast.items())
    assert votes(town, slug) == cast
    visit.forgive(*CUT)


def test_an_operator_can_take_the_app_away_again(page: Page, visit: Visitors, town: Town, slug: str) -> None:
    town.kill()
    town.start(HIROBA_OFFLINE="off")
    page.reload()
    page.evaluate("navigator.serviceWorker.getRegistration().then(registration => registration?.update())")
    until(page, "() => caches.keys().then(names => names.length === 0)")
    until(page, "() => navigator.serviceWorker.getRegistration().then(registration => !registration)")
    visit.forgive(*CUT)
