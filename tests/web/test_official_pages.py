"""How an official works: findings become recommendations, recommendations get answers, answers get steps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import ledger, policy
from deliberation.accounts import Staff
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Recommendation
from deliberation.values import STAFF_CONTENT_ROLES, Role
from tests.support.make import make_conversation, make_staff
from tests.support.outcomes import make_office, make_reported, promise, recommend, respond
from web.http import clock

ON_SQLITE = True

SignIn = Callable[..., TestClient]
ADDRESS = "/official/scooters"
FIRST = f"{ADDRESS}/r/1"
AGREED = "shared-1-agree"


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    return make_reported(database, tenant, people=2)  # too few for findings


@pytest.fixture
def official(database: Database, tenant: Tenant, conversation: Conversation) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.OFFICIAL)


@pytest.fixture
def desk(sign_in: SignIn, conversation: Conversation) -> TestClient:
    """An official's browser that speaks English."""
    return sign_in(Role.OFFICIAL)


@pytest.fixture
def workshop(database: Database, tenant: Tenant, sign_in: SignIn) -> TestClient:
    """The same where the report has findings and there are offices to ask."""
    make_reported(database, tenant)
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        make_office(session, official, "Roads")
        make_office(session, official, "Harbour Office")
    return sign_in(Role.OFFICIAL)


def day(ahead: int) -> str:
    return (clock().date() + timedelta(days=ahead)).isoformat()


def drawn_up(**fields: Any) -> dict[str, Any]:
    return {
        "text": "Mark parking bays.",
        "language": "en",
        "office": "roads",
        "answer_due_on": day(30),
        "findings": AGREED,
    } | fields


def answered(**fields: Any) -> dict[str, Any]:
    usual = {"outcome": "adopted", "reason": "It is needed.", "language": "en", "owner": "Roads", "due_on": day(60)}
    return {**usual, "act": "submit"} | fields


def found(database: Database, tenant: Tenant) -> list[Recommended]:
    with database.read() as session:
        return policy.of_municipality(session, tenant.id, "en", clock().date())


def head(database: Database, tenant: Tenant) -> str:
    with database.read() as session:
        return ledger.head(session, tenant.id)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", ["/official", ADDRESS, FIRST])
def test_only_officials_and_administrators_come_in(
    database: Database, official: Staff, sign_in: SignIn, role: Role, address: str
) -> None:
    with database.write() as session:
        recommend(session, official)
    assert sign_in(role).get(address).status_code == (200 if role in STAFF_CONTENT_ROLES else 403)


POSTS = [
    (ADDRESS, drawn_up()),
    (f"{FIRST}/answer", answered()),
    (f"{FIRST}/statements", {"statements": "3"}),
    (f"{FIRST}/statements/remove", {"statement": "1"}),
    (f"{FIRST}/milestones", {"title": "Done", "language": "en", "due_on": day(3)}),
    (f"{FIRST}/milestones/1/done", {"done_on": day(0)}),
    (f"{FIRST}/milestones/1/reopen", {}),
    (f"{FIRST}/milestones/1/evidence", {"title": "Clause", "language": "en", "url": "https://example.org/"}),
]


@pytest.mark.parametrize(("address", "fields"), POSTS)
def test_nobody_else_changes_anything(
    database: Database,
    tenant: Tenant,
    other_tenant: Tenant,
    official: Staff,
    client: TestClient,
    sign_in: SignIn,
    address: str,
    fields: dict[str, Any],
) -> None:
    with database.write() as session:
        recommend(session, official, statements=[1, 2])
        respond(session, official)
        promise(session, official)
    moderator, stranger = sign_in(Role.MODERATOR), sign_in(Role.OFFICIAL, of=other_tenant)
    before = head(database, tenant)
    assert client.post(address, data=fields).status_code == 403
    assert moderator.post(address, data=fields).status_code == 403
    assert stranger.post(address, data=fields).status_code == 404
    assert head(database, tenant) == before


