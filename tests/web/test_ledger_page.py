import ast
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from deliberation import ledger, ledger_chain
from deliberation.decisions import ACTIONS
from deliberation.ledger import SYSTEM
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from tests.support.imports import CHECKOUT
from tests.support.make import NOON, make_conversation, make_staff
from web import ledger_words
from web.handlers.ledger import LINES_AT_ONCE, PAGE

ON_SQLITE = True


def fill(database: Database, tenant: Tenant, count: int) -> str:
    with database.write() as session:
        for number in range(count):
            ledger.append(
                session,
                municipality_id=tenant.id,
                actor=SYSTEM,
                action="statement.rejected",
                subject=f"statement/scooters/{number}",
                facts={"from": "pending", "reason": "spam", "note": ledger.sealed("広場", "salt"), "into": None},
                now=NOON,
            )
        return ledger.head(session, tenant.id)


def sequences(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="e(\d+)"', page)]


def test_the_ledger_is_public_and_shows_the_newest_first_page_by_page(
    client: TestClient, database: Database, tenant: Tenant
) -> None:
    head = fill(database, tenant, PAGE + 2)
    first = client.get("/ledger")
    assert first.status_code == 200
    [older] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = client.get(older)
    assert sequences(first.text) + sequences(second.text) == list(range(PAGE + 2, 0, -1))
    assert 'rel="next"' not in second.text
    for page in (first, second):
        assert head in page.text


def test_an_entry_is_told_in_words_with_its_facts(client: TestClient, database: Database, tenant: Tenant) -> None:
    head = fill(database, tenant, 1)
    page = client.get("/ledger").text
    for words in ("A statement was rejected.", "It is advertising or was sent many times", "Seal of the note", "by system", head):
        assert words in page
    assert "Merged into statement" not in page


def test_an_empty_ledger_has_a_head_too(client: TestClient, tenant: Tenant) -> None:
    page = client.get("/ledger")
    assert page.status_code == 200
    assert ledger_chain.BEGINNING in page.text
    assert client.get("/ledger.jsonl").content == b""


@pytest.mark.parametrize("before", ["x", "-1", "", "1", "0", "9" * 30, "1.5"])
def test_a_page_that_is_not_there_is_not_found(client: TestClient, database: Database, tenant: Tenant, before: str) -> None:
    fill(database, tenant, 2)
    assert client.get("/ledger", params={"before": before}).status_code == 404


@pytest.mark.parametrize("count", [1, LINES_AT_ONCE, LINES_AT_ONCE + 1])
def test_the_whole_chain_can_be_taken_away_and_verified(
    client: TestClient, database: Database, tenant: Tenant, count: int
) -> None:
    head = fill(database, tenant, count)
    answer = client.get("/ledger.jsonl")
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert 'filename="ledger-harbour.jsonl"' in answer.headers["content-disposition"]
    lines = answer.content.splitlines()
    assert len(lines) == count
    assert ledger_chain.examine(ledger_chain.read_lines(lines), expected_head=head, municipality="harbour").fault is None
    assert set(json.loads(lines[0])) == set(ledger_chain.FIELDS)


def test_the_chain_is_read_a_stretch_at_a_time(client: TestClient, database: Database, tenant: Tenant) -> None:
    fill(database, tenant, LINES_AT_ONCE + 1)
    seen = []
    engine = client.app.state.services.database.reader
    event.listen(
        engine, "before_cursor_execute", lambda *found: seen.append(found[2]) if "FROM ledger_entry" in found[2] else None
    )
    assert len(client.get("/ledger.jsonl").content.splitlines()) == LINES_AT_ONCE + 1
    assert len(seen) == 3


def test_a_municipality_sees_its_own_chain_only(
    client: TestClient, new_client: Callable[..., TestClient], database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    head = fill(database, tenant, 1)
    elsewhere = new_client("mountain.test")
    assert head not in elsewhere.get("/ledger").text
    assert elsewhere.get("/ledger.jsonl").content == b""


def test_no_page_of_the_ledger_has_names_or_texts(client: TestClient, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        make_staff(session, tenant)
    for address in ("/ledger", "/ledger.jsonl"):
        text = client.get(address).text
        assert "moderator@example.org" not in text
        assert "Rules for shared" not in text


def actions_of(path: Path) -> set[str]:
    """Every text in a module that looks like a code of the ledger; columns of tables and names of files left out."""
    found = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    nouns = {action.partition(".")[0] for action in ledger_words.ACTIONS}
    codes = {value for value in found if isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", value)}
    return {code for code in codes if code.partition(".")[0] in nouns and not code.endswith((".id", "_id", ".json"))}


def test_every_action_has_a_sentence() -> None:
    used = set().union(
        *(
            actions_of(path)
            for path in [*(CHECKOUT / "deliberation").glob("*.py"), *(CHECKOUT / "deliberation" / "interchange").glob("*.py")]
        )
    )
    assert set(ACTIONS.values()) <= used
    assert used - set(ledger_words.ACTIONS) == set()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_unknown_action_or_fact_is_shown_as_it_is(language: str) -> None:
    assert ledger_words.sentence("bridge.built", language) == "bridge.built"
    assert ledger_words.facts({"span": [1, 2], "none": None, "ok": True, "seal": "0" * 64}, language) == [
        ("span", "1, 2", False),
        ("ok", "True", False),
        ("seal", "0" * 64, True),
    ]
