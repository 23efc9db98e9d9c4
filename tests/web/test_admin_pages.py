"""How an administrator opens and runs a conversation."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from deliberation import conversations, ledger, ledger_chain
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Artefact, Attachment, Conversation, Statement
from deliberation.values import ModerationMode, Role, Stage
from tests.support.files import PDF
from tests.support.make import make_conversation, make_staff

ON_SQLITE = True

SignIn = Callable[..., TestClient]
ADDRESS = "/admin/c/scooters"


@pytest.fixture
def admin(sign_in: SignIn) -> TestClient:
    """An administrator's browser that speaks English."""
    return sign_in(Role.ADMIN)


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        return make_conversation(session, tenant)


def rules(**fields: str) -> dict[str, str]:
    usual = {"topic": "Shared scooters", "background": "Where?", "language": "en", "moderation": "pre", "statement_limit": "140"}
    return {**usual, "opens_at": "", "closes_at": ""} | fields


def new(**fields: str) -> dict[str, str]:
    return rules(slug="parks", seeds="") | fields


def seen(page: str) -> str:
    """What the page says it shows of the rules."""
    found = re.search(r'name="seen" value="([0-9a-f ]+)"', page)
    assert found is not None
    return found[1]


def stored(database: Database, slug: str = "scooters") -> Conversation | None:
    with database.read() as session:
        return session.exec(select(Conversation).where(Conversation.slug == slug)).first()


def last_entry(database: Database, tenant: Tenant) -> ledger_chain.Entry:
    with database.read() as session:
        return ledger.newest(session, tenant.id, limit=1)[0]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", ["/admin", "/admin/new", ADDRESS])
def test_only_administrators_come_in(conversation: Conversation, sign_in: SignIn, role: Role, address: str) -> None:
    assert sign_in(role).get(address).status_code == (200 if role == Role.ADMIN else 403)


POSTS: list[tuple[str, dict[str, str]]] = [
    (ADDRESS, rules(topic="Changed")),
    (f"{ADDRESS}/stage", {"stage": "decision"}),
    (f"{ADDRESS}/dates", {"proposal_starts_on": "2026-01-01"}),
    (f"{ADDRESS}/documents", {"stage": "proposal", "title": "A", "language": "en", "url": "https://example.org/"}),
    (f"{ADDRESS}/documents/remove", {"artefact": "1"}),
    (f"{ADDRESS}/statements", {"seeds": "One more."}),
]


@pytest.mark.parametrize(("address", "fields"), POSTS)
def test_nobody_else_changes_anything(
    database: Database,
    tenant: Tenant,
    other_tenant: Tenant,
    conversation: Conversation,
    client: TestClient,
    sign_in: SignIn,
    address: str,
    fields: dict[str, str],
) -> None:
    with database.write() as session:
        session.add(
            Artefact(
                conversation_id=conversations.identify(conversation),
                stage=Stage.PROPOSAL,
                title="Paper",
                url="https://example.org/",
                added_at=conversation.created_at,
            )
        )
    official, stranger = sign_in(Role.OFFICIAL), sign_in(Role.ADMIN, of=other_tenant)
    before = last_entry(database, tenant)
    assert client.post(address, data=fields).status_code == 403
    assert official.post(address, data=fields).status_code == 403
    assert stranger.post(address, data=fields).status_code == 404
    assert stranger.get(ADDRESS).status_code == 404
    assert "scooters" not in stranger.get("/admin").text
    assert last_entry(database, tenant).hash == before.hash or last_entry(database, tenant).action == "account.role"
    with database.read() as session:
        assert len(session.exec(select(Artefact)).all()) == 1
        assert session.exec(select(Statement)).all() == []
    unchanged = stored(database)
    assert unchanged is not None
    assert (unchanged.topic, unchanged.stage) == (conversation.topic, conversation.stage)


