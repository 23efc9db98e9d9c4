"""What somebody without an account gets back: on a phone without scripts, and at a desk with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import func, select

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Participant, Person, Subscription, Vote
from deliberation.values import Choice
from tests.browser.site import database_in
from tests.browser.visitors import DESK, PHONE, Visitors
from tests.support.mail_server import MailServer, running_mail_server
from tests.support.make import answer, make_conversation, make_statement, make_tenant
from tests.support.server import serving, wait_for
from web.http import clock

pytestmark = pytest.mark.browser

BROWSERS: dict[str, dict[str, Any]] = {
    "phone without scripts": {"viewport": PHONE, "java_script_enabled": False},
    "desk": {"viewport": DESK},
}
GRAVE = {"serious", "critical"}


@dataclass(frozen=True)
class Square:
    """A running server that sends its mail to `mail`."""

    address: str
    database: Database
    tenant: Tenant
    mail: MailServer


@pytest.fixture(scope="module")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Square]:
    data_dir: Path = tmp_path_factory.mktemp("square")
    with database_in(data_dir) as database, running_mail_server() as mail:
        with database.write() as session:
            tenant = make_tenant(session)
            for slug, topic in (("bays", "Where scooters are parked"), ("trees", "Trees in Station Street")):
                conversation = make_conversation(session, tenant, slug, topic=topic)
                for _ in range(4):
                    make_statement(session, conversation)
                answer(session, tenant, slug, "somebody", 1, Choice.AGREE, now=clock())
        with serving(data_dir, HIROBA_SMTP_URL=mail.url(), HIROBA_BASE_URL="http://square.example.org") as server:
            yield Square(server.address, database, tenant, mail)
            _, errors = server.end()
        assert errors == ""


def assert_accessible(page: Page) -> None:
    page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in GRAVE] == []


def cast(page: Page, slug: str, words: str) -> None:
    page.goto(f"/c/{slug}")
    page.locator("#ballot").get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".ballot-said")).to_contain_text(words)


@pytest.mark.parametrize("options", BROWSERS.values(), ids=BROWSERS)
def test_somebody_goes_on_in_a_second_browser_and_is_erased(visit: Visitors, square: Square, options: dict[str, Any]) -> None:
    first, second = visit(square.address, **options), visit(square.address, **options)
    scripts = options.get("java_script_enabled", True)
    cast(first, "bays", "Agree")
    text = "Bays should be lit at night" + (", brightly." if scripts else ".")
    first.get_by_label("Your statement").fill(text)
    first.get_by_role("button", name="Share statement").click()
    expect(first.locator("main")).to_contain_text("Thank you")
    first.goto("/me")
    expect(first.locator("#my-statements + article")).to_contain_text("Waiting for a moderator")
    if scripts:
        assert_accessible(first)
    first.get_by_role("button", name="Show me a code").click()
    code = first.locator(".recovery-code code").inner_text()
    if scripts:
        assert_accessible(first)

    cast(second, "trees", "Pass")
    second.goto("/me")
    second.get_by_role("link", name="I have a code").click()
    second.get_by_label("Code").fill(code[:-1])
    second.get_by_role("button", name="Continue here").click()
    expect(second.get_by_label("Code")).to_have_attribute("aria-invalid", "true")
    second.get_by_label("Code").fill(code.lower())
    second.get_by_role("button", name="Continue here").click()
    expect(second.locator("main")).to_contain_text(text)
    expect(second.locator("main")).to_contain_text("Trees in Station Street")
    with square.database.read() as session:
        votes = session.exec(select(func.count()).select_from(Vote)).one()
        people = session.exec(select(func.count()).select_from(Person)).one()

    with second.expect_download() as download:
        second.get_by_role("link", name="Download my data").click()
    assert text in Path(download.value.path()).read_text(encoding="utf-8")
    second.get_by_role("link", name="Erase my data").click()
    if scripts:
        assert_accessible(second)
    second.get_by_label("Remove the texts where nothing rests on them").check()
    second.get_by_label("I have read this. Erase my data.").check()
    second.get_by_role("button", name="Erase my data").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Your data is erased")
    assert [cookie["name"] for cookie in second.context.cookies()] == []
    first.goto("/me")
    expect(first.locator("main")).to_contain_text("You have not voted yet.")
    with square.database.read() as session:
        assert session.exec(select(func.count()).select_from(Vote)).one() == votes
        assert session.exec(select(func.count()).select_from(Person)).one() == people - 1
        assert len(session.exec(select(Participant).where(Participant.person_id == None)).all()) >= 2  # noqa: E711


@pytest.mark.parametrize("options", BROWSERS.values(), ids=BROWSERS)
def test_somebody_follows_a_conversation_by_mail_and_leaves(visit: Visitors, square: Square, options: dict[str, Any]) -> None:
    page, address = visit(square.address, **options), f"mei-{options['viewport']['width']}@example.org"
    page.goto("/c/bays")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Follow by mail").click()
    expect(page.locator("#follow-email-error")).to_contain_text("complete e-mail address")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Follow by mail").click()
    expect(page.locator("main")).to_contain_text("a link is on its way")
    wait_for(lambda: bool(square.mail.to(address)), "the mail did not come")
    (mail,) = square.mail.to(address)
    link = re.search(r"http://square\.example\.org(/following/\S+)", mail.get_content())
    assert link
    page.goto(link[1])
    assert follows(square, address) == [False]
    page.get_by_role("button", name="Yes, follow it").click()
    expect(page.locator("#notice")).to_contain_text("From now on we write to you")
    assert follows(square, address) == [True]
    page.goto(link[1])
    page.get_by_role("button", name="No more mail at all").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No more mail")
    assert follows(square, address) == []


def follows(square: Square, address: str) -> list[bool]:
    with square.database.read() as session:
        return [row.confirmed_at is not None for row in session.exec(select(Subscription).where(Subscription.email == address))]
