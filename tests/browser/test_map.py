"""The map on a phone and at a desk, with scripts and without: nearer, what a group is, how people voted, and back in time."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlmodel import Session

from deliberation import analyses, conversations
from deliberation.municipalities import Tenant
from deliberation.storage.tables import Conversation
from deliberation.values import Choice
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import DESK, PHONE, Visitors, becomes_true
from tests.support.make import NOON, make_tenant
from tests.support.opinions import make_camps, take_part

pytestmark = pytest.mark.browser

MAP = "/c/scooters/map"
DAYS = 3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two camps and three maps, a vote more on each."""
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            tenant = make_tenant(session)
            conversation = make_camps(session, tenant, sizes=(30, 24), statements=16)
            for day in range(DAYS):
                _next_map(session, tenant, conversation, day)
        with open_site(data_dir, database) as opened:
            yield opened


def _next_map(session: Session, tenant: Tenant, conversation: Conversation, day: int) -> None:
    now = NOON + timedelta(days=day)
    take_part(session, tenant, conversation, f"newcomer {day}", {1: Choice.AGREE}, now=now)
    analyses.analyse(session, conversations.identify(conversation), now)


def shown(page: Page) -> list[float]:
    """The part of the drawing that is looked at: x, y, width, height."""
    box = page.locator("svg.map").get_attribute("viewBox")
    assert box is not None
    return [float(part) for part in box.split()]


def until_width(page: Page, width: float) -> None:
    becomes_true(page, "width => Math.abs(document.querySelector('svg.map').viewBox.baseVal.width - width) < .5", arg=width)


def scrolled(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def at_rest(page: Page) -> float:
    """Where the page is once it has stopped: it glides on after the finger has left it."""
    places = [-1.0, scrolled(page)]
    while places[-1] != places[-2]:
        page.wait_for_timeout(400)
        places.append(scrolled(page))
    return places[-1]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_without_scripts_everything_is_a_link_or_a_form(visit: Visitors, site: Site, size: ViewportSize) -> None:
    page = visit(site.address, viewport=size, java_script_enabled=False)
    page.goto(MAP)
    page.get_by_role("link", name="Zoom in").click()
    assert shown(page)[2] == 320
    page.get_by_role("link", name="Move right").click()
    assert shown(page)[0] == 320
    page.get_by_role("link", name="Group B: what it stands out by").click(force=True)
    panel = page.locator(".map-panel")
    expect(panel.get_by_role("heading")).to_contain_text("Group B")
    assert shown(page)[2] == 320
    panel.get_by_role("link", name=re.compile("Colour the map by statement")).first.click()
    expect(panel.get_by_role("heading")).to_contain_text("The map by statement")
    expect(page.locator("svg.map .map-tiles use").first).to_be_attached()
    page.locator("#map-time").fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".map-past")).to_contain_text("Analysis 1 of Jun 1, 2026")
    expect(panel).to_contain_text("Only the present map can be coloured by votes.")


def test_with_a_keyboard_alone_the_map_is_zoomed_and_a_group_opened(visit: Visitors, site: Site) -> None:
    page = visit(site.address, viewport=DESK)
    page.goto(MAP)
    frame = page.locator(".map-frame")
    frame.focus()
    page.keyboard.press("+")
    until_width(page, 640 / 1.5)
    assert frame.evaluate("frame => getComputedStyle(frame).outlineStyle") == "solid"
    x = shown(page)[0]
    page.keyboard.press("ArrowRight")
    becomes_true(page, "x => document.querySelector('svg.map').viewBox.baseVal.x > x + 50", arg=x)
    page.keyboard.press("0")
    until_width(page, 640)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Group A: what it stands out by")).to_be_focused()
    page.evaluate("document.body.dataset.same = 'yes'")
    page.keyboard.press("Enter")
    expect(page.locator("#map-panel-title")).to_be_focused()
    expect(page.locator("#map-panel-title")).to_contain_text("Group A")
    assert page.locator("body").get_attribute("data-same") == "yes"
    assert "group=A" in page.url
    page.reload()
    expect(page.locator("#map-panel-title")).to_contain_text("Group A")


