"""How a recommendation is drafted by a click, worded anew, discussed and handed over, in the browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from deliberation import handing_over, ledger, policy, recommendations
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.storage.engine import Database
from deliberation.values import WRITING_ROLES, Role
from tests.support.make import make_staff
from tests.support.outcomes import PEOPLE, make_office, make_reported, recommend, respond
from tests.support.pages import form
from web.http import clock

ON_SQLITE = True

SignIn = Callable[..., TestClient]
WORKSHOP = "/official/scooters"
TEXT = f"{WORKSHOP}/r/1/text"
THREAD = "/c/scooters/r/1"
AGREED = "shared-1-agree"
UUID = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"


@pytest.fixture
def people() -> int:
    return 2  # too few for findings


@pytest.fixture
def official(database: Database, tenant: Tenant, people: int) -> Staff:
    make_reported(database, tenant, people=people)
    with database.write() as session:
        staff = make_staff(session, tenant, Role.OFFICIAL)
        make_office(session, staff)
    return staff


@pytest.fixture
def draft(database: Database, official: Staff) -> Staff:
    with database.write() as session:
        recommendations.draft(
            session, staff=official, slug="scooters", text="Mark bays.", language="en", statements=[1, 2], now=clock()
        )
    return official


@pytest.fixture
def opened(database: Database, draft: Staff) -> Staff:
    with database.write() as session:
        handing_over.open_comments(session, staff=draft, slug="scooters", number=1, until=day(7), now=clock())
    return draft


def day(ahead: int) -> Any:
    return clock().date() + timedelta(days=ahead)


def found(database: Database, tenant: Tenant, number: int = 1) -> Recommended:
    with database.read() as session:
        return policy.one(session, tenant.id, "scooters", number, "en", day(0), drafts=True)


@pytest.mark.parametrize("people", [PEOPLE])
def test_a_finding_is_drafted_by_a_click_with_its_evidence(
    database: Database, tenant: Tenant, official: Staff, sign_in: SignIn, client: TestClient
) -> None:
    desk = sign_in(Role.OFFICIAL)
    page = desk.get(WORKSHOP).text
    assert f'form="draft-one" name="findings" value="{AGREED}"' in page
    sent = desk.post(WORKSHOP, data={"language": "en", "act": "draft", "findings": AGREED})
    assert (sent.status_code, sent.headers["location"]) == (303, TEXT)
    page = desk.get(TEXT).text
    assert form(page, "/text")["text"] == "“Statement number 1 says this.”"
    assert "All groups agree" in page
    assert f"/c/scooters/report/1/f/{AGREED}" in page
    assert [client.get(path).status_code for path in (THREAD, TEXT)] == [404, 403]
    assert "says this.”" not in client.get("/c/scooters/policy").text
    again = desk.post(WORKSHOP, data={"language": "en", "act": "draft", "findings": AGREED})
    assert (again.status_code, "it is recommendation 1." in again.text) == (409, True)
    assert desk.post(WORKSHOP, data={"language": "ja", "act": "draft", "findings": "split-2"}).status_code == 303
    assert found(database, tenant, 2).text.text == "Opinions on this are divided: “Statement number 2 says this.”"


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_word_it_comes_in(draft: Staff, sign_in: SignIn, role: Role) -> None:
    visitor = sign_in(role)
    assert visitor.get(TEXT).status_code == (200 if role in WRITING_ROLES else 403)
    words = {"text": f"Worded by a {role.value}.", "language": "en", "version": "1"}
    assert visitor.post(TEXT, data=words).status_code == (303 if role in WRITING_ROLES else 403)


def test_two_who_word_it_at_once_see_both_wordings_and_nothing_is_overwritten(
    database: Database, tenant: Tenant, draft: Staff, sign_in: SignIn
) -> None:
    one, other = sign_in(Role.OFFICIAL), sign_in(Role.MODERATOR)
    theirs, mine = (form(each.get(TEXT).text, "/text") | {"language": "en"} for each in (one, other))
    assert one.post(TEXT, data=theirs | {"text": "Mark many bays."}).status_code == 303
    refused = other.post(TEXT, data=mine | {"text": "Mark few bays."})
    assert refused.status_code == 409
    assert "Somebody has changed the wording meanwhile" in refused.text
    assert "<del>" in refused.text
    assert found(database, tenant).text.text == "Mark many bays."
    shown = form(refused.text, "/text") | {"language": "en"}
    assert shown["text"] == "Mark few bays."
    assert other.post(TEXT, data=shown).status_code == 303
    assert found(database, tenant).text.text == "Mark few bays."
    wrong = one.post(TEXT, data={"text": " ", "language": "en", "version": "3"})
    assert (wrong.status_code, "Please write what is recommended." in wrong.text) == (422, True)


def test_evidence_is_added_and_taken_away(database: Database, tenant: Tenant, draft: Staff, sign_in: SignIn) -> None:
    desk, rests = sign_in(Role.OFFICIAL), f"{WORKSHOP}/r/1/rests-on"
    assert desk.post(rests, data={"statements": "4"}).status_code == 303
    assert desk.post(f"{rests}/remove", data={"statement": "2"}).status_code == 303
    assert [each.number for each in found(database, tenant).statements] == [1, 4]
    for address, fields, status in (
        (rests, {"statements": "99"}, 422),
        (rests, {"findings": "unsure-9"}, 422),
        (f"{rests}/remove", {"statement": "9"}, 404),
        (f"{rests}/remove", {"finding": "unsure-9"}, 422),
    ):
        assert desk.post(address, data=fields).status_code == status


def test_it_is_opened_and_after_the_day_handed_over(database: Database, tenant: Tenant, draft: Staff, sign_in: SignIn) -> None:
    desk = sign_in(Role.OFFICIAL)
    opening, handing = f"{WORKSHOP}/r/1/comments", f"{WORKSHOP}/r/1/hand-over"
    wrong = desk.post(opening, data={"until": str(day(-1))})
    assert (wrong.status_code, "This day has passed already." in wrong.text) == (422, True)
    far = desk.post(opening, data={"until": str(day(400))})
    assert (far.status_code, "Please give a day within the next year." in far.text) == (422, True)
    assert desk.post(opening, data={"until": str(day(30))}).status_code == 303
    assert "As long as nobody has commented, it can be moved to any other day." in desk.get(TEXT).text
    assert desk.post(opening, data={"until": str(day(3))}).status_code == 303
    early = desk.post(handing, data={"office": "roads", "answer_due_on": str(day(30))})
    assert (early.status_code, "is still open for comments" in early.text) == (409, True)
    with database.write() as session:
        row = recommendations.get(session, tenant.id, "scooters", 1)
        row.comments_until = day(-2)
        session.add(row)
    assert "Comments closed" in desk.get(WORKSHOP).text
    passed = desk.post(handing, data={"office": "roads", "answer_due_on": str(day(-1))})
    assert (passed.status_code, "This day has passed already." in passed.text) == (422, True)
    assert desk.post(handing, data={"office": "roads", "answer_due_on": str(day(30))}).status_code == 303
    assert (found(database, tenant).state, found(database, tenant).office) == ("unanswered", "Roads")
    assert "an office answers this wording, so it stays" in desk.get(TEXT).text
    late = desk.post(TEXT, data={"text": "Mark <b> more bays.", "language": "en", "version": "1"})
    assert (late.status_code, "Mark &lt;b&gt; more bays.</textarea>" in late.text) == (409, True)
    late = desk.post(opening, data={"until": str(day(9))})
    assert (late.status_code, "has been handed over" in late.text) == (409, True)


def test_a_heading_that_was_written_stays_in_sight(official: Staff, sign_in: SignIn, database: Database) -> None:
    desk, headings = sign_in(Role.OFFICIAL), f"{WORKSHOP}/headings"
    typed = {"new_theme": "Parking <b>", "language": "en"}
    for fields, status in (({}, 422), ({"numbers": "7"}, 404)):
        refused = desk.post(headings, data=typed | fields)
        assert (refused.status_code, "Parking &lt;b&gt;</textarea>" in refused.text) == (status, True)
    with database.write() as session:
        recommend(session, official)
    refused = desk.post(headings, data=typed)
    assert (refused.status_code, 'value="Parking &lt;b&gt;"' in refused.text) == (422, True)
    assert '<details class="fold" open>' in refused.text


def test_several_are_grouped_and_handed_over_in_one_form(
    database: Database, tenant: Tenant, draft: Staff, sign_in: SignIn
) -> None:
    desk = sign_in(Role.OFFICIAL)
    second = {"text": "Fine riding on the pavement.", "language": "en", "statements": "2", "act": "draft"}
    assert desk.post(WORKSHOP, data=second).status_code == 303
    heading = {"numbers": ["1", "2"], "new_theme": "Parking", "language": "en"}
    assert desk.post(f"{WORKSHOP}/headings", data=heading).status_code == 303
    assert ">Parking</h3>" in desk.get(WORKSHOP).text
    for fields, sentence in (
        ({}, "Please choose at least one recommendation."),
        ({"numbers": "1", "office": ""}, "Please choose one of the named offices."),
        ({"numbers": "1", "answer_due_on": "soon"}, "Please give a date as year-month-day."),
    ):
        sent = desk.post(f"{WORKSHOP}/hand-over", data={"office": "roads", "answer_due_on": str(day(30))} | fields)
        assert (sent.status_code, sentence in sent.text) == (422, True)
    both = {"numbers": ["1", "2"], "office": "roads", "answer_due_on": str(day(30))}
    assert desk.post(f"{WORKSHOP}/hand-over", data=both).status_code == 303
    assert [found(database, tenant, number).state for number in (1, 2)] == ["unanswered"] * 2


def test_what_is_public_is_not_deleted_and_the_page_lists_what_rests_on_it(
    database: Database, official: Staff, sign_in: SignIn
) -> None:
    with database.write() as session:
        recommend(session, official)
        respond(session, official)
    desk = sign_in(Role.OFFICIAL)
    refused = desk.post(f"{WORKSHOP}/r/1/delete")
    assert refused.status_code == 409
    assert "Something that was published rests on this" in refused.text
    assert f'href="{THREAD}/a/1"' in refused.text
    unlinked = desk.post(f"{WORKSHOP}/r/1/rests-on/remove", data={"statement": "1"})
    assert (unlinked.status_code, f'href="{THREAD}/a/1"' in unlinked.text) == (409, True)


def test_a_draft_is_deleted(database: Database, tenant: Tenant, draft: Staff, sign_in: SignIn) -> None:
    desk = sign_in(Role.OFFICIAL)
    assert desk.post(f"{WORKSHOP}/r/1/delete").headers["location"] == WORKSHOP
    assert desk.get(TEXT).status_code == 404


def test_a_resident_comments_and_sees_what_becomes_of_it(
    database: Database, tenant: Tenant, opened: Staff, client: TestClient, sign_in: SignIn
) -> None:
    assert "Send the comment" in client.get(THREAD).text
    sent = client.post(f"{THREAD}/comments", data={"text": "歩道は狭い。", "submission": UUID})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{THREAD}#comments")
    page = client.get(THREAD).text
    assert "Thank you. A moderator reads your comment" in page
    assert '<div dir="auto" lang="ja"><p>歩道は狭い。</p>' in page
    assert "歩道は狭い。" in client.get("/me").text
    assert "歩道は狭い。" in client.get("/me/data.json").text
    assert "歩道は狭い。" in client.get("/me/erase").text
    moderator = sign_in(Role.MODERATOR)
    assert "歩道は狭い。" not in moderator.get(THREAD).text
    assert "歩道は狭い。" in moderator.get("/moderate/comments").text
    decision = "/moderate/comments/scooters/1/1"
    missing = moderator.post(f"{decision}/reject", data={"seen": "pending", "reason": ""})
    assert (missing.status_code, "Please choose a reason" in missing.text) == (422, True)
    assert moderator.post(f"{decision}/accept", data={"seen": "pending"}).status_code == 303
    assert "歩道は狭い。" in moderator.get(THREAD).text
    assert moderator.post(f"{decision}/reject", data={"seen": "accepted", "reason": "spam"}).status_code == 303
    public = moderator.get(THREAD).text
    assert ("歩道は狭い。" in public, "1 comment was rejected by a moderator" in public) == (False, True)
    assert client.post(f"{THREAD}/comments", data={"text": "歩道は狭い。", "submission": UUID}).status_code == 303
    with database.read() as session:
        assert "歩道" not in str([entry.facts for entry in ledger.entries(session, tenant.id)])


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"text": ""}, 422, "Please write what you want to say about it."),
        ({"text": "x" * 1001}, 422, "Your comment has 1,001 characters; the limit is 1,000."),
        ({"text": "x" * 20_001}, 422, "This is too long."),
        ({"text": "<script>", "submission": "no uuid"}, 422, "This is not one of the possible answers."),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_comment_that_is_not_taken_comes_back_with_the_reason(
    opened: Staff, client: TestClient, headers: dict[str, str], fields: dict[str, str], status: int, sentence: str
) -> None:
    sent = client.post(f"{THREAD}/comments", data=fields, headers=headers)
    assert (sent.status_code, sentence in sent.text) == (status, True)
    assert fields["text"].replace("<", "&lt;").replace(">", "&gt;") in sent.text
    assert ("<html" in sent.text) == (not headers)


def test_after_the_day_nobody_comments_and_a_flood_is_stopped(
    database: Database, tenant: Tenant, opened: Staff, client: TestClient
) -> None:
    statuses = [client.post(f"{THREAD}/comments", data={"text": f"Comment {n}"}).status_code for n in range(21)]
    assert statuses == [303] * 20 + [429]
    assert client.get(f"{THREAD}/comments").headers["location"] == f"{THREAD}#comments"
    with database.write() as session:
        row = recommendations.get(session, tenant.id, "scooters", 1)
        row.comments_until = day(-2)
        session.add(row)
    assert "Send the comment" not in client.get(THREAD).text


def test_how_it_was_worded_before_stays_public(opened: Staff, sign_in: SignIn, client: TestClient) -> None:
    desk = sign_in(Role.MODERATOR)
    words = form(desk.get(TEXT).text, "/text") | {"text": "Mark many bays.", "language": "en"}
    assert desk.post(TEXT, data=words).status_code == 303
    page = client.get(THREAD).text
    assert "Worded anew 1 time" in page
    assert "many" in page.partition("<ins>")[2]


def test_offices_are_named_and_those_that_are_asked_stay(database: Database, official: Staff, sign_in: SignIn) -> None:
    with database.write() as session:
        recommend(session, official)
    admin = sign_in(Role.ADMIN)
    assert sign_in(Role.OFFICIAL).get("/admin/offices").status_code == 403
    wrong = admin.post("/admin/offices", data={"name": "Parks", "language": "en", "email": "nobody"})
    assert (wrong.status_code, 'value="Parks"' in wrong.text) == (422, True)
    taken = admin.post("/admin/offices", data={"name": "Roads", "language": "en"})
    assert (taken.status_code, "There is an office with this name already." in taken.text) == (409, True)
    assert admin.post("/admin/offices", data={"name": "<Parks>", "language": "en"}).status_code == 303
    assert "&lt;Parks&gt;" in admin.get("/admin/offices").text
    for deed in ("close", "remove"):
        refused = admin.post(f"/admin/offices/roads/{deed}")
        assert (refused.status_code, f'href="{THREAD}"' in refused.text) == (409, True)
    old = form(admin.get("/admin/offices").text, "/admin/offices/roads") | {"language": "en"}
    changed = old | {"name": "Streets", "email": "streets@example.org"}
    for _ in range(2):
        assert admin.post("/admin/offices/roads", data=changed).status_code == 303
    other = admin.post("/admin/offices/roads", data=old | {"name": "Lanes"})
    assert (other.status_code, "Somebody else wrote here meanwhile: Streets" in other.text) == (409, True)
    both = form(other.text, "/admin/offices/roads") | {"language": "en"}
    assert (both["name"], both["email"]) == ("Lanes", "streets@example.org")
    assert admin.post("/admin/offices/roads", data=both).status_code == 303
    page = admin.get("/admin/offices").text
    assert ("Lanes" in page, "streets@example.org" in page) == (True, True)


def test_moderators_are_warned_of_what_rests_on_a_statement(database: Database, official: Staff, sign_in: SignIn) -> None:
    with database.write() as session:
        recommend(session, official)
    page = sign_in(Role.MODERATOR).get("/moderate/c/scooters/1").text
    assert "Something that was published rests on this statement." in page
    assert f'href="{THREAD}"' in page
