"""The whole way of a statement: said, accepted, counted, reported, answered, and found again by its author."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from deliberation import offices
from deliberation.values import Choice, Role
from tests.browser.neighbours import neighbourhood
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import DESK, Visitors
from tests.support.make import make_staff, make_tenant
from tests.support.server import run
from web.http import clock
from web.i18n import translate

pytestmark = pytest.mark.browser

TOPIC = "Where shall bicycles be parked?"
SEEDS = [
    f"Seed {number}: {text}" for number, text in enumerate(("free", "paid", "guarded", "roofed", "short", "long", "far", "near"))
]
WISH = "駅の近くに、屋根のある駐輪場を作ってください。"
PLEA = "Build covered racks at the station."
ANSWER = "Two hundred places with a roof, opened by spring."
OFFICE = "Road office"
MOST_RELOADS = 30


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database:
        with database.write() as session:
            tenant = make_tenant(session, name="Minatomori")
            admin = make_staff(session, tenant, Role.ADMIN)
            offices.add(session, staff=admin, name=OFFICE, language="en", email="", now=clock())
        with open_site(data_dir, database) as opened:
            yield opened


def ja(message: str, **facts: object) -> str:
    """What the Japanese interface says there."""
    return translate("ja", message) % facts


def open_conversation(admin: Page, slug: str) -> None:
    admin.get_by_role("link", name="Open a conversation").click()
    admin.get_by_label("Address").fill(slug)
    admin.get_by_role("textbox", name="Topic", exact=True).fill(TOPIC)
    admin.get_by_role("textbox", name="Background").fill("The old rack is *full* every morning.")
    admin.get_by_label("First statements").fill("\n".join(SEEDS))
    admin.get_by_role("button", name="Open the conversation").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(TOPIC)


def vote(resident: Page, answers: list[str]) -> None:
    for number, answer in enumerate(answers, start=1):
        resident.get_by_role("button", name=ja(answer), exact=True).click()
        said = ja("%(done)s of %(total)s answered", done=number, total=len(SEEDS))
        expect(resident.locator(".paving-words")).to_have_text(said)


def share(resident: Page, text: str) -> None:
    resident.get_by_label(ja("Your statement")).fill(text)
    resident.get_by_role("button", name=ja("Share statement")).click()
    thanks = "Thank you. A moderator reads your statement before others vote on it; your page shows what becomes of it."
    expect(resident.locator("main")).to_contain_text(ja(thanks))


def my_page(resident: Page) -> None:
    """Through the menu, which opens without scripts too."""
    resident.get_by_role("button", name=ja("Menu")).click()
    resident.get_by_role("link", name=ja("My page")).click()
    expect(resident.get_by_role("heading", level=1)).to_have_text(ja("My page"))
    expect(resident.locator("blockquote[lang=ja]")).to_have_text(WISH)
    expect(resident.locator("h3 [lang=en]").first).to_have_text(TOPIC)


def accept(moderator: Page) -> None:
    card = moderator.get_by_role("article").filter(has_text=WISH)
    card.get_by_role("button", name="Accept").click()
    expect(moderator.locator("#waiting")).to_have_text("Nothing waits for a decision.")


def await_analysis(official: Page, slug: str) -> None:
    """Until the worker, which nobody calls, has counted the votes on the new statement."""
    for _ in range(MOST_RELOADS):
        official.goto(f"/c/{slug}/report")
        if official.locator("main").get_by_text(WISH).count():
            return
        official.wait_for_timeout(1000)
    pytest.fail("the analysis did not take up the new statement")


def await_draft(official: Page, scripts: bool) -> None:
    """Until the worker has made it: the page says so by itself; without scripts, when its link is followed."""
    ready = official.get_by_role("link", name="Look at the draft, and publish it")
    for _ in range(MOST_RELOADS):
        if scripts or ready.count():
            break
        official.wait_for_timeout(1000)
        official.get_by_role("link", name="See whether it is ready").click()
    ready.click()


def publish_report(official: Page, slug: str, scripts: bool) -> None:
    official.goto("/official")
    official.locator(f"a[href$='/official/{slug}']").click()
    official.get_by_role("link", name="Publish a report first").click()
    official.get_by_role("button", name="Prepare the report").click()
    await_draft(official, scripts)
    official.get_by_role("textbox", name="Title").fill("What cyclists said")
    official.get_by_role("textbox", name="Introduction").fill("Many came.\n\n- from the north\n- from the south")
    official.get_by_role("button", name="Publish the report").click()
    expect(official.get_by_role("heading", name="What cyclists said")).to_be_visible()
    expect(official.locator("main")).to_contain_text("Report 1, published on")


def recommend(official: Page, slug: str) -> None:
    official.goto(f"/official/{slug}")
    official.get_by_role("checkbox", name=WISH).first.check()
    official.get_by_label("What is recommended").fill(PLEA)
    official.get_by_text("Hand it over at once, without asking for comments").click()
    official.get_by_label("Which office is asked").select_option(label=OFFICE)
    official.get_by_label("Answer due by").fill((clock() + timedelta(days=30)).date().isoformat())
    official.get_by_role("button", name="Publish the recommendation").click()
    official.get_by_role("link", name=PLEA).click()


def answer(official: Page) -> None:
    official.get_by_role("radio", name="Adopted").first.check()
    official.get_by_role("textbox", name="The reason").fill(ANSWER)
    official.get_by_label("Which office answers for it").fill("Roads")
    official.get_by_label("Done, or decided, by").fill((clock() + timedelta(days=120)).date().isoformat())
    official.get_by_role("button", name="Ask for review").click()
    expect(official.locator("#answer")).to_contain_text("Waiting for a second person")


def approve(second: Page) -> None:
    """Somebody else publishes it."""
    second.goto("/official")
    second.locator("#reviews + ul").get_by_role("link", name=PLEA).click()
    expect(second.locator("main")).to_contain_text(ANSWER)
    second.get_by_role("button", name="Approve and publish").click()
    expect(second.locator("#answer")).to_contain_text(ANSWER)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_statement_finds_its_way_to_an_answer_and_back_to_its_author(visit: Visitors, site: Site, scripts: bool) -> None:
    slug = "bicycles" if scripts else "bicycles-without-scripts"
    neighbours = neighbourhood(site.server.place)

    def staff(role: Role) -> Page:
        page = visit(site.address, viewport=DESK, java_script_enabled=scripts)
        site.sign_in(page, role)
        return page

    open_conversation(staff(Role.ADMIN), slug)
    for neighbour in neighbours:
        neighbour.vote(slug, range(1, len(SEEDS) + 1))

    resident = visit(site.address, locale="ja-JP", java_script_enabled=scripts)
    resident.goto("/")
    assert resident.locator("html").get_attribute("lang") == "ja"
    resident.locator(f"a[href$='/c/{slug}']").click()
    vote(resident, ["Agree", "Disagree", "Pass", "Agree", "Agree", "Disagree", "Agree"])
    share(resident, WISH)
    my_page(resident)
    expect(resident.locator(".badge")).to_have_text(ja("Waiting for a moderator"))

    accept(staff(Role.MODERATOR))
    resident.reload()
    expect(resident.locator(".badge")).to_have_text(ja("Accepted"))

    number = len(SEEDS) + 1
    for neighbour in neighbours:
        neighbour.answer(slug, {number: Choice.AGREE})
    official = staff(Role.OFFICIAL)
    await_analysis(official, slug)
    publish_report(official, slug, scripts)
    recommend(official, slug)
    answer(official)
    approve(staff(Role.ADMIN))

    resident.reload()
    expect(resident.locator("main")).to_contain_text(PLEA)
    expect(resident.locator(".badge-adopted").first).to_have_text(ja("Adopted"))
    resident.get_by_role("link", name=ja("Recommendation %(number)s", number=1)).first.click()
    expect(resident).to_have_url(re.compile(f"/c/{slug}/policy#r1$"))
    expect(resident.locator("#r1 .prose[lang=en]")).to_have_text(ANSWER)
    resident.locator("#r1").get_by_role("link", name=ja("Statement %(number)s", number=number)).click()
    expect(resident.locator("main blockquote").first).to_have_text(WISH)
    expect(resident.locator("main")).to_contain_text(ja("You wrote this"))
    expect(resident.locator("main")).to_contain_text(ANSWER)
    resident.get_by_role("link", name=ja("Recommendation %(number)s", number=1)).first.click()
    expect(resident).to_have_url(re.compile(f"/c/{slug}/r/1$"))
    my_page(resident)
    resident.get_by_role("link", name=ja("The page of this statement")).click()
    expect(resident.locator("main blockquote").first).to_have_text(WISH)

    verified = run(site.data_dir, "ledger", "verify")
    assert verified.returncode == 0, verified.stderr
