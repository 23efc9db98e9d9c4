"""The demo deliberation tells its whole story, on both databases."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from deliberation import (
    agenda,
    analyses,
    analysis_work,
    conversations,
    demo,
    demo_files,
    ledger,
    ledger_chain,
    mandate,
    meetings,
    municipalities,
    outcomes,
    participants,
    policy,
    queues,
    reports,
    stages,
    statements,
    translations,
    voting,
)
from deliberation.analysis_work import Pace
from deliberation.demo import Demo
from deliberation.errors.files import DemoNotAlone
from deliberation.outcomes import Owed, Recommended
from deliberation.stages import Need, Standing
from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.storage.tables import (
    AgendaItem,
    Area,
    Artefact,
    Comment,
    Conversation,
    Evidence,
    GroupName,
    LedgerEntry,
    Meeting,
    Milestone,
    ModerationDecision,
    Participant,
    Proposal,
    ProposalSupport,
    Recommendation,
    Report,
    Response,
    Statement,
    Vote,
    VoteEvent,
)
from deliberation.values import (
    LANGUAGES,
    Channel,
    Choice,
    EvidenceKind,
    Outcome,
    Provenance,
    RecommendationState,
    Role,
    Stage,
    StatementState,
    Translatable,
)
from tests.support import postgres
from tests.support.imports import CHECKOUT
from tests.support.make import NOON, answer, make_tenant

FOLDER = CHECKOUT / "fixtures" / "demo"
TODAY = NOON.date()
GROUPS = {"A": "Pavements first", "B": "Getting about easily", "C": "Clear rules, good data"}
TEXTS: dict[Translatable, tuple[Any, str]] = {
    Translatable.STATEMENT: (Statement, "text"),
    Translatable.TOPIC: (Conversation, "topic"),
    Translatable.BACKGROUND: (Conversation, "background"),
    Translatable.ARTEFACT: (Artefact, "title"),
    Translatable.MEETING: (Meeting, "title"),
    Translatable.CANCEL_REASON: (Meeting, "cancel_reason"),
    Translatable.AGENDA_ITEM: (AgendaItem, "title"),
    Translatable.GROUP_NAME: (GroupName, "name"),
    Translatable.AREA: (Area, "name"),
    Translatable.PROPOSAL_TOPIC: (Proposal, "topic"),
    Translatable.PROPOSAL_WHY: (Proposal, "why"),
    Translatable.REPORT_TITLE: (Report, "title"),
    Translatable.REPORT_INTRODUCTION: (Report, "introduction"),
    Translatable.RECOMMENDATION: (Recommendation, "text"),
    Translatable.COMMENT: (Comment, "text"),
    Translatable.RESPONSE: (Response, "reason"),
    Translatable.MILESTONE: (Milestone, "title"),
    Translatable.EVIDENCE: (Evidence, "title"),
}


def load_into(database: Database, now: datetime = NOON) -> Demo:
    with database.write() as session:
        return demo.load(session, FOLDER, now)


def fresh(path: Path) -> Database:
    database = Database(sqlite_url(path))
    schema.migrate(database)
    return database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with the demo in it, on each of the two systems. Nothing here writes to it."""
    if request.param == "sqlite":
        database = fresh(tmp_path_factory.mktemp("demo") / "hiroba.db")
        load_into(database)
        yield database
        database.dispose()
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_server")) as url:
        database = Database(url)
        schema.migrate(database)
        load_into(database)
        yield database
        database.dispose()


