"""Wherever a percentage stands, the number of people or votes behind it stands close by: every page that everybody can open."""

from functools import reduce

import pytest
from starlette.testclient import TestClient

from deliberation import findings
from deliberation.analyses import latest
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.values import Choice, Role
from tests.support.make import answer, make_staff, make_statement
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, promise, publish, recommend, respond
from tests.support.pages import vote
from tests.support.standing import alone
from tests.test_routes import PARAMETERS, ROUTED

ON_SQLITE = True

QUERIES = {
    "home": ("", "?q=scooters"),
    "conversation": ("", "?pause=7", "?statement=2"),
    "map": ("", "?group=A", "?colour=1", "?statements=yes", "?snapshot=1"),
    "report": ("", "?report=now", "?report=1", "?view=statements", "?report=now&view=statements&q=1"),
    "dashboard": ("", "?screen=wall"),
}
"""Views of a page that show other figures."""
ENDLESS = {"/dashboard/live"}
"""What never ends, and has the figures of another page."""


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>94% agree.</p>", ["94% agree."]),
        ("<p>Of 302 votes, 94% agree.</p>", []),
        ("<p>At least 60% of every group agree.</p>", []),
        ("<p>More than 10%, up to 20%</p><p>12% agree.</p>", ["12% agree."]),
        ("<p>302 votes</p><p>94% agree.</p>", ["94% agree."]),
        ("<div class=card><p>302 votes</p><p>94% agree.</p></div>", []),
        ('<p dir="auto">94% of all dogs agree.</p>', []),
        ("<table><thead><tr><th>Votes</th></tr></thead><tbody><tr><td>302</td><td>94%</td></tr></tbody></table>", []),
        ("<table><thead><tr><th>Share</th></tr></thead><tbody><tr><td>94%</td></tr></tbody></table>", ["94%"]),
        ("<ul><li>95% (86–96)</li></ul>", ["95% (86–96)"]),
    ],
)
def test_a_percentage_alone_is_found(html: str, found: list[str]) -> None:
    assert alone(html) == found


@pytest.fixture
def square(client: TestClient, database: Database, tenant: Tenant) -> Conversation:
    """Two camps, a statement that few have voted on, this visitor's own votes, a report, an answer and a step."""
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 12), statements=16)
        make_statement(session, conversation)
        for member in range(5):
            answer(session, tenant, "scooters", f"camp0-{member}", 17, Choice.AGREE)
    for _ in range(9):
        assert vote(client, "scooters", "agree").status_code == 303
    analyse(database, conversation)
    with database.write() as session:
        publish(session, tenant)
        official = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, official)
        respond(session, official)
        promise(session, official)
    return conversation


def addresses(key: str) -> list[str]:
    """Every page that everybody can open and that can have figures."""
    values = PARAMETERS | {"{key}": key}
    found = []
    for route in ROUTED:
        if "GET" not in (route.methods or ()) or getattr(route.endpoint, "roles", None):
            continue
        path = reduce(lambda path, value: path.replace(*value), values.items(), route.path)
        found += [path + query for query in QUERIES.get(route.name, ("",))]
    return found


def test_no_percentage_stands_without_the_number_behind_it(
    client: TestClient, database: Database, tenant: Tenant, square: Conversation
) -> None:
    with database.read() as session:
        newest = latest(session, identity(square))
        assert newest is not None
        said = findings.of_result(newest.result, square.publication_minimum)
    seen, wrong = 0, {}
    for path in addresses(said.everything[0].key):
        if path in ENDLESS:
            continue
        page = client.get(path)
        if page.headers.get("content-type", "").startswith("text/html"):
            seen += page.text.count("%")
            if found := alone(page.text):
                wrong[path] = found
    assert wrong == {}
    assert seen > 100
