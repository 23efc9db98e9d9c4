"""Recommendations, answers, steps and their clocks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import ledger, ledger_chain, milestones, outcomes, policy, recommendations, response_drafts, translations
from deliberation.accounts import Staff
from deliberation.attachments import File
from deliberation.errors import Forbidden, NotFound, Refusal
from deliberation.errors.conversations import LinkInvalid, LinkUntitled
from deliberation.errors.outcomes import (
    AnswerDayPassed,
    AnsweredMeanwhile,
    AnsweredSoAlready,
    AnswerWithoutDay,
    AnswerWithoutOutcome,
    AnswerWithoutOwner,
    AnswerWithoutReason,
    DoneInTheFuture,
    DueDayPassed,
    MilestoneEmpty,
    MilestonePromisedAlready,
    NothingPromised,
    RecommendationEmpty,
    RecommendationMadeAlready,
    RecommendationUnfounded,
    ReportNeeded,
    StatementsNotLinkable,
)
from deliberation.errors.recommendations import StillRests
from deliberation.errors.responses import EvidenceAddedAlready
from deliberation.foundations import Resting
from deliberation.municipalities import Tenant
from deliberation.outcomes import Clock, Owed, Recommended
from deliberation.response_drafts import PlannedStep, Written
from deliberation.storage.engine import Database
from deliberation.storage.tables import Attachment, Conversation, Recommendation, Response, Statement
from deliberation.values import STAFF_CONTENT_ROLES, ModerationMode, Outcome, Provenance, Role, StatementState, Translatable
from tests.support.at_once import at_once
from tests.support.make import NOON, make_conversation, make_staff, make_statement, make_tenant
from tests.support.outcomes import TODAY, days, make_office, make_reported, promise, publish, recommend, respond


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    return make_reported(database, tenant, people=2)  # what the report says does not matter here


@pytest.fixture
def session(database: Database, conversation: Conversation) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def official(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL)


def found(session: Session, official: Staff, today: date = TODAY, number: int = 1, locale: str = "en") -> Recommended:
    return policy.one(session, official.municipality_id, "scooters", number, locale, today)


def entries(session: Session, tenant: Tenant) -> list[ledger_chain.Entry]:
    return list(ledger.entries(session, tenant.id))


def test_a_recommendation_rests_on_statements_and_on_the_newest_report(session: Session, tenant: Tenant, official: Staff) -> None:
    publish(session, tenant, title="A second look")
    assert recommend(session, official, statements=[3, 1]) == 1
    row = found(session, official)
    assert (row.report, row.office, row.answer_due_on, row.state) == (2, "Roads", days(30), "unanswered")
    assert [statement.number for statement in row.statements] == [1, 3]


def test_numbers_count_up_per_conversation(session: Session, official: Staff) -> None:
    assert [recommend(session, official, text=text) for text in ("One.", "Two.", "Three.")] == [1, 2, 3]


def test_a_conversation_without_a_report_takes_no_recommendation(session: Session, tenant: Tenant, official: Staff) -> None:
    make_statement(session, make_conversation(session, tenant, "parks"))
    with pytest.raises(ReportNeeded):
        recommend(session, official, "parks")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": " \n "}, RecommendationEmpty),
        ({"statements": []}, RecommendationUnfounded),
        ({"statements": [1, 99]}, StatementsNotLinkable),
        ({"answer_due_on": TODAY - timedelta(days=1)}, AnswerDayPassed),
        ({"slug": "nowhere"}, NotFound),
        ({"report": 7}, NotFound),
    ],
)
def test_a_recommendation_that_lacks_something_is_refused_and_nothing_is_written(
    session: Session, tenant: Tenant, official: Staff, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = ledger.head(session, tenant.id)
    with pytest.raises(refusal):
        recommend(session, official, **fields)
    assert session.exec(select(Recommendation)).all() == []
    assert ledger.head(session, tenant.id) == before


def test_an_answer_may_be_due_today(session: Session, official: Staff) -> None:
    recommend(session, official, answer_due_on=TODAY)
    assert found(session, official).clock == Clock(Owed.ANSWER, TODAY, 0)


@pytest.mark.parametrize(
    ("state", "mode", "linkable"),
    [
        (StatementState.ACCEPTED, ModerationMode.PRE, True),
        (StatementState.MERGED, ModerationMode.PRE, True),
        (StatementState.REJECTED, ModerationMode.PRE, False),
        (StatementState.PENDING, ModerationMode.PRE, False),
        (StatementState.PENDING, ModerationMode.POST, True),
        (StatementState.REJECTED, ModerationMode.POST, False),
    ],
)
def test_only_statements_that_everybody_can_read_are_linked(
    session: Session, conversation: Conversation, official: Staff, state: StatementState, mode: ModerationMode, linkable: bool
) -> None:
    session.add(conversation)
    conversation.moderation = mode
    number = make_statement(session, conversation, state=state).number
    if linkable:
        recommend(session, official, statements=[number])
        return
    with pytest.raises(StatementsNotLinkable) as refused:
        recommend(session, official, statements=[1, number])
    assert refused.value.facts == {"numbers": str(number)}


def test_a_statement_of_another_conversation_is_not_linked(session: Session, tenant: Tenant, official: Staff) -> None:
    parks = make_conversation(session, tenant, "parks")
    for _ in range(9):
        make_statement(session, parks)
    with pytest.raises(StatementsNotLinkable):
        recommend(session, official, statements=[9])


def test_linking_changes_no_status_and_what_was_answered_keeps_its_statements(session: Session, official: Staff) -> None:
    recommend(session, official, statements=[1])
    respond(session, official, Outcome.DECLINED, due_on=None)
    before = found(session, official)
    recommendations.link(session, staff=official, slug="scooters", number=1, statements=[2, 1], now=NOON)
    with pytest.raises(StillRests) as refused:
        recommendations.unlink(session, staff=official, slug="scooters", number=1, statement=1, now=NOON)
    assert refused.value.resting == (Resting("response", "scooters", 1, 1),)
    after = found(session, official)
    assert [statement.number for statement in after.statements] == [1, 2]
    assert (after.answer, after.clock, after.state) == (before.answer, before.clock, before.state)


def test_linking_what_is_linked_writes_nothing(session: Session, tenant: Tenant, official: Staff) -> None:
    recommend(session, official, statements=[1])
    before = ledger.head(session, tenant.id)
    recommendations.link(session, staff=official, slug="scooters", number=1, statements=[1], now=NOON)
    assert ledger.head(session, tenant.id) == before


def test_the_last_statement_stays(session: Session, official: Staff) -> None:
    recommend(session, official, statements=[1])
    with pytest.raises(RecommendationUnfounded):
        recommendations.unlink(session, staff=official, slug="scooters", number=1, statement=1, now=NOON)
    with pytest.raises(NotFound):
        recommendations.unlink(session, staff=official, slug="scooters", number=1, statement=2, now=NOON)


def test_a_statement_rejected_later_stays_linked_without_its_text(session: Session, official: Staff) -> None:
    recommend(session, official, statements=[2])
    statement = session.exec(select(Statement).where(Statement.number == 2)).one()
    statement.state = StatementState.REJECTED
    session.add(statement)
    [linked] = found(session, official).statements
    assert (linked.number, linked.reading) == (2, None)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_answer_needs_a_reason_and_an_office(session: Session, official: Staff, outcome: Outcome) -> None:
    recommend(session, official)
    with pytest.raises(AnswerWithoutReason):
        respond(session, official, outcome, reason="  \n")
    with pytest.raises(AnswerWithoutOwner):
        respond(session, official, outcome, owner=" ")
    assert session.exec(select(Response)).all() == []


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_declined_recommendation_needs_no_day(session: Session, official: Staff, outcome: Outcome) -> None:
    recommend(session, official)
    if outcome == Outcome.DECLINED:
        respond(session, official, outcome, due_on=None)
        return
    with pytest.raises(AnswerWithoutDay):
        respond(session, official, outcome, due_on=None)


@pytest.mark.parametrize(("ahead", "taken"), [(-1, False), (0, True)])
def test_an_answer_promises_nothing_for_days_gone_by(session: Session, official: Staff, ahead: int, taken: bool) -> None:
    recommend(session, official)
    if taken:
        respond(session, official, due_on=days(ahead))
    else:
        with pytest.raises(DueDayPassed):
            respond(session, official, due_on=days(ahead))


def test_an_answer_needs_an_outcome(session: Session, official: Staff) -> None:
    recommend(session, official)
    with pytest.raises(AnswerWithoutOutcome):
        respond(session, official, None)


def test_a_later_answer_stands_and_the_earlier_ones_stay_in_sight(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official, Outcome.DEFERRED, reason="Not yet.")
    respond(session, official, Outcome.PARTLY, reason="In the centre.", now=NOON + timedelta(days=3))
    respond(session, official, Outcome.ADOPTED, reason="Everywhere.", now=NOON + timedelta(days=9))
    row = found(session, official)
    assert row.answer is not None
    assert row.answer.reason.text == "Everywhere."
    assert [(earlier.outcome, earlier.reason.text) for earlier in row.earlier] == [
        (Outcome.PARTLY, "In the centre."),
        (Outcome.DEFERRED, "Not yet."),
    ]


def test_an_answer_does_not_take_the_place_of_one_that_its_author_has_not_seen(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official, reason="The first.", seen=0)
    for seen in (0, 2):
        with pytest.raises(AnsweredMeanwhile):
            respond(session, official, reason="Another.", seen=seen)
    respond(session, official, reason="Another.", seen=1, now=NOON + timedelta(hours=1))
    row = found(session, official)
    assert row.answer is not None
    assert [answer.reason.text for answer in (row.answer, *row.earlier)] == ["Another.", "The first."]


@pytest.mark.parametrize("seen", [0, 1])
def test_the_answer_that_stands_is_not_given_again(session: Session, tenant: Tenant, official: Staff, seen: int) -> None:
    recommend(session, official)
    respond(session, official, reason="It is needed.", owner="Roads")
    before = ledger.head(session, tenant.id)
    with pytest.raises(AnsweredSoAlready):
        respond(session, official, reason=" It is needed. ", owner=" Roads ", seen=seen)
    assert ledger.head(session, tenant.id) == before
    assert len(session.exec(select(Response)).all()) == 1


def test_an_earlier_answer_can_be_given_again_after_another(session: Session, official: Staff) -> None:
    recommend(session, official)
    for hour, outcome in enumerate((Outcome.ADOPTED, Outcome.PARTLY, Outcome.ADOPTED)):
        respond(session, official, outcome, now=NOON + timedelta(hours=hour))
    row = found(session, official)
    assert (row.state, len(row.earlier)) == ("adopted", 2)


def test_of_officials_who_answer_at_once_one_is_heard(database: Database, tenant: Tenant, conversation: Conversation) -> None:
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, official)

    def answering(reason: str) -> None:
        with database.write() as session:
            respond(session, official, reason=reason, seen=0)

    refusals = at_once(*(partial(answering, reason) for reason in ("One.", "Two.", "Three.")))
    assert sorted(type(refusal).__name__ for refusal in refusals) == ["AnsweredMeanwhile", "AnsweredMeanwhile", "NoneType"]
    with database.read() as session:
        assert len(session.exec(select(Response)).all()) == 1
        assert ledger_chain.examine(ledger.entries(session, tenant.id)).fault is None


@pytest.mark.parametrize("sent", ["same", "different"])
def test_an_answer_sent_twice_at_once_is_one_answer(
    database: Database, tenant: Tenant, conversation: Conversation, sent: str
) -> None:
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, official)

    def answering(owner: str) -> None:
        with database.write() as session:
            respond(session, official, owner=owner, seen=0)

    refusals = at_once(partial(answering, "Roads"), partial(answering, "Roads" if sent == "same" else "Parks"))
    assert {type(refusal) for refusal in refusals} == {type(None), AnsweredSoAlready if sent == "same" else AnsweredMeanwhile}


def test_a_recommendation_sent_several_times_at_once_is_made_once(
    database: Database, tenant: Tenant, conversation: Conversation
) -> None:
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        make_office(session, official)

    def recommending() -> None:
        with database.write() as session:
            recommend(session, official)

    refusals = at_once(recommending, recommending, recommending)
    assert sorted(type(refusal).__name__ for refusal in refusals) == [
        "NoneType",
        "RecommendationMadeAlready",
        "RecommendationMadeAlready",
    ]
    with database.read() as session:
        assert len(session.exec(select(Recommendation)).all()) == 1


def test_the_same_text_is_a_new_recommendation_on_a_new_report(session: Session, tenant: Tenant, official: Staff) -> None:
    recommend(session, official, text="Mark the bays.")
    with pytest.raises(RecommendationMadeAlready) as refused:
        recommend(session, official, text=" Mark the bays. ", statements=[2])
    assert refused.value.facts == {"number": 1}
    publish(session, tenant, title="A second look")
    assert recommend(session, official, text="Mark the bays.") == 2


def test_a_draft_may_lack_everything_and_is_nobodys_business_but_the_staffs(
    session: Session, tenant: Tenant, official: Staff
) -> None:
    recommend(session, official)
    before = ledger.head(session, tenant.id)
    unfinished = Written(None, "We are still", "en", "", None)
    response_drafts.keep(session, staff=official, slug="scooters", number=1, written=unfinished, now=NOON)
    response_drafts.keep(session, staff=official, slug="scooters", number=1, written=unfinished, now=NOON)
    assert found(session, official).state == "unanswered"
    assert ledger.head(session, tenant.id) == before
    [draft] = response_drafts.drafts(session, tenant.id).values()
    assert draft.reason == "We are still"
    respond(session, official)
    assert response_drafts.drafts(session, tenant.id) == {}


@pytest.mark.parametrize(("passed", "days_over"), [(29, 0), (30, 0), (31, 1), (42, 12)])
def test_a_recommendation_without_an_answer_is_overdue_after_its_day(
    session: Session, official: Staff, passed: int, days_over: int
) -> None:
    recommend(session, official, answer_due_on=days(30))
    row = found(session, official, days(passed))
    assert row.clock == Clock(Owed.ANSWER, days(30), days_over)
    assert row.days_over == days_over


@pytest.mark.parametrize(
    ("outcome", "owed"),
    [(Outcome.ADOPTED, Owed.DELIVERY), (Outcome.PARTLY, Owed.DELIVERY), (Outcome.DEFERRED, Owed.DECISION)],
)
@pytest.mark.parametrize(("passed", "days_over"), [(60, 0), (61, 1)])
def test_an_answer_is_overdue_after_its_day(
    session: Session, official: Staff, outcome: Outcome, owed: Owed, passed: int, days_over: int
) -> None:
    recommend(session, official)
    respond(session, official, outcome, due_on=days(60))
    assert found(session, official, days(passed)).clock == Clock(owed, days(60), days_over)


def test_a_declined_recommendation_owes_nothing(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official, Outcome.DECLINED, due_on=days(1))
    assert found(session, official, days(400)).clock is None


def test_what_was_adopted_is_delivered_when_all_its_steps_are_done(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official)
    assert [promise(session, official, title) for title in ("One", "Two")] == [1, 2]
    finish(session, official, 1)
    assert found(session, official, days(61)).clock == Clock(Owed.DELIVERY, days(60), 1)
    finish(session, official, 2)
    row = found(session, official, days(61))
    assert (row.clock, row.days_over) == (None, 0)


def test_what_was_deferred_waits_for_its_decision_whatever_was_done(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official, Outcome.DEFERRED)
    promise(session, official)
    finish(session, official, 1)
    assert found(session, official, days(70)).clock == Clock(Owed.DECISION, days(60), 10)


@pytest.mark.parametrize(("passed", "days_over"), [(20, 0), (21, 1)])
def test_a_step_is_overdue_after_its_day_until_it_is_done(session: Session, official: Staff, passed: int, days_over: int) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official, due_on=days(20))
    [step] = found(session, official, days(passed)).steps
    assert step.clock == Clock(Owed.MILESTONE, days(20), days_over)
    finish(session, official, 1)
    [step] = found(session, official, days(passed)).steps
    assert (step.clock, step.done_on) == (None, TODAY)


def test_a_step_is_dropped_when_a_later_answer_declines(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official, "Done in time")
    promise(session, official, "Never done")
    finish(session, official, 1)
    respond(session, official, Outcome.DECLINED, due_on=None, now=NOON + timedelta(days=1))
    done, dropped = found(session, official, days(100)).steps
    assert (done.dropped, done.done_on) == (False, TODAY)
    assert (dropped.dropped, dropped.clock) == (True, None)


def test_steps_belong_to_an_answer_that_does_not_decline(session: Session, official: Staff) -> None:
    recommend(session, official)
    with pytest.raises(NothingPromised):
        promise(session, official)
    respond(session, official, Outcome.DECLINED, due_on=None)
    with pytest.raises(NothingPromised):
        promise(session, official)
    respond(session, official, now=NOON + timedelta(days=1))
    with pytest.raises(MilestoneEmpty):
        promise(session, official, "  ")
    assert promise(session, official) == 1


def test_a_step_is_not_done_before_its_time_and_can_be_taken_back(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official)
    with pytest.raises(DoneInTheFuture):
        finish(session, official, 1, days(1))
    finish(session, official, 1)
    milestones.reopen(session, staff=official, slug="scooters", number=1, step=1, now=NOON)
    [step] = found(session, official).steps
    assert step.done_on is None


@pytest.mark.parametrize("step", [0, 2])
def test_a_step_that_was_never_promised_is_not_found(session: Session, official: Staff, step: int) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official)
    with pytest.raises(NotFound):
        finish(session, official, step)


@pytest.mark.parametrize(
    ("title", "url", "refusal"),
    [
        ("Clause 7", "javascript:alert(1)", LinkInvalid),
        ("Clause 7", "ftp://example.org/a", LinkInvalid),
        ("Clause 7", "example.org/a", LinkInvalid),
        ("Clause 7", "https://", LinkInvalid),
        ("Clause 7", "https://me:secret@example.org/", LinkInvalid),
        ("Clause 7", "https://example.org/a b", LinkInvalid),
        ("Clause 7", "https://[example.org/", LinkInvalid),
        ("Clause 7", "https://example.org/" + "a" * 2000, LinkInvalid),
        (" ", "https://example.org/", LinkUntitled),
    ],
)
def test_evidence_is_a_titled_web_address(
    session: Session, official: Staff, title: str, url: str, refusal: type[Refusal]
) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official)
    with pytest.raises(refusal):
        prove(session, official, title, url)
    assert found(session, official).steps[0].evidence == ()


def test_evidence_hangs_on_its_step(session: Session, official: Staff) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official)
    prove(session, official, "Clause 7", " https://example.org/条例#7 ")
    prove(session, official, "Contract", "http://example.org/c.pdf")
    [step] = found(session, official).steps
    assert [(proof.title.text, proof.url) for proof in step.evidence] == [
        ("Clause 7", "https://example.org/条例#7"),
        ("Contract", "http://example.org/c.pdf"),
    ]


def test_every_step_is_in_the_ledger_and_no_text_is(session: Session, tenant: Tenant, official: Staff) -> None:
    before = len(entries(session, tenant))
    recommend(session, official, text="Mark the bays.", statements=[1, 2])
    recommendations.link(session, staff=official, slug="scooters", number=1, statements=[3], now=NOON)
    recommendations.unlink(session, staff=official, slug="scooters", number=1, statement=3, now=NOON)
    respond(session, official, reason="It is needed.")
    promise(session, official, "The bays are there")
    prove(session, official, "Photographs", "https://example.org/photographs")
    finish(session, official, 1)
    milestones.reopen(session, staff=official, slug="scooters", number=1, step=1, now=NOON)
    aside = {"office.added", "account.role"}
    written = [entry for entry in entries(session, tenant)[before:] if entry.action not in aside]
    assert [(entry.action, entry.subject) for entry in written] == [
        ("recommendation.published", "recommendation/scooters/1"),
        ("recommendation.linked", "recommendation/scooters/1"),
        ("recommendation.unlinked", "recommendation/scooters/1"),
        ("response.published", "recommendation/scooters/1"),
        ("milestone.promised", "milestone/scooters/1/1"),
        ("evidence.added", "milestone/scooters/1/1"),
        ("milestone.done", "milestone/scooters/1/1"),
        ("milestone.reopened", "milestone/scooters/1/1"),
    ]
    answered = next(entry for entry in written if entry.action == "response.published")
    assert {entry.actor for entry in written if entry is not answered} == {official.actor.name}
    assert (answered.facts["author"], answered.facts["reviewer"]) == (official.actor.name, answered.actor)
    assert answered.actor != official.actor.name
    said = " ".join(str(entry.facts) for entry in written)
    for text in ("Mark the bays", "needed", "bays are there", "Photographs", "example.org", "Roads"):
        assert text not in said
    stored = session.exec(select(Recommendation)).one()
    assert written[0].facts["text"] == ledger.sealed(stored.text, stored.salt)
    assert written[0].facts["statements"] == [1, 2]
    assert ledger_chain.examine(ledger.entries(session, tenant.id)).fault is None


@pytest.mark.parametrize(
    "act",
    [
        lambda session, staff: recommend(session, staff),
        lambda session, staff: recommendations.link(session, staff=staff, slug="scooters", number=1, statements=[2], now=NOON),
        lambda session, staff: recommendations.unlink(session, staff=staff, slug="scooters", number=1, statement=1, now=NOON),
        lambda session, staff: respond(session, staff),
        lambda session, staff: response_drafts.keep(
            session, staff=staff, slug="scooters", number=1, written=Written(None, "", "en", "", None), now=NOON
        ),
        lambda session, staff: promise(session, staff),
        lambda session, staff: finish(session, staff, 1),
        lambda session, staff: milestones.reopen(session, staff=staff, slug="scooters", number=1, step=1, now=NOON),
        lambda session, staff: prove(session, staff, "Clause 7", "https://example.org/"),
    ],
)
def test_another_municipalitys_official_finds_nothing(
    session: Session, official: Staff, act: Callable[[Session, Staff], object]
) -> None:
    other_tenant = make_tenant(session, "mountain")
    recommend(session, official, statements=[1, 2])
    respond(session, official)
    promise(session, official)
    stranger = make_staff(session, other_tenant, Role.OFFICIAL)
    with pytest.raises(NotFound):
        act(session, stranger)
    assert policy.of_municipality(session, other_tenant.id, "en", TODAY) == []
    with pytest.raises(NotFound):
        policy.one(session, other_tenant.id, "scooters", 1, "en", TODAY)


@pytest.mark.parametrize("role", sorted(set(Role) - STAFF_CONTENT_ROLES))
def test_only_officials_and_administrators_recommend_and_answer(
    session: Session, tenant: Tenant, official: Staff, role: Role
) -> None:
    recommend(session, official)
    respond(session, official)
    somebody = make_staff(session, tenant, role)
    for act in (recommend, respond, promise):
        with pytest.raises(Forbidden):
            act(session, somebody)


def test_all_texts_are_read_in_the_readers_language(session: Session, tenant: Tenant, official: Staff) -> None:
    recommend(session, official, statements=[1])
    respond(session, official)
    promise(session, official)
    prove(session, official, "Clause 7", "https://example.org/")
    row = session.exec(select(Recommendation)).one()
    subjects = {
        Translatable.RECOMMENDATION: row.id,
        Translatable.STATEMENT: session.exec(select(Statement.id).where(Statement.number == 1)).one(),
        Translatable.RESPONSE: session.exec(select(Response.id)).one(),
        Translatable.MILESTONE: 1,
        Translatable.EVIDENCE: 1,
    }
    for subject, key in subjects.items():
        assert key is not None
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=subject,
            subject_id=key,
            language="ja",
            text=f"日本語 {subject.value}",
            provenance=Provenance.HUMAN,
        )
    read = found(session, official, locale="ja")
    assert read.answer is not None
    readings = [
        read.text,
        read.statements[0].reading,
        read.answer.reason,
        read.steps[0].title,
        read.steps[0].evidence[0].title,
    ]
    assert [(reading.text, reading.language) for reading in readings if reading] == [
        (f"日本語 {subject.value}", "ja") for subject in subjects
    ]
    assert read.text.original == "Mark parking bays."


def test_a_step_is_promised_once_and_for_no_day_gone_by(session: Session, tenant: Tenant, official: Staff) -> None:
    recommend(session, official)
    respond(session, official, steps=(PlannedStep("Bays", days(20)), PlannedStep("Bays", days(20))))
    promise(session, official, "Signs", due_on=days(0))
    before = ledger.head(session, tenant.id)
    with pytest.raises(DueDayPassed):
        promise(session, official, "Signs", due_on=days(-1))
    for title in ("Bays", " Bays "):
        with pytest.raises(MilestonePromisedAlready):
            promise(session, official, title, due_on=days(20))
    assert ledger.head(session, tenant.id) == before
    promise(session, official, "Bays", due_on=days(21))
    respond(session, official, Outcome.PARTLY, steps=(PlannedStep("Bays", days(20)), PlannedStep("Paint", days(20))))
    [row] = policy.of_municipality(session, tenant.id, "en", TODAY)
    assert [step.title.text for step in row.steps] == ["Bays", "Signs", "Bays", "Paint"]


def test_the_same_evidence_is_added_once(session: Session, tenant: Tenant, official: Staff) -> None:
    recommend(session, official)
    respond(session, official)
    promise(session, official)
    file, other = (File(name, "text/plain", content) for name, content in (("a.txt", b"Clause 7"), ("b.txt", b"Clause 8")))
    prove(session, official, "Clause 7", "https://example.org/")
    prove(session, official, "Clause 7", "", file)
    before = ledger.head(session, tenant.id)
    for url, sent in (("https://example.org/", None), ("", file), ("", replace(file, name="copy.txt"))):
        with pytest.raises(EvidenceAddedAlready):
            prove(session, official, " Clause 7 ", url, sent)
    assert ledger.head(session, tenant.id) == before
    assert len(session.exec(select(Attachment)).all()) == 1
    prove(session, official, "Clause 8", "https://example.org/")
    prove(session, official, "Clause 7", "", other)
    [row] = policy.of_municipality(session, tenant.id, "en", TODAY)
    assert len(row.steps[0].evidence) == 4


def test_what_is_due_comes_with_the_longest_overdue_first(session: Session, official: Staff) -> None:
    recommend(session, official, answer_due_on=days(5))
    recommend(session, official, text="Light the bays.", answer_due_on=days(1))
    respond(session, official, number=1, due_on=days(9))
    promise(session, official, due_on=days(3))
    due = outcomes.due(policy.of_municipality(session, official.municipality_id, "en", days(4)))
    assert [(item.clock.owed, item.recommendation.number, item.clock.days_over) for item in due] == [
        (Owed.ANSWER, 2, 3),
        (Owed.MILESTONE, 1, 1),
        (Owed.DELIVERY, 1, 0),
    ]


def finish(session: Session, staff: Staff, step: int, done_on: date = TODAY) -> None:
    milestones.finish(session, staff=staff, slug="scooters", number=1, step=step, done_on=done_on, now=NOON)


def prove(session: Session, staff: Staff, title: str, url: str, file: File | None = None) -> None:
    where: dict[str, Any] = {"staff": staff, "slug": "scooters", "number": 1, "step": 1, "now": NOON}
    milestones.add_evidence(session, **where, title=title, language="en", url=url, file=file)
