"""What must hold for every address."""

import pytest
from sqlmodel import select
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Vote
from deliberation.values import Role
from tests.support.make import answer, make_conversation, make_statement
from web.routes import ROUTES

STAFF_AREAS = ("/moderate", "/official", "/admin", "/desk")
PARAMETERS = {"slug": "scooters", "number": "1", "token": "t", "step": "1", "form:path": "x", "sequence": "1", "decision": "1"}
ROUTED = [route for route in ROUTES if isinstance(route, Route)]


def address(route: Route) -> str:
    path = route.path
    for name, value in PARAMETERS.items():
        path = path.replace("{" + name + "}", value).replace("{" + name + ":int}", value)
    assert "{" not in path, f"give {path} a value in PARAMETERS"
    return path


def cases() -> list[object]:
    return [
        pytest.param(method, address(route), id=f"{method} {route.path}")
        for route in ROUTED
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def test_everything_that_is_served_is_in_the_table() -> None:
    assert all(isinstance(route, (Route, Mount)) for route in ROUTES)
    names = [route.name for route in ROUTED]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", [r for r in ROUTED if r.path.startswith(STAFF_AREAS)], ids=lambda r: f"{r.name}")
def test_every_staff_address_is_guarded(route: Route) -> None:
    assert getattr(route.endpoint, "roles", None), f"{route.path} has no guard"


@pytest.mark.parametrize(("method", "path"), [c for c in cases() if c.values[1].startswith(STAFF_AREAS)])  # type: ignore[attr-defined]
def test_strangers_and_the_wrong_role_stay_outside(
    sqlite_only: None, client: TestClient, sign_in: object, method: str, path: str
) -> None:
    assert client.request(method, path).status_code == 403
    assert sign_in(Role.TRANSLATOR).request(method, path).status_code == 403  # type: ignore[operator]


@pytest.mark.parametrize(("method", "path"), [c for c in cases() if "/scooters" in c.values[1]])  # type: ignore[attr-defined]
def test_another_municipality_sees_nothing(
    database: Database, tenant: Tenant, other_tenant: Tenant, sign_in: object, method: str, path: str
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, topic="Secret of the harbour"), "Only the harbour knows this.")
        answer(session, tenant, "scooters", "m" * 32, 1, 1)
    theirs = sign_in(Role.ADMIN, other_tenant)  # type: ignore[operator]
    data = {"statement": "1", "choice": "agree", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d", "text": "Hello", "title": "x"}
    seen = theirs.request(method, path, data=data if method == "POST" else None)
    assert seen.status_code in {404, 422}
    if seen.status_code == 422:  # the form is read first; what matters is that it writes and shows nothing
        assert method == "POST"
    assert "harbour knows" not in seen.text
    assert "Secret of the harbour" not in seen.text
    with database.read() as session:
        assert len(session.exec(select(Vote)).all()) == 1


@pytest.mark.parametrize("path", ["/", "/me", "/ledger", "/moderate", "/official", "/admin"])
def test_lists_of_another_municipality_do_not_mention_ours(
    database: Database, tenant: Tenant, other_tenant: Tenant, sign_in: object, path: str
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, topic="Secret of the harbour"), "Only the harbour knows this.")
    seen = sign_in(Role.ADMIN, other_tenant).get(path)  # type: ignore[operator]
    assert seen.status_code == 200
    assert "harbour knows" not in seen.text
    assert "Secret of the harbour" not in seen.text
    assert "scooters" not in seen.text
