"""Answers are read by a second person, never written over unseen, and put off only in public."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import (
    extensions,
    given_responses,
    ledger,
    milestones,
    response_batches,
    response_drafts,
    responses,
    translatables,
    translations,
)
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound, Refusal
from deliberation.errors.outcomes import AnsweredMeanwhile
from deliberation.errors.responses import (
    AnswerBegunAlready,
    AnsweredTogether,
    DraftChanged,
    ExtensionInThePast,
    ExtensionNotLater,
    ExtensionWithoutProgress,
    ExtensionWithoutReason,
    LegalLinkInvalid,
    NothingChosen,
    NothingOwed,
    NothingToReview,
    ReadAnswerChanged,
    ReviewByAuthor,
    ReviewWithoutNote,
    StepDayPassed,
    StepIncomplete,
    StepsOfADeclinedAnswer,
)
from deliberation.municipalities import Tenant
from deliberation.outcomes import Clock, Owed, Recommended
from deliberation.policy import one
from deliberation.response_drafts import PlannedStep, Written
from deliberation.storage.engine import Database
from deliberation.storage.tables import Extension, Response, ResponseDraft
from deliberation.translations import Reading
from deliberation.values import DraftState, Outcome, Provenance, Role, Translatable
from tests.support.at_once import at_once
from tests.support.make import NOON, make_staff, make_tenant
from tests.support.outcomes import approve, ask_for_review, days, make_reported, promise, recommend, respond

WRITTEN = Written(Outcome.PARTLY, "In the centre.", "en", "Roads", days(60))


@pytest.fixture
def session(database: Database, tenant: Tenant) -> Iterator[Session]:
    make_reported(database, tenant, people=2)
    with database.write() as opened:
        recommend(opened, make_staff(opened, tenant, Role.OFFICIAL))
        yield opened


@pytest.fixture
def official(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL)


@pytest.fixture
def second(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL, "second@example.org")


def found(session: Session, staff: Staff, number: int = 1, ahead: int = 0) -> Recommended:
    return one(session, staff.municipality_id, "scooters", number, "en", days(ahead))


def draft(session: Session) -> ResponseDraft:
    return session.exec(select(ResponseDraft)).one()


def keep(session: Session, staff: Staff, written: Written = WRITTEN, **known: int) -> None:
    response_drafts.keep(session, staff=staff, slug="scooters", number=1, written=written, now=NOON, **known)


def test_only_a_second_person_publishes_an_answer_with_its_steps(
    session: Session, tenant: Tenant, official: Staff, second: Staff
) -> None:
    steps = (PlannedStep(" The first  bays ", days(20)), PlannedStep("", None), PlannedStep("All bays", days(50)))
    more = {"legal_basis": "Section 7", "legal_url": " https://example.org/7 ", "budget": "4 million"}
    ask_for_review(session, official, Outcome.PARTLY, steps=steps, **more)
    assert found(session, official).answer is None
    with pytest.raises(ReviewByAuthor):
        approve(session, official)
    approve(session, second)
    row = found(session, official)
    assert row.answer is not None
    assert (row.answer.reviewed, row.answer.legal_url) == (True, "https://example.org/7")
    assert [(step.title.text, step.due_on) for step in row.steps] == [("The first bays", days(20)), ("All bays", days(50))]
    stored = session.exec(select(Response)).one()
    assert (stored.account_id, stored.reviewer_id) == (official.id, second.id)
    for subject, text in ((Translatable.LEGAL_BASIS, "第7条"), (Translatable.BUDGET, "400万")):
        known = translatables.get(session, tenant.id, subject, stored.id or 0)
        translations.put(
            session,
            municipality_id=tenant.id,
            subject=subject,
            subject_id=known.id,
            language="ja",
            text=text,
            provenance=Provenance.HUMAN,
        )
    translated = one(session, tenant.id, "scooters", 1, "ja", days(0)).answer
    assert translated is not None
    assert translated.legal_basis == Reading("第7条", "ja", Provenance.HUMAN, "Section 7", "en")
    assert translated.budget == Reading("400万", "ja", Provenance.HUMAN, "4 million", "en")
    entry = next(entry for entry in ledger.entries(session, tenant.id) if entry.action == "response.published")
    assert (entry.actor, entry.facts["author"]) == (second.actor.name, official.actor.name)
    assert entry.facts["url"] == ledger.sealed("https://example.org/7", stored.salt)
    head = ledger.head(session, tenant.id)
    approve(session, second)
    assert ledger.head(session, tenant.id) == head, "approved twice is published once"
    assert session.exec(select(ResponseDraft)).all() == []


def test_whoever_wrote_it_last_is_no_second_person(session: Session, official: Staff, second: Staff) -> None:
    keep(session, second)
    ask_for_review(session, official, reason="Written anew.")
    keep(session, second, version=draft(session).version)
    assert draft(session).state == DraftState.WRITING, "a kept draft waits for nobody"
    with pytest.raises(NothingToReview):
        approve(session, official)
    ask_for_review(session, second, reason="In the end.")
    with pytest.raises(ReviewByAuthor):
        approve(session, second)
    approve(session, official)


def test_only_officials_of_the_same_municipality_review(session: Session, tenant: Tenant, official: Staff) -> None:
    ask_for_review(session, official)
    with pytest.raises(Forbidden):
        approve(session, make_staff(session, tenant, Role.MODERATOR))
    stranger = make_staff(session, make_tenant(session, "mountain"), Role.ADMIN)
    with pytest.raises(NotFound):
        responses.approve(session, staff=stranger, slug="scooters", number=1, version=1, now=NOON)
    approve(session, make_staff(session, tenant, Role.ADMIN))


def test_what_changed_meanwhile_is_not_approved(session: Session, official: Staff, second: Staff) -> None:
    ask_for_review(session, official)
    read = draft(session).version
    ask_for_review(session, official, reason="Another reason.")
    with pytest.raises(ReadAnswerChanged):
        responses.approve(session, staff=second, slug="scooters", number=1, version=read, now=NOON)
    assert found(session, official).answer is None


def test_an_answer_is_given_back_with_a_note(session: Session, official: Staff, second: Staff) -> None:
    ask_for_review(session, official)
    give = partial(responses.give_back, session, slug="scooters", number=1, version=draft(session).version, now=NOON)
    with pytest.raises(ReviewWithoutNote):
        give(staff=second, note=" ")
    with pytest.raises(ReviewByAuthor):
        give(staff=official, note="Shorter.")
    give(staff=second, note=" Shorter. ")
    give(staff=second, note="Shorter.")
    assert (draft(session).state, draft(session).review_note) == (DraftState.RETURNED, "Shorter.")
    with pytest.raises(NothingToReview):
        approve(session, second)
    ask_for_review(session, official, reason="Short.")
    assert (draft(session).state, draft(session).review_note) == (DraftState.SUBMITTED, "")


def test_nobody_writes_over_a_draft_that_they_have_not_seen(session: Session, official: Staff, second: Staff) -> None:
    keep(session, official)
    mine = Written(None, "Mine.", "en", "", None)
    for known in ({}, {"version": 7}, {"version": 1, "seen": 1}):
        with pytest.raises(DraftChanged):
            keep(session, second, mine, **known)
    with pytest.raises(DraftChanged):
        ask_for_review(session, second, version=0)
    assert (draft(session).reason, draft(session).version) == ("In the centre.", 1)
    keep(session, second, WRITTEN)
    assert draft(session).version == 1, "the same again changes nothing"
    keep(session, second, mine, version=1)
    assert (draft(session).reason, draft(session).version) == ("Mine.", 2)


def test_a_draft_that_became_an_answer_is_not_begun_anew_unseen(session: Session, official: Staff, second: Staff) -> None:
    keep(session, official)
    ask_for_review(session, official)
    approve(session, second)
    with pytest.raises(AnsweredMeanwhile):
        keep(session, official, version=1)


def test_of_two_officials_at_once_one_draft_is_kept(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant, people=2)
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
        recommend(session, official)

    def keeping(reason: str) -> None:
        with database.write() as session:
            keep(session, official, Written(None, reason, "en", "", None))

    refusals = at_once(*(partial(keeping, reason) for reason in ("One.", "Two.", "Three.")))
    assert sorted(type(refusal).__name__ for refusal in refusals) == ["DraftChanged", "DraftChanged", "NoneType"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"legal_url": "javascript:alert(1)"}, LegalLinkInvalid),
        ({"legal_url": "ftp://example.org/"}, LegalLinkInvalid),
        ({"steps": (PlannedStep("Bays", None),)}, StepIncomplete),
        ({"steps": (PlannedStep(" ", days(3)),)}, StepIncomplete),
        ({"steps": (PlannedStep("Bays", days(-1)),)}, StepDayPassed),
        ({"outcome": Outcome.DECLINED, "steps": (PlannedStep("Bays", days(3)),)}, StepsOfADeclinedAnswer),
    ],
)
def test_a_review_is_asked_for_only_when_everything_is_right(
    session: Session, official: Staff, second: Staff, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ask_for_review(session, official, **fields)
    assert session.exec(select(ResponseDraft)).all() == []


def test_days_that_pass_while_an_answer_waits_are_found_at_its_review(session: Session, official: Staff, second: Staff) -> None:
    ask_for_review(session, official, steps=(PlannedStep("Bays", days(2)),))
    with pytest.raises(StepDayPassed):
        approve(session, second, now=NOON + timedelta(days=3))
    assert found(session, official).answer is None


def extend(session: Session, staff: Staff, to: int, step: int | None = None, **fields: Any) -> None:
    usual = {"reason": "It rained.", "progress": "Half is done.", "language": "en", "now": NOON, "number": 1}
    extensions.extend(session, staff=staff, slug="scooters", to_day=days(to), step=step, **(usual | fields))


def test_what_is_owed_is_put_off_in_public_with_all_earlier_days(session: Session, tenant: Tenant, official: Staff) -> None:
    extend(session, official, 45)
    extend(session, official, 50, reason="It rained again.")
    head = ledger.head(session, tenant.id)
    extend(session, official, 50, reason="It rained again.")
    assert ledger.head(session, tenant.id) == head, "sent twice extends once"
    row = found(session, official, ahead=49)
    assert row.clock == Clock(Owed.ANSWER, days(50), 0)
    assert [(one.from_day, one.to_day, one.reason.text) for one in row.extensions] == [
        (days(30), days(45), "It rained."),
        (days(45), days(50), "It rained again."),
    ]
    assert found(session, official, ahead=52).days_over == 2
    entry = list(ledger.entries(session, tenant.id))[-1]
    stored = session.exec(select(Extension)).all()[-1]
    assert (entry.action, entry.subject) == ("extension.published", "recommendation/scooters/1")
    assert entry.facts["reason"] == ledger.sealed("It rained again.", stored.salt)
    assert "rained" not in str(entry.facts)


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.PARTLY])
def test_a_decision_a_delivery_and_a_step_are_put_off_each_by_itself(session: Session, official: Staff, outcome: Outcome) -> None:
    extend(session, official, 40)
    respond(session, official, outcome, due_on=days(60))
    promise(session, official, due_on=days(20))
    extend(session, official, 25, step=1)
    extend(session, official, 70)
    row = found(session, official, ahead=30)
    assert row.clock is not None
    assert (row.clock.due_on, row.steps[0].clock) == (days(70), Clock(Owed.MILESTONE, days(25), 5))
    assert [one.owed for one in row.extensions] == [Owed.ANSWER, row.clock.owed]
    assert len(row.steps[0].extensions) == 1
    later = NOON + timedelta(hours=1)
    respond(session, official, outcome, due_on=days(65), reason="The council met.", now=later)
    for _ in range(2):
        extend(session, official, 70, now=later)
    again = found(session, official, ahead=30)
    assert again.clock is not None
    assert (again.clock.due_on, len(again.extensions)) == (days(70), 3), "the same words, of a later answer"


@pytest.mark.parametrize(
    ("to", "fields", "refusal"),
    [
        (30, {}, ExtensionNotLater),
        (29, {}, ExtensionNotLater),
        (-1, {}, ExtensionInThePast),
        (40, {"reason": " "}, ExtensionWithoutReason),
        (40, {"progress": "\n"}, ExtensionWithoutProgress),
        (40, {"step": 1}, NotFound),
        (40, {"number": 9}, NotFound),
        (35, {"now": NOON + timedelta(days=36)}, ExtensionInThePast),
    ],
)
def test_an_extension_that_is_none_is_refused(
    session: Session, official: Staff, to: int, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        extend(session, official, to, **fields)
    assert session.exec(select(Extension)).all() == []


def test_where_nothing_is_owed_nothing_is_put_off(session: Session, official: Staff) -> None:
    respond(session, official)
    promise(session, official)
    milestones.finish(session, staff=official, slug="scooters", number=1, step=1, done_on=days(0), now=NOON)
    for step in (1, None):
        with pytest.raises(NothingOwed):
            extend(session, official, 99, step=step)


@pytest.fixture
def begin(session: Session, official: Staff) -> Callable[..., str]:
    recommend(session, official, text="Light the bays.")

    def begun(**fields: Any) -> str:
        usual = {"places": [("scooters", 1), ("scooters", 2)], "written": WRITTEN, "to_review": True, "now": NOON}
        return response_batches.begin(session, staff=official, **(usual | fields))

    return begun


def test_one_answer_to_several_is_reviewed_and_published_together(
    session: Session, tenant: Tenant, official: Staff, second: Staff, begin: Callable[..., str]
) -> None:
    batch = begin()
    mark = response_batches.of(session, tenant.id, batch).mark
    with pytest.raises(AnsweredTogether):
        approve(session, second)
    with pytest.raises(ReviewByAuthor):
        response_batches.approve(session, staff=official, batch=batch, mark=mark, now=NOON)
    response_batches.approve(session, staff=second, batch=batch, mark=mark, now=NOON)
    assert [found(session, official, number).state for number in (1, 2)] == ["partly", "partly"]
    assert {row.batch for row in session.exec(select(Response))} == {batch}
    head = ledger.head(session, tenant.id)
    response_batches.approve(session, staff=second, batch=batch, mark=mark, now=NOON)
    assert ledger.head(session, tenant.id) == head, "approved twice is published once"
    with pytest.raises(NothingToReview):
        response_batches.approve(session, staff=official, batch=batch, mark=mark, now=NOON)


def test_a_batch_is_given_back_and_written_anew_as_a_whole(
    session: Session, tenant: Tenant, official: Staff, second: Staff, begin: Callable[..., str]
) -> None:
    batch = begin()
    mark = response_batches.of(session, tenant.id, batch).mark
    response_batches.give_back(session, staff=second, batch=batch, mark=mark, note="Say why.", now=NOON)
    anew = partial(response_batches.rewrite, session, staff=official, batch=batch, to_review=True, now=NOON)
    anew(mark=mark, written=Written(Outcome.DECLINED, "Too dear.", "en", "Roads", None))
    with pytest.raises(DraftChanged):
        anew(mark=mark, written=WRITTEN)
    again = response_batches.of(session, tenant.id, batch)
    assert {(row.reason, row.state) for row in again.drafts} == {("Too dear.", DraftState.SUBMITTED)}


def test_what_is_changed_alone_leaves_the_batch_and_what_was_read_is_no_longer_it(
    session: Session, tenant: Tenant, official: Staff, second: Staff, begin: Callable[..., str]
) -> None:
    batch = begin()
    mark = response_batches.of(session, tenant.id, batch).mark
    ask_for_review(session, official, reason="This one alone.")
    assert response_batches.of(session, tenant.id, batch).places == (("scooters", 2),)
    with pytest.raises(ReadAnswerChanged):
        response_batches.approve(session, staff=second, batch=batch, mark=mark, now=NOON)
    assert given_responses.given(session, draft_of_first(session)) == 0


def draft_of_first(session: Session) -> int:
    return session.exec(select(ResponseDraft.recommendation_id)).all()[0]


def test_a_batch_begins_only_where_nobody_has_begun(session: Session, official: Staff, begin: Callable[..., str]) -> None:
    with pytest.raises(NothingChosen):
        begin(places=[])
    with pytest.raises(NotFound):
        begin(places=[("scooters", 9)])
    keep(session, official)
    with pytest.raises(AnswerBegunAlready):
        begin()
    assert [row.recommendation_id for row in session.exec(select(ResponseDraft))] == [draft_of_first(session)]


def test_another_municipality_finds_no_batch(session: Session, begin: Callable[..., str]) -> None:
    with pytest.raises(NotFound):
        response_batches.of(session, make_tenant(session, "mountain").id, begin())
