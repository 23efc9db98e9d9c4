"""What residents say about a recommendation, what moderators decide about it, and what becomes of it when somebody goes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import (
    comment_queue,
    comments,
    erasure,
    handing_over,
    ledger,
    personal_data,
    policy,
    recommendations,
    recovery,
    translatables,
)
from deliberation.accounts import Staff
from deliberation.comments import Thread
from deliberation.erasure import Texts
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.joining import InvitationNeeded
from deliberation.errors.moderation import DecidedMeanwhile
from deliberation.errors.people import ErasureWithoutChoice
from deliberation.errors.recommendations import (
    CommentEmpty,
    CommentMadeAlready,
    CommentRejectedWithoutReason,
    CommentsClosed,
    CommentTooLong,
)
from deliberation.errors.statements import ParticipantBanned, SubmissionTaken
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Comment, Conversation, Participant, Person
from deliberation.values import Choice, Joining, ModerationMode, Reason, Role, StatementState, Translatable
from tests.support.make import NOON, answer, make_staff, make_tenant
from tests.support.outcomes import TODAY, days, make_reported

MEI, JUN = "m" * 32, "j" * 32
REMOVED = {"en": "(Removed by its author)", "ja": "(書いた人が削除)"}
UUID = "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
PENDING, ACCEPTED, REJECTED = StatementState.PENDING, StatementState.ACCEPTED, StatementState.REJECTED


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    return make_reported(database, tenant, people=2)


@pytest.fixture
def session(database: Database, conversation: Conversation) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def moderator(session: Session, tenant: Tenant) -> Staff:
    """Recommendation 1 is open for comments for a week."""
    official = make_staff(session, tenant, Role.OFFICIAL)
    where: dict[str, Any] = {"staff": official, "slug": "scooters", "now": NOON}
    recommendations.draft(session, **where, text="Mark bays.", language="en", statements=[1])
    handing_over.open_comments(session, **where, number=1, until=days(7))
    return make_staff(session, tenant, Role.MODERATOR)


def say(
    session: Session, tenant: Tenant, text: str = "Near the station first.", person: str = MEI, **fields: Any
) -> comments.Said:
    fields = {"slug": "scooters", "number": 1, "language": "en", "now": NOON} | fields
    return comments.say(session, municipality_id=tenant.id, person=person, text=text, **fields)


def read(session: Session, tenant: Tenant, person: str | None = None, locale: str = "en", **fields: Any) -> Thread:
    fields = {"slug": "scooters", "number": 1, "today": TODAY} | fields
    return comments.thread(session, municipality_id=tenant.id, person=person, locale=locale, **fields)


def decide(session: Session, staff: Staff, comment: int = 1, reason: Reason | None = None, **fields: Any) -> None:
    where: dict[str, Any] = {"staff": staff, "slug": "scooters", "number": 1, "comment": comment, "seen": PENDING, "now": NOON}
    if reason is None:
        comment_queue.accept(session, **where | fields)
    else:
        comment_queue.reject(session, **where | fields, reason=reason)


def shown(thread: Thread) -> list[tuple[int, str]]:
    return [(one.number, one.reading.text) for one in thread.comments]


def test_a_comment_waits_for_a_moderator_and_its_author_sees_it_meanwhile(
    session: Session, tenant: Tenant, moderator: Staff
) -> None:
    said = say(session, tenant, " First \n\n\n second\u200b line ")
    assert (said.number, said.public) == (1, False)
    assert (shown(read(session, tenant)), shown(read(session, tenant, JUN))) == ([], [])
    assert shown(read(session, tenant, MEI)) == [(1, "First\n\nsecond line")]
    key = session.exec(select(Comment.id)).one()
    with pytest.raises(NotFound):
        translatables.get(session, tenant.id, Translatable.COMMENT, key or 0)
    decide(session, moderator)
    assert shown(read(session, tenant)) == [(1, "First\n\nsecond line")]
    assert translatables.get(session, tenant.id, Translatable.COMMENT, key or 0).text == "First\n\nsecond line"
    assert policy.one(session, tenant.id, "scooters", 1, "en", TODAY).comments == 1
    assert session.exec(select(Participant).where(Participant.person_id == MEI)).first() is None
    [mine] = comments.mine(session, tenant.id, MEI, "en")
    assert (mine.slug, mine.recommendation, mine.state) == ("scooters", 1, ACCEPTED)


def test_where_statements_are_shown_at_once_comments_are_too(
    session: Session, tenant: Tenant, conversation: Conversation, moderator: Staff
) -> None:
    session.get_one(Conversation, identity(conversation)).moderation = ModerationMode.POST
    assert say(session, tenant).public
    assert shown(read(session, tenant)) == [(1, "Near the station first.")]
    decide(session, moderator, reason=Reason.SPAM)
    thread = read(session, tenant)
    assert (shown(thread), thread.hidden) == ([], 1)
    [own] = read(session, tenant, MEI).comments
    assert (own.own, own.reason) == (True, Reason.SPAM)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", CommentEmpty),
        (" \n ", CommentEmpty),
        ("👍", CommentEmpty),
        ("あ" * 1001, CommentTooLong),
        ("👨‍👩‍👧" * 1001, CommentEmpty),
    ],
)
def test_a_comment_says_something_and_has_an_end(
    session: Session, tenant: Tenant, moderator: Staff, text: str, refusal: Any
) -> None:
    with pytest.raises(refusal):
        say(session, tenant, text)
    assert session.exec(select(Comment)).all() == []
    assert session.get(Person, MEI) is None


def test_the_longest_comment_counts_characters_as_people_do(session: Session, tenant: Tenant, moderator: Staff) -> None:
    assert say(session, tenant, "ที่" * 1000).number == 1


def test_comments_are_taken_to_the_end_of_the_last_day(session: Session, tenant: Tenant, moderator: Staff) -> None:
    say(session, tenant, now=NOON + timedelta(days=7))
    with pytest.raises(CommentsClosed):
        say(session, tenant, "Too late.", now=NOON + timedelta(days=8))
    late = read(session, tenant, MEI, today=days(8))
    assert (late.open, late.until, len(late.comments)) == (False, days(7), 1)
    official = make_staff(session, tenant, Role.OFFICIAL)
    recommendations.draft(session, staff=official, slug="scooters", text="A draft.", language="en", statements=[1], now=NOON)
    for number in (2, 9):
        with pytest.raises(NotFound):
            say(session, tenant, number=number)
        with pytest.raises(NotFound):
            read(session, tenant, number=number)


def test_the_same_sent_again_changes_nothing(session: Session, tenant: Tenant, moderator: Staff) -> None:
    assert [say(session, tenant, submission=UUID).number for _ in range(2)] == [1, 1]
    with pytest.raises(CommentMadeAlready):
        say(session, tenant)
    for fields in ({"person": JUN}, {"text": "Something else."}):
        with pytest.raises(SubmissionTaken):
            say(session, tenant, submission=UUID, **fields)
    assert say(session, tenant, person=JUN).number == 2
    # Even after the time is over, or the author was excluded: it was taken.
    assert say(session, tenant, submission=UUID, now=NOON + timedelta(days=30)).number == 1


def test_whoever_may_not_take_part_may_not_comment(
    session: Session, tenant: Tenant, conversation: Conversation, moderator: Staff
) -> None:
    answer(session, tenant, "scooters", JUN, 1, Choice.AGREE)
    session.get_one(Conversation, identity(conversation)).joining = Joining.INVITATION
    with pytest.raises(InvitationNeeded):
        say(session, tenant)
    assert say(session, tenant, person=JUN).number == 1
    participant = session.exec(select(Participant).where(Participant.person_id == JUN)).one()
    participant.banned_at = NOON
    session.add(participant)
    with pytest.raises(ParticipantBanned):
        say(session, tenant, "Again.", person=JUN)


def test_moderators_decide_about_what_they_have_seen(session: Session, tenant: Tenant, moderator: Staff) -> None:
    say(session, tenant)
    say(session, tenant, person=JUN, text="Buy my bays!")
    with pytest.raises(CommentRejectedWithoutReason):
        comment_queue.reject(session, staff=moderator, slug="scooters", number=1, comment=2, seen=PENDING, reason=None, now=NOON)
    decide(session, moderator, 2, Reason.SPAM)
    decide(session, moderator, 2, Reason.SPAM)  # the same form again
    with pytest.raises(DecidedMeanwhile):
        decide(session, moderator, 2)
    decide(session, moderator, 2, seen=REJECTED)
    assert comment_queue.counts(session, tenant.id) == {PENDING: 1, ACCEPTED: 1, REJECTED: 0}
    assert [item.number for item in comment_queue.look(session, tenant.id, "en", PENDING, 1)] == [1]
    told = [(entry.action, entry.subject, dict(entry.facts)) for entry in ledger.entries(session, tenant.id)][-2:]
    assert told == [
        ("comment.rejected", "comment/scooters/1/2", {"reason": "spam"}),
        ("comment.accepted", "comment/scooters/1/2", {}),
    ]
    for staff, refusal in (
        (make_staff(session, tenant, Role.OFFICIAL), Forbidden),
        (make_staff(session, make_tenant(session, "hills"), Role.MODERATOR), NotFound),
    ):
        with pytest.raises(refusal):
            decide(session, staff)
    with pytest.raises(NotFound):
        decide(session, moderator, 7)


@pytest.mark.parametrize("texts", list(Texts))
def test_comments_belong_to_what_somebody_can_take_along_and_erase(
    session: Session, tenant: Tenant, moderator: Staff, texts: Texts
) -> None:
    say(session, tenant)
    say(session, tenant, "Still waiting.")
    decide(session, moderator)
    taken = personal_data.of_person(session, tenant.id, MEI, NOON)["comments"]
    assert [(one["recommendation"], one["text"], one["state"]) for one in taken] == [
        (1, "Near the station first.", "accepted"),
        (1, "Still waiting.", "pending"),
    ]
    known = erasure.consequences(session, municipality_id=tenant.id, person=MEI, locale="en", now=NOON)
    assert known is not None
    assert [reading.text for reading in known.comments] == ["Near the station first.", "Still waiting."]
    where: dict[str, Any] = {"municipality_id": tenant.id, "person": MEI, "removed": REMOVED, "now": NOON}
    with pytest.raises(ErasureWithoutChoice):
        erasure.erase(session, **where, texts=None)
    erasure.erase(session, **where, texts=texts)
    rows = session.exec(select(Comment).order_by("number")).all()
    kept = ["Near the station first.", "Still waiting."] if texts == Texts.KEEP else [REMOVED["en"]]
    assert ([row.text for row in rows], {row.person_id for row in rows}) == (kept, {None})
    assert shown(read(session, tenant, locale="ja")) == [(1, kept[0] if texts == Texts.KEEP else REMOVED["ja"])]
    assert session.get(Person, MEI) is None


def test_comments_follow_their_author_to_another_device(session: Session, tenant: Tenant, moderator: Staff) -> None:
    say(session, tenant)
    say(session, tenant, "Mine, too.", person=JUN)
    recovery.take_over(session, municipality_id=tenant.id, person=MEI, other=JUN, now=NOON)
    assert [one.number for one in comments.mine(session, tenant.id, MEI, "en")] == [2, 1]