def test_a_conversation_is_opened_with_first_statements_to_vote_on(
    database: Database, tenant: Tenant, admin: TestClient, client: TestClient
) -> None:
    seeds = "More benches, please.\r\n\r\n  Dogs need a place of their own.  \r\n"
    sent = admin.post("/admin/new", data=new(seeds=seeds, opens_at="2026-01-02T08:30", closes_at="2099-12-31T22:00"))
    assert (sent.status_code, sent.headers["location"]) == (303, "/admin/c/parks")
    row = stored(database, "parks")
    assert row is not None
    assert (row.stage, row.moderation, row.opens_at) == (
        Stage.OPINION,
        ModerationMode.PRE,
        datetime(2026, 1, 2, 8, 30, tzinfo=UTC),
    )
    page = client.get("/c/parks").text
    assert "More benches, please." in page or "Dogs need a place of their own." in page
    assert "Dogs need a place of their own." in client.get("/c/parks/s/2").text
    assert "By the city, as a beginning" in client.get("/c/parks/s/2").text
    assert last_entry(database, tenant).facts == {"statements": [1, 2]}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": ""}, "Use small letters"),
        ({"slug": "Parks"}, "Use small letters"),
        ({"slug": "parks--and-more"}, "Use small letters"),
        ({"slug": "公園"}, "Use small letters"),
        ({"slug": "p" * 64}, "Use small letters"),
        ({"topic": " "}, "Please say what the conversation is about."),
        ({"topic": "a" * 301}, "This is too long."),
        ({"language": "English please"}, "This is not one of the possible answers."),
        ({"moderation": "never"}, "This is not one of the possible answers."),
        ({"statement_limit": "19"}, "This number is too small or too large."),
        ({"statement_limit": "1001"}, "This number is too small or too large."),
        ({"statement_limit": "many"}, "Please give a whole number."),
        ({"statement_limit": "1_40"}, "Please give a whole number."),
        ({"statement_limit": "１４０"}, "Please give a whole number."),
        ({"statement_limit": "9" * 5000}, "This number is too small or too large."),
        ({"opens_at": "soon"}, "Please give a date and a time"),
        ({"opens_at": "2026"}, "Please give a date and a time"),
        ({"closes_at": "2026-01-02"}, "Please give a date and a time"),
        ({"closes_at": "2026-01-02T25:00"}, "Please give a date and a time"),
        ({"opens_at": "0001-01-01T00:00"}, "Please give a date in the years 2000 to 2200."),
        ({"opens_at": "1999-12-31T23:59"}, "Please give a date in the years 2000 to 2200."),
        ({"closes_at": "2201-01-01T00:00"}, "Please give a date in the years 2000 to 2200."),
        ({"closes_at": "9999-12-31T23:59Z"}, "Please give a date in the years 2000 to 2200."),
        ({"opens_at": "2026-01-02T08:00", "closes_at": "2026-01-02T08:00"}, "Voting must close after it opens."),
        ({"seeds": "One thought.\nAnother.\none thought"}, "Line 3 says what another statement says already."),
        ({"seeds": "Short.\n" + "あ" * 141}, "Line 2 has 141 characters; the limit is 140."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_opened(
    database: Database, admin: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    sent = admin.post("/admin/new", data=new(topic="Green places", background="A long **text**.") | wrong)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert 'aria-invalid="true"' in sent.text
    assert "A long **text**." in sent.text
    for name, typed in wrong.items():
        assert name in {"language", "moderation"} or typed in sent.text
    with database.read() as session:
        assert session.exec(select(Conversation)).all() == []


def test_an_address_that_is_taken_is_refused_even_in_another_municipality(
    database: Database, other_tenant: Tenant, admin: TestClient
) -> None:
    with database.write() as session:
        make_conversation(session, other_tenant, "parks")
    sent = admin.post("/admin/new", data=new(topic="Green places"))
    assert sent.status_code == 409
    assert "“parks” is already in use." in sent.text
    assert "Green places" in sent.text


@pytest.mark.parametrize("limit", ["20", "1000"])
def test_rules_are_changed_at_once_and_recorded(
    database: Database, tenant: Tenant, conversation: Conversation, admin: TestClient, limit: str
) -> None:
    sent = admin.post(
        ADDRESS, data=rules(topic="Scooters", moderation="post", statement_limit=limit, seen=seen(admin.get(ADDRESS).text))
    )
    assert (sent.status_code, sent.headers["location"]) == (303, ADDRESS)
    row = stored(database)
    assert row is not None
    assert (row.topic, row.moderation, row.statement_limit) == ("Scooters", ModerationMode.POST, int(limit))
    entry = last_entry(database, tenant)
    assert entry.action == "conversation.rules"
    assert entry.facts["moderation"] == ["pre", "post"]
    assert "Saved" in admin.get(ADDRESS).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2000-01-01T00:00", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2200-12-31T23:59", datetime(2200, 12, 31, 23, 59, tzinfo=UTC)),
        ("2026-01-02T08:30:15", datetime(2026, 1, 2, 8, 30, 15, tzinfo=UTC)),
        ("2026-01-02T08:30+09:00", datetime(2026, 1, 1, 23, 30, tzinfo=UTC)),
        ("2026-01-02T08:30Z", datetime(2026, 1, 2, 8, 30, tzinfo=UTC)),
    ],
)
def test_the_first_and_the_last_moment_there_can_be_are_taken_and_shown(
    database: Database, conversation: Conversation, admin: TestClient, typed: str, meant: datetime
) -> None:
    assert admin.post(ADDRESS, data=rules(opens_at=typed, seen=seen(admin.get(ADDRESS).text))).status_code == 303
    row = stored(database)
    assert row is not None
    assert row.opens_at == meant
    assert admin.get(ADDRESS).status_code == 200
    assert admin.get("/c/scooters").status_code == 200


