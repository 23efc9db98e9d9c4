"""Voting as it feels: the next card at once, by thumb, key or swipe; nothing moves, nothing is lost, and everybody is told."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlmodel import col, select

from deliberation import analyses, conversations, municipalities
from deliberation.storage.tables import Conversation, Statement, Vote, VoteEvent
from deliberation.values import StatementState
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import DESK, LOST, PHONE, Visitors
from tests.support.make import make_conversation, make_statement, make_tenant
from tests.support.opinions import make_camps
from tests.support.server import wait_for
from web.http import clock

pytestmark = pytest.mark.browser

TEXTS = (
    "Yes.",
    "Helmets should be worn.",
    "Scooters may be parked on the road where cars are parked today, if the bays are marked and nobody has to walk around them.",
    "歩道に止められた電動キックボードは、三十分以内に動かさなければならない。",
    "ห้ามจอดสกูตเตอร์บนทางเท้าหน้าโรงพยาบาลและโรงเรียนทุกแห่งในเมืองนี้ตลอดเวลาไม่ว่าจะมีป้ายบอกหรือไม่ก็ตาม",
    "No riding after midnight. " * 12,
)
NOTHING_IS_KEPT = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"
SIZES = [PHONE, DESK]
HOLD_MILLISECONDS = 450
"""A card that has just come takes no answer for a moment."""
_numbers = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            tenant = make_tenant(session)
            camps = make_camps(session, tenant, "camps", sizes=(12, 12), statements=12)
            analyses.analyse(session, conversations.identify(camps), clock())
        with open_site(data_dir, database) as opened:
            yield opened


@pytest.fixture
def slug(site: Site) -> str:
    """A conversation of this test alone, with statements of every length."""
    slug = f"scooters-{next(_numbers)}"
    with site.database.write() as session:
        conversation = make_conversation(session, municipalities.everyone(session)[0], slug)
        for text in TEXTS:
            make_statement(session, conversation, text)
    return slug


def stored(site: Site, slug: str) -> dict[int, tuple[int, bool]]:
    """Choice and tick of every vote, by number of the statement, in the order of the events."""
    query = (
        select(Statement.number, Vote.choice, Vote.important)
        .join(Vote, col(Vote.statement_id) == col(Statement.id))
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(Conversation.slug == slug)
    )
    with site.database.read() as session:
        return {number: (choice, important) for number, choice, important in session.exec(query)}


def propensities(site: Site, slug: str) -> list[float | None]:
    query = select(VoteEvent.propensity).join(Conversation, col(Conversation.id) == col(VoteEvent.conversation_id))
    with site.database.read() as session:
        return list(session.exec(query.where(Conversation.slug == slug).order_by(col(VoteEvent.id))))


def press(page: Page, answer: str) -> None:
    """As soon as the buttons take it."""
    page.locator("#ballot").get_by_role("button", name=answer, exact=True).click()


def shown(page: Page) -> int:
    return int(page.locator(".ballot-form [name=statement]").input_value())


def arrived(site: Site, slug: str, expected: dict[int, tuple[int, bool]]) -> None:
    """The votes come to the server in their own time."""
    wait_for(lambda: stored(site, slug) == expected, f"{expected} stored")


def arrived_choices(site: Site, slug: str, *expected: int) -> None:
    wait_for(lambda: sorted(choice for choice, _ in stored(site, slug).values()) == sorted(expected), f"{expected} stored")


def where_the_answers_are(page: Page) -> list[dict[str, float] | None]:
    return [button.bounding_box() for button in page.locator(".ballot-form .vote").all()]  # type: ignore[misc]


# From here on: while a page arrives, a slow browser may draw a part of it.
WATCH_SHIFTS = """
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput)
      shifts.push([entry.value, ...entry.sources.map((source) => source.node?.parentElement?.outerHTML.slice(0, 80))]);
  }).observe({ type: "layout-shift" });
