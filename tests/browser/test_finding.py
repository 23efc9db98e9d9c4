"""Finding a conversation, proposing a topic, handing on, and voting on a card that another site shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, ViewportSize, expect
from sqlmodel import select

from deliberation import conversations, embedding, municipalities, places
from deliberation.storage.tables import Proposal, ProposalSupport, Vote
from deliberation.values import Interest, Role
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import DESK, PHONE, Visitors
from tests.support.make import make_conversation, make_staff, make_statement, make_tenant
from tests.support.server import wait_for
from web.http import clock

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir = tmp_path_factory.mktemp("finding")
    with database_in(data_dir) as database:
        with database.write() as session:
            tenant = make_tenant(session)
            admin = make_staff(session, tenant, Role.ADMIN)
            for slug, topic, interest in (
                ("scooters", "Rules for shared e-scooters", Interest.TRANSPORT),
                ("buses", "夜行バスは必要ですか", Interest.TRANSPORT),
                ("library", "The library on Sundays", Interest.EDUCATION),
            ):
                conversation = make_conversation(session, tenant, slug, topic=topic)
                for _ in range(3):
                    make_statement(session, conversation)
                places.place(session, staff=admin, slug=slug, areas=[], interests=[interest], now=clock())
        with open_site(data_dir, database) as opened:
            yield opened


@pytest.mark.parametrize(("size", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone", "desk without scripts"])
def test_a_resident_finds_votes_and_is_led_to_what_is_like_it(
    site: Site, visit: Visitors, size: ViewportSize, scripts: bool
) -> None:
    page = visit(site.address, viewport=size, java_script_enabled=scripts)
    page.goto("/")
    expect(page.locator(".conversation-list > li")).to_have_count(3)
    page.locator("details > summary").first.click()
    page.get_by_role("link", name="Transport 2").click()
    expect(page.locator(".conversation-list > li")).to_have_count(2)
    page.get_by_role("searchbox").fill("ﾊﾞｽ")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".conversation-list > li")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("link", name="Rules for shared e-scooters").click()
    page.get_by_label("Important to me").check()
    before = cast(site, "scooters")
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator("#ballot")).to_contain_text("1 of 3 answered")
    wait_for(lambda: cast(site, "scooters") > before, "the vote stored")  # the card has moved on before it has arrived
    page.goto("/")
    expect(page.get_by_role("region", name="This may concern you")).to_contain_text("you marked statements about “Transport”")


@SCRIPTS
def test_a_topic_is_proposed_accepted_and_supported(site: Site, visit: Visitors, scripts: bool) -> None:
    topic = f"More benches {'with' if scripts else 'without'} backs"
    author, moderator, other = (visit(site.address, java_script_enabled=scripts) for _ in range(3))
    author.goto("/proposals/new")
    author.get_by_label("Topic").fill(topic)
    author.get_by_label("Interest").select_option("public_space")
    author.get_by_role("button", name="Send the proposal").click()
    expect(author.locator("#notice")).to_contain_text("A moderator reads your proposal")
    site.sign_in(moderator, Role.MODERATOR)
    moderator.goto("/moderate/proposals")
    moderator.get_by_role("button", name="Accept").click()
    expect(moderator.locator("#notice")).to_contain_text("Everybody can read and support it now.")
    other.goto("/proposals")
    other.get_by_role("button", name=f"I want to talk about this {topic}").click()
    supported = other.get_by_role("button", name=f"Supported. Take it back {topic}")
    expect(supported).to_be_visible()
    if scripts:
        expect(supported).to_be_focused()
    with site.database.read() as session:
        supporters = select(ProposalSupport).join(Proposal).where(Proposal.topic == topic)
        assert len(session.exec(supporters).all()) == 2


@SCRIPTS
def test_a_conversation_is_handed_on(site: Site, visit: Visitors, scripts: bool) -> None:
    page = visit(site.address, java_script_enabled=scripts)
    page.goto("/c/scooters")
    expect(page.get_by_label("Link to this conversation")).to_have_value(f"{site.address}/c/scooters")
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible(visible=scripts)
    page.get_by_role("link", name="QR code, poster, other sites").click()
    assert page.request.get(f"{site.address}/c/scooters/qr.svg").ok
    expect(page.get_by_role("link", name="ไทย")).to_have_attribute("href", "/c/scooters/poster.pdf?lang=th")


# The card on another site


@contextmanager
def other_site(folder: Path) -> Iterator[str]:
    """The address of a site elsewhere that shows the card."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()


def allow(site: Site, *hosts: str) -> None:
    with site.database.write() as session:
        tenant = municipalities.everyone(session)[0]
        admin = make_staff(session, tenant, Role.ADMIN)
        embedding.allow(session, staff=admin, slug="library", hosts=hosts, now=clock())


def cast(site: Site, slug: str = "library") -> int:
    with site.database.read() as session:
        conversation = conversations.get(session, municipalities.everyone(session)[0].id, slug)
        return len(session.exec(select(Vote).where(Vote.conversation_id == conversation.id)).all())


def vote_inside(page: Page, address: str, choice: str, answered: int) -> None:
    page.goto(address)
    card = page.frame_locator("iframe")
    card.get_by_role("button", name=choice, exact=True).click()
    expect(card.locator(".paving")).to_contain_text(f"{answered} of 3 answered")


@SCRIPTS
def test_an_allowed_site_shows_the_card_and_its_visitors_votes_count_once(
    site: Site, visit: Visitors, tmp_path: Path, scripts: bool
) -> None:
    frame = f'<iframe src="{site.address}/c/library/card" title="Library" width="100%" height="560"></iframe>'
    line = f'<script src="{site.address}/embed.js?c=library" async></script>'
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Elsewhere</title><p>News</p>{line if scripts else frame}")
    before = cast(site)
    with other_site(tmp_path) as address:
        page = visit(address, java_script_enabled=scripts)
        allow(site)
        page.goto(address)
        wait_for(lambda: len(page.frames) == 2, "the frame")
        with pytest.raises(Error, match=r"[Tt]imeout"):
            page.frame_locator("iframe").get_by_role("button", name="Agree", exact=True).click(timeout=1000)
        allow(site, urlsplit(address).netloc)
        vote_inside(page, address, "Agree", 1)
        vote_inside(page, address, "Pass", 2)
        assert cast(site) == before + 2
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert set(cookies) == {"hiroba_card"}
        assert (cookies["hiroba_card"]["sameSite"], cookies["hiroba_card"]["secure"]) == ("None", True)
        assert cookies["hiroba_card"].get("partitionKey")
        if scripts:
            height = page.locator("iframe").evaluate("frame => frame.clientHeight")
            inside = page.frames[1].evaluate("document.body.scrollHeight")
            assert abs(height - inside) <= 2
    visit.forgive("asked another host", "frame-ancestors", "ERR_BLOCKED_BY_RESPONSE", "X-Frame-Options")
