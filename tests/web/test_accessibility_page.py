"""The accessibility statement, and whom to write to."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Municipality
from deliberation.values import LANGUAGES, Role
from tests.support.checkout import CHECKOUT
from web.handlers.accessibility import CHECKED_ON
from web.i18n import day

ON_SQLITE = True

SignIn = Callable[..., TestClient]


def contact(database: Database, tenant: Tenant) -> str:
    with database.read() as session:
        return session.get_one(Municipality, tenant.id).contact


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_it_in_their_language_with_its_day(client: TestClient, tenant: Tenant, language: str) -> None:
    page = client.get(f"/accessibility?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert tenant.name in page.text
    assert day(CHECKED_ON, language) in page.text


def test_the_long_form_names_the_same_day() -> None:
    assert CHECKED_ON.isoformat() in (CHECKOUT / "docs" / "accessibility.md").read_text(encoding="utf-8")


def test_every_page_leads_to_it(client: TestClient, tenant: Tenant) -> None:
    assert 'href="/accessibility"' in client.get("/me").text


def test_it_says_so_where_no_address_was_given(client: TestClient, tenant: Tenant) -> None:
    page = client.get("/accessibility").text
    assert "No address has been given here yet." in page
    assert "mailto:" not in page


def test_an_administrator_gives_the_address_and_takes_it_away(
    sign_in: SignIn, client: TestClient, database: Database, tenant: Tenant
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.post("/admin", data={"email": " Square@Minatomori.Example "}).status_code == 303
    assert contact(database, tenant) == "square@minatomori.example"
    assert 'href="mailto:square@minatomori.example"' in client.get("/accessibility").text
    assert 'value="square@minatomori.example"' in admin.get("/admin").text
    admin.post("/admin", data={"email": " "})
    assert contact(database, tenant) == ""
    assert "mailto:" not in client.get("/accessibility").text


@pytest.mark.parametrize(
    "typed", ["nobody", "a@b", "a b@example.org", "a@example.org?bcc=b@example.org", f"{'a' * 250}@example.org"]
)
def test_what_is_no_address_comes_back_with_what_was_typed(
    sign_in: SignIn, database: Database, tenant: Tenant, typed: str
) -> None:
    answer = sign_in(Role.ADMIN).post("/admin", data={"email": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    assert "Please give a complete e-mail address" in answer.text
    assert contact(database, tenant) == ""


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_administrators_give_the_address(sign_in: SignIn, database: Database, tenant: Tenant, role: Role) -> None:
    assert sign_in(role).post("/admin", data={"email": "me@example.org"}).status_code == 403
    assert contact(database, tenant) == ""


def test_another_municipality_has_its_own(sign_in: SignIn, database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    sign_in(Role.ADMIN, other_tenant).post("/admin", data={"email": "me@example.org"})
    assert contact(database, tenant) == ""
    assert contact(database, other_tenant) == "me@example.org"
