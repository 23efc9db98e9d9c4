"""People at a browser of their own, and what must not happen on any page that they open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from tests.support.server import wait_for

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MILLISECONDS = 20_000
REFUSED = "Failed to load resource: the server responded with a status of 4"
LOST = "net::ERR_"


class Watch:
    """Keeps what goes wrong unseen: errors and warnings in the console (breaches of the policy are among them), other hosts."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self._host = urlsplit(address).netloc
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("request", self._look)

    def forgive(self, *expected: str) -> None:
        """Drop complaints that contain any of these, for tests that bring them about."""
        self.complaints = [said for said in self.complaints if not any(words in said for words in expected)]

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        address = message.location.get("url", "")
        # The browser notes every refusal that it shows; only what a page itself asks for must be there.
        if not message.text.startswith(REFUSED) or "/static/" in address:
            self.complaints.append(f"{message.type}: {message.text} ({address})")

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self.complaints.append(f"asked another host: {request.url}")


class Visitors:
    """Makes browsers: each has its own cookies, all look at the same site."""

    def __init__(self, browser: Browser) -> None:
        self.pages: list[Page] = []
        self._browser = browser
        self._watches: list[Watch] = []

    def __call__(self, address: str, **options: Any) -> Page:
        """A new visitor's empty page; `options` are those of a Playwright browser context."""
        context = self._browser.new_context(**{"base_url": address, "locale": "en-GB", "viewport": PHONE, **options})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self._watches.append(Watch(context, address))
        self.pages.append(context.new_page())
        return self.pages[-1]

    def forgive(self, *expected: str) -> None:
        for watch in self._watches:
            watch.forgive(*expected)

    @property
    def complaints(self) -> list[str]:
        return [said for watch in self._watches for said in watch.complaints]

    def leave(self) -> None:
        for page in self.pages:
            page.context.close()


def becomes_true(page: Page, expression: str, arg: Any = None) -> None:
    """Wait for it. Playwright's own waiting evaluates text inside the page, which the page's policy forbids."""
    wait_for(lambda: bool(page.evaluate(expression, arg)), expression)


def send(page: Page, form: str, fields: dict[str, str]) -> int:
    """Fill in the first form that the selector finds and send it, without the browser's own checks. The answer's status."""
    with page.expect_navigation() as answered:
        page.locator(form).first.evaluate(
            "(form, sent) => { for (const name in sent) form.elements[name].value = sent[name]; form.submit(); }", fields
        )
    assert answered.value is not None
    return answered.value.status


@contextmanager
def visitors(browser: Browser) -> Iterator[Visitors]:
    coming = Visitors(browser)
    try:
        yield coming
    finally:
        coming.leave()