def test_wrong_rules_change_nothing_and_stay_typed(database: Database, conversation: Conversation, admin: TestClient) -> None:
    sent = admin.post(ADDRESS, data=rules(topic="Another topic", statement_limit="0"))
    assert sent.status_code == 422
    assert "Another topic" in sent.text
    row = stored(database)
    assert row is not None
    assert row.topic == conversation.topic


def test_rules_from_an_old_page_undo_nothing_and_what_was_typed_stays(
    database: Database, conversation: Conversation, admin: TestClient
) -> None:
    had = seen(admin.get(ADDRESS).text)
    as_seen = rules(topic=conversation.topic, background=conversation.background, seen=had)
    theirs = as_seen | {"background": "Where, and how fast?", "statement_limit": "200"}
    assert admin.post(ADDRESS, data=theirs).status_code == 303
    assert admin.post(ADDRESS, data=theirs).status_code == 303, "a form that was sent twice"
    mine = as_seen | {"topic": "My topic", "statement_limit": "300"}
    for sent in (admin.post(ADDRESS, data=mine), admin.post(ADDRESS, data=mine | {"seen": ""})):
        assert sent.status_code == 409
        assert "Somebody has changed this meanwhile" in sent.text
        assert 'value="My topic"' in sent.text
        assert "Somebody else wrote here meanwhile: 200" in sent.text
    row = stored(database)
    assert row is not None
    assert (row.topic, row.background, row.statement_limit) == (conversation.topic, "Where, and how fast?", 200)
    refused = admin.post(ADDRESS, data=mine)
    assert "Where, and how fast?</textarea>" in refused.text, "what I did not touch is shown as it stands"
    again = mine | {"background": "Where, and how fast?", "seen": seen(refused.text)}
    assert admin.post(ADDRESS, data=again).status_code == 303


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({"opinion_starts_on": "2026-02-01", "reflection_starts_on": "2026-01-31"}, 422),
        ({"opinion_ends_on": "2026-02-01", "decision_ends_on": "2026-01-31"}, 422),
        ({"opinion_starts_on": "2026-02-01", "reflection_ends_on": "2026-01-31"}, 422),
        ({"opinion_starts_on": "2026-02-01", "opinion_ends_on": "2026-03-01", "reflection_starts_on": "2026-02-01"}, 303),
    ],
)
def test_stages_come_in_their_order_and_may_overlap(
    conversation: Conversation, admin: TestClient, dates: dict[str, str], status: int
) -> None:
    sent = admin.post(f"{ADDRESS}/dates", data=dates)
    assert sent.status_code == status
    assert ("A stage must not begin or end before the one" in sent.text) == (status == 422)


def test_a_new_conversation_has_no_dates_that_its_own_page_would_not_take(database: Database, admin: TestClient) -> None:
    late = new(topic="Green places", starts_on="2200-12-01", proposal_days="20", opinion_days="12")
    sent = admin.post("/admin/new", data=late)
    assert sent.status_code == 422
    assert "Please give a date in the years 2000 to 2200." in sent.text
    assert stored(database, "parks") is None
    assert admin.post("/admin/new", data=late | {"opinion_days": "10"}).status_code == 303


