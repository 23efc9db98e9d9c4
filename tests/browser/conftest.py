"""One Chromium for the browser tests of a process, and a picture of every page of a test that fails."""

import re
from collections.abc import Generator, Iterator
from fcntl import LOCK_EX, flock
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


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Until the last of these tests: while Playwright runs, the thread has an event loop, and other tests begin their own."""
    if chromium.find() is None:
        pytest.skip(chromium.MISSING)
    with chromium.running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with the demo and more, to be copied: loading takes much longer. One test process does it for all."""
    alone = worker_id == "master"
    folder = (tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent) / "loaded"
    with folder.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not folder.with_suffix(".done").exists():
            folder.mkdir(exist_ok=True)
            town.load(folder)
            folder.with_suffix(".done").touch()
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
