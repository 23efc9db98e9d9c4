"""Stages with what belongs to them, meetings, and conversations that are begun from a template."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from deliberation import agenda, conversation_templates, conversations, places
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import AgendaItem, Conversation, Meeting, Statement
from deliberation.values import LANGUAGES, Interest, Joining, Role, Stage
from tests.support.files import PDF
from tests.support.make import make_conversation
from web.http import clock

ON_SQLITE = True

SignIn = Callable[..., TestClient]
MEETINGS = "/official/scooters/meetings"


@pytest.fixture
def official(database: Database, tenant: Tenant, sign_in: SignIn) -> TestClient:
    with database.write() as session:
        make_conversation(session, tenant, stage=Stage.REFLECTION)
    return sign_in(Role.OFFICIAL)


def meeting(**more: str) -> dict[str, str]:
    return {"title": "Hearing", "language": "en", "starts_at": "2026-12-01T18:30", "ends_at": "2026-12-01T20:30"} | more


def test_a_missing_thing_is_seen_by_everybody_and_leads_administrators_to_where_it_is_added(
    official: TestClient, client: TestClient, sign_in: SignIn
) -> None:
    page = client.get("/c/scooters/policy").text
    assert "Who in the administration answers for it" in page
    assert "Not there" in page
    assert "Add it" not in page
    assert "/c/scooters/policy#stages" in client.get("/c/scooters").text
    admin = sign_in(Role.ADMIN)
    assert "/admin/c/scooters?stage=proposal&amp;kind=sponsor#documents" in admin.get("/c/scooters/policy").text
    assert '<option value="sponsor" selected>' in admin.get("/admin/c/scooters?stage=proposal&kind=sponsor").text


def test_a_meeting_is_announced_held_and_written_down(official: TestClient, client: TestClient) -> None:
    soon = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    announced = meeting(
        starts_at=soon, ends_at="", room_url="https://example.org/room", stream_url="https://example.org/live", place="Pier Hall"
    )
    sent = official.post(MEETINGS, data=announced)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{MEETINGS}/1")
    page = client.get("/c/scooters/meetings/1").text
    assert "Take part by video" in page
    assert 'href="https://example.org/live"' in page
    assert "/c/scooters/meetings/1" in client.get("/c/scooters").text
    calendar = client.get("/c/scooters/meetings/1.ics")
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "\r\nSUMMARY:Hearing\r\n" in calendar.text
    assert "\r\nLOCATION:Pier Hall\r\n" in calendar.text
    assert "\r\nSEQUENCE:0\r\n" in calendar.text
    elsewhere = client.get("/c/scooters/meetings/1.ics", headers={"host": "other.example"}).text
    assert re.findall("UID:.*", elsewhere) == re.findall("UID:.*", calendar.text)
    over = meeting(starts_at="2026-01-01T18:30", ends_at="2026-01-01T20:30", recording_url="https://example.org/recording")
    over["seen"] = _seen(official)
    sent = official.post(f"{MEETINGS}/1", data=over, files={"file": ("議事録.pdf", PDF, "application/pdf")})
    assert sent.status_code == 303
    page = client.get("/c/scooters/meetings/1").text
    assert "This meeting is over." in page
    assert 'href="https://example.org/recording"' in page
    assert 'href="/files/' in page
    assert "Take part by video" not in page


def test_a_cancelled_meeting_stays_with_its_reason_on_pages_in_calendars_and_feeds(
    official: TestClient, client: TestClient
) -> None:
    soon = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    official.post(MEETINGS, data=meeting(starts_at=soon, ends_at="", room_url="https://example.org/room"))
    moved = meeting(starts_at=soon, ends_at="", room_url="https://example.org/room", place="Pier Hall", seen=_seen(official))
    assert official.post(f"{MEETINGS}/1", data=moved).status_code == 303
    assert "\r\nSEQUENCE:1\r\n" in client.get("/c/scooters/meetings/1.ics").text
    refused = official.post(f"{MEETINGS}/1/cancel", data={"reason": " "})
    assert refused.status_code == 422
    assert "Please say why the meeting does not take place." in refused.text
    for _ in range(2):
        assert official.post(f"{MEETINGS}/1/cancel", data={"reason": "A <typhoon>, sorry."}).status_code == 303
    for reader, address in ((client, "/c/scooters/meetings/1"), (official, f"{MEETINGS}/1")):
        page = reader.get(address).text
        assert "This meeting was cancelled." in page
        assert "A &lt;typhoon&gt;, sorry." in page
        assert "Take part by video" not in page
    assert "There is no agenda yet." not in client.get("/c/scooters/meetings/1").text
    for page in (client.get("/c/scooters").text, official.get(MEETINGS).text):
        assert "badge-cancelled" in page
    calendar = client.get("/c/scooters/meetings/1.ics").text
    assert "\r\nSTATUS:CANCELLED\r\n" in calendar
    assert "\r\nSEQUENCE:2\r\n" in calendar
    assert "\r\nDESCRIPTION:A <typhoon>\\, sorry.\\n" in calendar
    feed = client.get("/c/scooters/feed.atom").text
    assert "A meeting was cancelled: " in feed
    assert "/c/scooters/meetings/1" in feed
    assert official.post(f"{MEETINGS}/1/delete").status_code == 409
    late = {
        "": meeting(place="Town hall"),
        "/agenda": {"new_title": "Costs", "language": "en"},
        "/cancel": {"reason": "No time."},
    }
    for (form, data), typed in zip(late.items(), ("Town hall", "Costs", "No time."), strict=True):
        page = official.post(f"{MEETINGS}/1{form}", data=data)
        assert page.status_code == 409
        assert "so nothing about it can be changed any more." in page.text
        assert typed in page.text.split('id="written"')[1].split("</textarea>")[0]
    official.post(MEETINGS, data=meeting())
    assert "/official/scooters/meetings/2/delete" in official.get(f"{MEETINGS}/2").text
    assert official.post(f"{MEETINGS}/2/delete").headers["location"] == MEETINGS
    assert client.get("/c/scooters/meetings/2").status_code == 404


def test_a_calendar_reads_every_script_and_no_line_breaks_within_a_character(official: TestClient, client: TestClient) -> None:
    soon = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    title = "การประชุม; รับฟัง, ความเห็น \\ " * 4
    official.post(MEETINGS, data=meeting(title=title, language="th", starts_at=soon, ends_at=""))
    lines = client.get("/c/scooters/meetings/1.ics").content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines[:-1])
    whole = b"\r\n".join(lines).replace(b"\r\n ", b"").decode()
    assert "SUMMARY:" + title.strip().replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in whole


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Please give the meeting a title."),
        ({"starts_at": ""}, "Please say when the meeting begins."),
        ({"starts_at": "tomorrow"}, "Please give a date and a time"),
        ({"ends_at": "2026-12-01T18:30"}, "The meeting must end after it begins."),
        ({"room_url": "javascript:alert(1)"}, "begins with http:// or https://"),
        ({"stream_url": "/files/a/b.pdf"}, "begins with http:// or https://"),
    ],
)
def test_what_was_typed_about_a_meeting_stays(
    database: Database, official: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    sent = official.post(
        MEETINGS, data=meeting(place="Pier Hall", **wrong) if "title" not in wrong else meeting(**wrong, place="Pier Hall")
    )
    assert sent.status_code == 422
    assert sentence in sent.text
    assert 'value="Pier Hall"' in sent.text
    with database.read() as session:
        assert session.exec(select(Meeting)).all() == []


def test_an_agenda_is_written_moved_and_shortened_with_plain_buttons(
    database: Database, official: TestClient, client: TestClient
) -> None:
    official.post(MEETINGS, data=meeting())
    for title in ("Welcome", "Parking", "Speed"):
        _act(database, official, "save", new_title=title, new_minutes="50")
    keys = {item.title: item.id for item in _items(database)}
    assert [item.title for item in _act(database, official, f"up:{keys['Speed']}")] == ["Welcome", "Speed", "Parking"]
    assert [item.title for item in _act(database, official, f"down:{keys['Welcome']}")] == ["Speed", "Welcome", "Parking"]
    assert "The agenda is 30 minutes longer than the meeting." in official.get(f"{MEETINGS}/1").text
    assert [item.title for item in _act(database, official, f"remove:{keys['Welcome']}")] == ["Speed", "Parking"]
    page = client.get("/c/scooters/meetings/1").text
    assert page.index("Speed") < page.index("Parking")
    refused = official.post(
        f"{MEETINGS}/1/agenda", data=_typed(database) | {"act": "save", "new_title": "More", "new_minutes": "0"}
    )
    assert refused.status_code == 422
    assert 'value="More"' in refused.text
    stale = official.post(
        f"{MEETINGS}/1/agenda", data={"item": ["9"], "title": ["x"], "speaker": [""], "minutes": ["5"], "language": "en"}
    )
    assert stale.status_code == 409
    assert len(_items(database)) == 2


def test_an_agenda_from_an_old_page_undoes_nothing_and_what_was_typed_stays(database: Database, official: TestClient) -> None:
    official.post(MEETINGS, data=meeting())
    for title in ("Welcome", "Parking", "Speed"):
        _act(database, official, "save", new_title=title)
    old = _typed(database)
    theirs = old | {"title": ["Welcome", "Parking in the port", "Speed"], "new_title": "Costs"}
    for _ in range(2):
        assert official.post(f"{MEETINGS}/1/agenda", data=theirs).status_code == 303, "a form that was sent twice is one change"
    _act(database, official, f"remove:{_items(database)[2].id}")
    mine = old | {"title": ["Greeting", "Parking at night", "Slower"], "new_title": "Questions"}
    sent = official.post(f"{MEETINGS}/1/agenda", data=mine)
    assert sent.status_code == 409
    assert [item.title for item in _items(database)] == ["Welcome", "Parking in the port", "Costs"]
    for typed in ("Greeting", "Parking at night", "Questions", "Costs"):
        assert f'value="{typed}"' in sent.text
    assert "Somebody else wrote here meanwhile: Parking in the port · 10" in sent.text
    assert '<li dir="auto">Slower · 10</li>' in sent.text


def test_who_speaks_is_not_dropped_without_a_title(database: Database, official: TestClient) -> None:
    official.post(MEETINGS, data=meeting())
    sent = official.post(f"{MEETINGS}/1/agenda", data=_typed(database) | {"act": "save", "new_speaker": "The harbour master"})
    assert sent.status_code == 422
    assert "Every item of the agenda needs a title." in sent.text
    assert 'value="The harbour master"' in sent.text


def test_a_meeting_from_an_old_page_takes_no_minutes_away(database: Database, official: TestClient) -> None:
    official.post(MEETINGS, data=meeting())
    old = meeting(seen=_seen(official))
    assert official.post(f"{MEETINGS}/1", data=old | {"minutes_url": "https://example.org/minutes"}).status_code == 303
    sent = official.post(f"{MEETINGS}/1", data=old | {"place": "Pier Hall"})
    assert sent.status_code == 409
    assert "Somebody has changed this meanwhile" in sent.text
    assert 'value="Pier Hall"' in sent.text
    assert 'value="https://example.org/minutes"' in sent.text
    untitled = official.post(f"{MEETINGS}/1", data=old | {"title": ""})
    assert f'name="seen" value="{old["seen"]}"' in untitled.text, "a page stays old when something else is wrong with it"
    with database.read() as session:
        assert session.exec(select(Meeting.minutes_url)).one() == "https://example.org/minutes"
    official.post(MEETINGS, data=meeting(title="Walk"))
    same = official.post(f"{MEETINGS}/1", data=meeting(title="Walk", seen=_seen(official)))
    assert same.status_code == 409
    assert "This meeting is planned already; nothing was changed." in same.text
    assert 'value="Walk"' in same.text


def test_minutes_are_a_file_or_a_link_to_something_that_is_there(official: TestClient) -> None:
    official.post(MEETINGS, data=meeting())
    linked = meeting(seen=_seen(official), minutes_url="https://example.org/minutes")
    file = {"file": ("minutes.pdf", PDF, "application/pdf")}
    both = official.post(f"{MEETINGS}/1", data=linked, files=file)
    assert both.status_code == 422
    assert "Give either a file or an address, not both." in both.text
    missing = official.post(f"{MEETINGS}/1", data=linked | {"minutes_url": "/files/abc/minutes.pdf"})
    assert missing.status_code == 422
    assert "There is no file at this address." in missing.text
    assert 'value="/files/abc/minutes.pdf"' in missing.text
    assert official.post(f"{MEETINGS}/1", data=linked).status_code == 303
    assert official.post(f"{MEETINGS}/1", data=linked | {"seen": _seen(official)}, files=file).status_code == 303


def test_without_a_report_there_is_nothing_to_fill_the_agenda_with(official: TestClient) -> None:
    official.post(MEETINGS, data=meeting())
    sent = official.post(f"{MEETINGS}/1/fill", data={"sources": ["shared", "split"], "most": "3"})
    assert sent.status_code == 409
    assert "Publish a report first" in sent.text


def _items(database: Database) -> list[AgendaItem]:
    with database.read() as session:
        return list(session.exec(select(AgendaItem).order_by(col(AgendaItem.position))))


def _typed(database: Database) -> dict[str, Any]:
    """The form as the page shows it."""
    rows = _items(database)
    fields = {"item": "id", "title": "title", "speaker": "speaker", "minutes": "minutes"}
    seen = [agenda.mark(row.title, row.speaker, row.minutes) for row in rows]
    shown: dict[str, Any] = {name: [str(getattr(row, column)) for row in rows] for name, column in fields.items()}
    return shown | {"seen": seen, "language": "en"}


def _seen(official: TestClient) -> str:
    """What the page says it shows of the meeting."""
    found = re.findall(r'name="seen" value="([0-9a-f ]{100,})"', official.get(f"{MEETINGS}/1").text)
    return str(found[0])


def _act(database: Database, official: TestClient, act: str, **more: str) -> list[AgendaItem]:
    sent = official.post(f"{MEETINGS}/1/agenda", data=_typed(database) | {"act": act, **more})
    assert sent.status_code == 303
    return _items(database)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["draft_rule", "budget", "disaster"])
def test_every_template_speaks_every_language(tenant: Tenant, sign_in: SignIn, name: str, language: str) -> None:
    template = conversation_templates.get(name, language)
    assert template.language == language
    assert template.topic != conversation_templates.get(name, "ko" if language == "en" else "en").topic
    assert len({seed.casefold() for seed in template.seeds}) == len(template.seeds) >= 5
    assert all(len(seed) <= template.statement_limit for seed in template.seeds)
    page = sign_in(Role.ADMIN).get(f"/admin/new?template={name}&lang={language}").text
    assert template.seeds[0] in page
    assert template.checklist[0].title in page


def test_a_conversation_is_begun_from_a_template_as_changed_in_the_form(
    database: Database, tenant: Tenant, sign_in: SignIn
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.get("/admin/new?template=nothing").status_code == 404
    form = {
        "template": "budget",
        "slug": "budget",
        "topic": "The budget for next year",
        "background": "Money.",
        "language": "en",
        "moderation": "pre",
        "statement_limit": "140",
        "opens_at": "",
        "closes_at": "",
        "seeds": "Repair first.",
        "stage": "proposal",
        "joining": "invitation",
        "interests": ["budget", "housing"],
        "starts_on": "2026-12-01",
        "proposal_days": "14",
        "opinion_days": "21",
        "reflection_days": "",
        "decision_days": "",
    }
    refused = admin.post("/admin/new", data=form | {"topic": "", "opinion_days": "0"})
    assert refused.status_code == 422
    assert 'name="template" value="budget"' in refused.text
    assert "Repair first." in refused.text
    assert 'value="housing" checked' in refused.text
    with database.read() as session:
        assert session.exec(select(Conversation)).all() == []
    assert admin.post("/admin/new", data=form).status_code == 303
    with database.read() as session:
        row = conversations.get(session, tenant.id, "budget")
        key = conversations.identify(row)
        assert (row.template, row.stage, row.joining) == ("budget", Stage.PROPOSAL, Joining.INVITATION)
        assert row.opens_at is not None
        assert row.closes_at is not None
        assert (row.opens_at.isoformat()[:10], row.closes_at.isoformat()[:10]) == ("2026-12-15", "2027-01-05")
        planned = {stage: (str(row.starts_on), str(row.ends_on)) for stage, row in conversations.periods(session, key).items()}
        assert planned[Stage.OPINION] == ("2026-12-15", "2027-01-04")
        assert planned[Stage.DECISION] == ("2027-01-05", "None")
        assert Stage.REFLECTION not in planned
        belonging = places.of_conversations(session, tenant.id, [key], "en")[key]
        assert set(belonging.interests) == {Interest.BUDGET, Interest.HOUSING}
        assert session.exec(select(Statement.text)).all() == ["Repair first."]
    assert "The budget as a table, to calculate with" in admin.get("/admin/c/budget").text
