"""What scripting adds to sharing, and to voting where the device keeps nothing: there the answers go by htmx, one by one."""

from collections.abc import Iterator
from itertools import count
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect
from sqlmodel import col, func, select

from deliberation import municipalities
from deliberation.storage.tables import Conversation, Statement, Vote, VoteEvent
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import LOST, Visitors
from tests.support.make import make_conversation, make_statement, make_tenant

pytestmark = pytest.mark.browser

TEXTS = ("Parking bays belong on the road.", "Helmets should be worn.", "No riding after midnight.")
NOTHING_IS_KEPT = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"
FAMILY = "👩‍👩‍👧"
_numbers = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            make_tenant(session)
        with open_site(data_dir, database) as opened:
            yield opened


@pytest.fixture
def slug(site: Site) -> str:
    """A conversation of this test alone, with three statements."""
    slug = f"scooters-{next(_numbers)}"
    with site.database.write() as session:
        conversation = make_conversation(session, municipalities.everyone(session)[0], slug)
        for text in TEXTS:
            make_statement(session, conversation, text)
    return slug


@pytest.fixture
def page(visit: Visitors, site: Site, slug: str) -> Page:
    """A resident looking at the conversation, in a browser without a store."""
    page = visit(site.address)
    page.add_init_script(NOTHING_IS_KEPT)
    page.goto(f"/c/{slug}")
    return page


def press(page: Page, answer: str) -> None:
    page.get_by_role("button", name=answer, exact=True).click()


def statement(page: Page) -> str:
    return page.locator("#ballot-text").inner_text()


def stored(site: Site, slug: str) -> list[int]:
    """The choices that are stored, in the order of the statements."""
    query = (
        select(Vote.choice)
        .join(Conversation, col(Conversation.id) == col(Vote.conversation_id))
        .where(Conversation.slug == slug)
        .order_by(col(Vote.statement_id))
    )
    with site.database.read() as session:
        return [int(choice) for choice in session.exec(query)]


def events(site: Site, slug: str) -> int:
    query = select(func.count()).select_from(VoteEvent).join(Conversation, col(Conversation.id) == col(VoteEvent.conversation_id))
    with site.database.read() as session:
        return session.exec(query.where(Conversation.slug == slug)).one()


def test_a_vote_brings_the_next_statement_without_loading_the_page_anew(page: Page, site: Site, slug: str) -> None:
    page.evaluate("document.body.dataset.same = 'yes'")
    seen = [statement(page)]
    for number, answer in enumerate(("Agree", "Disagree", "Pass"), start=1):
        press(page, answer)
        expect(page.locator(".ballot-said")).to_contain_text(f"you said “{answer}”")
        expect(page.locator(".paving-words")).to_have_text(f"{number} of 3 answered")
        if number < len(TEXTS):
            seen.append(statement(page))
    assert sorted(seen) == sorted(TEXTS)
    expect(page.locator("#ballot")).to_contain_text("You have answered every statement.")
    assert page.locator("body").get_attribute("data-same") == "yes"
    assert sorted(stored(site, slug)) == [-1, 0, 1]


def test_undo_brings_the_statement_back_and_leaves_no_vote(page: Page, site: Site, slug: str) -> None:
    first = statement(page)
    press(page, "Disagree")
    expect(page.locator("#ballot-text")).not_to_have_text(first)
    press(page, "Undo")
    expect(page.locator("#ballot-text")).to_have_text(first)
    assert stored(site, slug) == []
    press(page, "Agree")
    expect(page.locator("#ballot-text")).not_to_have_text(first)
    assert stored(site, slug) == [1]


@pytest.mark.parametrize(
    ("pause", "motion"), [(0, "no-preference"), (40, "no-preference"), (150, "reduce"), (300, "no-preference")]
)
def test_a_double_click_counts_once(
    page: Page, site: Site, slug: str, pause: int, motion: Literal["reduce", "no-preference"]
) -> None:
    page.emulate_media(reduced_motion=motion)
    button = page.get_by_role("button", name="Agree", exact=True).bounding_box()
    assert button is not None
    middle = button["x"] + button["width"] / 2, button["y"] + button["height"] / 2
    first = statement(page)
    page.mouse.click(*middle)
    page.wait_for_timeout(pause)
    page.mouse.click(*middle)
    expect(page.locator("#ballot-text")).not_to_have_text(first)
    page.wait_for_timeout(300)
    expect(page.locator(".paving-words")).to_have_text("1 of 3 answered")
    assert (stored(site, slug), events(site, slug)) == ([1], 1)


