"""The places that every page can be opened in: the demo, conversations in which little has happened, and a town without any."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlmodel import Session, col, select

from deliberation import accounts, analyses, conversations, demo, frozen, reports, response_batches
from deliberation.municipalities import Tenant
from deliberation.response_drafts import Written
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, ResponseDraft, Statement, SubscriptionItem
from deliberation.values import Choice, Joining, Outcome, Role, StatementState
from tests.browser.site import Site, database_in, open_site
from tests.browser.visitors import visitors
from tests.support.checkout import CHECKOUT
from tests.support.make import (
    answer,
    make_conversation,
    make_follower,
    make_invitation,
    make_staff,
    make_statement,
    make_tenant,
    make_webhook,
)
from tests.support.outcomes import recommend
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
        _correct(session, town)
        invited = make_conversation(session, town, "invited", topic="The school yard", joining=Joining.INVITATION)
        make_statement(session, invited)
        make_invitation(session, invited)
        asked = {"joining": Joining.SIGN_IN, "claim_name": "address.locality", "claim_value": "Harbour"}
        make_statement(session, make_conversation(session, town, "confirmed", topic="Our ward’s budget", **asked))
        make_follower(session, begun, "asked")
        followed = make_follower(session, begun, "followed", confirmed_at=clock(), whole=False)
        for item in ("s/1", "s/2"):
            session.add(SubscriptionItem(subscription_id=identity(followed), item=item, added_at=clock(), confirmed_at=clock()))
        make_webhook(session, begun, "asking")
        make_webhook(
            session, begun, "failing", confirmed_at=clock(), failures=2, failure="it answered with status 500", item="s/1"
        )
        make_tenant(session, EMPTY_TOWN, host="localhost")
        _answer_together(session, town)


def _answer_together(session: Session, town: Tenant) -> None:
    """An answer to several recommendations that waits for a second person, at an address that is known."""
    official = make_staff(session, town, Role.OFFICIAL)
    number = recommend(session, official, "e-scooters", text="Count the scooters every spring.", now=clock())
    written = Written(Outcome.DECLINED, "It is **counted** already.", "en", "Road and Harbour Office", None)
    places = [("e-scooters", number)]
    response_batches.begin(session, staff=official, places=places, written=written, to_review=True, now=clock())
    for draft in session.exec(select(ResponseDraft).where(col(ResponseDraft.batch).is_not(None))):
        draft.batch = "together"
        session.add(draft)


def _correct(session: Session, town: Tenant) -> None:
    """A conversation in which little was said, with a report, a corrected one, and the draft of a third."""
    corrected = make_conversation(session, town, "corrected", topic="The bridge at the mill")
    for number in range(1, 4):
        make_statement(session, corrected)
        answer(session, town, "corrected", "somebody", number, Choice.AGREE)
    for title, note in (("What we know so far", ""), ("What we know now", "A second person voted.")):
        analyses.analyse(session, conversations.identify(corrected), clock())
        frozen.freeze(session, conversations.identify(corrected), clock())
        reports.publish(
            session,
            municipality_id=town.id,
            slug="corrected",
            staff=accounts.everyone(session, town.id)[0],
            title=title,
            introduction="",
            language="en",
            note=note,
            override="The council asked for it.",
            now=clock(),
        )
        answer(session, town, "corrected", "somebody else", 1, Choice.DISAGREE)


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
