"""What WCAG 2.2 asks of every page, as axe sees it and beyond. `docs/accessibility.md` tells which test looks at what."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import addresses
from tests.browser.axe import violations
from tests.browser.site import Site
from tests.browser.visitors import DESK, PHONE, Visitors

pytestmark = pytest.mark.browser

LOOK, FIT = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("wcag.js", "pseudo.js"))
ZOOMED_TWICE: ViewportSize = {"width": 640, "height": 450}
ZOOMED_FOUR_TIMES: ViewportSize = {"width": 320, "height": 256}
SECOND_HALF_OF_A_DOUBLE_CLICK = 500
"""Milliseconds after which a new card takes an answer."""
SPACED_OUT = """
    const spaced = new CSSStyleSheet();
    spaced.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
                        p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [spaced];
"""
LOOK_OF_A_STATE = """element => {
    const style = getComputedStyle(element);
    return [style.backgroundColor, style.color, style.borderBlockEndColor, style.borderBlockEndStyle, style.borderBlockEndWidth,
            style.textDecorationLine, style.fontWeight].join(" ");
}"""


def overflow(page: Page) -> list[str]:
    beyond: list[str] = page.evaluate("look.beyond()")
    return [f"makes the page wider than the window: {element}" for element in beyond]


def shortcomings(page: Page) -> list[str]:
    """What falls short, at a phone's size and larger: by axe, and by our own look.

    Targets (2.5.5, 2.5.8), languages of parts (3.1.2), fields (1.3.5, 3.3.1), focus (2.4.7, 2.4.11), zoom (1.4.4, 1.4.10) and
    spacing (1.4.12).
    """
    page.set_viewport_size(PHONE)
    page.evaluate(f"globalThis.look = {LOOK}; globalThis.fit = {FIT}")
    found = violations(page)
    if page.locator("h1").count() != 1:
        found.append("has no heading, or more than one, of the first level")
    found += page.evaluate("[...look.small(), ...look.languages(), ...look.fields(), ...look.focus()]")
    for size in (ZOOMED_TWICE, ZOOMED_FOUR_TIMES):
        page.set_viewport_size(size)
        found += [f"{wrong} at {size['width']} px" for wrong in overflow(page) + page.evaluate("fit.layout()")]
    found += [f"{wrong} at 320 × 256 px" for wrong in page.evaluate("look.focus()")]
    page.evaluate(SPACED_OUT)
    found += [f"{wrong} with wide spacing" for wrong in overflow(page) + page.evaluate("fit.layout()")]
    return found


@pytest.mark.parametrize(("who", "paths"), addresses.SHOWN.items(), ids=addresses.SHOWN)
def test_every_page_suits_fingers_keyboards_large_text_and_screen_readers(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int], who: str, paths: list[str]
) -> None:
    page = visit(**guests[who])
    seen: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path.format_map(numbers))
        page.keyboard.press("Shift")
        for wrong in shortcomings(page):
            seen.setdefault(wrong, []).append(path)
    assert not seen, "\n".join(f"{wrong}  — {', '.join(on[:3])}{' …' if len(on) > 3 else ''}" for wrong, on in seen.items())


def focused(page: Page) -> str:
    """What has the focus: its name, as far as it has one."""
    named: str = page.evaluate("(document.activeElement.innerText || document.activeElement.localName).trim()")
    return named


def tab_to(page: Page, selector: str, key: str = "Tab", most: int = 60) -> None:
    """By keyboard alone to the element, seeing on each stop where one is."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{most} times {key} do not lead to {selector}; the focus is on “{focused(page)}”")


def stops(page: Page, key: str, most: int = 600) -> int:
    """How many stops there are from here until the focus leaves the page."""
    for number in range(most):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement === document.body"):
            return number
    pytest.fail(f"the keyboard does not get out of {page.url}")


def test_a_resident_goes_the_whole_way_by_keyboard(visit: Visitors, site: Site) -> None:
    page = visit(site.address)
    page.goto("/c/e-scooters")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    text, said = page.locator("#ballot-text"), page.locator("#ballot [role=status]")
    for answer, sign in (("Agree", ".vote-agree"), ("Disagree", ".vote-disagree"), ("Pass", ".vote-pass")):
        before = text.inner_text()
        tab_to(page, sign)
        page.wait_for_timeout(SECOND_HALF_OF_A_DOUBLE_CLICK)
        page.keyboard.press("Enter")
        expect(text).not_to_have_text(before)
        expect(text).to_be_focused()
        expect(text).to_be_in_viewport()
        expect(said).to_contain_text(answer)
    tab_to(page, ".ballot-said button")
    page.keyboard.press("Enter")
    expect(page.locator("#ballot .paving-words")).to_contain_text("2 ")

    tab_to(page, "#share textarea")
    page.keyboard.type("Lamps at the harbour should burn until midnight.")
    tab_to(page, "#share button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("A moderator reads your statement")
    assert page.evaluate("document.activeElement !== document.body"), "sharing loses the focus"

    for name, heading in (("map", "Map"), ("report", "Report")):
        tab_to(page, f".tabs a[href$='/{name}']", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{name}")
        expect(page.get_by_role("navigation").locator("[aria-current]")).to_contain_text([heading])


@pytest.mark.parametrize("path", ["/", "/c/e-scooters", "/c/e-scooters/map", "/c/e-scooters/policy", "/me"])
def test_the_keyboard_gets_out_of_every_page_at_its_end_and_at_its_beginning(visit: Visitors, site: Site, path: str) -> None:
    page = visit(site.address)
    page.goto(path)
    assert stops(page, "Tab") > 3
    assert stops(page, "Shift+Tab") > 3


def test_states_can_be_told_apart_where_the_reader_chooses_the_colours(visit: Visitors, site: Site) -> None:
    page = visit(site.address, forced_colors="active", viewport=DESK, java_script_enabled=False)
    page.goto("/c/e-scooters?statement=1")
    page.get_by_role("button", name="Agree", exact=True).click()
    page.goto("/c/e-scooters?statement=1")
    for chosen, other in (
        (".vote[aria-pressed=true]", ".vote[aria-pressed=false]"),
        (".tabs a[aria-current]", ".tabs a:not([aria-current])"),
    ):
        looks = [page.locator(selector).first.evaluate(LOOK_OF_A_STATE) for selector in (chosen, other)]
        assert looks[0] != looks[1], f"{chosen} looks like {other}"
    page.keyboard.press("Tab")
    outline: str = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_nothing_moves_for_those_who_do_not_want_it(visit: Visitors, site: Site) -> None:
    page = visit(site.address, reduced_motion="reduce")
    for path in ("/c/e-scooters", "/c/e-scooters/map"):
        page.goto(path)
        if path == "/c/e-scooters":
            page.get_by_role("button", name="Agree", exact=True).click()
            expect(page.locator("#ballot-text")).to_be_focused()
        # What keeps a new card from being answered by accident moves nothing.
        moving = """document.getAnimations().map(one => one.animationName ?? one.transitionProperty)
                    .filter(name => !name.startsWith("hold"))"""
        assert page.evaluate(moving) == []