def test_without_a_connection_it_says_so_and_the_vote_can_be_sent_again(
    page: Page, visit: Visitors, site: Site, slug: str
) -> None:
    first = statement(page)
    page.context.set_offline(True)
    press(page, "Agree")
    notice = page.get_by_role("alert").filter(has_text="There is no connection right now")
    expect(notice).to_be_visible()
    expect(notice).to_be_in_viewport()
    assert statement(page) == first
    page.context.set_offline(False)
    assert stored(site, slug) == []
    press(page, "Agree")
    expect(page.locator("#ballot-text")).not_to_have_text(first)
    expect(notice).to_be_hidden()
    assert stored(site, slug) == [1]
    visit.forgive(LOST, "Failed to fetch")


def test_a_vote_whose_answer_was_lost_counts_once_when_it_is_sent_again(
    page: Page, visit: Visitors, site: Site, slug: str
) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    first = statement(page)
    page.route("**/vote", lose_the_answer, times=1)
    press(page, "Disagree")
    expect(page.locator("#connection")).to_be_visible()
    assert stored(site, slug) == [-1]
    press(page, "Disagree")
    expect(page.locator("#ballot-text")).not_to_have_text(first)
    expect(page.locator(".paving-words")).to_have_text("1 of 3 answered")
    assert (stored(site, slug), events(site, slug)) == ([-1], 1)
    visit.forgive(LOST, "Failed to fetch")


def test_a_refused_vote_says_why_in_the_page(page: Page, site: Site, slug: str) -> None:
    with site.database.write() as session:
        found = session.exec(select(Conversation).where(Conversation.slug == slug)).one()
        found.closes_at = found.created_at
        found.version += 1
        session.add(found)
    press(page, "Agree")
    notice = page.locator("#notice").get_by_role("alert")
    expect(notice).to_be_visible()
    expect(notice).to_be_in_viewport()
    assert statement(page) in TEXTS
    assert stored(site, slug) == []


def test_the_answers_under_my_votes_can_be_changed_and_taken_back(page: Page, site: Site, slug: str) -> None:
    press(page, "Agree")
    expect(page.locator(".ballot-said")).to_be_visible()
    page.get_by_role("link", name="My votes").click()
    expect(page.get_by_role("button", name="Agree", pressed=True)).to_be_visible()
    press(page, "Disagree")
    expect(page.get_by_role("button", name="Disagree", pressed=True)).to_be_visible()
    assert stored(site, slug) == [-1]
    press(page, "Take my vote back")
    expect(page.locator("main")).to_contain_text("You have not voted yet.")
    assert stored(site, slug) == []


def test_what_was_shared_is_thanked_for_and_the_field_is_empty_again(page: Page, site: Site, slug: str) -> None:
    page.get_by_label("Your statement").fill("Lights must work.")
    page.get_by_role("button", name="Share statement").click()
    expect(page.locator("#share").get_by_role("status")).to_contain_text("A moderator reads your statement")
    expect(page.locator("#share :focus")).to_contain_text("Thank you.")
    expect(page.get_by_label("Your statement")).to_have_value("")
    with site.database.read() as session:
        assert session.exec(select(Statement).where(Statement.text == "Lights must work.")).one().author_id is not None
    page.get_by_role("link", name="My statements").first.click()
    expect(page.locator("main")).to_contain_text("Lights must work.")


def test_a_statement_that_is_there_already_keeps_what_was_typed_and_leads_to_the_other(page: Page) -> None:
    page.get_by_label("Your statement").fill("helmets should be worn")
    page.get_by_role("button", name="Share statement").click()
    field = page.get_by_label("Your statement")
    expect(field).to_be_focused()
    expect(field).to_have_value("helmets should be worn")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Vote on the statement that says it already").click()
    expect(page.locator("#ballot-text")).to_have_text("Helmets should be worn.")


@pytest.mark.parametrize(
    ("typed", "counted"), [(FAMILY, 1), ("ที่", 1), ("e\u0301", 1), ("한국", 2), ("  two   words ", 9), ("あ" * 140, 140), ("", 0)]
)
def test_the_counter_counts_characters_as_people_see_them(page: Page, typed: str, counted: int) -> None:
    page.get_by_label("Your statement").fill(typed)
    expect(page.locator(".count-now")).to_have_text(f"{counted} / 140")
    expect(page.locator(".is-over")).to_have_count(0)


def test_a_statement_that_is_too_long_is_not_sent_and_nothing_of_it_is_lost(page: Page) -> None:
    field = page.get_by_label("Your statement")
    field.fill("駅" + FAMILY * 140)
    expect(page.locator(".is-over .count-now")).to_have_text("141 / 140")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Share statement").click()
    assert field.evaluate("area => area.validationMessage") == "Please make it shorter: at most 140 characters."
    expect(field).to_be_focused()
    field.fill("駅" + FAMILY * 139)
    assert field.evaluate("area => area.validationMessage") == ""
    assert sent == []
    page.get_by_role("button", name="Share statement").click()
    expect(page.locator("#share").get_by_role("status")).to_be_visible()
