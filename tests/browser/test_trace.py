"""From what somebody said to the clause that was enacted, and back, by clicks alone."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from deliberation import conversations, trace_graph
from deliberation.trace_items import ItemKind
from tests.browser.site import Site
from tests.browser.visitors import DESK, PHONE, Visitors
from web.http import clock

pytestmark = pytest.mark.browser

CLAUSE = "r/1/m/1/e/1"


def way(site: Site) -> list[str]:
    """From a statement to the clause, each resting on the one before."""
    with site.database.read() as session:
        conversation = conversations.get(session, 1, "e-scooters")
        graph = trace_graph.around(session, conversation, CLAUSE, "en", clock().date())
    found = [CLAUSE]
    while before := graph.next_to(found[0])[0]:
        nearest = [item for item in before if item.state != "merged"] or before
        found.insert(0, nearest[-1].key)
        if graph.items[found[0]].kind == ItemKind.STATEMENT:
            break
    return found


@pytest.mark.parametrize(
    ("size", "scripts", "drawn"),
    [(PHONE, True, "narrow"), (PHONE, False, "narrow"), (DESK, True, "wide"), (DESK, False, "wide")],
    ids=["phone", "phone without scripts", "desk", "desk without scripts"],
)
def test_a_statement_leads_to_the_enacted_clause_and_back(
    site: Site, visit: Visitors, size: ViewportSize, scripts: bool, drawn: str
) -> None:
    page: Any = visit(site.address, viewport=size, java_script_enabled=scripts)
    chain = [f"/c/e-scooters/{key}" for key in way(site)]
    assert len(chain) >= 5
    page.goto(chain[0])
    for here, onward in pairwise(chain):
        expect(page.locator(f".trace-{drawn} .is-here")).to_have_attribute("href", here)
        expect(page.locator(".trace-picture:visible")).to_have_count(1)
        page.locator(f".trace-{drawn} a[href='{onward}']").click()
        expect(page).to_have_url(site.address + onward)
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        "Operating conditions, clause 7: parking, removal, phone line"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
    for back in reversed(chain[:-1]):
        page.locator(f"section:has(> #comes-from) a[href='{back}']").click()
        expect(page).to_have_url(site.address + back)
    expect(page.locator("main h1")).to_contain_text("Statement")