def test_with_a_mouse_the_wheel_scrolls_the_page_until_the_map_has_the_focus(visit: Visitors, site: Site) -> None:
    page = visit(site.address, viewport={"width": 1280, "height": 700}, reduced_motion="reduce")
    page.goto(MAP)
    page.locator(".map-frame").scroll_into_view_if_needed()
    page.locator(".map-axis").hover(force=True)
    before = scrolled(page)
    page.mouse.wheel(0, -60)
    becomes_true(page, "before => scrollY < before", arg=before)
    assert shown(page)[2] == 640
    page.locator(".map-frame").focus()
    before = scrolled(page)
    page.mouse.wheel(0, -100)
    becomes_true(page, "document.querySelector('svg.map').viewBox.baseVal.width < 600")
    assert scrolled(page) == before
    page.get_by_role("link", name="Zoom in").click()
    left = shown(page)[0]
    box = page.locator("svg.map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 150, steps=4)
    page.mouse.up()
    assert shown(page)[0] > left
    assert page.locator(".map-panel").count() == 0  # what was drawn along was not clicked
    sign = "document.querySelector('.map-point use').getBoundingClientRect().width"
    near = page.evaluate(sign)
    page.get_by_role("link", name="Whole map").click()
    assert page.evaluate(sign) < near < 3 * page.evaluate(sign)


def test_on_a_phone_one_finger_scrolls_and_two_zoom(visit: Visitors, site: Site) -> None:
    page = visit(site.address, has_touch=True, is_mobile=True)
    page.goto(MAP)
    page.locator(".map-frame").evaluate("frame => frame.scrollIntoView({block: 'center'})")
    box = page.locator("svg.map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def move(kind: str, *fingers: tuple[float, float]) -> None:
        points = [{"x": across, "y": down, "id": number} for number, (across, down) in enumerate(fingers)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = scrolled(page)
    move("touchStart", (x, y))
    for further in (20, 50, 80):
        move("touchMove", (x, y - further))
    move("touchEnd")
    becomes_true(page, "before => scrollY > before + 30", arg=before)
    assert shown(page)[2] == 640
    before = at_rest(page)
    box = page.locator("svg.map").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    move("touchStart", (x - 30, y), (x + 30, y))
    for apart in (40, 50, 60):
        move("touchMove", (x - apart, y), (x + apart, y))
    move("touchEnd")
    becomes_true(page, "document.querySelector('svg.map').viewBox.baseVal.width < 400")
    assert scrolled(page) == before
    page.get_by_role("link", name="Whole map").tap()
    until_width(page, 640)
    page.get_by_text("Colour the map by votes").tap()
    page.locator(".map-offers a").first.tap()
    expect(page.locator("#map-panel-title")).to_be_in_viewport()
    expect(page.locator("#map-panel-title")).to_contain_text("The map by statement")


def test_the_slider_shows_past_maps_at_once_and_keeps_the_focus(visit: Visitors, site: Site) -> None:
    page = visit(site.address, viewport=DESK)
    page.goto(f"{MAP}?group=A")
    slider = page.get_by_role("slider", name="Look back")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".map-past")).to_contain_text("Analysis 1 of Jun 1, 2026")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "June 1, 2026 · 55 people · 865 votes")
    expect(page.locator(".map-panel")).to_contain_text("Group A")
    page.keyboard.press("End")
    expect(page.locator(".map-past")).to_have_count(0)
    page.get_by_text("All maps to look back at, as a table").click()
    page.get_by_role("link", name="Analysis 2", exact=True).click()
    expect(page.locator(".map-past")).to_contain_text("Analysis 2 of Jun 2, 2026")
