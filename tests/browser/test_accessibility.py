"""Every page, as it is shown to people who use it with a keyboard, a screen reader, a small or a dark screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState
from sqlmodel import col, select

from deliberation import analyses, conversations, demo
from deliberation.storage.tables import Conversation, Statement
from deliberation.values import Choice, Role, StatementState
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import DESK, PHONE, Visitors, visitors
from tests.support.make import answer, make_conversation, make_statement
from web.http import clock
from web.resources import folder

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 568}
EMPTY_TOWN = "meadow"
GRAVE = {"serious", "critical"}

# Words in braces are numbers of statements in that state.
RESIDENTS = [
    "/",
    "/c/e-scooters",
    "/c/e-scooters?lang=th",
    "/c/e-scooters?statement=7&lang=ja",
    "/c/e-scooters/votes",
    "/c/e-scooters/map",
    "/c/e-scooters/map?lang=ja",
    "/c/e-scooters/report",
    "/c/e-scooters/report?report=now",
    "/c/e-scooters/report?view=statements",
    "/c/e-scooters/policy",
    "/c/e-scooters/policy?lang=th",
    "/c/e-scooters/s/{accepted}",
    "/c/e-scooters/s/{pending}",
    "/c/e-scooters/s/{rejected}",
    "/c/e-scooters/s/{merged}",
    "/c/quiet",
    "/c/quiet/votes",
    "/c/quiet/map",
    "/c/quiet/report",
    "/c/quiet/policy",
    "/c/begun/map",
    "/c/begun/report",
    "/c/begun/s/1",
    "/ledger",
    "/me",
    "/sign-in/somewhere",
    "/nowhere",
    "/c/nowhere",
    "/moderate",
]
STAFF = [
    "/",
    "/moderate",
    "/moderate/decisions",
    "/moderate/c/e-scooters",
    "/moderate/c/e-scooters?state=rejected",
    "/moderate/c/e-scooters/{accepted}",
    "/moderate/c/e-scooters/{pending}",
    "/moderate/c/quiet",
    "/official",
    "/official/e-scooters",
    "/official/quiet",
    "/official/e-scooters/r/1",
    "/official/e-scooters/r/5",
    "/c/e-scooters/report?report=now",
    "/admin",
    "/admin/new",
    "/admin/c/e-scooters",
    "/admin/c/quiet",
    "/moderate/c/e-scooters/9999",
]
NOT_PAGES = {"report_file", "ledger_file", "alive", "ready"}
LEAD_ON = {"moderation_form", "official_recommendation_form", "admin_conversation_form"}
"""Show what another address shows, for whoever reloads a form that was refused."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, a conversation in which nothing has happened, one that has just begun, and a town without any."""
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            town = demo.load(session, folder("fixtures") / "demo", clock()).tenant
            make_conversation(session, town, "quiet", topic="Benches by the river")
            begun = make_conversation(session, town, "begun", topic="Trees in Station Street")
            for number in range(1, 4):
                make_statement(session, begun)
                answer(session, town, "begun", "somebody", number, Choice.AGREE)
            analyses.analyse(session, conversations.identify(begun), clock())
        with open_site(data_dir, database) as opened:
            yield opened


@pytest.fixture(scope="module")
def numbers(site: Site) -> dict[str, int]:
    """A statement of the demo in each state."""
    query = select(Statement.number).join(Conversation).where(Conversation.slug == "e-scooters").order_by(col(Statement.number))
    with site.database.read() as session:
        return {state.value: session.exec(query.where(Statement.state == state)).first() or 0 for state in StatementState}


@pytest.fixture(scope="module")
def staff(browser: Browser, site: Site) -> StorageState:
    """The cookies of an administrator, who may open everything."""
    with visitors(browser) as coming:
        page = coming(site.address)
        site.sign_in(page, Role.ADMIN)
        return page.context.storage_state()


def violations(page: Page, **options: Any) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if rule["impact"] in GRAVE
    ]


def overflow(page: Page) -> int:
    """How many pixels of the page lie beyond the right edge of the screen."""
    beyond: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return beyond


def assert_fit_for_all(page: Page) -> None:
    assert len(page.title()) > len("Minatomori")
    assert page.locator("h1").count() == 1
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert violations(page) == [], size
    page.set_viewport_size(NARROW)
    assert overflow(page) <= 0


@pytest.mark.parametrize("path", RESIDENTS)
def test_every_page_for_residents_is_accessible(visit: Visitors, site: Site, numbers: dict[str, int], path: str) -> None:
    page = visit(site.address)
    page.goto(path.format_map(numbers))
    assert_fit_for_all(page)


@pytest.mark.parametrize("path", STAFF)
def test_every_page_for_staff_is_accessible(
    visit: Visitors, site: Site, numbers: dict[str, int], staff: StorageState, path: str
) -> None:
    page = visit(site.address, storage_state=staff)
    page.goto(path.format_map(numbers))
    assert_fit_for_all(page)
