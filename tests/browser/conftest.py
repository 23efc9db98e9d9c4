"""One Chromium for all browser tests of a process, and a picture of every page of a test that fails."""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from tests.browser import town
from tests.browser.site import Site
from tests.browser.visitors import Visitors, visitors
from tests.support import chromium

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.find() is None:
        pytest.skip(chromium.MISSING)
    with chromium.running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo and more, to be copied: loading takes much longer."""
    folder = tmp_path_factory.mktemp("loaded")
    town.load(folder)
    return folder


@pytest.fixture(scope="module")
def site(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo and more, for one module; a module that needs another square makes its own."""
    with town.demo_town(loaded, tmp_path_factory.mktemp("square")) as opened:
        yield opened


@pytest.fixture(scope="module")
def numbers(site: Site) -> dict[str, int]:
    return town.numbers_in(site)


@pytest.fixture(scope="module")
def guests(browser: Browser, site: Site) -> dict[str, dict[str, Any]]:
    return town.guests_of(browser, site)


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """Visitors to sites. The test fails when a page of theirs complained, and leaves pictures when it fails."""
    with visitors(browser) as coming:
        yield coming
        if request.node.stash.get(FAILED, False):
            _take_pictures(coming, request.node.name)
        assert coming.complaints == []


def _take_pictures(coming: Visitors, test: str) -> None:
    for number, page in enumerate(coming.pages, start=1):
        try:
            chromium.screenshot(page, f"{re.sub(r'[^A-Za-z0-9]+', '-', test)}-{number}")
        except Error as error:
            print(f"no picture of {page.url}: {error}")
