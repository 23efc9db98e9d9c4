"""Recommendations on their way: drafted from findings, worded anew, opened for comments, handed over to offices."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import (
    comments,
    foundations,
    handing_over,
    ledger,
    offices,
    outcomes,
    policy,
    recommendations,
    reports,
    rewording,
    statements,
    translatables,
    translations,
)
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.outcomes import AnswerDayPassed, RecommendationEmpty, RecommendationMadeAlready, RecommendationUnfounded
from deliberation.errors.recommendations import (
    CommentDayPassed,
    CommentDayTooFar,
    CommentsPromised,
    CommentsStillOpen,
    FindingUnknown,
    HandedOverAlready,
    NoRecommendationChosen,
    OfficeNameTaken,
    OfficeUnknown,
    OfficeUnnamed,
    RewordedMeanwhile,
    StillRests,
    ThemeEmpty,
)
from deliberation.finding import Kind
from deliberation.foundations import Resting
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, RecommendationWording, Statement
from deliberation.values import Provenance, RecommendationState, Role, Translatable
from tests.support.make import NOON, make_staff, make_tenant
from tests.support.outcomes import PEOPLE, TODAY, days, make_office, make_reported, recommend, respond

AGREED = "shared-1-agree"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def people() -> int:
    return 2  # too few for findings, which most of these do not need


@pytest.fixture
def conversation(database: Database, tenant: Tenant, people: int) -> Conversation:
    return make_reported(database, tenant, people=people)


enough_for_findings = pytest.mark.parametrize("people", [PEOPLE])


@pytest.fixture
def session(database: Database, conversation: Conversation) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def official(session: Session, tenant: Tenant) -> Staff:
    return make_staff(session, tenant, Role.OFFICIAL)


@pytest.fixture
def roads(session: Session, official: Staff) -> str:
    return make_office(session, official)


def draft(session: Session, staff: Staff, **fields: Any) -> int:
    fields = {"text": "Mark parking bays.", "language": "en", "statements": [1], "now": NOON} | fields
    return recommendations.draft(session, staff=staff, slug="scooters", **fields)


def open_until(session: Session, staff: Staff, until: Any, number: int = 1, now: Any = NOON) -> None:
    handing_over.open_comments(session, staff=staff, slug="scooters", number=number, until=until, now=now)


def hand_over(session: Session, staff: Staff, office: str, *numbers: int, **fields: Any) -> None:
    fields = {"answer_due_on": days(30), "now": NOON} | fields
    handing_over.hand_over(session, staff=staff, slug="scooters", numbers=numbers or [1], office=office, **fields)


def reword(session: Session, staff: Staff, text: str, version: int, **fields: Any) -> None:
    fields = {"language": "en", "number": 1, "now": LATER} | fields
    rewording.reword(session, staff=staff, slug="scooters", text=text, version=version, **fields)


def found(session: Session, staff: Staff, number: int = 1, today: Any = TODAY, locale: str = "en") -> Recommended:
    return policy.one(session, staff.municipality_id, "scooters", number, locale, today, drafts=True)


def actions(session: Session, tenant: Tenant) -> list[str]:
    return [entry.action for entry in ledger.entries(session, tenant.id) if entry.subject.startswith("recommendation/")]


@enough_for_findings
def test_a_finding_becomes_a_draft_that_only_staff_see(session: Session, tenant: Tenant, official: Staff) -> None:
    published = reports.newest(session, identity(session.exec(select(Conversation)).one()))
    assert published is not None
    split = next(finding.key for finding in published.contents.findings.everything if finding.kind == Kind.SPLIT)
    assert draft(session, official, findings=[split, AGREED, AGREED], statements=[6]) == 1
    row = found(session, official)
    assert (row.phase, row.state, row.public_at, row.clock) == (RecommendationState.DRAFT, "draft", None, None)
    assert {finding.key for finding in row.findings} == {split, AGREED}
    assert {1, 6} <= {statement.number for statement in row.statements}
    assert policy.of_conversation(session, 1, "en", TODAY) == []
    assert actions(session, tenant) == []
    with pytest.raises(NotFound):
        policy.one(session, tenant.id, "scooters", 1, "en", TODAY)
    with pytest.raises(NotFound):
        translatables.get(session, tenant.id, Translatable.RECOMMENDATION, row.id)
    statement = session.exec(select(Statement).where(Statement.number == 6)).one()
    assert [rest.route for rest in foundations.on_statements(session, [identity(statement)])[identity(statement)]] == ["report"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": " \n"}, RecommendationEmpty),
        ({"statements": []}, RecommendationUnfounded),
        ({"findings": ["shared-99-agree"]}, FindingUnknown),
        ({"findings": ["'; drop table"]}, FindingUnknown),
        ({"report": 9}, NotFound),
    ],
)
def test_a_draft_needs_words_and_a_ground(session: Session, official: Staff, fields: dict[str, Any], refusal: Any) -> None:
    with pytest.raises(refusal):
        draft(session, official, **fields)
    assert session.exec(select(Recommendation)).all() == []


def test_the_same_draft_twice_is_one(session: Session, official: Staff) -> None:
    draft(session, official)
    with pytest.raises(RecommendationMadeAlready) as refused:
        draft(session, official)
    assert refused.value.facts == {"number": 1}


@enough_for_findings
def test_evidence_comes_and_goes_until_it_is_answered(session: Session, tenant: Tenant, official: Staff, roads: str) -> None:
    draft(session, official, findings=[], statements=[1, 2])
    where: dict[str, Any] = {"staff": official, "slug": "scooters", "number": 1, "now": NOON}
    recommendations.link(session, **where, findings=[AGREED])
    recommendations.unlink_finding(session, **where, finding=AGREED)
    assert (found(session, official).findings, actions(session, tenant)) == ((), [])
    recommendations.link(session, **where, findings=[AGREED])
    hand_over(session, official, roads)
    recommendations.unlink(session, **where, statement=2)
    with pytest.raises(RecommendationUnfounded):
        recommendations.unlink(session, **where, statement=1)
    assert actions(session, tenant) == ["recommendation.published", "recommendation.unlinked"]
    respond(session, official)
    for unlink in (
        lambda: recommendations.unlink(session, **where, statement=1),
        lambda: recommendations.unlink_finding(session, **where, finding=AGREED),
    ):
        with pytest.raises(StillRests) as refused:
            unlink()
        assert refused.value.resting == (Resting("response", "scooters", 1, 1),)
    assert [finding.key for finding in found(session, official).findings] == [AGREED]


def comment(session: Session, tenant: Tenant) -> None:
    where: dict[str, Any] = {"municipality_id": tenant.id, "slug": "scooters", "number": 1, "person": "m" * 32, "now": NOON}
    comments.say(session, **where, text="Near the station first.", language="en")


def test_a_wrong_day_for_comments_is_corrected_until_somebody_has_commented(
    session: Session, tenant: Tenant, official: Staff
) -> None:
    draft(session, official)
    with pytest.raises(CommentDayTooFar):
        open_until(session, official, days(366))
    open_until(session, official, days(365))
    with pytest.raises(CommentDayPassed):
        open_until(session, official, days(-1))
    open_until(session, official, days(14))
    assert found(session, official).comments_until == days(14)
    comment(session, tenant)
    with pytest.raises(CommentsPromised):
        open_until(session, official, days(13))
    open_until(session, official, days(15))
    assert found(session, official).comments_until == days(15)


def test_the_time_for_comments_ends_by_itself_and_is_never_cut_short(
    session: Session, tenant: Tenant, official: Staff, roads: str
) -> None:
    draft(session, official)
    with pytest.raises(CommentDayPassed):
        open_until(session, official, days(-1))
    open_until(session, official, days(7))
    comment(session, tenant)
    assert found(session, official).phase == RecommendationState.COMMENTING
    assert found(session, official, today=days(7)).phase == RecommendationState.COMMENTING
    assert found(session, official, today=days(8)).phase == RecommendationState.COMMENTED
    with pytest.raises(CommentsPromised):
        open_until(session, official, days(6))
    with pytest.raises(CommentsStillOpen):
        hand_over(session, official, roads)
    open_until(session, official, days(7))
    open_until(session, official, days(9))
    eve, after = NOON + timedelta(days=9), NOON + timedelta(days=10)
    with pytest.raises(CommentsStillOpen):
        hand_over(session, official, roads, now=eve)
    hand_over(session, official, roads, now=after)
    assert found(session, official, today=days(10)).state == "unanswered"
    with pytest.raises(HandedOverAlready):
        open_until(session, official, days(20), now=after)
    assert actions(session, tenant) == ["recommendation.opened"] * 2 + ["recommendation.handed_over"]


def test_several_are_handed_over_at_once_or_none(session: Session, tenant: Tenant, official: Staff, roads: str) -> None:
    for text in ("One.", "Two.", "Three."):
        draft(session, official, text=text)
    hand_over(session, official, roads, 2)
    for numbers, fields, refusal in (
        ((), {"numbers": []}, NoRecommendationChosen),
        ((1,), {"answer_due_on": days(-1)}, AnswerDayPassed),
        ((1,), {"office": "nobody"}, OfficeUnknown),
        ((1, 2), {}, HandedOverAlready),
        ((1, 9), {}, NotFound),
    ):
        usual: dict[str, Any] = {"numbers": numbers, "office": roads, "answer_due_on": days(30)} | fields
        with pytest.raises(refusal):
            handing_over.hand_over(session, staff=official, slug="scooters", now=NOON, **usual)
    assert [found(session, official, number).state for number in (1, 2, 3)] == ["draft", "unanswered", "draft"]
    hand_over(session, official, roads, 1, 3, answer_due_on=TODAY)
    assert [found(session, official, number).office for number in (1, 2, 3)] == ["Roads"] * 3
    assert actions(session, tenant) == ["recommendation.published"] * 3


def test_a_public_wording_stays_in_sight_when_another_takes_its_place(
    session: Session, tenant: Tenant, official: Staff, roads: str
) -> None:
    draft(session, official)
    moderator = make_staff(session, tenant, Role.MODERATOR)
    reword(session, moderator, "Mark bays.", 1)
    assert rewording.earlier(session, [1])[1] == []
    open_until(session, official, days(7))
    key, version = found(session, official).id, recommendations.get(session, tenant.id, "scooters", 1).version
    translations.put(
        session,
        municipality_id=tenant.id,
        subject=Translatable.RECOMMENDATION,
        subject_id=key,
        language="ja",
        text="区画を示す。",
        provenance=Provenance.HUMAN,
    )
    reword(session, moderator, "Mark bays everywhere.", version)
    assert found(session, official, locale="ja").text.text == "Mark bays everywhere."
    [before] = session.exec(select(RecommendationWording)).all()
    assert (before.text, before.replaced_at) == ("Mark bays.", LATER)
    opened, reworded = [entry for entry in ledger.entries(session, tenant.id) if entry.subject == "recommendation/scooters/1"]
    assert opened.facts["text"] == reworded.facts["from"] == ledger.sealed("Mark bays.", before.salt)
    row = recommendations.get(session, tenant.id, "scooters", 1)
    assert reworded.facts["text"] == ledger.sealed("Mark bays everywhere.", row.salt)
    hand_over(session, official, roads, now=NOON + timedelta(days=8))
    with pytest.raises(HandedOverAlready):
        reword(session, official, "Too late.", row.version + 1)


def test_nobody_writes_over_a_wording_that_they_have_not_seen(session: Session, official: Staff) -> None:
    draft(session, official)
    reword(session, official, "The first one’s words.", 1)
    with pytest.raises(RewordedMeanwhile):
        reword(session, official, "The second one’s words.", 1)
    reword(session, official, "The first one’s words.", 1)  # the same form sent again
    assert found(session, official).text.text == "The first one’s words."
    reword(session, official, "Both agree.", 2)
    assert found(session, official).text.text == "Both agree."


def test_a_draft_can_be_deleted_and_what_is_public_cannot(session: Session, official: Staff, roads: str) -> None:
    draft(session, official)
    recommendations.delete_draft(session, staff=official, slug="scooters", number=1, now=NOON)
    assert session.exec(select(Recommendation)).all() == []
    recommend(session, official)
    respond(session, official)
    with pytest.raises(StillRests) as refused:
        recommendations.delete_draft(session, staff=official, slug="scooters", number=1, now=NOON)
    assert [(rest.route, rest.part) for rest in refused.value.resting] == [("recommendation", None), ("response", 1)]


def test_headings_group_recommendations_and_bring_their_translations(session: Session, tenant: Tenant, official: Staff) -> None:
    for text in ("One.", "Two.", "Three."):
        draft(session, official, text=text)
    where: dict[str, Any] = {"staff": official, "slug": "scooters", "now": NOON}
    rewording.put_under(session, **where, numbers=[3], theme=" Parking ", language="en")
    translations.put(
        session,
        municipality_id=tenant.id,
        subject=Translatable.THEME,
        subject_id=found(session, official, 3).id,
        language="ja",
        text="駐車",
        provenance=Provenance.HUMAN,
    )
    rewording.put_under(session, **where, numbers=[1], theme="Parking", language="th")
    with pytest.raises(ThemeEmpty):
        rewording.put_under(session, **where, numbers=[1], theme=" ", language="en")
    grouped = outcomes.by_theme(policy.of_conversation(session, 1, "ja", TODAY, drafts=True))
    assert [(theme and theme.text, [row.number for row in rows]) for theme, rows in grouped] == [("駐車", [1, 3]), (None, [2])]
    assert rewording.themes(session, 1) == [("Parking", "en")]
    rewording.put_under(session, **where, numbers=[1, 3], theme="", language="en", away=True)
    assert rewording.themes(session, 1) == []


def test_an_office_stays_while_something_rests_on_it(session: Session, tenant: Tenant, official: Staff) -> None:
    admin = make_staff(session, tenant, Role.ADMIN)
    where: dict[str, Any] = {"staff": admin, "now": NOON}
    slug = offices.add(session, **where, name=" Road  Office ", language="en", email="Roads@Example.org")
    assert offices.get(session, tenant.id, slug).email == "roads@example.org"
    for name, refusal in (("Road Office", OfficeNameTaken), ("ＲＯＡＤ office", OfficeNameTaken), (" ", OfficeUnnamed)):
        with pytest.raises(refusal):
            offices.add(session, **where, name=name, language="en")
    draft(session, official)
    hand_over(session, official, slug)
    rest = (Resting("recommendation", "scooters", 1),)
    for action in (offices.close, offices.remove):
        with pytest.raises(StillRests) as refused:
            action(session, **where, slug=slug)
        assert refused.value.resting == rest
    respond(session, official)
    offices.close(session, **where, slug=slug)
    draft(session, official, text="Another one.")
    with pytest.raises(OfficeUnknown):
        hand_over(session, official, slug, 2)
    with pytest.raises(StillRests):
        offices.remove(session, **where, slug=slug)
    offices.reopen(session, **where, slug=slug)
    offices.change(session, **where, slug=slug, name="Streets", language="en", email="")
    assert (found(session, official).office, found(session, official).office_name) == ("Road Office", None)
    unused = offices.add(session, **where, name="Nobody asked it", language="en")
    offices.remove(session, **where, slug=unused)
    assert [row.slug for row in offices.listing(session, tenant.id)] == [slug]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.TRANSLATOR, Role.CLERK])
def test_only_officials_and_administrators_decide_and_moderators_word(
    session: Session, tenant: Tenant, official: Staff, roads: str, role: Role
) -> None:
    draft(session, official)
    other = make_staff(session, tenant, role)
    stranger = make_staff(session, make_tenant(session, "hills"), Role.ADMIN)
    for staff, refusal in ((other, Forbidden), (stranger, NotFound)):
        for act in (
            lambda staff=staff: draft(session, staff, text="Another."),
            lambda staff=staff: open_until(session, staff, days(3)),
            lambda staff=staff: recommendations.delete_draft(session, staff=staff, slug="scooters", number=1, now=NOON),
            lambda staff=staff: rewording.put_under(
                session, staff=staff, slug="scooters", numbers=[1], theme="A", language="en", now=NOON
            ),
        ):
            with pytest.raises(refusal):
                act()
    for staff in (other,):
        with pytest.raises(Forbidden):
            hand_over(session, staff, roads)
        with pytest.raises(Forbidden):
            offices.add(session, staff=staff, name="Mine", language="en", now=NOON)
    if role == Role.MODERATOR:
        reword(session, other, "Better.", 1)
    else:
        with pytest.raises(Forbidden):
            reword(session, other, "Better.", 1)
    with pytest.raises(NotFound):
        reword(session, stranger, "Worse.", 1)


def test_moderators_see_what_rests_on_a_statement(session: Session, official: Staff) -> None:
    recommend(session, official, statements=[2])
    row = statements.get(session, official.municipality_id, "scooters", 2)
    resting = foundations.on_statements(session, [identity(row)])[identity(row)]
    assert resting == (Resting("report", "scooters", 1), Resting("recommendation", "scooters", 1))
