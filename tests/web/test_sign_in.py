import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from deliberation import accounts
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Role
from tests.support.make import make_staff
from web.http import clock
from web.visit import STAFF_SESSION_SECONDS

ON_SQLITE = True

SignIn = Callable[..., TestClient]


@pytest.fixture
def moderator(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant)


@pytest.fixture
def link(database: Database, moderator: Staff) -> str:
    with database.write() as session:
        return f"/sign-in/{accounts.issue_link(session, moderator.id, clock())}"


def test_opening_a_link_shows_a_button_and_does_not_use_it_up(client: TestClient, link: str) -> None:
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "<form" in page.text
    assert client.get("/moderate").status_code == 403
    assert client.post(link).status_code == 303


def test_a_link_signs_in_once_and_leads_to_the_first_page_of_the_role(
    client: TestClient, new_client: Callable[..., TestClient], link: str, database: Database, moderator: Staff
) -> None:
    def mail_language() -> str:
        with database.read() as session:
            return accounts.get(session, moderator.municipality_id, moderator.id).language

    answer = client.post(link, headers={"accept-language": "ja"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderate")
    assert client.get("/moderate").status_code == 200
    assert mail_language() == "ja"
    client.post("/language", data={"lang": "ko", "next": "/"})
    assert mail_language() == "ko"
    again = new_client()
    refused = again.post(link)
    assert refused.status_code == 403
    assert "has been used or has run out" in refused.text
    assert again.get("/moderate").status_code == 403


def test_a_link_that_has_run_out_is_refused(client: TestClient, database: Database, moderator: Staff) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, moderator.id, clock() - accounts.LINK_LIFETIME - timedelta(seconds=1))
    assert client.post(f"/sign-in/{token}").status_code == 403


def test_a_link_of_another_municipality_is_refused_and_not_used_up(
    new_client: Callable[..., TestClient], client: TestClient, other_tenant: Tenant, link: str
) -> None:
    elsewhere = new_client("mountain.test")
    assert elsewhere.post(link).status_code == 403
    assert client.post(link).status_code == 303


def test_a_sign_in_does_not_reach_another_municipality(
    client: TestClient, new_client: Callable[..., TestClient], other_tenant: Tenant, link: str
) -> None:
    client.post(link)
    elsewhere = new_client("mountain.test")
    elsewhere.cookies.set("hiroba", client.cookies["hiroba"])
    assert elsewhere.get("/moderate").status_code == 403


def test_a_closed_account_is_out_at_once(
    client: TestClient, database: Database, tenant: Tenant, moderator: Staff, link: str
) -> None:
    client.post(link)
    assert client.get("/moderate").status_code == 200
    with database.write() as session:
        accounts.close(session, municipality_id=tenant.id, account_id=moderator.id, actor=moderator.actor, now=clock())
    assert client.get("/moderate").status_code == 403


def test_another_role_counts_at_once(client: TestClient, database: Database, tenant: Tenant, moderator: Staff, link: str) -> None:
    client.post(link)
    with database.write() as session:
        make_staff(session, tenant, Role.OFFICIAL, moderator.email)
    assert client.get("/moderate").status_code == 403
    assert client.get("/official").status_code == 200


def test_signing_out_keeps_the_resident_behind_the_browser(client: TestClient, link: str) -> None:
    client.post(link)
    assert client.post("/sign-out").status_code == 303
    assert client.get("/moderate").status_code == 403
    assert "Sign out" not in client.get("/").text


@pytest.mark.parametrize(("late_by", "status"), [(-60, 200), (60, 403)])
def test_a_session_ends_after_its_lifetime(
    client: TestClient, link: str, monkeypatch: pytest.MonkeyPatch, late_by: int, status: int
) -> None:
    client.post(link)
    later = time.time() + STAFF_SESSION_SECONDS + late_by
    monkeypatch.setattr("time.time", lambda: later)
    assert client.get("/moderate").status_code == status


def test_what_was_written_when_the_sign_in_ran_out_can_be_copied(
    client: TestClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(link)
    later = time.time() + STAFF_SESSION_SECONDS + 60
    monkeypatch.setattr("time.time", lambda: later)
    note = "First line </textarea><b>\n\nLast line"
    fields = {"note": note, "reason": "spam", "seen": "pending", "back": "/moderate?after=SECRET"}
    page = client.post("/moderate/c/scooters/1/reject", data=fields)
    assert page.status_code == 403
    assert "Please sign in first" in page.text
    assert "First line &lt;/textarea&gt;&lt;b&gt;\n\nLast line</textarea>" in page.text
    assert "SECRET" not in page.text
    assert ">spam" not in page.text


@pytest.mark.parametrize("address", ["/official/scooters", "/official/scooters/r/1/answer"])
@pytest.mark.parametrize(("role", "headers"), [(Role.MODERATOR, {}), (Role.OFFICIAL, {"Sec-Fetch-Site": "cross-site"})])
def test_what_somebody_wrote_who_may_not_send_it_can_be_copied(
    sign_in: SignIn, address: str, role: Role, headers: dict[str, str]
) -> None:
    fields = {"text": "A recommendation.", "reason": ["A long reason.", "A second one."], "ballot": "SECRET"}
    page = sign_in(role).post(address, data=fields, headers=headers)
    assert page.status_code == 403
    assert "A recommendation.\n\nA long reason.\n\nA second one.</textarea>" in page.text
    assert "SECRET" not in page.text


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"reason": " ", "note": ""}},
        {"data": {"reason": "spam"}},
        {},
        {"data": {"note": "Too much. " * 40_000}},
        {"content": b"--", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ],
)
def test_a_refusal_without_anything_written_has_no_empty_field(client: TestClient, tenant: Tenant, sent: dict[str, Any]) -> None:
    page = client.post("/moderate/c/scooters/1/reject", **sent)
    assert page.status_code in {403, 413}
    assert "<textarea" not in page.text


