"""The whole application in a language that nobody speaks: what is not translated, or does not fit when it is, shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import addresses
from tests.browser.site import Site
from tests.browser.town import demo_town
from tests.browser.visitors import DESK, PHONE, Visitors, send
from tests.support import pseudo

pytestmark = pytest.mark.browser

LOOK = Path(__file__).with_name("pseudo.js").read_text(encoding="utf-8")
SPEAKING = {"locale": pseudo.LANGUAGE}


@pytest.fixture(scope="module")
def site(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = pseudo.install(tmp_path_factory.mktemp("home"))
    with demo_town(loaded, tmp_path_factory.mktemp("square"), home) as opened:
        yield opened


def offences(page: Page) -> list[str]:
    """What is wrong with the page as it is shown, on a desk and on a phone."""
    page.evaluate(f"globalThis.look = {LOOK}")
    found: list[str] = page.evaluate("look.words()")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found += [f"{offence} ({size['width']} px)" for offence in page.evaluate("look.layout()")]
    return found


def by_offence(seen: list[tuple[str, str]]) -> str:
    """Each offence once, with the pages it is on."""
    places: dict[str, list[str]] = {}
    for path, offence in seen:
        places.setdefault(offence, []).append(path)
    return "\n".join(f"{offence}  — {', '.join(on[:4])}{' …' if len(on) > 4 else ''}" for offence, on in places.items())


@pytest.mark.parametrize(("who", "paths"), addresses.SHOWN.items(), ids=addresses.SHOWN)
def test_every_text_of_every_page_is_translated_and_fits(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int], who: str, paths: list[str]
) -> None:
    page = visit(**guests[who] | SPEAKING)
    seen = []
    for path in dict.fromkeys(addresses.without_language(path.format_map(numbers)) for path in paths):
        page.goto(path)
        seen += [(path, offence) for offence in offences(page)]
    assert not seen, by_offence(seen)


def test_every_refusal_of_a_form_is_translated_and_fits(
    visit: Visitors, guests: dict[str, dict[str, Any]], numbers: dict[str, int]
) -> None:
    seen = []
    for who, refused in (("resident", addresses.REFUSED_TO_RESIDENTS), ("admin", addresses.REFUSED_TO_STAFF)):
        page = visit(**guests[who] | SPEAKING)
        for path, form, typed, status in refused:
            page.goto(path.format_map(numbers))
            assert send(page, form, {name: text.format_map(numbers) for name, text in typed.items()}) == status
            seen += [(f"{path} refused", offence) for offence in offences(page)]
    assert not seen, by_offence(seen)
