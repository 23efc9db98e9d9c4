"""What residents see in each language: the page says which it is, is set in that script's letters, and fits a phone."""

import pytest
from playwright.sync_api import Page

from deliberation.values import LANGUAGES
from tests.browser import addresses
from tests.browser.site import Site
from tests.browser.town import numbers_in
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

LETTERS = {
    "en": "Noto Sans",
    "ja": "Noto Sans CJK JP",
    "ko": "Noto Sans CJK KR",
    "th": "Noto Sans Thai",
    "zh-Hans": "Noto Sans CJK SC",
    "zh-Hant": "Noto Sans CJK TC",
}
"""One of the fonts that a page in this language asks for; the one that Debian installs."""
CJK = {"CJK JP", "CJK KR", "CJK SC", "CJK TC", "CJK HK"}


def drawn_with(page: Page, selector: str) -> set[str]:
    """The fonts that the browser really took for the letters of the first such element."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    devtools.detach()
    return {font["familyName"] for font in fonts}


def one_page_of_each_kind() -> list[str]:
    """Of the pages that differ only in what they hold, the first."""
    first: dict[str | None, str] = {}
    for path in addresses.RESIDENTS:
        first.setdefault(addresses.route_of(path), addresses.without_language(path))
    return list(first.values())


def shortcomings(page: Page, language: str) -> list[str]:
    found = []
    if page.locator("html").get_attribute("lang") != language:
        found.append("is in another language")
    if LETTERS[language] not in page.evaluate("getComputedStyle(document.body.querySelector('h1')).fontFamily"):
        found.append("does not ask for its letters")
    foreign = {name for name in CJK if name not in LETTERS[language]}
    if drawn := {font for font in drawn_with(page, "h1") if any(name in font for name in foreign)}:
        found.append(f"is drawn with {', '.join(drawn)}")
    if wider := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
        found.append(f"is {wider} px wider than a phone")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_every_kind_is_in_its_language_its_letters_and_its_frame(visit: Visitors, site: Site, language: str) -> None:
    page, numbers, seen = visit(site.address, locale=language), numbers_in(site), []
    for path in one_page_of_each_kind():
        page.goto(path.format_map(numbers))
        seen += [f"{path} {wrong}" for wrong in shortcomings(page, language)]
    assert seen == []
