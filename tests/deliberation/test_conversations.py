"""Conversations: opening, rules, stages, dates, documents, and when votes are taken."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import administration, conversations, documents, ledger, translations
from deliberation.accounts import Staff
from deliberation.administration import Period, Rules
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import (
    ClosesBeforeItOpens,
    ConversationClosed,
    ConversationNotOpen,
    LinkInvalid,
    SeedTooLong,
    SeedTwice,
    SlugInvalid,
    SlugTaken,
    StageEndsBeforeItStarts,
    TopicEmpty,
)
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Artefact, Conversation, Statement
from deliberation.values import ModerationMode, Provenance, Role, Stage, StatementState, Translatable
from tests.support.make import NOON, make_conversation, make_staff, make_tenant

RULES = Rules("Rules for scooters", "Where may they **stand**?", "en", ModerationMode.PRE, 140, None, None)
HOUR = timedelta(hours=1)


@pytest.fixture
def session(database: Database, tenant: Tenant) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def admin(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.ADMIN)


def opened(session: Session, admin: Staff, slug: str = "scooters", **fields: Any) -> Conversation:
    fields = {"rules": RULES, "seeds": []} | fields
    return administration.open_conversation(session, staff=admin, slug=slug, now=NOON, **fields)


def newest(session: Session, tenant: Tenant, count: int = 1) -> list[tuple[str, dict[str, Any]]]:
    """What the ledger took down last, oldest first."""
    found = ledger.newest(session, tenant.id, limit=count)
    return [(entry.action, dict(entry.facts)) for entry in reversed(found)]


@pytest.mark.parametrize(
    ("stage", "opens", "closes", "refusal"),
    [
        (Stage.OPINION, None, None, None),
        (Stage.OPINION, timedelta(0), None, None),
        (Stage.OPINION, HOUR, None, ConversationNotOpen),
        (Stage.OPINION, None, HOUR, None),
        (Stage.OPINION, None, timedelta(0), ConversationClosed),
        (Stage.OPINION, -2 * HOUR, -HOUR, ConversationClosed),
        (Stage.PROPOSAL, None, None, ConversationNotOpen),
        (Stage.REFLECTION, None, None, None),
        (Stage.DECISION, None, HOUR, None),
    ],
)
def test_the_dates_decide_whether_votes_are_taken(
    stage: Stage, opens: timedelta | None, closes: timedelta | None, refusal: type[Exception] | None
) -> None:
    conversation = Conversation(
        municipality_id=1,
        slug="scooters",
        topic="Scooters",
        stage=stage,
        opens_at=_after(opens),
        closes_at=_after(closes),
        created_at=NOON,
    )
    assert conversations.is_open(conversation, NOON) == (refusal is None)
    if refusal is None:
        return
    with pytest.raises(refusal):
        conversations.check_open(
            topic="Scooters", stage=stage, opens_at=conversation.opens_at, closes_at=conversation.closes_at, now=NOON
        )


def _after(later: timedelta | None) -> datetime | None:
    return None if later is None else NOON + later


def test_an_opened_conversation_takes_opinions_and_stands_in_the_ledger(session: Session, tenant: Tenant, admin: Staff) -> None:
    row = opened(session, admin)
    assert (row.stage, row.topic, row.statement_limit) == (Stage.OPINION, "Rules for scooters", 140)
    assert newest(session, tenant) == [("conversation.created", {"stage": "opinion", "moderation": "pre"})]


@pytest.mark.parametrize("slug", ["a", "e-scooters", "2026", "p" * 63])
def test_an_address_has_small_letters_digits_and_single_hyphens(session: Session, admin: Staff, slug: str) -> None:
    assert opened(session, admin, slug).slug == slug


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "A", "a_b", "a b", "é", "a\n", "p" * 64])
def test_any_other_address_is_refused(session: Session, admin: Staff, slug: str) -> None:
    with pytest.raises(SlugInvalid):
        opened(session, admin, slug)


def test_an_address_is_taken_in_the_whole_installation(session: Session, admin: Staff) -> None:
    make_conversation(session, make_tenant(session, "mountain"))
    with pytest.raises(SlugTaken):
        opened(session, admin)


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        (replace(RULES, topic="  "), TopicEmpty),
        (replace(RULES, opens_at=NOON, closes_at=NOON), ClosesBeforeItOpens),
        (replace(RULES, opens_at=NOON, closes_at=NOON - HOUR), ClosesBeforeItOpens),
    ],
)
def test_rules_that_make_no_sense_are_refused(session: Session, admin: Staff, rules: Rules, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        opened(session, admin, rules=rules)
    row = opened(session, admin)
    with pytest.raises(refusal):
        administration.change_rules(session, staff=admin, slug="scooters", rules=rules, now=NOON)
    assert row.topic == "Rules for scooters"


def test_first_statements_are_accepted_and_the_citys(session: Session, tenant: Tenant, admin: Staff) -> None:
    opened(session, admin, seeds=["  More   bays. ", "", "A lower speed."])
    rows = session.exec(select(Statement)).all()
    assert [(row.number, row.text, row.language, row.author_id) for row in rows] == [
        (1, "More bays.", "en", None),
        (2, "A lower speed.", "en", None),
    ]
    assert {(row.state, row.is_seed, row.decided_at) for row in rows} == {(StatementState.ACCEPTED, True, NOON)}
    assert newest(session, tenant) == [("statement.seeded", {"statements": [1, 2]})]


@pytest.mark.parametrize(("length", "fits"), [(20, True), (21, False)])
def test_first_statements_keep_to_the_limit(session: Session, admin: Staff, length: int, fits: bool) -> None:
    rules = replace(RULES, statement_limit=20)
    seeds = ["Short.", "", "あ" * length]
    if fits:
        opened(session, admin, rules=rules, seeds=seeds)
        return
    with pytest.raises(SeedTooLong) as refused:
        opened(session, admin, rules=rules, seeds=seeds)
    assert refused.value.facts == {"line": 3, "length": 21, "limit": 20}


def test_no_statement_is_seeded_twice(session: Session, admin: Staff) -> None:
    with pytest.raises(SeedTwice) as refused:
        opened(session, admin, "parks", seeds=["More bays.", "more BAYS"])
    assert refused.value.facts == {"line": 2}
    opened(session, admin, seeds=["More bays."])
    with pytest.raises(SeedTwice):
        administration.add_seeds(session, staff=admin, slug="scooters", seeds=["More bays!"], now=NOON)
    assert administration.add_seeds(session, staff=admin, slug="scooters", seeds=["Fewer bays."], now=NOON) == 1
    assert administration.add_seeds(session, staff=admin, slug="scooters", seeds=["", " "], now=NOON) == 0


def test_changed_rules_are_recorded_without_their_texts(session: Session, tenant: Tenant, admin: Staff) -> None:
    row = opened(session, admin)
    version = row.version
    rules = replace(RULES, topic="Scooters", moderation=ModerationMode.POST, closes_at=NOON + HOUR)
    administration.change_rules(session, staff=admin, slug="scooters", rules=rules, now=NOON)
    session.refresh(row)
    assert (row.topic, row.moderation, row.closes_at) == ("Scooters", ModerationMode.POST, NOON + HOUR)
    assert row.version > version
    assert newest(session, tenant) == [
        (
            "conversation.rules",
            {"texts": ["topic"], "moderation": ["pre", "post"], "closes_at": [None, "2026-06-01T13:00:00+00:00"]},
        )
    ]


def test_the_same_rules_again_change_nothing(session: Session, tenant: Tenant, admin: Staff) -> None:
    opened(session, admin)
    before = ledger.head(session, tenant.id)
    administration.change_rules(session, staff=admin, slug="scooters", rules=RULES, now=NOON)
    assert ledger.head(session, tenant.id) == before


def test_a_text_that_is_written_anew_loses_its_translations_and_no_other_does(
    session: Session, tenant: Tenant, admin: Staff
) -> None:
    row = opened(session, admin)
    for subject in (Translatable.TOPIC, Translatable.BACKGROUND):
        put_translation(session, tenant, subject, conversations.identify(row))
    administration.change_rules(session, staff=admin, slug="scooters", rules=replace(RULES, topic="Scooters"), now=NOON)
    assert conversations.headings(session, [row], "ja")[conversations.identify(row)].text == "Scooters"
    assert conversations.background(session, row, "ja").text == "日本語"


def test_moving_a_stage_is_recorded_once(session: Session, tenant: Tenant, admin: Staff) -> None:
    opened(session, admin)
    for _ in range(2):
        administration.enter_stage(session, staff=admin, slug="scooters", stage=Stage.DECISION, now=NOON)
    assert newest(session, tenant, 2) == [
        ("conversation.created", {"stage": "opinion", "moderation": "pre"}),
        ("conversation.stage", {"from": "opinion", "to": "decision"}),
    ]


def test_dates_of_stages_are_recorded_where_they_change(session: Session, tenant: Tenant, admin: Staff) -> None:
    row = opened(session, admin)
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    plan = {stage: Period(None, None) for stage in Stage} | {Stage.OPINION: Period(first, last)}
    for _ in range(2):
        administration.plan_stages(session, staff=admin, slug="scooters", plan=plan, now=NOON)
    assert newest(session, tenant, 2) == [
        ("conversation.created", {"stage": "opinion", "moderation": "pre"}),
        ("conversation.dates", {"stage": "opinion", "starts_on": "2026-06-01", "ends_on": "2026-06-30"}),
    ]
    [period] = conversations.periods(session, conversations.identify(row)).values()
    assert (period.starts_on, period.ends_on) == (first, last)


@pytest.mark.parametrize(("length", "fits"), [(0, True), (-1, False)])
def test_a_stage_lasts_a_day_at_least(session: Session, admin: Staff, length: int, fits: bool) -> None:
    opened(session, admin)
    plan = {Stage.OPINION: Period(NOON.date(), NOON.date() + timedelta(days=length))}
    if fits:
        administration.plan_stages(session, staff=admin, slug="scooters", plan=plan, now=NOON)
        return
    with pytest.raises(StageEndsBeforeItStarts):
        administration.plan_stages(session, staff=admin, slug="scooters", plan=plan, now=NOON)


def test_a_document_is_attached_and_taken_away(session: Session, tenant: Tenant, admin: Staff) -> None:
    row = opened(session, admin)
    attach(session, admin)
    [document] = conversations.artefacts(session, conversations.identify(row))
    assert (document.title, document.url, document.stage) == ("Minutes", "https://example.org/minutes", Stage.REFLECTION)
    assert document.id is not None
    put_translation(session, tenant, Translatable.ARTEFACT, document.id)
    documents.detach(session, staff=admin, slug="scooters", artefact=document.id, now=NOON)
    assert conversations.artefacts(session, conversations.identify(row)) == []
    assert translations.of(session, Translatable.ARTEFACT, [document.id]) == {}
    assert [action for action, _ in newest(session, tenant, 2)] == ["artefact.attached", "artefact.detached"]
    with pytest.raises(NotFound):
        documents.detach(session, staff=admin, slug="scooters", artefact=document.id, now=NOON)


def test_a_document_of_another_conversation_stays(session: Session, admin: Staff) -> None:
    opened(session, admin)
    opened(session, admin, "parks")
    attach(session, admin)
    document = session.exec(select(Artefact.id)).one()
    assert document is not None
    with pytest.raises(NotFound):
        documents.detach(session, staff=admin, slug="parks", artefact=document, now=NOON)


def test_a_document_has_a_web_address(session: Session, admin: Staff) -> None:
    opened(session, admin)
    with pytest.raises(LinkInvalid):
        attach(session, admin, url="file:///etc/passwd")


ACTS: list[Callable[[Session, Staff], object]] = [
    lambda session, staff: administration.change_rules(session, staff=staff, slug="scooters", rules=RULES, now=NOON),
    lambda session, staff: administration.add_seeds(session, staff=staff, slug="scooters", seeds=["One."], now=NOON),
    lambda session, staff: administration.enter_stage(session, staff=staff, slug="scooters", stage=Stage.DECISION, now=NOON),
    lambda session, staff: administration.plan_stages(session, staff=staff, slug="scooters", plan={}, now=NOON),
    lambda session, staff: attach(session, staff),
    lambda session, staff: documents.detach(session, staff=staff, slug="scooters", artefact=1, now=NOON),
]


@pytest.mark.parametrize("act", ACTS)
def test_another_municipalitys_administrator_finds_nothing(
    session: Session, admin: Staff, act: Callable[[Session, Staff], object]
) -> None:
    opened(session, admin)
    stranger = make_staff(session, make_tenant(session, "mountain"), Role.ADMIN)
    with pytest.raises(NotFound):
        act(session, stranger)


@pytest.mark.parametrize("act", [*ACTS, lambda session, staff: opened(session, staff, "parks")])
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_only_an_administrator_runs_a_conversation(
    session: Session, tenant: Tenant, admin: Staff, act: Callable[[Session, Staff], object], role: Role
) -> None:
    opened(session, admin)
    with pytest.raises(Forbidden):
        act(session, make_staff(session, tenant, role))


def attach(session: Session, admin: Staff, url: str = "https://example.org/minutes") -> None:
    documents.attach(
        session,
        staff=admin,
        slug="scooters",
        stage=Stage.REFLECTION,
        title="Minutes",
        language="en",
        url=url,
        now=NOON,
    )


def put_translation(session: Session, tenant: Tenant, subject: Translatable, key: int) -> None:
    translations.put(
        session,
        municipality_id=tenant.id,
        subject=subject,
        subject_id=key,
        language="ja",
        text="日本語",
        provenance=Provenance.HUMAN,
    )