def test_another_municipality_sees_nothing(database: Database, official: Staff, other_tenant: Tenant, sign_in: SignIn) -> None:
    with database.write() as session:
        recommend(session, official)
    stranger = sign_in(Role.OFFICIAL, of=other_tenant)
    assert "scooters" not in stranger.get("/official").text
    assert [stranger.get(address).status_code for address in (ADDRESS, FIRST)] == [404, 404]


def test_without_a_report_the_page_says_what_to_do_first(database: Database, tenant: Tenant, sign_in: SignIn) -> None:
    with database.write() as session:
        make_conversation(session, tenant)
        make_office(session, make_staff(session, tenant, Role.OFFICIAL))
    desk = sign_in(Role.OFFICIAL)
    page = desk.get(ADDRESS).text
    assert "There is no published report yet." in page
    assert 'href="/c/scooters/report"' in page
    refused = desk.post(ADDRESS, data=drawn_up())
    assert refused.status_code == 409
    assert "Publish a report first" in refused.text


def test_findings_of_the_newest_report_are_there_to_be_ticked(workshop: TestClient) -> None:
    page = workshop.get(ADDRESS).text
    assert "What is shared" in page
    assert f'name="findings" value="{AGREED}"' in page
    assert "Statement number 1 says this." in page
    assert "All groups agree" in page


