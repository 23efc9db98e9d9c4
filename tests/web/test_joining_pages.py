"""Invitations and joining rules on the pages of administrators and residents."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import invitation_codes, joining
from deliberation.joining import Rule
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Invitation, InvitationBatch, Participant, Vote
from deliberation.values import LANGUAGES, Joining, Role
from tests.support.make import make_conversation, make_statement
from tests.support.pages import form, links, vote, words
from web.app import create_app
from web.http import clock
from web.settings import Limits, Settings

ON_SQLITE = True

Browsers = Callable[..., TestClient]
ADDRESS = "/admin/c/scooters"
BALLOT = {"statement": "1", "choice": "agree", "ballot": "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for slug, rule in (("scooters", Joining.INVITATION), ("parks", Joining.INVITATION), ("open", Joining.OPEN)):
            make_statement(session, make_conversation(session, tenant, slug, joining=rule, topic=f"About {slug}"))


@pytest.fixture
def admin(sign_in: Browsers) -> TestClient:
    return sign_in(Role.ADMIN)


def make(admin: TestClient, size: int = 3, slug: str = "scooters", **fields: str) -> list[str]:
    """The codes on the page that shows them."""
    made = admin.post(f"/admin/c/{slug}/invitations", data={"name": "Letter", "size": str(size), "expires_at": ""} | fields)
    assert made.status_code == 200, words(made.text)
    assert made.headers["cache-control"] == "private, no-store"
    return re.findall(r'<li translate="no">([0-9A-Z-]+)</li>', made.text)


def participants(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(Participant)).all())


def used(database: Database) -> int:
    with database.read() as session:
        return sum(session.exec(select(Invitation.used)).all())


# Residents


def test_everybody_reads_and_sees_the_way_in(client: TestClient) -> None:
    page = client.get("/c/scooters")
    assert page.status_code == 200
    assert "Statement number 1 says this." in page.text
    assert "Voting and saying something takes an invitation by the municipality." in words(page.text)
    assert 'action="/c/scooters/vote"' not in page.text
    assert "Share statement" not in page.text
    assert form(page.text, "/c/scooters/join") == {"code": ""}
    for path in ("map", "report", "policy", "s/1", "cards", "votes"):
        assert client.get(f"/c/scooters/{path}").status_code == 200
    assert "takes an invitation" not in client.get("/c/open").text


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: " ".join(code.replace("-", ""))])
def test_a_code_that_is_typed_lets_in(
    client: TestClient, admin: TestClient, database: Database, typed: Callable[[str], str]
) -> None:
    (code,) = make(admin, 1)
    answer = client.post("/c/scooters/join", data={"code": typed(code)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/scooters")
    assert "Welcome. You can take part now." in words(client.get("/c/scooters").text)
    assert vote(client, "scooters", "agree").status_code == 303
    assert client.post("/c/scooters/statements", data={"text": "More room, please."}).status_code == 303
    assert "You can take part already." in words(client.get("/c/scooters/join").text)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_a_link_uses_nothing_up(client: TestClient, admin: TestClient, database: Database, method: str) -> None:
    (code,) = make(admin, 1)
    for _ in range(3):
        assert client.request(method, f"/join/{code}").status_code == 200
    assert (used(database), participants(database)) == (0, 0)
    page = client.get(f"/join/{code}")
    assert "About scooters" in page.text
    assert client.post(f"/join/{code.replace('-', '')}").headers["location"] == "/c/scooters"
    assert (used(database), participants(database)) == (1, 1)


def test_the_own_link_again_leads_in_and_a_second_code_is_not_used_up(
    client: TestClient, admin: TestClient, database: Database
) -> None:
    first, second, _ = make(admin)
    for code in (first, first, second):
        assert client.post(f"/join/{code}").headers["location"] == "/c/scooters"
    assert "your code was not used up" in words(client.get("/c/scooters").text)
    assert used(database) == 1


def test_a_code_belongs_to_one_device(client: TestClient, new_client: Browsers, admin: TestClient, database: Database) -> None:
    (code,) = make(admin, 1)
    client.post(f"/join/{code}")
    refused(new_client(), code, 409, "has been used already")
    assert participants(database) == 1


def refused(client: TestClient, code: str, status: int, sentence: str, slug: str = "scooters") -> None:
    """By form and by link, in words, with what was typed still there."""
    by_form = client.post(f"/c/{slug}/join", data={"code": code})
    assert (by_form.status_code, form(by_form.text, f"/c/{slug}/join")["code"]) == (status, code)
    assert sentence in words(by_form.text)
    assert 'aria-invalid="true"' in by_form.text
    if code and "/" not in code and slug == "scooters":
        by_link = client.post(f"/join/{code}")
        assert by_link.status_code == status
        assert sentence in words(by_link.text)
        assert "code" in form(by_link.text, "/join")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("0000-0000-0001", "typing error"),
        ("x", "typing error"),
        ("漢字", "typing error"),
        ("<script>alert(1)<", "typing error"),
        ("0000-0000-0000", "We do not know this code."),
    ],
)
def test_a_code_that_is_none_is_told_so(client: TestClient, database: Database, code: str, sentence: str) -> None:
    refused(client, code, 422, sentence)
    shown = client.get(f"/join/{code.replace('<', '')}")
    assert shown.status_code == 422
    assert "<script>alert" not in shown.text


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": " \u200b"}, {"code": ["A", "B"]}, {"code": "x" * 400}])
def test_a_form_without_a_code_is_told_so(client: TestClient, fields: dict[str, str]) -> None:
    for address in ("/c/scooters/join", "/join"):
        assert client.post(address, data=fields).status_code == 422


def test_what_ended_is_told_apart(
    client: TestClient, admin: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone,) = make(admin, 1)
    (late,) = make(admin, 1, name="Evening", expires_at="2100-01-01T00:00")
    assert admin.post(f"{ADDRESS}/invitations/withdraw", data={"batch": "1"}).status_code == 303
    with database.write() as session:
        row = session.exec(select(InvitationBatch).where(InvitationBatch.name == "Evening")).one()
        row.expires_at = clock()
        session.add(row)
    for code, sentence in ((gone, "has withdrawn this invitation"), (late, "ran out on")):
        opened = client.get(f"/join/{code}")
        assert opened.status_code == 409
        assert sentence in words(opened.text)
    refused(client, gone, 409, "has withdrawn this invitation")
    refused(client, late, 409, "ran out on")
    page = words(admin.get(ADDRESS).text)
    assert "Withdrawn on" in page
    assert "Ran out on" in page
    assert used(database) == 0


def test_a_code_is_of_no_use_where_people_sign_in(client: TestClient, admin: TestClient, database: Database) -> None:
    (code,) = make(admin, 1)
    assert admin.post(f"{ADDRESS}/joining", data={"joining": "sign_in"}).status_code == 303
    for answer in (client.get(f"/join/{code}"), client.post(f"/join/{code}"), client.post("/join", data={"code": code})):
        assert answer.status_code == 403
    assert used(database) == 0


def test_a_code_at_the_wrong_door_is_told_whose_it_is(client: TestClient, admin: TestClient, database: Database) -> None:
    (code,) = make(admin, 1, "parks")
    answer = client.post("/c/scooters/join", data={"code": code})
    assert answer.status_code == 409
    assert "an invitation to another conversation: “About parks”" in words(answer.text)
    assert client.post("/join", data={"code": code}).headers["location"] == "/c/parks"


def test_another_municipality_knows_nothing_of_a_code(
    other_tenant: Tenant, new_client: Browsers, admin: TestClient, database: Database
) -> None:
    (code,) = make(admin, 1)
    stranger = new_client(other_tenant.host or "")
    unknown = invitation_codes.written(invitation_codes.new())
    answers = [stranger.post("/join", data={"code": each}) for each in (code, unknown)]
    answers += [stranger.get(f"/join/{each}") for each in (code, unknown)]
    assert {answer.status_code for answer in answers} == {422}
    assert {answer.text.replace(code, unknown).count("scooters") for answer in answers} == {0}
    assert words(answers[0].text).replace(code, "") == words(answers[1].text).replace(unknown, "")
    assert used(database) == 0


@pytest.mark.parametrize("language", ["ja", "th"])
def test_a_refusal_is_a_page_in_the_readers_language(new_client: Browsers, language: str) -> None:
    answer = new_client(language=language).post("/c/scooters/join", data={"code": "0000-0000-0001"})
    assert answer.status_code == 422
    assert f'<html lang="{language}"' in answer.text
    assert form(answer.text, "/join")["code"] == "0000-0000-0001"


def test_guessing_is_slowed_down_and_typing_errors_are_not(configured: Settings) -> None:
    limited = replace(configured, limits=replace(Limits(), invitations_per_network="5/minute"))
    with TestClient(create_app(limited, work=False), follow_redirects=False) as client:
        for _ in range(10):
            assert client.post("/join", data={"code": "0000-0000-0001"}).status_code == 422
        guesses = [client.post("/join", data={"code": invitation_codes.new()}).status_code for _ in range(7)]
        assert guesses == [422] * 5 + [429] * 2
        assert client.get(f"/join/{invitation_codes.new()}").status_code == 429


def test_an_invitation_from_another_site_is_refused(client: TestClient, admin: TestClient, database: Database) -> None:
    (code,) = make(admin, 1)
    for address, fields in ((f"/join/{code}", {}), ("/join", {"code": code}), ("/c/scooters/join", {"code": code})):
        assert client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert used(database) == 0


def test_a_vote_without_an_invitation_shows_the_way_in(client: TestClient, database: Database) -> None:
    page = client.post("/c/scooters/vote", data=BALLOT)
    assert page.status_code == 403
    assert "/c/scooters/join" in links(page.text)
    fragment = client.post("/c/scooters/vote", data=BALLOT, headers=HTMX)
    assert (fragment.status_code, fragment.headers["hx-retarget"]) == (403, "#notice")
    assert "/c/scooters/join" in links(fragment.text)
    with database.read() as session:
        assert session.exec(select(Vote)).all() == []


def test_a_statement_without_an_invitation_is_kept_to_be_copied(client: TestClient) -> None:
    page = client.post("/c/scooters/statements", data={"text": "More room\u3000for <b>prams</b>."})
    assert page.status_code == 403
    assert "More room\u3000for &lt;b&gt;prams&lt;/b&gt;.</textarea>" in page.text
    assert "/c/scooters/join" in links(page.text)


def test_whoever_voted_while_it_was_open_stays_in_when_the_rule_changes(
    client: TestClient, new_client: Browsers, admin: TestClient, database: Database
) -> None:
    vote(client, "open", "agree")
    assert admin.post("/admin/c/open/joining", data={"joining": "invitation"}).status_code == 303
    assert "takes an invitation" not in client.get("/c/open").text
    assert client.post("/c/open/vote", data=BALLOT | {"choice": "pass"}).status_code == 303
    assert "takes an invitation" in new_client().get("/c/open").text


def test_where_nobody_can_sign_in_the_page_says_so(client: TestClient, admin: TestClient) -> None:
    assert admin.post(f"{ADDRESS}/joining", data={"joining": "sign_in"}).status_code == 303
    assert "Signing in is not set up here yet." in words(client.get("/c/scooters").text)
    for path in ("/identity/sign-in", "/identity/callback"):
        assert client.get(path).status_code == 404


def test_a_closed_conversation_asks_nobody_in(database: Database, tenant: Tenant, client: TestClient) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, "over", joining=Joining.INVITATION, closes_at=clock()))
    page = words(client.get("/c/over").text)
    assert "takes no votes at the moment" in page
    assert "takes an invitation" not in page


# Administrators


def test_rules_are_changed_and_what_is_wrong_stays_typed(admin: TestClient, database: Database) -> None:
    fields = {"joining": "sign_in", "claim_name": "address.locality", "claim_value": "Harbour"}
    assert admin.post(f"{ADDRESS}/joining", data=fields).status_code == 303
    assert 'value="address.locality"' in admin.get(ADDRESS).text
    for wrong, sentence in (
        ({"claim_name": ""}, "Please name the claim"),
        ({"claim_value": " "}, "Please say which value"),
        ({"joining": "nobody"}, "This is not one of the possible answers."),
        ({"claim_value": "x" * 201}, "This is too long."),
    ):
        answer = admin.post(f"{ADDRESS}/joining", data=fields | wrong)
        assert answer.status_code == 422
        assert sentence in words(answer.text)
    with database.read() as session:
        row = session.exec(select(Conversation).where(Conversation.slug == "scooters")).one()
        assert joining.rule_of(row) == Rule(Joining.SIGN_IN, "address.locality", "Harbour")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please give these invitations a name"),
        ({"name": "x" * 201}, "This is too long."),
        ({"size": "0"}, "Between 1 and 5,000 invitations"),
        ({"size": "5001"}, "Between 1 and 5,000 invitations"),
        ({"size": "many"}, "Please give a whole number."),
        ({"size": ""}, "Please give a whole number."),
        ({"expires_at": "2026-01-01T00:00"}, "This moment has passed already."),
        ({"expires_at": "soon"}, "Please give a date and a time"),
    ],
)
def test_a_batch_that_cannot_be_is_told_so_with_what_was_typed(
    admin: TestClient, database: Database, wrong: dict[str, str], sentence: str
) -> None:
    fields = {"name": "Evening at the library", "size": "12", "expires_at": ""} | wrong
    answer = admin.post(f"{ADDRESS}/invitations", data=fields)
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    shown = form(answer.text, "/invitations")
    assert all(shown[name] == typed for name, typed in fields.items())
    assert used(database) == 0


def test_a_second_press_of_the_button_makes_no_second_batch(admin: TestClient, database: Database) -> None:
    make(admin)
    assert admin.post(f"{ADDRESS}/invitations", data={"name": "Letter", "size": "3", "expires_at": ""}).status_code == 409
    with database.read() as session:
        assert len(session.exec(select(Invitation)).all()) == 3


def test_codes_are_shown_once_counted_and_put_on_paper(admin: TestClient, client: TestClient) -> None:
    codes = make(admin, 120)
    assert len(set(codes)) == 120
    assert not any(code in admin.get(ADDRESS).text for code in codes)
    table = admin.post(f"{ADDRESS}/invitations/table", data={"codes": " ".join(codes)})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.splitlines()[1] == f"{codes[0]},http://testserver/join/{codes[0].replace('-', '')}"
    assert len(table.text.splitlines()) == 121
    slips = admin.post(f"{ADDRESS}/invitations/slips", data={"codes": " ".join(codes[:2])})
    assert slips.text.count('class="qr"') == 2
    assert "style=" not in slips.text
    assert codes[1] in slips.text
    assert "http://testserver/join" in words(slips.text)
    rest = admin.post(f"{ADDRESS}/invitations/slips", data={"codes": " ".join(codes), "part": "1"}).text
    assert (codes[99] in rest, codes[100] in rest, codes[119] in rest) == (False, True, True)
    assert admin.post(f"{ADDRESS}/invitations/slips", data={"codes": " ".join(codes), "part": "2"}).status_code == 404
    client.post("/join", data={"code": codes[0]})
    assert "Letter 120 1 Until further notice" in words(admin.get(ADDRESS).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_made_in_every_language(admin: TestClient, language: str) -> None:
    sheet = admin.post(f"{ADDRESS}/invitations/sheet", data={"codes": " ".join(make(admin, 11)), "language": language})
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "application/pdf")
    assert sheet.headers["cache-control"] == "private, no-store"
    assert sheet.content.startswith(b"%PDF")


@pytest.mark.parametrize("what", ["slips", "sheet", "table"])
@pytest.mark.parametrize("codes", ["", "x", "0000-0000-0000", "'; drop table invitation"])
def test_only_codes_that_were_made_here_are_put_on_paper(admin: TestClient, what: str, codes: str) -> None:
    make(admin)
    assert admin.post(f"{ADDRESS}/invitations/{what}", data={"codes": codes}).status_code == 422


def test_what_a_table_holds_is_no_formula(admin: TestClient) -> None:
    table = admin.post(f"{ADDRESS}/invitations/table", data={"codes": " ".join(make(admin, 30))}).text
    assert not re.search(r"^[=+@-]|,[=+@-]", table, re.MULTILINE)


def test_the_ledger_says_how_many_and_no_code(admin: TestClient, client: TestClient) -> None:
    codes = make(admin)
    page = client.get("/ledger").text
    assert "Invitations to a conversation were made." in page
    assert not any(code in page or code.replace("-", "") in page for code in codes)


def test_staff_of_another_municipality_make_none(sign_in: Browsers, other_tenant: Tenant, database: Database) -> None:
    stranger = sign_in(Role.ADMIN, of=other_tenant)
    fields = {"name": "Letter", "size": "3", "expires_at": "", "joining": "open", "batch": "1", "codes": invitation_codes.new()}
    for path in ("joining", "invitations", "invitations/withdraw", "invitations/slips", "invitations/sheet", "invitations/table"):
        assert stranger.post(f"{ADDRESS}/{path}", data=fields).status_code == 404
    with database.read() as session:
        assert session.exec(select(InvitationBatch)).all() == []
