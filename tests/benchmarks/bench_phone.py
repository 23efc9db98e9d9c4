"""The residents' page on a slow phone: a quarter of this machine's speed, 1.6 Mbit/s and 150 ms, nothing kept from before."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from deliberation import demo
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import PHONE
from tests.support import chromium
from web.http import clock
from web.resources import folder

SLOWER = 4
BITS_PER_SECOND = 1_600_000
LATENCY_MILLISECONDS = 150
VISITS = 5
CARDS = 12
REST_MILLISECONDS = 600
"""Between two taps; a card that has just come takes no answer for 400 ms."""
MOST_SECONDS = 2.5
MOST_MILLISECONDS_TO_THE_NEXT_CARD = 100
MOST_KILOBYTES = 60
MOST_KILOBYTES_OF_SCRIPT = 15

# When the first statement was painted, and of every tap when the next one was on the screen.
WATCH = """
  globalThis.taps = [];
  globalThis.painted = null;
  const onScreen = (act) => requestAnimationFrame(() => setTimeout(() => act(performance.now())));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName("first-contentful-paint")) painted = entry.startTime;
  }).observe({ type: "paint", buffered: true });
  addEventListener("click", (event) => {
    if (!event.target.closest(".ballot-form .vote")) return;
    const before = document.getElementById("ballot-text")?.textContent;
    const look = () => {
      const now = document.getElementById("ballot-text")?.textContent;
      if (now && now !== before) onScreen((at) => taps.push(at - event.timeStamp));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
"""
TAP_AS_SOON_AS_POSSIBLE = """
  new Promise((resolve) => {
    const tapped = performance.now();
    document.querySelector(".ballot-form .vote-agree").click();
    const answered = () => document.querySelector(".ballot-said p").textContent;
    const look = () => (answered() ? resolve([tapped, performance.now()]) : setTimeout(look));
    look();
  })
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir: Path = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            demo.load(session, folder("fixtures") / "demo", clock())
        with open_site(data_dir, database) as opened:
            yield opened


class Traffic:
    """Bytes that came over the wire, by kind of file and by address, headers included."""

    def __init__(self, wire: CDPSession) -> None:
        self.kinds: dict[str, float] = {}
        self.files: dict[str, float] = {}
        self._about: dict[str, tuple[str, str]] = {}
        wire.on("Network.responseReceived", self._begin)
        wire.on("Network.loadingFinished", self._end)

    @property
    def kilobytes(self) -> float:
        return sum(self.kinds.values()) / 1024

    @property
    def scripts_of_ours(self) -> float:
        return sum(size for name, size in self.files.items() if name.endswith(".js") and "/vendor/" not in name) / 1024

    def _begin(self, event: dict[str, Any]) -> None:
        self._about[event["requestId"]] = event["type"], event["response"]["url"].partition("?")[0]

    def _end(self, event: dict[str, Any]) -> None:
        kind, address = self._about.get(event["requestId"], ("Other", ""))
        self.kinds[kind] = self.kinds.get(kind, 0) + event["encodedDataLength"]
        self.files[address] = self.files.get(address, 0) + event["encodedDataLength"]


def slow_phone(browser: Browser, address: str) -> tuple[Page, Traffic]:
    context = browser.new_context(base_url=address, viewport=PHONE, has_touch=True, service_workers="block")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    limits = {"latency": LATENCY_MILLISECONDS, "downloadThroughput": BITS_PER_SECOND / 8, "uploadThroughput": BITS_PER_SECOND / 8}
    wire.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    return page, Traffic(wire)


def usable(browser: Browser, site: Site) -> tuple[float, float, Traffic]:
    """Seconds until the first statement is painted, and until a tap that was made as soon as scripts had run was answered."""
    page, traffic = slow_phone(browser, site.address)
    page.goto("/c/e-scooters", wait_until="domcontentloaded")
    _, answered = page.evaluate(TAP_AS_SOON_AS_POSSIBLE)
    page.wait_for_load_state("networkidle")
    painted = page.evaluate("painted")
    page.context.close()
    return painted / 1000, answered / 1000, traffic


def next_cards(browser: Browser, site: Site) -> list[float]:
    """Milliseconds from each tap to the next statement on the screen, pauses gone past."""
    page, _ = slow_phone(browser, site.address)
    page.goto("/c/e-scooters", wait_until="networkidle")
    for _ in range(CARDS):
        page.wait_for_timeout(REST_MILLISECONDS)
        if page.locator("#pause").count():
            page.locator("#pause .pause-bar a").tap()
            page.wait_for_timeout(REST_MILLISECONDS)
        page.locator(".ballot-form .vote-agree").tap()
    page.wait_for_timeout(REST_MILLISECONDS)
    taps: list[float] = page.evaluate("taps")
    page.context.close()
    return taps


def test_phone(site: Site) -> None:
    with chromium.running_browser() as browser:
        visits = [usable(browser, site) for _ in range(VISITS)]
        taps = next_cards(browser, site)
    painted, answered = (median(visit[place] for visit in visits) for place in (0, 1))
    traffic: Traffic = visits[0][2]
    kinds = ", ".join(f"{kind.lower()} {size / 1024:.1f}" for kind, size in sorted(traffic.kinds.items()))
    print(
        f"\nfirst statement painted after {painted:.2f} s, first tap answered after {answered:.2f} s; median of {VISITS} visits"
    )
    print(f"next card after a tap: median {median(taps):.0f} ms, slowest {max(taps):.0f} ms of {len(taps)}")
    print(f"transferred {traffic.kilobytes:.1f} KB ({kinds}); scripts of ours {traffic.scripts_of_ours:.1f} KB, headers included")
    assert max(painted, answered) < MOST_SECONDS
    assert median(taps) < MOST_MILLISECONDS_TO_THE_NEXT_CARD
    assert traffic.kilobytes < MOST_KILOBYTES
    assert traffic.scripts_of_ours < MOST_KILOBYTES_OF_SCRIPT
