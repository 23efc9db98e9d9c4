"""The dashboard lives: what happens elsewhere appears by itself, and the screen in the hall outlasts its network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.visitors import DESK, LOST, Visitors, becomes_true

pytestmark = pytest.mark.browser

A_MINUTE = 60_000
CUT = (LOST, "Failed to fetch")


def vote(visit: Visitors, site: Site) -> None:
    page = visit(site.address)
    page.goto("/c/e-scooters")
    said = page.locator(".ballot-said")
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(said).to_contain_text("Agree")
    becomes_true(page, "async () => (await outbox.waiting()).length === 0")


def this_hour(page: Page, part: str) -> int:
    figure = page.locator(part).locator("dt", has_text=re.compile("^Votes this hour$")).locator("xpath=following-sibling::dd[1]")
    return int(figure.inner_text().replace(",", ""))


def test_a_vote_that_is_cast_elsewhere_appears_by_itself_and_disturbs_nobody(visit: Visitors, site: Site) -> None:
    vote(visit, site)
    screen = visit(site.address, viewport=DESK)
    screen.goto("/dashboard")
    row = screen.locator("#d-e-scooters")
    expect(row.get_by_text("Hour by hour")).to_be_visible()
    screen.evaluate("globalThis.sameDocument = true")
    row.get_by_text("Hour by hour").click()
    expect(row.locator("summary")).to_be_focused()
    before = this_hour(screen, "#d-e-scooters")
    vote(visit, site)
    becomes_true(
        screen,
        "before => Number([...document.querySelectorAll('#d-e-scooters dt')].find((dt) => dt.textContent === 'Votes this hour')"
        ".nextElementSibling.textContent) > before",
        arg=before,
    )
    assert screen.evaluate("globalThis.sameDocument")
    expect(row.locator("details")).to_have_attribute("open", "")
    expect(row.locator("summary")).to_be_focused()
    assert this_hour(screen, "#totals") >= before + 1


def test_the_screen_in_the_hall_outlasts_its_network(visit: Visitors, site: Site) -> None:
    wall = visit(site.address, viewport={"width": 1920, "height": 1080})
    wall.clock.install()
    wall.goto("/dashboard?screen=wall")
    wall.evaluate("navigator.serviceWorker.ready")
    becomes_true(wall, "navigator.serviceWorker.controller !== null")
    wall.reload()  # now through the worker, which keeps it
    age, shown = wall.locator("#as-of"), wall.locator(".slide:visible h2")
    expect(age).to_have_text(re.compile(r"^As of \d+:\d\d\s[AP]M$"))
    expect(shown).to_have_text("All conversations")
    wall.clock.run_for(13_000)
    expect(shown).to_have_text("Rules for shared e-scooters")
    wall.get_by_role("button", name="Pause").press("Enter")
    wall.clock.run_for(30_000)
    expect(shown).to_have_text("Rules for shared e-scooters")
    before = this_hour(wall, "#slide-e-scooters")
    wall.context.set_offline(True)
    wall.clock.fast_forward(6 * A_MINUTE)
    expect(age).to_have_text(re.compile(r"^No connection\. As of \d+:\d\d\s[AP]M, [67] minutes old$"))
    wall.reload()
    expect(age).to_have_text(re.compile(r"^No connection\. As of \d+:\d\d\s[AP]M, [67] minutes old$"))
    assert this_hour(wall, "#slide-e-scooters") == before
    vote(visit, site)
    wall.context.set_offline(False)
    expect(age).to_have_text(re.compile(r"^As of \d+:\d\d\s[AP]M$"))
    becomes_true(
        wall,
        "before => Number(document.querySelector('#slide-e-scooters .slide-figures div:nth-child(3) dd').textContent) > before",
        arg=before,
    )
    visit.forgive(*CUT)
