"""What belongs to a stage, and the meetings of the stage of reflection."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from deliberation import administration, agenda, attachments, cancelling, conversations, documents, ledger, meetings, news, stages
from deliberation.accounts import Staff
from deliberation.agenda import Source, Written
from deliberation.attachments import File
from deliberation.cancelling import TOLD_AFTER
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import LinkInvalid
from deliberation.errors.meetings import (
    AgendaChangedMeanwhile,
    AgendaItemEmpty,
    CancelledWithoutReason,
    MeetingAnnounced,
    MeetingCancelled,
    MeetingEndsBeforeItStarts,
    MeetingPlannedAlready,
    MeetingTookPlace,
    MeetingUntitled,
    MeetingWithoutTime,
)
from deliberation.errors.outcomes import ReportNeeded
from deliberation.errors.recommendations import StillRests
from deliberation.foundations import Resting
from deliberation.meetings import Plan
from deliberation.municipalities import Tenant
from deliberation.news_item import Kind
from deliberation.stages import Entry, Need, Standing
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import AgendaItem, Analysis, Artefact, LedgerEntry, Meeting, Recommendation, Report, Response
from deliberation.values import ArtefactKind, Outcome, RecommendationState, Role, Stage
from tests.support.files import PDF
from tests.support.make import NOON, make_conversation, make_staff, make_statement, make_tenant

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def session(database: Database) -> Any:
    with database.write() as opened:
        yield opened


@pytest.fixture
def official(session: Session, tenant: Tenant) -> Staff:
    make_conversation(session, tenant, stage=Stage.PROPOSAL)
    return make_staff(session, tenant, Role.OFFICIAL)


def standings(session: Session, tenant: Tenant, now: Any = NOON) -> dict[Need, Standing]:
    return {entry.need: entry.standing for entry in entries(session, tenant, now)}


def entries(session: Session, tenant: Tenant, now: Any = NOON) -> list[Entry]:
    row = conversations.get(session, tenant.id, "scooters")
    found = stages.checklist(
        session,
        row,
        periods=conversations.periods(session, identity(row)),
        artefacts=conversations.artefacts(session, identity(row)),
        now=now,
        today=now.date(),
    )
    return [entry for stage in found.values() for entry in stage]


def having(found: dict[Need, Standing], standing: Standing) -> set[Need]:
    return {need for need, each in found.items() if each == standing}


def planned(session: Session, official: Staff, **more: Any) -> int:
    plan = Plan(**{"title": "Hearing", "language": "en", "starts_at": NOON, "ends_at": LATER} | more)
    return meetings.plan(session, staff=official, slug="scooters", plan=plan, now=NOON)


def test_what_is_missing_grows_with_the_stages_and_shrinks_with_what_comes(
    session: Session, tenant: Tenant, official: Staff
) -> None:
    admin = make_staff(session, tenant, Role.ADMIN)
    found = standings(session, tenant)
    assert having(found, Standing.MISSING) == {Need.BRIEF, Need.SPONSOR, Need.MATERIAL}
    assert having(found, Standing.PRESENT) == set()
    documents.attach(
        session,
        staff=admin,
        slug="scooters",
        stage=Stage.PROPOSAL,
        kind=ArtefactKind.BRIEF,
        title="Why",
        language="en",
        url="https://example.org/why",
        now=NOON,
    )
    administration.enter_stage(session, staff=admin, slug="scooters", stage=Stage.OPINION, now=NOON)
    assert having(standings(session, tenant), Standing.PRESENT) == {Need.BRIEF}
    make_statement(session, conversations.get(session, tenant.id, "scooters"), is_seed=True)
    conversations.get(session, tenant.id, "scooters").closes_at = LATER
    administration.enter_stage(session, staff=admin, slug="scooters", stage=Stage.REFLECTION, now=NOON)
    found = standings(session, tenant)
    assert having(found, Standing.PRESENT) == {Need.BRIEF, Need.DATES, Need.SEEDS}
    assert {Need.MEETING, Need.AGENDA, Need.STREAM, Need.RULES} <= having(found, Standing.MISSING)
    assert {Need.MINUTES, Need.RECORDING, Need.REPORT} <= having(found, Standing.NOT_YET)
    planned(session, official, stream_url="https://example.org/live")
    assert {Need.MEETING, Need.STREAM} <= having(standings(session, tenant), Standing.PRESENT)
    assert {Need.MINUTES, Need.RECORDING} <= having(standings(session, tenant, LATER), Standing.MISSING)


@pytest.mark.parametrize(
    ("days_left", "answered", "standing"),
    [(0, False, Standing.NOT_YET), (-1, False, Standing.MISSING), (-1, True, Standing.PRESENT)],
)
def test_answers_are_due_by_the_day_of_each_recommendation(
    session: Session, tenant: Tenant, official: Staff, days_left: int, answered: bool, standing: Standing
) -> None:
    row = conversations.get(session, tenant.id, "scooters")
    row.stage = Stage.DECISION
    assert having(standings(session, tenant), Standing.NOT_YET) == {Need.ANSWERS}
    asked(session, identity(row), NOON.date() + timedelta(days=days_left), answered)
    found = standings(session, tenant)
    assert (found[Need.REPORT], found[Need.HANDED_OVER]) == (Standing.PRESENT, Standing.PRESENT)
    assert found[Need.ANSWERS] == standing


@pytest.mark.parametrize(("days_left", "standing"), [(0, Standing.PRESENT), (-1, Standing.MISSING)])
def test_some_answers_are_there_unless_another_one_is_overdue(
    session: Session, tenant: Tenant, official: Staff, days_left: int, standing: Standing
) -> None:
    row = conversations.get(session, tenant.id, "scooters")
    row.stage = Stage.DECISION
    first = asked(session, identity(row), NOON.date(), answered=True)
    day = NOON.date() + timedelta(days=days_left)
    session.add(Recommendation(**first.model_dump(exclude={"id", "number", "answer_due_on"}), number=2, answer_due_on=day))
    session.flush()
    (entry,) = (one for one in entries(session, tenant) if one.need == Need.ANSWERS)
    assert (entry.standing, entry.unanswered) == (standing, 1)


def asked(session: Session, conversation_id: int, due_on: date, answered: bool) -> Recommendation:
    analysis = Analysis(
        conversation_id=conversation_id,
        sequence=1,
        created_at=NOON,
        method="default",
        engine_version="1",
        input_sha256="0" * 64,
        result={},
        parameters={},
        vote_events=0,
        decisions=0,
        people=b"",
    )
    session.add(analysis)
    session.flush()
    report = Report(
        conversation_id=conversation_id,
        number=1,
        analysis_id=identity(analysis),
        title="Report",
        content={},
        sha256="0" * 64,
        published_at=NOON,
    )
    session.add(report)
    session.flush()
    recommendation = Recommendation(
        conversation_id=conversation_id,
        report_id=identity(report),
        number=1,
        text="More room.",
        answer_due_on=due_on,
        created_at=NOON,
        state=RecommendationState.HANDED_OVER,
    )
    session.add(recommendation)
    session.flush()
    if answered:
        session.add(
            Response(
                recommendation_id=identity(recommendation),
                outcome=Outcome.DECLINED,
                reason="See https://example.org/why",
                published_at=NOON,
            )
        )
        session.flush()
    return recommendation


def test_a_meeting_that_was_told_of_is_cancelled_and_one_announced_by_mistake_is_deleted(
    session: Session, tenant: Tenant, official: Staff
) -> None:
    def told(now: datetime, *, by_mail: bool = False) -> list[tuple[Kind, str]]:
        row, zone = conversations.get(session, tenant.id, "scooters"), ZoneInfo(tenant.time_zone)
        items = news.of_conversation(session, row, since=NOON, now=now, locale="en", zone=zone)
        items = news.summed(items) if by_mail else items
        return [(item.kind, item.text.text) for item in items if item.text is not None and item.kind.startswith("meeting")]

    hearing = {"staff": official, "slug": "scooters", "number": planned(session, official, starts_at=LATER, ends_at=None)}
    mistake = {**hearing, "number": planned(session, official, title="Heering")}
    agenda.write(session, **mistake, items=[Written(None, "Welcome", "", 5)], language="en", now=NOON)
    soon, at = NOON + TOLD_AFTER - timedelta(seconds=1), NOON + TOLD_AFTER
    assert told(soon) == []
    cancelling.delete(session, **mistake, now=soon)
    assert session.exec(select(AgendaItem)).all() == []
    assert planned(session, official, title="Walk along the harbour") == 3, "a number is not given again"
    assert told(at) == [(Kind.MEETING, "Hearing"), (Kind.MEETING, "Walk along the harbour")]
    with pytest.raises(MeetingAnnounced):
        cancelling.delete(session, **hearing, now=at)

    moved = Plan("Hearing", "en", LATER + timedelta(days=1))
    meetings.change(session, **hearing, plan=replace(moved, stream_url="https://example.org/live"), now=at)
    meetings.change(session, **hearing, plan=replace(moved, place="Pier Hall"), now=at + timedelta(minutes=1))
    assert told(LATER)[-1] == (Kind.MEETING_MOVED, "Hearing")
    assert len(told(LATER)) == 3
    assert told(LATER, by_mail=True) == [(Kind.MEETING, "Walk along the harbour"), (Kind.MEETING_MOVED, "Hearing")]

    with pytest.raises(CancelledWithoutReason):
        cancelling.cancel(session, **hearing, reason=" ", now=LATER)
    for _ in range(2):
        cancelling.cancel(session, **hearing, reason="A typhoon is coming.", now=LATER)
    assert told(LATER) == [(Kind.MEETING, "Walk along the harbour"), (Kind.MEETING_CANCELLED, "A typhoon is coming.")]
    with pytest.raises(MeetingCancelled):
        cancelling.cancel(session, **hearing, reason="Nobody has time.", now=LATER)
    with pytest.raises(MeetingCancelled):
        meetings.change(session, **hearing, plan=moved, now=LATER)
    with pytest.raises(MeetingCancelled):
        agenda.write(session, **hearing, items=[Written(None, "Welcome", "", 5)], language="en", now=LATER)
    assert planned(session, official, starts_at=moved.starts_at, ends_at=None) == 4, "a cancelled meeting is not in the way"
    walk = {**hearing, "number": 3}
    with pytest.raises(MeetingPlannedAlready):
        meetings.change(session, **walk, plan=moved, now=LATER)
    meetings.change(session, **walk, plan=Plan("Walk", "en", NOON, recording_url="https://example.org/film"), now=LATER)
    for refused in (cancelling.delete, partial(cancelling.cancel, reason="Rain.")):
        with pytest.raises(MeetingTookPlace):
            refused(session, **walk, now=NOON)
    row = session.exec(select(Meeting).where(Meeting.number == 1)).one()
    entry = session.exec(select(LedgerEntry).where(LedgerEntry.action == "meeting.cancelled")).one()
    assert entry.facts == {"meeting": 1, "reason": ledger.sealed("A typhoon is coming.", row.salt)}


def test_what_something_public_rests_on_is_not_taken_away(session: Session, tenant: Tenant, official: Staff) -> None:
    admin = make_staff(session, tenant, Role.ADMIN)
    key = documents.attach(
        session,
        staff=admin,
        slug="scooters",
        stage=Stage.PROPOSAL,
        title="Why",
        language="en",
        url="https://example.org/why",
        now=NOON,
    )
    planned(session, official, title="Round table", minutes_url="https://example.org/why")
    asked(session, 1, NOON.date(), answered=True)
    with pytest.raises(StillRests) as refused:
        documents.detach(session, staff=admin, slug="scooters", artefact=key, now=NOON)
    assert refused.value.resting == (Resting("recommendation", "scooters", 1), Resting("meeting", "scooters", 1))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"title": " "}, MeetingUntitled),
        ({"starts_at": None}, MeetingWithoutTime),
        ({"ends_at": NOON}, MeetingEndsBeforeItStarts),
        ({"room_url": "javascript:alert(1)"}, LinkInvalid),
        ({"stream_url": "/files/a/b.pdf"}, LinkInvalid),
        ({"minutes_url": "//example.org"}, LinkInvalid),
    ],
)
def test_a_meeting_has_a_title_a_time_and_links_that_lead_somewhere(
    session: Session, official: Staff, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        planned(session, official, **wrong)


def test_a_file_counts_under_every_host_and_spelling_of_its_address(session: Session, tenant: Tenant, official: Staff) -> None:
    admin = make_staff(session, tenant, Role.ADMIN)
    file = File("why.pdf", "application/pdf", PDF)
    what: dict[str, Any] = {"stage": Stage.PROPOSAL, "title": "Why", "language": "en", "url": "", "file": file, "now": NOON}
    key = documents.attach(session, staff=admin, slug="scooters", **what)
    path = session.get_one(Artefact, key).url
    planned(session, official, recording_url=f"https://harbour.example{path}")
    asked(session, 1, NOON.date(), answered=True)
    answer = session.exec(select(Response)).one()
    answer.legal_url = f"http://harbour.example{path.replace('why', 'wh%79')}"
    session.add(answer)
    with pytest.raises(StillRests) as refused:
        documents.detach(session, staff=admin, slug="scooters", artefact=key, now=NOON)
    assert refused.value.resting == (Resting("recommendation", "scooters", 1), Resting("meeting", "scooters", 1))


def test_a_meeting_is_planned_once_and_changed_in_public(session: Session, tenant: Tenant, official: Staff) -> None:
    number = planned(session, official)
    with pytest.raises(MeetingPlannedAlready):
        planned(session, official)
    kept = attachments.attach(
        session, staff=official, slug="scooters", file=File("minutes.pdf", "application/pdf", PDF), now=NOON
    )
    changed = Plan("Hearing", "en", NOON, LATER, place="Pier Hall", minutes_url=kept.path)
    for _ in range(2):
        meetings.change(session, staff=official, slug="scooters", number=number, plan=changed, now=NOON)
    [held] = meetings.of_conversation(session, 1, "ja")
    assert (held.place, held.length, held.phase(NOON), held.phase(LATER)) == ("Pier Hall", 120, "running", "over")
    said = session.exec(select(LedgerEntry).where(col(LedgerEntry.action).startswith("meeting.")).order_by(col(LedgerEntry.id)))
    assert [(entry.action, entry.facts.get("changed")) for entry in said] == [
        ("meeting.planned", None),
        ("meeting.changed", ["minutes_url", "place"]),
    ]


def test_an_agenda_keeps_its_items_in_order_with_their_hours(session: Session, official: Staff) -> None:
    number = planned(session, official)

    def write(*items: Written) -> None:
        agenda.write(session, staff=official, slug="scooters", number=number, items=items, language="en", now=NOON)

    write(Written(None, "Welcome", "Mayor", 10), Written(None, "Parking", "", 30))
    found = agenda.of_meeting(session, 1, "en")
    first, second = found.items
    assert [(item.title.text, item.starts_at - NOON) for item in found.items] == [
        ("Welcome", timedelta(0)),
        ("Parking", timedelta(minutes=10)),
    ]
    write(Written(second.id, "Parking", "Operators", 125), Written(first.id, "Welcome", "Mayor", 10))
    found = agenda.of_meeting(session, 1, "en")
    assert [item.id for item in found.items] == [second.id, first.id]
    assert (found.minutes, found.over) == (135, 15)
    with pytest.raises(AgendaItemEmpty):
        write(Written(first.id, " ", "", 10))
    write(Written(second.id, "Parking", "Operators", 60))
    with pytest.raises(AgendaChangedMeanwhile):
        write(Written(first.id, "Welcome", "Mayor", 10))
    with pytest.raises(ReportNeeded):
        agenda.fill(session, staff=official, slug="scooters", number=number, sources=[Source.SPLIT], most=5, now=NOON)


def test_nobody_else_plans_meetings(session: Session, tenant: Tenant, official: Staff) -> None:
    planned(session, official)
    with pytest.raises(Forbidden):
        planned(session, make_staff(session, tenant, Role.MODERATOR), title="Mine")
    stranger = make_staff(session, make_tenant(session, "mountain"), Role.OFFICIAL)
    with pytest.raises(NotFound):
        planned(session, stranger, title="Mine")
    with pytest.raises(NotFound):
        agenda.write(session, staff=stranger, slug="scooters", number=1, items=[], language="en", now=NOON)