def test_the_stage_is_moved(database: Database, tenant: Tenant, conversation: Conversation, admin: TestClient) -> None:
    assert admin.post(f"{ADDRESS}/stage", data={"stage": "reflection"}).status_code == 303
    row = stored(database)
    assert row is not None
    assert row.stage == Stage.REFLECTION
    assert last_entry(database, tenant).facts == {"from": "opinion", "to": "reflection"}
    assert admin.post(f"{ADDRESS}/stage", data={"stage": "party"}).status_code == 422


def test_dates_of_stages_are_planned_and_only_changes_are_recorded(
    database: Database, tenant: Tenant, conversation: Conversation, admin: TestClient
) -> None:
    dates = {"proposal_starts_on": "2026-01-01", "proposal_ends_on": "2026-01-31", "opinion_starts_on": "2026-02-01"}
    assert admin.post(f"{ADDRESS}/dates", data=dates).status_code == 303
    entry = last_entry(database, tenant)
    assert entry.facts == {"stage": "opinion", "starts_on": "2026-02-01", "ends_on": None}
    assert admin.post(f"{ADDRESS}/dates", data=dates).status_code == 303
    assert last_entry(database, tenant).hash == entry.hash
    assert 'value="2026-01-31"' in admin.get(ADDRESS).text


@pytest.mark.parametrize(("ends_on", "status"), [("2025-12-31", 422), ("2026-01-01", 303)])
def test_a_stage_does_not_end_before_it_starts(conversation: Conversation, admin: TestClient, ends_on: str, status: int) -> None:
    sent = admin.post(f"{ADDRESS}/dates", data={"proposal_starts_on": "2026-01-01", "proposal_ends_on": ends_on})
    assert sent.status_code == status
    if status == 422:
        assert "A stage must not end before it starts." in sent.text
        assert f'value="{ends_on}"' in sent.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Please give a date as year-month-day."),
        ("86400", "Please give a date as year-month-day."),
        ("2026-01-01T00:00", "Please give a date as year-month-day."),
        ("2026-02-30", "Please give a date as year-month-day."),
        ("1999-12-31", "Please give a date in the years 2000 to 2200."),
        ("2201-01-01", "Please give a date in the years 2000 to 2200."),
    ],
)
def test_a_day_is_written_as_a_day_and_within_reach(
    database: Database, tenant: Tenant, conversation: Conversation, admin: TestClient, typed: str, sentence: str
) -> None:
    before = last_entry(database, tenant)
    sent = admin.post(f"{ADDRESS}/dates", data={"opinion_starts_on": typed})
    assert sent.status_code == 422
    assert sentence in sent.text
    assert f'value="{typed}"' in sent.text
    assert last_entry(database, tenant).hash == before.hash


@pytest.mark.parametrize("address", [address for address, _ in POSTS])
def test_a_field_that_comes_twice_is_refused(
    database: Database, tenant: Tenant, conversation: Conversation, admin: TestClient, address: str
) -> None:
    before = last_entry(database, tenant)
    fields = next(fields for known, fields in POSTS if known == address)
    for name, value in fields.items():
        assert admin.post(address, data={**fields, name: [value, value]}).status_code == 422, name
    assert last_entry(database, tenant).hash == before.hash


@pytest.mark.parametrize("number", ["0", "1_0", "-1", "2147483648", "9" * 30])
def test_a_number_that_no_document_has_is_refused(conversation: Conversation, admin: TestClient, number: str) -> None:
    assert admin.post(f"{ADDRESS}/documents/remove", data={"artefact": number}).status_code == 422


