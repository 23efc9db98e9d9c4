"""What everybody reads about recommendations, answers and steps."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from deliberation import administration, documents, milestones, offices, translations
from deliberation.accounts import Staff
from deliberation.administration import Period
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.values import Outcome, Provenance, Role, Stage, Translatable
from tests.support.make import make_conversation, make_staff
from tests.support.outcomes import make_reported, promise, recommend, respond
from web.http import clock

ON_SQLITE = True

PAGE = "/c/scooters/policy"


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    return make_reported(database, tenant, people=2)


@pytest.fixture
def official(database: Database, tenant: Tenant, conversation: Conversation) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.OFFICIAL)


def text_of(html: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2].partition("</main>")[0]).split())


def test_without_recommendations_the_page_says_what_will_stand_there(client: TestClient, conversation: Conversation) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "There are no recommendations yet." in page.text


def test_a_conversation_of_another_municipality_is_not_found(
    database: Database, client: TestClient, other_tenant: Tenant
) -> None:
    with database.write() as session:
        make_conversation(session, other_tenant, "parks")
    assert client.get("/c/parks/policy").status_code == 404


def test_a_recommendation_stands_there_with_answer_steps_evidence_and_statements(
    database: Database, client: TestClient, official: Staff
) -> None:
    with database.write() as session:
        recommend(session, official, statements=[1, 2], text="Mark parking bays.", office="Road Office")
        respond(session, official, Outcome.PARTLY, reason="In the *centre* only.", owner="Harbour Office")
        promise(session, official, "The first bays are marked")
        evidence = {"title": "Clause 7", "language": "en", "url": "https://example.org/clause-7"}
        milestones.add_evidence(session, staff=official, slug="scooters", number=1, step=1, now=clock(), **evidence)
    page = client.get(PAGE).text
    assert 'id="r1"' in page
    assert 'id="r1-m1"' in page
    assert "<em>centre</em>" in page
    assert 'href="https://example.org/clause-7"' in page
    for number in (1, 2):
        assert f'href="/c/scooters/s/{number}"' in page
    shown = text_of(page)
    for words in (
        "Mark parking bays.",
        "Asked: Road Office",
        "Partly adopted",
        "Answers for it: Harbour Office",
        "The first bays",
    ):
        assert words in shown


def test_an_office_that_answers_is_called_in_the_readers_language(
    database: Database, client: TestClient, tenant: Tenant, official: Staff
) -> None:
    with database.write() as session:
        recommend(session, official, office="Road Office")
        respond(session, official, owner="Road Office")
        recommend(session, official, text="Light the quay.", office="Harbour Office")
        office = offices.get(session, tenant.id, "road-office")
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.OFFICE,
            subject_id=identity(office),
            language="ja",
            text="道路課",
            provenance=Provenance.REVIEWED,
        )
    page = client.get(f"{PAGE}?lang=ja&office=Road+Office").text
    assert text_of(page).count("Road Office") == 0
    assert text_of(page).count("道路課") == 3
    assert '<option value="Road Office" lang="ja" selected>道路課</option>' in page


def test_one_can_walk_from_a_statement_to_the_answer_and_back(database: Database, client: TestClient, official: Staff) -> None:
    with database.write() as session:
        recommend(session, official, statements=[2])
        respond(session, official)
    assert 'href="/c/scooters/r/1"' in client.get("/c/scooters/s/2").text
    assert 'href="/c/scooters/s/2"' in client.get(PAGE).text
    assert "#r1" not in client.get("/c/scooters/s/3").text


@pytest.mark.parametrize(("days_ago", "said"), [(12, "12 days ago"), (1, "1 day ago"), (0, None)])
def test_a_late_answer_is_marked_with_the_number_of_days(
    database: Database, client: TestClient, official: Staff, days_ago: int, said: str | None
) -> None:
    due_on = clock().date() - timedelta(days=days_ago)
    with database.write() as session:
        recommend(session, official, now=clock() - timedelta(days=40), answer_due_on=due_on)
    shown = text_of(client.get(PAGE).text)
    assert ("Overdue" in shown) == (said is not None)
    if said:
        assert said in shown
    else:
        assert "The answer is due by" in shown


def test_a_deferred_answer_past_its_day_is_overdue(database: Database, client: TestClient, official: Staff) -> None:
    then = clock() - timedelta(days=40)
    with database.write() as session:
        recommend(session, official, now=then)
        respond(session, official, Outcome.DEFERRED, now=then, due_on=clock().date() - timedelta(days=3))
    shown = text_of(client.get(PAGE).text)
    assert "Deferred" in shown
    assert "3 days ago" in shown


def test_earlier_answers_stay_in_sight(database: Database, client: TestClient, official: Staff) -> None:
    with database.write() as session:
        recommend(session, official)
        respond(session, official, Outcome.DEFERRED, reason="We do not know yet.")
        respond(session, official, Outcome.ADOPTED, reason="Now we know.", now=clock() + timedelta(seconds=1))
    shown = text_of(client.get(PAGE).text)
    assert shown.index("Now we know.") < shown.index("1 earlier answer") < shown.index("We do not know yet.")


def test_stages_stand_there_with_dates_and_documents_in_the_readers_language(
    database: Database, client: TestClient, tenant: Tenant, conversation: Conversation
) -> None:
    with database.write() as session:
        admin = make_staff(session, tenant, Role.ADMIN)
        today = clock().date()
        plan = {Stage.PROPOSAL: Period(today - timedelta(days=9), today)}
        administration.plan_stages(session, staff=admin, slug="scooters", plan=plan, now=clock())
        documents.attach(
            session,
            staff=admin,
            slug="scooters",
            stage=Stage.PROPOSAL,
            title="Proposal paper",
            language="en",
            url="https://example.org/paper",
            now=clock(),
        )
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=Translatable.ARTEFACT,
            subject_id=1,
            language="ja",
            text="提案書",
            provenance=Provenance.HUMAN,
        )
    page = client.get(PAGE).text
    assert "Proposal paper" in page
    assert 'href="https://example.org/paper"' in page
    japanese = client.get(PAGE + "?lang=ja").text
    assert '<a href="https://example.org/paper" dir="auto" lang="ja">提案書</a>' in japanese


def test_a_reason_cannot_smuggle_in_markup(database: Database, client: TestClient, official: Staff) -> None:
    with database.write() as session:
        recommend(session, official, text="<script>alert(1)</script>")
        respond(session, official, reason="<img src=x onerror=alert(1)> [a](javascript:alert(1))", owner="<b>Roads</b>")
    page = client.get(PAGE).text
    for dangerous in ("<script>alert", "<img", 'href="javascript', "<b>Roads"):
        assert dangerous not in page