def test_ticked_findings_become_a_recommendation(database: Database, tenant: Tenant, workshop: TestClient) -> None:
    sent = workshop.post(ADDRESS, data=drawn_up(findings=[AGREED, "split-2"], statements=" 4，5 "))
    assert (sent.status_code, sent.headers["location"]) == (303, ADDRESS)
    [row] = found(database, tenant)
    assert [statement.number for statement in row.statements] == [1, 2, 4, 5]
    assert [finding.key for finding in row.findings] == [AGREED, "split-2"]
    page = workshop.get(ADDRESS).text
    assert "The recommendation is public now." in page
    assert "Already in recommendation" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": ""}, "Please write what is recommended."),
        ({"office": ""}, "Please choose one of the named offices."),
        ({"office": "Somewhere"}, "Please choose one of the named offices."),
        ({"answer_due_on": ""}, "Please fill this in."),
        ({"answer_due_on": "tomorrow"}, "Please give a date as year-month-day."),
        ({"answer_due_on": "2020-02-30"}, "Please give a date as year-month-day."),
        ({"answer_due_on": "0"}, "Please give a date as year-month-day."),
        ({"answer_due_on": "9999-12-31"}, "Please give a date in the years 2000 to 2200."),
        ({"answer_due_on": "2020-02-28"}, "This day has passed already."),
        ({"findings": []}, "Choose at least one statement that the recommendation rests on."),
        ({"findings": "shared-99-agree"}, "The report has no such finding. Please choose again."),
        ({"statements": "one"}, "Please give the numbers of statements with commas between them."),
        ({"statements": "1, 99"}, "These cannot be linked: 99."),
        ({"statements": "9" * 30}, "Please give the numbers of statements with commas between them."),
        ({"text": "a" * 2001}, "This is too long."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    database: Database, tenant: Tenant, workshop: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    before = head(database, tenant)
    sent = workshop.post(ADDRESS, data=drawn_up(office="harbour-office", text="Mark all the bays.") | wrong)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert 'aria-invalid="true"' in sent.text
    for name, typed in ({"office": "harbour-office", "text": "Mark all the bays."} | wrong).items():
        assert name in {"findings", "office"} or typed.strip() in sent.text
    if "findings" not in wrong:
        assert f'name="findings" value="{AGREED}" checked' in sent.text
    if "office" not in wrong:
        assert '<option value="harbour-office" lang="en" selected' in sent.text
    assert found(database, tenant) == []
    assert head(database, tenant) == before


def test_the_same_recommendation_again_is_refused_beside_its_text(
    database: Database, tenant: Tenant, workshop: TestClient
) -> None:
    assert workshop.post(ADDRESS, data=drawn_up()).status_code == 303
    again = workshop.post(ADDRESS, data=drawn_up(office="harbour-office"))
    assert again.status_code == 409
    assert "it is recommendation 1." in again.text
    assert 'aria-invalid="true"' in again.text
    assert '<option value="harbour-office" lang="en" selected' in again.text
    assert len(found(database, tenant)) == 1


def test_an_answer_is_published_only_on_purpose(database: Database, tenant: Tenant, official: Staff, desk: TestClient) -> None:
    with database.write() as session:
        recommend(session, official)
    fields = answered()
    del fields["act"]
    sent = desk.post(f"{FIRST}/answer", data=fields)
    assert sent.status_code == 422
    assert "It is needed." in sent.text
    [row] = found(database, tenant)
    assert row.answer is None


@pytest.mark.parametrize(("address", "fields"), [(address, fields) for address, fields in POSTS if fields])
def test_a_field_that_comes_twice_is_refused(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient, address: str, fields: dict[str, Any]
) -> None:
    with database.write() as session:
        recommend(session, official, statements=[1, 2])
        respond(session, official)
        promise(session, official)
    before = head(database, tenant)
    for name in set(fields) - {"findings", "statements"}:
        assert desk.post(address, data={**fields, name: [fields[name]] * 2}).status_code == 422, name
    assert head(database, tenant) == before


def test_steps_are_promised_done_and_shown_with_evidence(
    database: Database, tenant: Tenant, official: Staff, desk: TestClient
) -> None:
    with database.write() as session:
        recommend(session, official)
        respond(session, official)
    step = {"title": "The first bays are marked", "language": "en", "due_on": day(20)}
    assert desk.post(f"{FIRST}/milestones", data=step).status_code == 303
    evidence = {"title": "Photographs", "language": "en", "url": "https://example.org/photographs"}
    assert desk.post(f"{FIRST}/milestones/1/evidence", data=evidence).status_code == 303
    assert desk.post(f"{FIRST}/milestones/1/done", data={"done_on": day(0)}).status_code == 303
    [row] = found(database, tenant)
    assert (row.steps[0].done_on, row.steps[0].evidence[0].url) == (clock().date(), "https://example.org/photographs")
    assert desk.post(f"{FIRST}/milestones/1/reopen").status_code == 303
    [row] = found(database, tenant)
    assert row.steps[0].done_on is None


@pytest.mark.parametrize(
    ("address", "fields", "sentence"),
    [
        ("milestones", {"title": " ", "language": "en", "due_on": day(2)}, "Please say what will be done."),
        ("milestones", {"title": "A", "language": "en", "due_on": ""}, "Please give a date as year-month-day."),
        ("milestones/1/done", {"done_on": day(1)}, "This day is still to come."),
        ("milestones/1/done", {"done_on": ""}, "Please give a date as year-month-day."),
        ("milestones/1/done", {"done_on": "86400"}, "Please give a date as year-month-day."),
        ("milestones/1/done", {"done_on": "0001-01-01"}, "Please give a date in the years 2000 to 2200."),
        (
            "milestones/1/evidence",
            {"title": "", "language": "en", "url": "https://example.org"},
            "Please give the document a title.",
        ),
        (
            "milestones/1/evidence",
            {"title": "A", "language": "en", "url": "javascript:alert(1)"},
            "begins with http:// or https://",
        ),
        ("statements", {"statements": ""}, "Choose at least one statement"),
        ("statements", {"statements": "77"}, "These cannot be linked: 77."),
        ("statements/remove", {"statement": "9" * 30}, "This number is too small or too large."),
        ("statements/remove", {"statement": "2147483648"}, "This number is too small or too large."),
        ("statements/remove", {"statement": "1_0"}, "Please give a whole number."),
    ],
)
def test_what_is_wrong_with_a_step_or_a_link_is_said(
    database: Database, official: Staff, desk: TestClient, address: str, fields: dict[str, str], sentence: str
) -> None:
    with database.write() as session:
        recommend(session, official)
        respond(session, official)
        promise(session, official)
    sent = desk.post(f"{FIRST}/{address}", data=fields)
    assert sent.status_code == 422
    assert sentence in sent.text


def test_a_step_without_an_answer_is_refused(database: Database, official: Staff, desk: TestClient) -> None:
    with database.write() as session:
        recommend(session, official)
    sent = desk.post(f"{FIRST}/milestones", data={"title": "A", "language": "en", "due_on": day(2)})
    assert sent.status_code == 409
    assert "Answer the recommendation first" in sent.text


@pytest.mark.parametrize("address", ["r/2", "r/x", "r/1/milestones/9/done", "r/1/milestones/x/evidence", "r/2/answer"])
def test_what_is_not_there_is_not_found(database: Database, official: Staff, desk: TestClient, address: str) -> None:
    with database.write() as session:
        recommend(session, official)
    fields = answered() | {"done_on": day(0), "title": "A", "url": "https://example.org/"}
    if address.count("/") == 1:
        assert desk.get(f"{ADDRESS}/{address}").status_code == 404
    else:
        assert desk.post(f"{ADDRESS}/{address}", data=fields).status_code == 404


def test_statements_are_linked_and_unlinked(database: Database, tenant: Tenant, official: Staff, desk: TestClient) -> None:
    with database.write() as session:
        recommend(session, official, statements=[1])
    assert desk.post(f"{FIRST}/statements", data={"statements": "3, 2"}).status_code == 303
    assert desk.post(f"{FIRST}/statements/remove", data={"statement": "1"}).status_code == 303
    [row] = found(database, tenant)
    assert [statement.number for statement in row.statements] == [2, 3]
    removal = f'action="{FIRST}/statements/remove'
    assert removal in desk.get(FIRST).text
    with database.write() as session:
        respond(session, official)
    refused = desk.post(f"{FIRST}/statements/remove", data={"statement": "2"})
    assert refused.status_code == 409
    assert 'href="/c/scooters/r/1/a/1"' in refused.text
    assert removal not in refused.text


def test_what_is_due_and_overdue_stands_on_the_first_page(database: Database, official: Staff, desk: TestClient) -> None:
    now = clock()
    with database.write() as session:
        recommend(
            session, official, text="An old question.", now=now - timedelta(days=20), answer_due_on=now.date() - timedelta(days=5)
        )
        recommend(session, official, text="A new question.", now=now)
    page = desk.get("/official").text
    assert page.index("5 days ago") < page.index("An old question.") < page.index("Coming up") < page.index("A new question.")


def test_the_address_of_a_form_opened_as_a_page_leads_back(database: Database, official: Staff, desk: TestClient) -> None:
    with database.write() as session:
        recommend(session, official)
    for address in ("answer", "milestones/1/done"):
        assert desk.get(f"{FIRST}/{address}").headers["location"] == FIRST


def test_messages_come_in_the_readers_language(database: Database, official: Staff, sign_in: SignIn) -> None:
    with database.write() as session:
        recommend(session, official)
    sent = sign_in(Role.OFFICIAL, language="ja").post(f"{FIRST}/answer", data=answered(reason=""))
    assert sent.status_code == 422
    assert '<html lang="ja"' in sent.text


def test_a_null_character_is_not_written(database: Database, tenant: Tenant, desk: TestClient) -> None:
    with database.write() as session:
        make_office(session, make_staff(session, tenant, Role.OFFICIAL))
    assert desk.post(ADDRESS, data=drawn_up(text="Mark\x00 bays.", findings=[], statements="1")).status_code == 303
    with database.read() as session:
        assert "\x00" not in session.exec(select(Recommendation.text)).one()