def test_a_body_that_hides_that_it_is_too_large_is_not_shown(client: TestClient, tenant: Tenant) -> None:
    parts = (b"note=" if part == 0 else b"x" * 16_000 for part in range(40))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    page = client.post("/moderate/c/scooters/1/reject", content=parts, headers=headers)
    assert page.status_code == 403
    assert "<textarea" not in page.text


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRANSLATOR, Role.CLERK])
def test_a_role_that_may_not_gets_a_page_that_says_so(sign_in: SignIn, role: Role) -> None:
    page = sign_in(role).get("/moderate")
    assert page.status_code == 403
    assert "You are not allowed to do this." in page.text


@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        (Role.ADMIN, "/admin"),
        (Role.MODERATOR, "/moderate"),
        (Role.OFFICIAL, "/official"),
        (Role.CLERK, "/"),
        (Role.TRANSLATOR, "/translate"),
    ],
)
def test_every_role_begins_where_its_work_is(
    client: TestClient, database: Database, tenant: Tenant, role: Role, first_page: str
) -> None:
    with database.write() as session:
        token = accounts.issue_link(session, make_staff(session, tenant, role).id, clock())
    assert client.post(f"/sign-in/{token}").headers["location"] == first_page


def test_guessing_links_is_slowed_down(client: TestClient, tenant: Tenant) -> None:
    assert [client.post(f"/sign-in/{n}").status_code for n in range(32)][-2:] == [429, 429]


def test_a_sign_in_from_another_site_is_refused(client: TestClient, link: str) -> None:
    assert client.post(link, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(link).status_code == 303


def test_signing_out_ends_a_copied_cookie_too(new_client: Callable[..., TestClient], client: TestClient, link: str) -> None:
    client.post(link)
    copy = new_client()
    copy.cookies.set("hiroba", client.cookies["hiroba"])
    assert copy.get("/moderate").status_code == 200
    client.post("/sign-out")
    assert copy.get("/moderate").status_code == 403
