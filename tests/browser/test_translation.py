"""Texts in other languages than one's own: read with their originals, searched, and translated, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from deliberation.storage.tables import Statement
from deliberation.values import Role
from tests.browser.site import Site
from tests.browser.visitors import DESK, PATIENCE_MILLISECONDS, PHONE, Visitors

pytestmark = pytest.mark.browser

ARABIC = "يجب أن تبقى الأرصفة خالية للمشاة."


def unmarked(page: Page) -> list[str]:
    """Texts by people that do not say in which language they are, or leave their direction to the page."""
    texts: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main blockquote, main .original-text, main .prose, main .translation-original")]
           .filter(each => !each.lang || each.dir !== "auto").map(each => each.outerHTML.slice(0, 200))"""
    )
    return texts


@pytest.mark.parametrize(("javascript", "size"), [(True, PHONE), (False, DESK)], ids=["phone", "desk without scripts"])
def test_every_text_shows_its_original_and_where_its_translation_comes_from(
    visit: Visitors, site: Site, javascript: bool, size: dict[str, int]
) -> None:
    page = visit(site.address, java_script_enabled=javascript, viewport=size, locale="th-TH")
    for path in ("/c/e-scooters", "/c/e-scooters/report", "/c/e-scooters/policy", "/c/e-scooters/s/24"):
        page.goto(path)
        if javascript:
            assert unmarked(page) == []
        original = page.locator("main details.original").first
        assert original.locator(".original-text").get_attribute("lang") == "en"
        expect(original.locator(".original-text")).to_be_hidden()
        original.locator("summary").click()
        expect(original.locator(".original-text")).to_be_visible()
        assert original.locator("p.quiet").inner_text() != ""


def test_a_text_from_right_to_left_is_set_so_among_others(visit: Visitors, site: Site) -> None:
    page = visit(site.address, locale="ja-JP")
    page.goto("/c/begun")
    page.locator("#share textarea").fill(ARABIC)
    page.locator("#share button").click()
    expect(page.locator("#share [role=status], #share .notice-success").first).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    with site.database.read() as session:
        row = session.exec(select(Statement).where(Statement.text == ARABIC)).one()
    assert row.language == "ar"
    page.goto(f"/c/begun/s/{row.number}")
    text = page.locator("blockquote.voice")
    assert text.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert page.locator("h1").evaluate("each => getComputedStyle(each).direction") == "ltr"
    page.locator("main summary", has_text="Wrong language?").or_(page.locator("main .square details.ask > summary")).first.click()
    page.locator(".square select[name=language]").select_option("fa")
    page.locator(".square details.ask button").click()
    expect(page.locator("blockquote.voice[lang=fa]")).to_be_visible()


@pytest.mark.parametrize("words", ["วีลแชร์", "wheelchair"])
def test_statements_are_found_in_a_language_without_spaces_and_in_their_own(visit: Visitors, site: Site, words: str) -> None:
    page = visit(site.address, java_script_enabled=False, locale="th-TH")
    page.goto("/c/e-scooters/report?view=statements")
    everything = page.locator("tbody tr").count()
    page.locator("form[role=search] input[type=search]").fill(words)
    page.locator("form[role=search] button").click()
    assert 0 < page.locator("tbody tr").count() < everything
    assert "วีลแชร์" in page.locator("tbody").inner_text()
    page.locator("form[role=search] input[type=search]").fill("ไม่มีคำนี้")
    page.locator("form[role=search] button").click()
    expect(page.locator("main [role=status]")).to_be_visible()
    assert page.locator("tbody tr").count() == 0


@pytest.mark.parametrize(("javascript", "size"), [(True, PHONE), (False, DESK)], ids=["phone", "desk without scripts"])
def test_a_translator_checks_what_a_machine_wrote_and_writes_something_better(
    visit: Visitors, site: Site, javascript: bool, size: dict[str, int]
) -> None:
    page, asked = visit(site.address, java_script_enabled=javascript, viewport=size), "/translate?to=th&need=machine"
    site.sign_in(page, Role.TRANSLATOR)
    assert page.url.endswith("/translate")
    page.goto(asked)
    cards = page.locator("article.translating")
    waiting = cards.count()
    first, second = (cards.nth(place).get_attribute("id") or "" for place in (0, 1))
    page.locator(f"#{first} button[value=check]").click()
    if javascript:
        expect(page.locator(f"#{first} .notice-success")).to_be_visible()
        assert page.locator(f"#{first} .notice-success p").evaluate("each => each === document.activeElement")
    page.locator(f"#{second} textarea").fill("คำแปลที่ดีกว่า")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status < 400):
        page.locator(f"#{second} button[value=save]").click()
    expect(page.locator(".notice-success").first).to_be_visible()
    page.goto(asked)
    assert page.locator("article.translating").count() == waiting - 2
    page.goto("/translate?to=th&need=everything&q=คำแปลที่ดีกว่า")
    expect(page.locator(f"#{second} textarea")).to_have_value("คำแปลที่ดีกว่า")
    assert page.locator(f"#{second} button[value=check]").count() == 0  # it is the translator's own
