"""An answer on its way: read on a phone by a second person, overdue for everybody to see, put off only in public."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from deliberation.storage.tables import Conversation, Extension, Recommendation, Response
from deliberation.values import Outcome, Role
from tests.browser.site import Site
from tests.browser.visitors import DESK, PHONE, Visitors
from web.http import clock

pytestmark = pytest.mark.browser

DEFERRED = "/c/e-scooters/r/4"
REASON = "The city adopts it for all six languages."


def test_a_second_person_gives_an_answer_back_and_approves_it_on_a_phone(visit: Visitors, site: Site) -> None:
    official, second = visit(site.address, viewport=DESK, java_script_enabled=False), visit(site.address, viewport=PHONE)
    site.sign_in(official, Role.OFFICIAL)
    site.sign_in(second, Role.ADMIN)
    second.goto("/official")
    second.locator("#reviews + ul").get_by_role("link", name="Require operators to show price").click()
    expect(second.locator("main")).to_contain_text("The answer, as the public will see it")
    button = second.get_by_role("button", name="Approve and publish")
    size = button.bounding_box()
    assert size is not None
    assert (size["width"] > PHONE["width"] * 0.8, size["height"] >= 44) == (True, True)
    second.get_by_text("Give back …").click()
    second.get_by_label("What should be different").fill("Say that it is for all six.")
    second.get_by_role("button", name="Give back", exact=True).click()

    official.goto("/official/e-scooters/r/5")
    expect(official.locator("#answer")).to_contain_text("Say that it is for all six.")
    official.get_by_role("textbox", name="The reason").fill(REASON)
    official.get_by_label("Step 2: what will be done").fill("The second app does so too")
    official.locator("#field-step_2_due_on").fill((clock() + timedelta(days=80)).date().isoformat())
    official.get_by_role("button", name="Ask for review").click()
    expect(official.locator("#answer")).to_contain_text("Waiting for a second person")
    official.goto("/official/e-scooters/r/5/review")
    expect(official.get_by_role("button", name="Approve and publish")).to_have_count(0)

    second.goto("/official/e-scooters/r/5/review")
    expect(second.locator("main")).to_contain_text(REASON)
    second.get_by_role("button", name="Approve and publish").click()
    expect(second.locator("#notice")).to_contain_text("The answer is public now.")
    resident = visit(site.address)
    resident.goto("/c/e-scooters/r/5")
    expect(resident.locator("main")).to_contain_text(REASON)
    expect(resident.locator("#r5")).to_contain_text("The second app does so too")


def test_an_answer_becomes_overdue_and_is_extended_for_everybody_to_see(visit: Visitors, site: Site) -> None:
    let_pass(site, days=3)
    resident, official = visit(site.address), visit(site.address, viewport=DESK)
    resident.goto(f"{DEFERRED}")
    expect(resident.locator("#r4")).to_contain_text("3 days ago")
    resident.goto("/c/e-scooters/policy?show=overdue")
    expect(resident.locator("#r4 .badge-overdue").first).to_be_visible()

    site.sign_in(official, Role.OFFICIAL)
    official.goto("/official")
    official.locator("#overdue + ul").get_by_role("link", name="Make scooters slow down").click()
    extend(official, days=-1)
    expect(official.locator("#clock")).to_contain_text("This day has passed already.")
    expect(official.get_by_label("Why it takes longer").first).to_have_value("Two schools have asked for another look.")
    official.locator("#clock-to-day").fill((clock() + timedelta(days=20)).date().isoformat())
    official.get_by_role("button", name="Publish the later day").first.click()
    expect(official.locator("#notice")).to_contain_text("Saved")

    resident.goto(DEFERRED)
    expect(resident.locator("#r4")).to_contain_text("Two schools have asked for another look.")
    expect(resident.locator("#r4")).to_contain_text("36 of 38 are agreed.")
    expect(resident.locator("#r4 .extensions > li")).to_have_count(2)
    expect(resident.locator("#r4 .badge-overdue")).to_have_count(0)
    resident.goto("/c/e-scooters/policy?show=overdue")
    expect(resident.locator("#r4")).to_have_count(0)


def let_pass(site: Site, days: int) -> None:
    """As if the day of the deferred decision had been so many days ago."""
    with site.database.write() as session:
        found = session.exec(
            select(Response)
            .join(Recommendation)
            .join(Conversation)
            .where(Conversation.slug == "e-scooters", Response.outcome == Outcome.DEFERRED)
        ).one()
        extension = session.exec(select(Extension).where(Extension.recommendation_id == found.recommendation_id)).one()
        extension.to_day = clock().date() - timedelta(days=days)
        session.add(extension)


def extend(official: Page, days: int) -> None:
    official.locator("#clock summary").click()
    official.locator("#clock-to-day").evaluate("field => field.removeAttribute('min')")
    official.locator("#clock-to-day").fill((clock() + timedelta(days=days)).date().isoformat())
    official.locator("#clock-why").fill("Two schools have asked for another look.")
    official.locator("#clock-progress").fill("36 of 38 are agreed.")
    official.get_by_role("button", name="Publish the later day").first.click()
