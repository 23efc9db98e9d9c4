"""The places that every page can be opened in: the demo, conversations in which little has happened, and a town without any."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlmodel import col, select

from deliberation import analyses, conversations, demo
from deliberation.storage.tables import Conversation, Statement
from deliberation.values import Choice, Joining, Role, StatementState
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import visitors
from tests.support.checkout import CHECKOUT
from tests.support.make import answer, make_conversation, make_follower, make_invitation, make_statement, make_tenant
from web.http import clock
from web.resources import folder

EMPTY_TOWN = "meadow"


def load(data_dir: Path) -> None:
    """The demo, a conversation in which nothing has happened, one that has just begun, and a town without any."""
    with database_in(data_dir) as database, database.write() as session:
        town = demo.load(session, folder("fixtures") / "demo", clock()).tenant
        make_conversation(session, town, "quiet", topic="Benches by the river")
        begun = make_conversation(session, town, "begun", topic="Trees in Station Street")
        for number in range(1, 4):
            make_statement(session, begun)
            answer(session, town, "begun", "somebody", number, Choice.AGREE)
        analyses.analyse(session, conversations.identify(begun), clock())
        invited = make_conversation(session, town, "invited", topic="The school yard", joining=Joining.INVITATION)
        make_statement(session, invited)
        make_invitation(session, invited)
        asked = {"joining": Joining.SIGN_IN, "claim_name": "address.locality", "claim_value": "Harbour"}
        make_statement(session, make_conversation(session, town, "confirmed", topic="Our ward’s budget", **asked))
        make_follower(session, begun, "asked")
        make_follower(session, begun, "followed", confirmed_at=clock())
        make_tenant(session, EMPTY_TOWN, host="localhost")


@contextmanager
def demo_town(loaded: Path, data_dir: Path, home: Path = CHECKOUT) -> Iterator[Site]:
    """A copy of what was loaded, served by the code in `home`."""
    shutil.copytree(loaded, data_dir, dirs_exist_ok=True)
    with database_in(data_dir) as database, open_site(data_dir, database, home) as opened:
        yield opened


def numbers_in(site: Site) -> dict[str, int]:
    """A statement of the demo in each state."""
    query = select(Statement.number).join(Conversation).where(Conversation.slug == "e-scooters").order_by(col(Statement.number))
    with site.database.read() as session:
        return {state.value: session.exec(query.where(Statement.state == state)).first() or 0 for state in StatementState}


def guests_of(browser: Browser, site: Site) -> dict[str, dict[str, Any]]:
    """What to hand to `visit` for a resident and for an administrator, who may open everything, of either town."""
    elsewhere = site.address.replace("127.0.0.1", "localhost")
    return {
        "resident": {"address": site.address},
        "admin": {"address": site.address, "storage_state": _signed_in(browser, site, site.address, None)},
        "villager": {"address": elsewhere},
        "reeve": {"address": elsewhere, "storage_state": _signed_in(browser, site, elsewhere, EMPTY_TOWN)},
    }


def _signed_in(browser: Browser, site: Site, address: str, municipality: str | None) -> Any:
    with visitors(browser) as coming:
        page = coming(address)
        site.sign_in(page, Role.ADMIN, municipality)
        return page.context.storage_state()