def test_a_document_is_attached_and_taken_away(
    database: Database, conversation: Conversation, admin: TestClient, client: TestClient
) -> None:
    document = {"stage": "reflection", "title": "Minutes", "language": "en", "url": "https://example.org/minutes"}
    assert admin.post(f"{ADDRESS}/documents", data=document).status_code == 303
    assert 'href="https://example.org/minutes"' in client.get("/c/scooters/policy").text
    with database.read() as session:
        key = session.exec(select(Artefact.id)).one()
    assert admin.post(f"{ADDRESS}/documents/remove", data={"artefact": str(key)}).status_code == 303
    assert "https://example.org/minutes" not in client.get("/c/scooters/policy").text
    assert admin.post(f"{ADDRESS}/documents/remove", data={"artefact": str(key)}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": "javascript:alert(1)"}, "begins with http:// or https://"),
        ({"url": ""}, "Choose a file, or give an address."),
        ({"title": ""}, "Please give the document a title."),
        ({"stage": ""}, "This is not one of the possible answers."),
    ],
)
def test_a_document_needs_a_title_and_a_web_address(
    conversation: Conversation, admin: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    document = {"stage": "reflection", "title": "Minutes", "language": "en", "url": "https://example.org/minutes"} | wrong
    sent = admin.post(f"{ADDRESS}/documents", data=document)
    assert sent.status_code == 422
    assert sentence in sent.text


def test_a_document_that_is_sent_twice_is_one(database: Database, conversation: Conversation, admin: TestClient) -> None:
    fields = {"stage": "reflection", "title": "Minutes", "language": "en", "url": "https://example.org/minutes"}
    assert [admin.post(f"{ADDRESS}/documents", data=fields).status_code for _ in range(2)] == [303, 409]
    fields["url"] = ""
    file = {"file": ("a.pdf", PDF, "application/pdf")}
    assert [admin.post(f"{ADDRESS}/documents", data=fields, files=file).status_code for _ in range(2)] == [303, 409]
    two = [("file", ("a.pdf", PDF, "application/pdf")), ("file", ("b.pdf", PDF, "application/pdf"))]
    sent = admin.post(f"{ADDRESS}/documents", data=fields | {"title": "Others"}, files=two)
    assert sent.status_code == 422
    assert "Choose one file only." in sent.text
    with database.read() as session:
        assert len(session.exec(select(Artefact)).all()) == 2
        assert len(session.exec(select(Attachment.id)).all()) == 1


def test_statements_by_the_city_can_be_added_later(database: Database, conversation: Conversation, admin: TestClient) -> None:
    assert admin.post(f"{ADDRESS}/statements", data={"seeds": "One.\nTwo."}).status_code == 303
    again = admin.post(f"{ADDRESS}/statements", data={"seeds": "Three.\nTwo!"})
    assert again.status_code == 422
    assert "Line 2 says what another statement says already." in again.text
    with database.read() as session:
        assert session.exec(select(Statement.text, Statement.is_seed)).all() == [("One.", True), ("Two.", True)]


def test_lines_that_say_nothing_are_left_out(database: Database, conversation: Conversation, admin: TestClient) -> None:
    assert admin.post(f"{ADDRESS}/statements", data={"seeds": "One.\n---\n\u3164\nTwo."}).status_code == 303
    with database.read() as session:
        assert session.exec(select(Statement.text)).all() == ["One.", "Two."]


def test_staff_are_listed_with_the_command_that_adds_somebody(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: TestClient
) -> None:
    with database.write() as session:
        make_staff(session, tenant, Role.CLERK, "clerk@example.org")
        make_staff(session, other_tenant, Role.CLERK, "stranger@example.org")
    page = admin.get("/admin").text
    assert "clerk@example.org" in page
    assert "stranger@example.org" not in page
    assert f"hiroba user add name@example.org --role moderator --municipality {tenant.slug}" in page


def test_the_address_of_a_form_opened_as_a_page_leads_back(conversation: Conversation, admin: TestClient) -> None:
    assert admin.get(f"{ADDRESS}/documents/remove").headers["location"] == ADDRESS


def test_unknown_fields_do_no_harm(database: Database, conversation: Conversation, admin: TestClient) -> None:
    fields: dict[str, Any] = rules(slug="other", municipality_id="2", version="9", publication_minimum="0")
    fields["seen"] = seen(admin.get(ADDRESS).text)
    assert admin.post(ADDRESS, data=fields).status_code == 303
    row = stored(database)
    assert row is not None
    assert (row.municipality_id, row.publication_minimum) == (conversation.municipality_id, conversation.publication_minimum)
