"""What must hold for every address."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, Statement, Vote
from deliberation.values import Choice, Role
from tests.support.make import answer, make_conversation, make_statement
from web.routes import ROUTES

STAFF_AREAS = ("/moderate", "/translate", "/official", "/admin", "/desk")
PARAMETERS = {
    "{batch}": "0123456789abcdef",
    "{slug}": "scooters",
    "{number}": "1",
    "{token}": "t",
    "{step}": "1",
    "{form}": "accept",
    "{form:path}": "x",
    "{decision}": "1",
    "{kind}": "statement",
    "{key}": "1",
    "{code}": "000000000000",
    "{area}": "north",
    "{file:path}": "votes.csv",
    "{office}": "roads",
    "{comment}": "1",
    "{item:path}": "r/1",
    "{evidence}": "1",
    "{answer}": "1",
    "{report}": "1",
    "{name}": "minutes.pdf",
}
FORM = {"statement": "1", "choice": "agree", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d", "text": "Hello", "title": "Hello"}
ROUTED = [route for route in ROUTES if isinstance(route, Route)]


def address(route: Route) -> str:
    path = route.path
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    assert "{" not in path, f"give {path} a value in PARAMETERS"
    return path


def calls(*, under: tuple[str, ...] = ("/",), about: str = "") -> list[tuple[str, str]]:
    """Method and address of every route below these paths."""
    return [
        (method, address(route))
        for route in ROUTED
        for method in sorted((route.methods or set()) - {"HEAD"})
        if route.path.startswith(under) and about in address(route)
    ]


def test_everything_that_is_served_is_in_the_table_under_one_name() -> None:
    assert all(isinstance(route, (Route, Mount)) for route in ROUTES)
    names = [route.name for route in ROUTED]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", [route for route in ROUTED if route.path.startswith(STAFF_AREAS)], ids=lambda route: route.name)
def test_every_staff_address_is_guarded(route: Route) -> None:
    assert getattr(route.endpoint, "roles", None), f"{route.path} has no guard"


def test_strangers_and_the_wrong_role_stay_outside(client: TestClient, sign_in: Callable[..., TestClient]) -> None:
    translator, moderator = sign_in(Role.TRANSLATOR), sign_in(Role.MODERATOR)
    for method, path in calls(under=STAFF_AREAS):
        for visitor in (client, moderator if path.startswith("/translate") else translator):
            assert visitor.request(method, path).status_code == 403, (method, path)


def test_another_municipality_sees_and_changes_nothing(
    database: Database, tenant: Tenant, other_tenant: Tenant, sign_in: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, topic="Secret of the harbour"), "Only the harbour knows this.")
        answer(session, tenant, "scooters", "m" * 32, 1, Choice.AGREE)
    theirs = sign_in(Role.ADMIN, other_tenant)
    before = everything_of(database, tenant)
    for method, path in calls(about="scooters"):
        seen = theirs.request(method, path, data=FORM if method == "POST" else None)
        # 422: some forms are read before anything else; 303: some addresses only lead on to another, which is tried as well.
        assert seen.status_code in {404, 422, 303}, (method, path)
        assert "harbour" not in seen.text.lower(), (method, path)
    assert everything_of(database, tenant) == before


def test_lists_of_another_municipality_do_not_mention_ours(
    database: Database, tenant: Tenant, other_tenant: Tenant, sign_in: Callable[..., TestClient]
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, topic="Secret of the harbour"), "Only the harbour knows this.")
    theirs = sign_in(Role.ADMIN, other_tenant)
    for path in (
        "/",
        "/proposals",
        "/me",
        "/dashboard",
        "/dashboard?screen=wall",
        "/dashboard/figures",
        "/ledger",
        "/ledger.jsonl",
        "/moderate",
        "/moderate/decisions",
        "/moderate/proposals",
        "/moderate/comments",
        "/admin/offices",
        "/translate",
        "/official",
        "/admin",
    ):
        seen = theirs.get(path)
        assert seen.status_code == 200, path
        assert "harbour" not in seen.text.lower(), path
        assert "scooters" not in seen.text, path


def everything_of(database: Database, tenant: Tenant) -> list[object]:
    with database.read() as session:
        return [
            [conversation.model_dump() for conversation in session.exec(select(Conversation))],
            [statement.model_dump() for statement in session.exec(select(Statement))],
            [vote.model_dump() for vote in session.exec(select(Vote))],
            [entry.hash for entry in session.exec(select(LedgerEntry).where(LedgerEntry.municipality_id == tenant.id))],
        ]