@pytest.fixture(scope="module")
def retold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo once more, to be changed."""
    database = fresh(tmp_path_factory.mktemp("again") / "hiroba.db")
    load_into(database)
    yield database
    database.dispose()


@pytest.fixture
def session(told: Database) -> Iterator[Session]:
    with told.read() as session:
        yield session


@pytest.fixture
def conversation(session: Session) -> Conversation:
    return conversations.get(session, municipalities.get(session).id, "e-scooters")


def count(session: Session, table: Any) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def recommended(session: Session, today: date = TODAY) -> dict[str, Recommended]:
    conversation_id = conversations.identify(conversations.get(session, municipalities.get(session).id, "e-scooters"))
    return {row.state: row for row in policy.of_conversation(session, conversation_id, "en", today)}


# What stands


def test_statements_have_met_every_fate(session: Session) -> None:
    states = session.exec(select(Statement.state, func.count()).group_by(Statement.state)).all()
    assert dict(states) == {
        StatementState.ACCEPTED: 50,
        StatementState.REJECTED: 5,
        StatementState.MERGED: 3,
        StatementState.PENDING: 3,
    }
    assert len(session.exec(select(Statement).where(col(Statement.is_seed))).all()) == 12


def test_six_hundred_residents_have_voted_in_the_order_of_time(session: Session) -> None:
    assert count(session, Participant) == 600
    assert count(session, VoteEvent) == 16_941
    moments = session.exec(select(VoteEvent.voted_at).order_by(col(VoteEvent.id))).all()
    assert moments == sorted(moments)
    assert moments[-1] < NOON


def test_the_last_event_of_each_pair_is_the_vote_that_counts(session: Session) -> None:
    last: dict[tuple[int, int], int | None] = {}
    for event in session.exec(select(VoteEvent).order_by(col(VoteEvent.id))):
        last[event.participant_id, event.statement_id] = event.choice
    assert {(vote.participant_id, vote.statement_id): vote.choice for vote in session.exec(select(Vote))} == last


def test_residents_came_through_several_channels_and_were_there_from_their_first_vote_on(session: Session) -> None:
    assert set(session.exec(select(Participant.channel))) == {Channel.ONLINE, Channel.COUNTER, Channel.PHONE, Channel.POST}
    firsts = select(VoteEvent.participant_id, func.min(VoteEvent.voted_at)).group_by(col(VoteEvent.participant_id))
    assert dict(session.exec(firsts).all()) == dict(session.exec(select(Participant.id, Participant.joined_at)).all())


def test_authors_read_what_became_of_their_statements_and_agree_with_them(session: Session) -> None:
    tenant = municipalities.get(session)
    for row in session.exec(select(Statement).where(col(Statement.author_id).is_not(None))).all():
        author = participants.get(session, tenant.id, row.author_id or 0)
        assert [mine.number for mine in statements.mine(session, tenant.id, author.person_id, "en")] == [row.number]
        vote = session.get(Vote, (author.id, row.id))
        assert vote is not None
        assert vote.choice == Choice.AGREE


def test_whoever_was_banned_is_not_in_the_analysis(session: Session, conversation: Conversation) -> None:
    banned = session.exec(select(Participant.id).where(col(Participant.banned_at).is_not(None))).all()
    assert len(banned) == 1
    analysis = analyses.latest(session, conversations.identify(conversation))
    assert analysis is not None
    assert analysis.result["participants"] == 599
    assert analyses.standing(session, conversations.identify(conversation), banned[0] or 0) is None


def test_three_statements_wait_for_a_moderator(session: Session) -> None:
    assert queues.pending(session, municipalities.get(session).id) == 3


def test_the_conversation_went_through_its_stages_and_takes_votes(session: Session, conversation: Conversation) -> None:
    periods = conversations.periods(session, conversations.identify(conversation))
    assert conversation.stage == Stage.DECISION
    assert set(periods) == set(Stage)
    assert all(period.starts_on and period.starts_on < TODAY for period in periods.values())
    assert {artefact.stage for artefact in conversations.artefacts(session, conversations.identify(conversation))} == set(Stage)
    assert conversations.is_open(conversation, NOON)
    assert not conversations.is_open(conversation, NOON + timedelta(days=31))


# What came of it


def test_the_report_is_frozen_on_its_day_and_the_present_has_moved_on(session: Session, conversation: Conversation) -> None:
    conversation_id = conversations.identify(conversation)
    report, present = reports.newest(session, conversation_id), analyses.latest(session, conversation_id)
    assert report is not None
    assert present is not None
    assert report.heading.published_at.date() == TODAY - timedelta(days=58)
    assert report.contents.snapshot.sequence == 6
    assert {label: name.text for label, name in report.contents.names.items()} == GROUPS
    assert report.contents.snapshot.made_at == report.heading.published_at
    assert (present.sequence, present.created_at) == (7, NOON)
    assert present.result["verdict"] == "groups"
    assert len(present.result["groups"]) == 3


def test_nothing_is_left_to_be_analysed(session: Session) -> None:
    assert analysis_work.due(session, Pace()) == []


def test_there_is_one_answer_of_each_kind_and_a_recommendation_without(session: Session) -> None:
    assert set(recommended(session)) == {*Outcome, "unanswered", "commenting"}


def test_the_deferred_decision_is_ten_days_overdue_and_nothing_else_is(session: Session) -> None:
    overdue = [
        (due.recommendation.state, due.clock.owed, due.clock.days_over)
        for due in outcomes.due(recommended(session).values())
        if due.clock.days_over
    ]
    assert overdue == [("deferred", Owed.DECISION, 10)]


def test_the_adopted_recommendation_has_two_steps_done_with_evidence_and_one_to_come(session: Session) -> None:
    steps = recommended(session)["adopted"].steps
    assert [(step.done_on is not None, len(step.evidence)) for step in steps] == [(True, 1), (True, 1), (False, 0)]


def test_a_step_of_the_one_adopted_in_part_is_seen_on_a_picture(session: Session) -> None:
    [proof] = recommended(session)["partly"].steps[0].evidence
    assert (proof.kind, proof.media_type) == (EvidenceKind.PHOTO, "image/png")


def test_the_city_says_in_six_languages_what_agreement_obliges_it_to(session: Session) -> None:
    tenant = municipalities.get(session)
    said = mandate.of(session, [tenant.id])[tenant.id]
    assert {said.reading(language).text for language in LANGUAGES} == set(
        demo_files.read(FOLDER).municipality["mandate"].values()
    )


def test_every_answer_has_a_reason_an_office_and_links_to_accepted_statements(session: Session) -> None:
    for row in recommended(session).values():
        assert row.office or row.phase == RecommendationState.COMMENTING
        assert row.statements
        assert {linked.state for linked in row.statements} == {StatementState.ACCEPTED}
        if row.answer:
            assert row.answer.reason.text
            assert row.answer.owner


# Finding


def test_residents_proposed_topics_with_every_fate(session: Session) -> None:
    rows = session.exec(select(Proposal).order_by(col(Proposal.number))).all()
    assert [row.state.value for row in rows] == ["opened", "supportable", "supportable", "supportable", "declined", "pending"]
    assert count(session, ProposalSupport) == 143 + 87 + 41 + 23 + 1 + 1
    opened = session.get_one(Conversation, rows[0].conversation_id)
    assert (opened.slug, conversations.voting(opened, NOON)) == ("night-buses", "planned")


# Languages


@pytest.mark.parametrize("subject", TEXTS)
def test_every_text_stands_in_all_six_languages(session: Session, subject: Translatable) -> None:
    table, column = TEXTS[subject]
    rows = {row.id: row for row in session.exec(select(table)).all() if getattr(row, column)}
    found = translations.of(session, subject, rows)
    assert rows
    for key, row in rows.items():
        assert set(found[key]) == set(LANGUAGES) - {row.language}
        assert all(text and text != getattr(row, column) for text, _ in found[key].values())


def test_translations_by_people_and_by_machines_are_told_apart(session: Session) -> None:
    statement_ids = [key for key in session.exec(select(Statement.id)) if key is not None]
    provenances = Counter(
        provenance
        for texts in translations.of(session, Translatable.STATEMENT, statement_ids).values()
        for _, provenance in texts.values()
    )
    assert set(provenances) == {Provenance.HUMAN, Provenance.MACHINE}


def test_the_hearing_talked_about_what_the_report_had_found(session: Session, conversation: Conversation) -> None:
    conversation_id = conversations.identify(conversation)
    hearing, walk = meetings.of_conversation(session, conversation_id, "th")
    report = reports.newest(session, conversation_id)
    assert report is not None
    items = agenda.of_meeting(session, hearing.id, "th").items
    assert [item.finding != "" for item in items] == [False, *[True] * 6, False]
    assert {item.finding for item in items if item.finding} <= {finding.key for finding in report.contents.findings.everything}
    assert all(item.title.language == "th" for item in items)
    assert hearing.phase(NOON) == "over"
    assert hearing.recording_url
    assert hearing.minutes_url
    assert walk.phase(NOON) == "cancelled"
    assert walk.cancel_reason is not None
    assert walk.cancel_reason.language == "th"


def test_one_thing_that_belongs_to_the_stages_is_missing_so_that_one_sees_it(
    session: Session, conversation: Conversation
) -> None:
    key = conversations.identify(conversation)
    periods, artefacts = conversations.periods(session, key), conversations.artefacts(session, key)
    found = stages.checklist(session, conversation, periods=periods, artefacts=artefacts, now=NOON, today=TODAY)
    missing = [entry.need for entries in found.values() for entry in entries if entry.standing == Standing.MISSING]
    assert missing == [Need.SPONSOR]


# The ledger


def test_the_ledger_holds_and_tells_the_story_in_order(session: Session) -> None:
    entries = list(ledger.entries(session, municipalities.get(session).id))
    moments = [datetime.fromisoformat(entry.at) for entry in entries]
    assert ledger_chain.examine(entries).fault is None
    assert moments == sorted(moments)
    assert moments[-1] < NOON
    assert Counter(entry.action for entry in entries) == {
        "account.role": 5,
        "area.added": 2,
        "municipality.mandate": 1,
        "conversation.created": 2,
        "conversation.dates": 4,
        "conversation.places": 2,
        "conversation.stage": 3,
        "group.named": 3,
        "artefact.attached": 7,
        "meeting.planned": 2,
        "meeting.cancelled": 1,
        "meeting.agenda": 3,
        "meeting.changed": 2,
        "statement.seeded": 1,
        "statement.accepted": 41,
        "statement.rejected": 5,
        "statement.merged": 3,
        "participant.banned": 1,
        "proposal.accepted": 4,
        "proposal.declined": 1,
        "proposal.opened": 1,
        "report.published": 1,
        "office.added": 4,
        "recommendation.opened": 1,
        "recommendation.reworded": 1,
        "comment.accepted": 4,
        "recommendation.published": 5,
        "response.published": 4,
        "extension.published": 1,
        "milestone.promised": 5,
        "milestone.done": 3,
        "evidence.added": 3,
    }


def test_every_decision_stands_in_the_ledger(session: Session) -> None:
    of_moderators = session.exec(
        select(LedgerEntry).where(
            col(LedgerEntry.actor).startswith(Role.MODERATOR.value), col(LedgerEntry.action).regexp_match("^(stat|part)")
        )
    ).all()
    assert len(of_moderators) == count(session, ModerationDecision) == 50


# Loading


def test_the_same_files_tell_the_same_story_elsewhere(told: Database, retold: Database) -> None:
    def figures(database: Database) -> list[tuple[int, str, Any]]:
        with database.read() as session:
            found = session.exec(select(analyses.Analysis).order_by(col(analyses.Analysis.sequence))).all()
            return [(analysis.sequence, analysis.input_sha256, analysis.result["groups"]) for analysis in found]

    assert figures(told)[0][1] == figures(retold)[0][1]
    assert figures(told) == figures(retold)


def test_there_is_staff_for_every_role_that_the_story_needs(retold: Database) -> None:
    found = load_into(retold)
    assert [member.role for member in found.staff] == [Role.ADMIN, Role.MODERATOR, Role.OFFICIAL, Role.OFFICIAL, Role.TRANSLATOR]
    assert (found.tenant.name, found.slug, found.topic) == ("Minatomori", "e-scooters", "Rules for shared e-scooters")


def test_loading_again_keeps_what_people_did_meanwhile(retold: Database) -> None:
    person = participants.new_person()
    with retold.write() as session:
        tenant = municipalities.get(session)
        ballot = voting.ballot(session, municipality_id=tenant.id, slug="e-scooters", person=person)
        assert ballot.card is not None
        answer(session, tenant, "e-scooters", person, ballot.card.number, Choice.AGREE)
    before = rows(retold)
    assert load_into(retold, NOON + timedelta(days=3)).tenant.id == tenant.id
    assert rows(retold) == before
    with retold.read() as session:
        said = voting.my_votes(session, municipality_id=tenant.id, slug="e-scooters", person=person)
    assert [vote.number for vote in said] == [ballot.card.number]


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {table.__tablename__: count(session, table) for table in (Participant, Vote, VoteEvent, Statement, LedgerEntry)}


def test_a_load_that_is_interrupted_leaves_nothing(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)

    def load_and_break_off() -> None:
        with database.write() as session:
            demo.load(session, FOLDER, NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_and_break_off()
    with database.read() as session:
        assert municipalities.everyone(session) == []
        assert rows(database) == dict.fromkeys(rows(database), 0)
    database.dispose()


@pytest.mark.parametrize("slug", ["mountain", "harbour"])
def test_the_demo_does_not_move_in_with_a_real_municipality(database: Database, slug: str) -> None:
    with database.write() as session:
        make_tenant(session, slug)
    with pytest.raises(DemoNotAlone):
        load_into(database)
    with database.read() as session:
        assert [tenant.slug for tenant in municipalities.everyone(session)] == [slug]
        assert count(session, Conversation) == 0


@pytest.mark.parametrize("hour", [0, 9, 15, 23])
def test_whatever_the_hour_of_loading_days_are_right_and_nothing_lies_ahead(hour: int) -> None:
    now = datetime(2026, 6, 1, hour, 1, tzinfo=UTC)
    files = demo_files.read(FOLDER)
    calendar = demo_files.calendar(files, now)
    newest = max(statement["posted"] for statement in files.statements["statements"])
    local = (now + timedelta(hours=9)).date()
    assert calendar.day(-10) == local - timedelta(days=10)
    assert calendar.after_opening(newest) < now
    assert calendar.at(files.conversation["closes"]) > now
    assert (calendar.at(-58, 10).date(), calendar.at(-58, 10).hour) == (local - timedelta(days=58), 1)
