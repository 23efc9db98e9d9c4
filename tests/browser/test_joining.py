"""Coming into a conversation that is not open to everybody: with a code on paper, or by signing in with a real provider."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from deliberation.storage.tables import Invitation, Vote
from deliberation.values import Joining, Role
from tests.browser.site import Site, database_in
from tests.browser.visitors import DESK, PHONE, Visitors
from tests.support import identity_provider
from tests.support.make import make_conversation, make_statement, make_tenant
from tests.support.server import serving

pytestmark = pytest.mark.browser

ELSEWHERE = "asked another host: http://127.0.0.1:"
"""The provider is where somebody goes on purpose."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir = tmp_path_factory.mktemp("joining")
    confirmed = {"joining": Joining.SIGN_IN, "claim_name": "address.locality", "claim_value": "Harbour"}
    with identity_provider.running() as provider, database_in(data_dir) as database:
        with database.write() as session:
            town = make_tenant(session)
            for slug, rule in (("open", {}), ("yard", {"joining": Joining.INVITATION}), ("budget", confirmed)):
                conversation = make_conversation(session, town, slug, topic=f"About the {slug}", **rule)
                for _ in range(2):
                    make_statement(session, conversation)
        setting = provider.setting
        environment = {
            "HIROBA_OIDC_ISSUER": setting.issuer,
            "HIROBA_OIDC_CLIENT_ID": setting.client_id,
            "HIROBA_OIDC_CLIENT_SECRET": setting.client_secret,
        }
        with serving(data_dir, **environment) as server:
            yield Site(server, data_dir, database)
            _, errors = server.end()
        assert errors == ""


def sign_in(page: Page, person: str) -> None:
    """From our button to the provider's and back."""
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_role("button", name=person, exact=True).click()


def agree(page: Page) -> None:
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator(".paving-words").first).to_contain_text("1 of 2 answered")


def votes(site: Site) -> int:
    with site.database.read() as session:
        return len(session.exec(select(Vote)).all())


@pytest.mark.parametrize(
    ("person", "options"), [("mei", {"viewport": PHONE, "java_script_enabled": False}), ("aya", {"viewport": DESK})]
)
def test_a_resident_signs_in_votes_and_is_the_same_person_on_another_device(
    visit: Visitors, site: Site, person: str, options: dict[str, Any]
) -> None:
    before = votes(site)
    page = visit(site.address, **options)
    page.goto("/c/budget")
    expect(page.locator("#ballot")).to_contain_text("says this.")
    expect(page.get_by_role("button", name="Agree", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.locator("main")).to_contain_text("You did not sign in with 127.0.0.1.")
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("button", name="kai", exact=True).click()
    expect(page.locator("main")).to_contain_text("“address.locality” is “Harbour”")
    page.goto("/c/budget")
    sign_in(page, person)
    expect(page).to_have_url(f"{site.address}/c/budget")
    expect(page.locator("#notice")).to_contain_text("You are signed in and can take part now.")
    agree(page)
    other = visit(site.address)
    other.goto("/me")
    sign_in(other, person)
    other.goto("/c/budget/votes")
    expect(other.locator("main")).to_contain_text("You have answered 1 statement.")
    page.goto("/me")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/c/budget/votes")
    expect(page.locator("main")).to_contain_text("You have not voted yet.")
    assert votes(site) == before + 1
    visit.forgive(ELSEWHERE)


def test_a_code_goes_from_the_administrator_s_paper_into_one_phone(visit: Visitors, site: Site) -> None:
    admin = visit(site.address, viewport=DESK)
    site.sign_in(admin, Role.ADMIN)
    admin.goto("/admin/c/yard")
    admin.locator("#batch-name").fill("Letter to parents")
    admin.locator("#batch-size").fill("2")
    admin.get_by_role("button", name="Make the codes").click()
    code, second = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", admin.locator(".codes").inner_text())
    with admin.expect_popup() as opened:
        admin.get_by_role("button", name="Page to print").click()
    expect(opened.value.locator(".slip")).to_have_count(2)
    expect(opened.value.locator(".slip").first.locator("svg")).to_be_visible()
    with admin.expect_download() as table:
        admin.get_by_role("button", name="Download as a table").click()
    assert second.replace("-", "") in table.value.path().read_text()

    phone = visit(site.address, viewport=PHONE, java_script_enabled=False)
    phone.goto("/c/yard")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    phone.get_by_label("Code of your invitation").fill(wrong.lower())
    phone.get_by_role("button", name="Enter").click()
    expect(phone.get_by_label("Code of your invitation")).to_have_value(wrong.lower())
    expect(phone.locator(".error")).to_contain_text("typing error")
    phone.get_by_label("Code of your invitation").fill(code.lower().replace("-", " "))
    phone.get_by_role("button", name="Enter").click()
    expect(phone.locator("#notice")).to_contain_text("Welcome.")
    agree(phone)

    another = visit(site.address, viewport=PHONE)
    another.goto(f"/join/{code}")
    expect(another.locator(".error")).to_contain_text("has been used already")
    another.goto(f"/join/{second}")
    expect(another.locator("main")).to_contain_text("About the yard")
    another.get_by_role("button", name="Take part").click()
    agree(another)
    admin.goto("/admin/c/yard")
    expect(admin.locator("#invitations table")).to_contain_text("Letter to parents")
    with site.database.read() as session:
        assert session.exec(select(Invitation.used)).all() == [True, True]


def test_a_page_that_was_open_when_the_rule_changed_shows_the_way_in(visit: Visitors, site: Site) -> None:
    page = visit(site.address, viewport=PHONE)
    page.goto("/c/open")
    page.get_by_label("Your statement").fill("Something I was about to say.")
    admin = visit(site.address, viewport=DESK)
    site.sign_in(admin, Role.ADMIN)
    admin.goto("/admin/c/open")
    admin.get_by_label("People with an invitation").check()
    admin.locator("#joining").get_by_role("button", name="Save").click()
    expect(admin.locator("#notice")).to_contain_text("Saved")
    page.get_by_role("button", name="Share statement").click()
    way = page.get_by_role("link", name="How to take part")
    expect(way).to_be_visible()
    expect(page.get_by_label("Your statement")).to_have_value("Something I was about to say.")
    way.click()
    expect(page.get_by_label("Code of your invitation")).to_be_visible()
