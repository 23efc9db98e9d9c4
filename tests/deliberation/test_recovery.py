"""Being the same person on another device."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, func, select

from deliberation import participants, recovery, statements
from deliberation.errors.people import RecoveryCodeMistyped, RecoveryCodeUnknown, RecoveryNothingToTake
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import (
    Identity,
    Participant,
    Person,
    Proposal,
    ProposalSupport,
    RecoveryCode,
    Statement,
    Vote,
    VoteEvent,
)
from deliberation.values import Choice, Joining, Reason
from tests.support.make import NOON, answer, make_conversation, make_statement

PHONE, TABLET = "p" * 32, "t" * 32
MINUTE = timedelta(minutes=1)


def code_of(session: Session, tenant: Tenant, person: str = PHONE) -> str:
    return recovery.new_code(session, municipality_id=tenant.id, person=person, now=NOON)


def enter(session: Session, tenant: Tenant, code: str, here: str | None = TABLET) -> recovery.Recovered:
    return recovery.recover(session, municipality_id=tenant.id, code=code, here=here, now=NOON + 10 * MINUTE)


def choices(session: Session, person: str) -> dict[int, Choice]:
    rows = session.exec(
        select(Statement.number, Vote.choice)
        .join(Vote, col(Vote.statement_id) == col(Statement.id))
        .join(Participant, col(Participant.id) == col(Vote.participant_id))
        .where(Participant.person_id == person)
    )
    return {number: Choice(choice) for number, choice in rows}


def test_a_code_leads_to_the_person_and_only_its_hash_is_kept(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        code = code_of(session, tenant)
        assert enter(session, tenant, code, None).person == PHONE
        kept = session.exec(select(RecoveryCode)).one()
        assert code not in str(kept.model_dump())
        assert code.replace("-", "") not in str(kept.model_dump())


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code.replace('-', '')} "])
def test_a_code_may_be_written_in_many_ways(database: Database, tenant: Tenant, written: Callable[[str], str]) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        assert enter(session, tenant, written(code_of(session, tenant)), None).person == PHONE


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    secret = "0123456789ABCD10"
    code = secret + recovery.check_of(secret)
    assert recovery.read(code.replace("0", "o").replace("1", "l")) == code


def test_every_single_typing_error_is_told_as_one_or_almost() -> None:
    secret = "7F3KQ9WZ2M5XT8HB"
    code = secret + recovery.check_of(secret)
    wrong = [
        code[:place] + other + code[place + 1 :] for place in range(18) for other in recovery.ALPHABET if other != code[place]
    ]
    passed = 0
    for typed in [*wrong, "", code[:-1], code + "A", "ไทย", "🙂" * 18]:
        try:
            recovery.read(typed)
            passed += 1
        except RecoveryCodeMistyped:
            pass
    assert passed <= 3


def test_a_new_code_replaces_the_old_one(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        old, new = code_of(session, tenant), code_of(session, tenant)
        with pytest.raises(RecoveryCodeUnknown):
            enter(session, tenant, old)
        assert enter(session, tenant, new).person == PHONE


def test_a_code_is_good_in_its_own_municipality_only(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        code = code_of(session, tenant)
        with pytest.raises(RecoveryCodeUnknown):
            enter(session, other_tenant, code)
        with pytest.raises(RecoveryNothingToTake):
            code_of(session, other_tenant)


@pytest.mark.parametrize("person", [None, "x" * 32])
def test_whoever_has_done_nothing_gets_no_code(database: Database, tenant: Tenant, person: str | None) -> None:
    with database.write() as session, pytest.raises(RecoveryNothingToTake):
        recovery.new_code(session, municipality_id=tenant.id, person=person, now=NOON)


def test_two_devices_become_one_voice_and_the_newest_answer_counts(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(4):
            make_statement(session, conversation)
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE, now=NOON)
        answer(session, tenant, "scooters", PHONE, 2, Choice.AGREE, now=NOON + 5 * MINUTE)
        answer(session, tenant, "scooters", TABLET, 1, Choice.DISAGREE, now=NOON + MINUTE)
        answer(session, tenant, "scooters", TABLET, 2, Choice.DISAGREE, now=NOON + 2 * MINUTE)
        answer(session, tenant, "scooters", TABLET, 3, Choice.PASS, now=NOON + 3 * MINUTE)
        assert enter(session, tenant, code_of(session, tenant)).taken_over == 1
    with database.write() as session:
        assert choices(session, PHONE) == {1: Choice.DISAGREE, 2: Choice.AGREE, 3: Choice.PASS}
        assert session.exec(select(func.count()).select_from(Vote)).one() == 3
        left = session.exec(select(Participant).where(col(Participant.person_id).is_(None))).one()
        last = session.exec(
            select(VoteEvent).where(VoteEvent.participant_id == left.id).order_by(col(VoteEvent.id).desc())
        ).first()
        assert last is not None
        assert last.choice is None
        assert session.get(Person, TABLET) is None


def test_answers_keep_their_times_so_that_the_newest_of_merged_statements_still_counts(
    database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(2):
            make_statement(session, conversation)
        answer(session, tenant, "scooters", TABLET, 1, Choice.DISAGREE, now=NOON + MINUTE)
        answer(session, tenant, "scooters", PHONE, 2, Choice.AGREE, now=NOON + 2 * MINUTE)
        enter(session, tenant, code_of(session, tenant))
        times = session.exec(select(Vote.voted_at).order_by(col(Vote.statement_id))).all()
        assert times == [NOON + MINUTE, NOON + 2 * MINUTE]


def test_statements_and_conversations_of_the_device_are_taken_along(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        for slug in ("scooters", "trees"):
            make_statement(session, make_conversation(session, tenant, slug))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        answer(session, tenant, "trees", TABLET, 1, Choice.AGREE)
        for slug in ("scooters", "trees"):
            statements.share(
                session, municipality_id=tenant.id, slug=slug, person=TABLET, text=f"More {slug}.", language="en", now=NOON
            )
        assert enter(session, tenant, code_of(session, tenant)).taken_over == 2
        assert {one.text for one in statements.mine(session, tenant.id, PHONE, "en")} == {"More scooters.", "More trees."}
        assert choices(session, PHONE)[1] == Choice.AGREE


def test_supports_and_proposals_are_taken_along_once(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        for person in (PHONE, TABLET):
            answer(session, tenant, "scooters", person, 1, Choice.AGREE)
        for number, author in ((1, TABLET), (2, None)):
            proposal = Proposal(
                municipality_id=tenant.id, number=number, topic="Trees", language="en", author_id=author, created_at=NOON
            )
            session.add(proposal)
            session.flush()
            session.add(ProposalSupport(proposal_id=proposal.id, person_id=TABLET, supported_at=NOON))
        session.add(ProposalSupport(proposal_id=proposal.id, person_id=PHONE, supported_at=NOON))
        session.flush()
        enter(session, tenant, code_of(session, tenant))
        assert [row.person_id for row in session.exec(select(ProposalSupport))] == [PHONE, PHONE]
        assert [row.author_id for row in session.exec(select(Proposal).order_by(col(Proposal.number)))] == [PHONE, None]


def test_whoever_was_excluded_on_either_device_stays_excluded(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        for person in (PHONE, TABLET):
            answer(session, tenant, "scooters", person, 1, Choice.AGREE)
        banned = session.exec(select(Participant).where(Participant.person_id == TABLET)).one()
        banned.banned_at, banned.ban_reason = NOON, Reason.SPAM
        session.add(banned)
        session.flush()
        enter(session, tenant, code_of(session, tenant))
        kept = session.exec(select(Participant).where(Participant.person_id == PHONE)).one()
        assert (kept.banned_at, kept.ban_reason) == (NOON, Reason.SPAM)


def test_the_place_that_two_admissions_gave_is_one_afterwards(database: Database, tenant: Tenant) -> None:
    """Nobody comes in again as the device's own person, who had been let in."""
    with database.write() as session:
        conversation = make_conversation(session, tenant, joining=Joining.INVITATION)
        make_statement(session, conversation)
        assert conversation.id is not None
        for person in (PHONE, TABLET):
            participants.admit(session, municipality_id=tenant.id, conversation_id=conversation.id, person=person, now=NOON)
            answer(session, tenant, "scooters", person, 1, Choice.AGREE)
        enter(session, tenant, code_of(session, tenant))
    with database.read() as session:
        assert participants.find(session, conversation.id, TABLET) is None
        assert session.exec(select(func.count()).select_from(Vote)).one() == 1


def test_the_things_of_somebody_who_signed_in_on_a_shared_device_stay_theirs(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        for person in (PHONE, TABLET):
            answer(session, tenant, "scooters", person, 1, Choice.AGREE)
        session.add(Identity(municipality_id=tenant.id, subject_hash="f" * 64, person_id=TABLET, linked_at=NOON))
        session.flush()
        assert enter(session, tenant, code_of(session, tenant)) == recovery.Recovered(PHONE, 0)
        assert choices(session, TABLET) == {1: Choice.AGREE}


def test_entering_ones_own_code_changes_nothing(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        assert enter(session, tenant, code_of(session, tenant), PHONE) == recovery.Recovered(PHONE, 0)
        assert choices(session, PHONE) == {1: Choice.AGREE}
