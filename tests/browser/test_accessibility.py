"""Every page, as it is shown to people who use it with a keyboard, a screen reader, a small or a dark screen."""

from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser import addresses
from tests.browser.axe import COLOURS, violations
from tests.browser.site import Site
from tests.browser.visitors import DESK, Visitors, send

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 568}


def test_no_page_is_left_out() -> None:
    assert {addresses.route_of(path) for paths in addresses.SHOWN.values() for path in paths} - {None} == addresses.pages()


@pytest.mark.parametrize(
    ("who", "refused"),
    [("resident", addresses.REFUSED_TO_RESIDENTS), ("admin", addresses.REFUSED_TO_STAFF)],
    ids=["resident", "admin"],
)
def test_a_refused_form_is_accessible(
    visit: Visitors,
    guests: dict[str, dict[str, Any]],
    numbers: dict[str, int],
    who: str,
    refused: list[tuple[str, str, dict[str, str], int]],
) -> None:
    page, seen = visit(**guests[who]), []
    for path, form, typed, status in refused:
        page.goto(path.format_map(numbers))
        sent = {name: text.format_map(numbers) for name, text in typed.items()}
        assert send(page, form, sent) == status, path
        expect(page.locator(":is([aria-invalid=true], [role=alert]):visible").first).to_be_visible()
        seen += [f"{path}: {wrong}" for wrong in violations(page)]
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("path", addresses.DARK)
def test_the_wide_pages_of_a_desk_are_accessible(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int], path: str
) -> None:
    """On a phone each page is looked at in `test_wcag`; these stand for those that are laid out differently on a desk."""
    page = visit(**guests["admin"], viewport=DESK)
    page.goto(path.format_map(numbers))
    assert violations(page) == []


@pytest.mark.parametrize("path", addresses.DARK)
def test_the_dark_colours_can_be_told_apart(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int], path: str
) -> None:
    page = visit(**guests["admin"], color_scheme="dark")
    page.goto(path.format_map(numbers))
    assert violations(page, runOnly=[COLOURS]) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_of_a_phone_is_accessible_and_closes_by_keyboard(
    visit: Visitors, guests: dict[str, dict[str, Any]], scheme: str
) -> None:
    page = visit(**guests["admin"], color_scheme=scheme)
    page.goto("/me")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Moderation")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Moderation")).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/c/e-scooters", "/c/e-scooters/report", "/nowhere"])
def test_the_first_tab_stop_leads_past_the_header(visit: Visitors, site: Site, path: str) -> None:
    page = visit(site.address)
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(("answer", "key"), [("Agree", "Enter"), ("Disagree", "Space"), ("Pass", "Enter")])
def test_every_answer_can_be_given_by_keyboard_which_goes_on_at_the_next_statement(
    visit: Visitors, site: Site, answer: str, key: str
) -> None:
    page = visit(site.address)
    page.goto("/c/e-scooters")
    text = page.locator("#ballot-text")
    first = text.inner_text()
    page.locator("main").focus()
    button = page.get_by_role("button", name=answer, exact=True)
    for _ in range(6):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press(key)
    expect(text).not_to_have_text(first)
    expect(text).to_be_focused()
    expect(text).to_be_in_viewport()


def test_a_form_that_is_refused_in_place_leads_the_keyboard_to_what_is_wrong(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int]
) -> None:
    page = visit(**guests["admin"])
    page.goto("/moderate/c/e-scooters/{pending}".format_map(numbers))
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_text("Reject …").click()
    page.get_by_role("button", name="Reject", exact=True).click()
    reason = page.get_by_role("combobox", name="Reason")
    expect(reason).to_be_focused()
    expect(reason).to_have_attribute("aria-invalid", "true")
    assert page.locator("body").get_attribute("data-same") == "yes"
    assert violations(page) == []
