"""Signing in makes one person of several devices, and of one device shared by two people, two."""

import pytest
from sqlmodel import Session, select

from deliberation import identities, participants, recovery
from deliberation.errors import NotFound
from deliberation.errors.joining import ClaimMissing
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Identity, Participant, Person, Vote
from deliberation.values import Choice, Joining
from tests.support.at_once import at_once
from tests.support.make import NOON, answer, make_conversation, make_statement

PHONE, DESK, TABLET = "p" * 32, "d" * 32, "t" * 32
MEI, KAI = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def scooters(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(2):
            make_statement(session, conversation)


def sign_in(session: Session, tenant: Tenant, subject: str, here: str) -> identities.SignedIn:
    return identities.sign_in(session, municipality_id=tenant.id, subject=subject, here=here, now=NOON)


def join(session: Session, tenant: Tenant, person: str, **claims: object) -> bool:
    given = {"sub": "mei", **claims}
    return identities.join(
        session, municipality_id=tenant.id, slug="residents", person=person, claims=given, provider="id.example", now=NOON
    )


def test_the_first_device_stays_who_it_is_and_the_second_becomes_it(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        assert sign_in(session, tenant, MEI, PHONE) == identities.SignedIn(PHONE, 0)
        answer(session, tenant, "scooters", DESK, 1, Choice.DISAGREE)
        answer(session, tenant, "scooters", DESK, 2, Choice.PASS)
        assert sign_in(session, tenant, MEI, DESK) == identities.SignedIn(PHONE, 1)
        assert len(session.exec(select(Vote)).all()) == 2
        assert len({vote.participant_id for vote in session.exec(select(Vote))}) == 1
        assert sign_in(session, tenant, MEI, DESK).person == PHONE
        assert sign_in(session, tenant, MEI, TABLET) == identities.SignedIn(PHONE, 0)


def test_two_people_at_one_device_stay_two(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        sign_in(session, tenant, MEI, PHONE)
        kai = sign_in(session, tenant, KAI, PHONE).person
        assert kai != PHONE
        answer(session, tenant, "scooters", kai, 1, Choice.DISAGREE)
        assert sign_in(session, tenant, MEI, kai) == identities.SignedIn(PHONE, 0)
        assert sign_in(session, tenant, KAI, PHONE) == identities.SignedIn(kai, 0)
        assert sorted(vote.choice for vote in session.exec(select(Vote))) == [-1, 1]


def test_a_device_that_was_taken_over_by_code_signs_in_as_that_person(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", PHONE, 1, Choice.AGREE)
        code = recovery.new_code(session, municipality_id=tenant.id, person=PHONE, now=NOON)
        there = recovery.recover(session, municipality_id=tenant.id, code=code, here=DESK, now=NOON).person
        assert sign_in(session, tenant, MEI, there).person == PHONE


def test_what_is_kept_of_a_subject_is_different_for_every_key_municipality_and_issuer() -> None:
    hashes = {
        identities.subject_hash(key, municipality, issuer, subject)
        for key in ("one key", "another")
        for municipality in (1, 11)
        for issuer, subject in (("https://id.example", "1mei"), ("https://id.example1", "mei"), ("https://id.example", "mei"))
    }
    assert len(hashes) == 12
    assert all(len(digest) == 64 and "mei" not in digest for digest in hashes)
    assert identities.subject_hash("k", 1, "i", "s") == identities.subject_hash("k", 1, "i", "s")


def test_one_identity_in_two_municipalities_is_two_people(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        assert sign_in(session, tenant, MEI, PHONE).person == PHONE
        assert sign_in(session, other_tenant, MEI, DESK).person == DESK
        assert len(session.exec(select(Identity)).all()) == 2


def test_two_first_sign_ins_at_the_same_moment_are_one_person(database: Database, tenant: Tenant) -> None:
    def begin(here: str) -> identities.SignedIn:
        with database.write() as session:
            return sign_in(session, tenant, MEI, here)

    found = at_once(lambda: begin(PHONE), lambda: begin(DESK))
    assert len({each.person for each in found if isinstance(each, identities.SignedIn)}) == 1
    with database.read() as session:
        assert len(session.exec(select(Identity)).all()) == 1


def test_a_claim_lets_in_once_and_a_missing_one_is_told(database: Database, tenant: Tenant) -> None:
    rule = {"joining": Joining.SIGN_IN, "claim_name": "resident_of", "claim_value": "Harbour"}
    with database.write() as session:
        make_conversation(session, tenant, "residents", **rule)
        for claims in ({}, {"resident_of": "Hill"}, {"resident_of": None}):
            with pytest.raises(ClaimMissing) as refusal:
                join(session, tenant, PHONE, **claims)
            assert refusal.value.facts["provider"] == "id.example"
            assert refusal.value.facts["name"] == "resident_of"
        assert session.exec(select(Participant)).all() == []
        assert join(session, tenant, PHONE, resident_of=["Hill", "Harbour"])
        assert not join(session, tenant, PHONE)
        assert len(session.exec(select(Participant)).all()) == 1
        assert "Harbour" not in str([row.model_dump() for table in (Person, Participant) for row in session.exec(select(table))])


@pytest.mark.parametrize("rule", [Joining.OPEN, Joining.INVITATION])
def test_signing_in_does_not_stand_for_an_invitation(database: Database, tenant: Tenant, rule: Joining) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant, "residents", joining=rule)
        assert not join(session, tenant, PHONE)
        assert participants.find(session, conversation.id or 0, PHONE) is None


def test_a_conversation_of_another_municipality_is_not_joined(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        make_conversation(session, other_tenant, "residents", joining=Joining.SIGN_IN)
        with pytest.raises(NotFound):
            join(session, tenant, PHONE)