"""


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_next_card_is_there_before_the_server_has_answered_and_nothing_moves(
    visit: Visitors, site: Site, slug: str, size: ViewportSize
) -> None:
    page = visit(site.address, viewport=size)
    page.goto(f"/c/{slug}", wait_until="networkidle")
    page.evaluate(WATCH_SHIFTS)
    places = where_the_answers_are(page)
    page.route("**/outbox", lambda route: None)  # the server is silent
    numbers = []
    for done in range(1, len(TEXTS) + 1):
        numbers.append(shown(page))
        page.wait_for_timeout(HOLD_MILLISECONDS)  # a press that has to wait would scroll
        press(page, "Agree")
        expect(page.locator(".paving-words")).to_have_text(f"{done} of {len(TEXTS)} answered")
        expect(page.locator(".ballot-said p")).to_have_text(f"Statement {numbers[-1]}: you said “Agree”.")
        if done < len(TEXTS):
            expect(page.locator("#ballot-title")).to_have_text(f"Statement {shown(page)}")
            expect(page.locator("#ballot-text")).to_be_focused()
            assert where_the_answers_are(page) == places
    assert sorted(numbers) == list(range(1, len(TEXTS) + 1))
    expect(page.locator("#ballot")).to_contain_text("You have answered every statement.")
    assert page.evaluate("shifts") == []
    assert stored(site, slug) == {}
    page.unroute("**/outbox")
    page.reload()
    arrived(site, slug, dict.fromkeys(numbers, (1, False)))
    assert propensities(site, slug) == pytest.approx([1 / left for left in range(len(TEXTS), 0, -1)])


def test_undo_brings_the_card_back_with_its_tick_and_answering_again_replaces_the_answer(
    visit: Visitors, site: Site, slug: str
) -> None:
    page = visit(site.address)
    page.goto(f"/c/{slug}")
    first = shown(page)
    page.get_by_label("Important to me").check()
    press(page, "Disagree")
    following = shown(page)
    expect(page.get_by_label("Important to me")).not_to_be_checked()
    page.get_by_role("button", name="Undo").click()
    assert shown(page) == first
    expect(page.get_by_label("Important to me")).to_be_checked()
    expect(page.locator("#ballot-text")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="you took back “Disagree”")).to_have_count(1)
    expect(page.locator(".paving-words")).to_have_text(f"0 of {len(TEXTS)} answered")
    arrived(site, slug, {})
    press(page, "Agree")
    assert shown(page) == following
    arrived(site, slug, {first: (1, True)})
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#ballot")).to_contain_text("you took back “Agree”")
    expect(page.get_by_label("Important to me")).to_be_checked()
    assert stored(site, slug) == {}
    press(page, "Pass")
    arrived(site, slug, {first: (0, True)})
    page.get_by_role("link", name="My votes").first.click()
    expect(page.get_by_role("button", name="Pass", pressed=True)).to_be_visible()
    expect(page.get_by_label("Important to me")).to_be_checked()


def test_keys_answer_only_while_the_focus_is_in_the_ballot(visit: Visitors, site: Site, slug: str) -> None:
    page = visit(site.address, viewport=DESK)
    page.goto(f"/c/{slug}")
    answered = page.locator(".paving-words")
    page.get_by_label("Your statement").press_sequentially("add up")
    page.keyboard.press("Tab")
    page.keyboard.press("a")
    page.locator("#ballot-text").focus()
    for keys in ("Control+p", "Alt+d", "Shift+A"):
        page.keyboard.press(keys)
    expect(answered).to_have_text(f"0 of {len(TEXTS)} answered")
    for done, (key, word) in enumerate((("a", "Agree"), ("d", "Disagree"), ("p", "Pass")), start=1):
        page.wait_for_timeout(HOLD_MILLISECONDS)
        page.keyboard.press(key)
        expect(answered).to_have_text(f"{done} of {len(TEXTS)} answered")
        expect(page.locator(".ballot-said")).to_contain_text(f"you said “{word}”")
    page.keyboard.press("u")
    expect(answered).to_have_text(f"2 of {len(TEXTS)} answered")
    arrived_choices(site, slug, -1, 1)


@pytest.mark.parametrize("pause", [0, 100])
def test_a_double_tap_counts_once(visit: Visitors, site: Site, slug: str, pause: int) -> None:
    page = visit(site.address)
    page.goto(f"/c/{slug}")
    button = page.get_by_role("button", name="Agree", exact=True)
    # By the page's own clock, which a busy machine does not delay.
    button.evaluate("(button, pause) => { button.click(); setTimeout(() => button.click(), pause); }", pause)
    arrived_choices(site, slug, 1)
    expect(page.locator(".paving-words")).to_have_text(f"1 of {len(TEXTS)} answered")


def swipe(page: Page, *across: int, let_go: str = "pointerup") -> None:
    """A finger on the statement, moved by so many pixels from where it was put down, one after the other."""
    page.wait_for_timeout(HOLD_MILLISECONDS)
    page.locator("#ballot-text").evaluate(
        """(text, [across, end]) => {
            const { x, y, width } = text.getBoundingClientRect();
            const send = (type, by) => text.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true,
              pointerId: 7, pointerType: "touch", isPrimary: true, clientX: x + width / 2 + by, clientY: y + 5 }));
            send("pointerdown", 0);
            for (const by of across) send("pointermove", by);
            globalThis.hint = document.querySelector(".swipe-hint")?.textContent ?? "";
            send(end, across.at(-1));
        }""",
        [list(across), let_go],
    )


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_swipe_says_what_it_will_do_and_can_be_called_off(visit: Visitors, site: Site, slug: str, motion: Any) -> None:
    page = visit(site.address, has_touch=True, reduced_motion=motion)
    page.goto(f"/c/{slug}")
    swipe(page, 40, 160, 10)
    assert page.evaluate("hint") == "Agree"
    swipe(page, 40, 160, let_go="pointercancel")
    expect(page.locator(".swipe-hint")).to_have_count(0)
    expect(page.locator(".paving-words")).to_have_text(f"0 of {len(TEXTS)} answered")
    swipe(page, 40, 160)
    expect(page.locator(".ballot-said")).to_contain_text("you said “Agree”")
    swipe(page, -40, -160)
    assert page.evaluate("hint") == "Disagree"
    expect(page.locator(".ballot-said")).to_contain_text("you said “Disagree”")
    arrived_choices(site, slug, -1, 1)


def answer_seven(page: Page, slug: str) -> None:
    page.goto(f"/c/{slug}")
    for _ in range(7):
        press(page, "Agree")


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_after_seven_answers_there_is_a_pause_that_shows_where_one_stands(
    visit: Visitors, site: Site, size: ViewportSize
) -> None:
    page = visit(site.address, viewport=size)
    page.add_init_script(WATCH_SHIFTS)
    answer_seven(page, "camps")
    pause = page.locator("#pause")
    expect(pause.get_by_role("heading", name="You have answered 7 statements.")).to_be_focused()
    expect(page.locator("#ballot")).to_be_hidden()
    expect(pause).to_contain_text("statements.")
    expect(pause.locator(".nearness > li")).to_have_count(2)
    expect(pause.locator(".nearness > li").first).to_contain_text("of 7 statements")
    page.wait_for_timeout(HOLD_MILLISECONDS)
    pause.get_by_role("link", name="Go on voting").click()
    expect(pause).to_have_count(0)
    expect(page.locator("#ballot-text")).to_be_focused()
    press(page, "Agree")
    expect(page.locator(".paving-words")).to_have_text("8 of 12 answered")
    expect(pause).to_have_count(0)
    assert page.evaluate("shifts") == []


def test_without_a_network_the_pause_says_what_it_can(visit: Visitors, site: Site) -> None:
    page = visit(site.address)
    page.goto("/c/camps", wait_until="networkidle")
    page.context.set_offline(True)
    for _ in range(7):
        press(page, "Agree")
    expect(page.locator("#pause")).to_contain_text("is shown here when there is a connection")
    page.wait_for_timeout(HOLD_MILLISECONDS)
    page.get_by_role("link", name="Go on voting").click()
    press(page, "Pass")
    expect(page.locator(".paving-words")).to_have_text("8 of 12 answered")
    visit.forgive(LOST, "Failed to fetch")


@pytest.mark.parametrize("without", ["scripts", "outbox"])
def test_the_ballot_works_without_scripts_and_where_the_device_keeps_nothing(visit: Visitors, site: Site, without: str) -> None:
    page = visit(site.address, java_script_enabled=without != "scripts")
    page.add_init_script(NOTHING_IS_KEPT)
    page.goto("/c/camps")
    page.get_by_label("Important to me").check()
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator(".paving-words")).to_have_text("1 of 12 answered")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".ballot-said")).to_contain_text("you took back “Agree”")
    expect(page.get_by_label("Important to me")).to_be_checked()
    for done in range(1, 8):
        page.get_by_role("button", name="Disagree", exact=True).click()
        if done < 7:
            expect(page.locator(".paving-words")).to_have_text(f"{done} of 12 answered")
    if without == "scripts":
        expect(page.get_by_role("heading", name="You have answered 7 statements.")).to_be_visible()
        expect(page.locator(".nearness > li")).to_have_count(2)
        page.get_by_role("link", name="Go on voting").click()
        expect(page.locator("#pause")).to_have_count(0)
    expect(page.locator(".paving-words")).to_have_text("7 of 12 answered")


def test_where_keeping_an_answer_fails_it_is_sent_as_a_form(visit: Visitors, site: Site, slug: str) -> None:
    page = visit(site.address)
    page.goto(f"/c/{slug}")
    page.evaluate("() => { outbox.add = () => Promise.reject(new Error('full')); }")
    for done in (1, 2):
        press(page, "Agree")
        expect(page.locator(".paving-words")).to_have_text(f"{done} of {len(TEXTS)} answered")
        expect(page.locator(".ballot-said")).to_contain_text("you said “Agree”")
    assert len(stored(site, slug)) == 2


@pytest.mark.parametrize("meanwhile", ["closed", "rejected"])
def test_an_answer_that_is_refused_later_is_told(visit: Visitors, site: Site, slug: str, meanwhile: str) -> None:
    page = visit(site.address)
    page.goto(f"/c/{slug}", wait_until="networkidle")
    number = shown(page)
    with site.database.write() as session:
        conversation = session.exec(select(Conversation).where(Conversation.slug == slug)).one()
        if meanwhile == "closed":
            conversation.closes_at = conversation.created_at
            session.add(conversation)
        else:
            in_it = Statement.conversation_id == conversation.id
            statement = session.exec(select(Statement).where(in_it, Statement.number == number)).one()
            statement.state = StatementState.REJECTED
            session.add(statement)
        conversations.touch(session, conversations.identify(conversation))
    press(page, "Agree")
    expect(page.get_by_role("listitem").filter(has_text=f"Your vote on statement {number} was not taken")).to_be_visible()
    expect(page.locator(".paving-words")).to_contain_text("0 of")
    if meanwhile == "closed":
        expect(page.locator("#ballot")).to_contain_text("takes no votes at the moment")
    else:
        press(page, "Agree")
        expect(page.locator(".paving-words")).to_contain_text("1 of")
        arrived_choices(site, slug, 1)
    assert len(stored(site, slug)) == (meanwhile == "rejected")


def test_a_page_that_was_kept_does_not_ask_again_what_was_answered_since(visit: Visitors, site: Site, slug: str) -> None:
    page = visit(site.address)
    page.goto(f"/c/{slug}", wait_until="networkidle")
    kept = page.evaluate("async () => (await fetch(location.pathname)).text()")
    page.route(f"**/c/{slug}", lambda route: route.fulfill(body=kept, content_type="text/html"))
    page.reload(wait_until="networkidle")
    numbers = [shown(page)]
    press(page, "Agree")
    numbers.append(shown(page))
    press(page, "Pass")
    arrived_choices(site, slug, 1, 0)
    page.reload(wait_until="networkidle")
    expect(page.locator(".paving-words")).to_have_text(f"2 of {len(TEXTS)} answered")
    assert shown(page) not in numbers
