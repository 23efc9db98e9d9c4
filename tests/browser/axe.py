"""What axe-core says of a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
COLOURS = "color-contrast"
SETTLED = """() => Promise.allSettled(
    document.getAnimations().filter(({ effect }) => isFinite(effect.getComputedTiming().endTime)).map(({ finished }) => finished)
).then(() => null)"""
"""Halfway through a fade every colour is too pale."""


def violations(page: Page, **options: Any) -> list[str]:
    """Grave ones, as the page is shown now; `options` are axe's."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    page.evaluate(SETTLED)
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **options})["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if rule["impact"] in GRAVE
    ]
