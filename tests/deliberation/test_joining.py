"""Who may take part, and who stays when that changes."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from deliberation import conversations, joining, ledger, participants, statements
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.joining import ClaimUnnamed, ClaimWithoutValue, InvitationNeeded, SignInNeeded
from deliberation.joining import Rule
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Participant, Statement, Vote
from deliberation.values import Choice, Joining, Role
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

MEI, KAI = "m" * 32, "k" * 32
SHUT = [(Joining.INVITATION, InvitationNeeded), (Joining.SIGN_IN, SignInNeeded)]


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        return make_staff(session, tenant, Role.ADMIN)


def change(session: Session, staff: Staff, rule: Joining, name: str = "", value: str = "") -> None:
    joining.change(session, staff=staff, slug="scooters", rule=Rule(rule, name, value), now=NOON)


@pytest.mark.parametrize(("rule", "refusal"), SHUT)
def test_nobody_votes_takes_back_or_says_anything_without_admission(
    database: Database, tenant: Tenant, admin: Staff, rule: Joining, refusal: type[Exception]
) -> None:
    with database.write() as session:
        change(session, admin, rule)
        for choice in (*Choice, None):
            with pytest.raises(refusal) as refused:
                answer(session, tenant, "scooters", MEI, 1, choice)
            assert refused.value.facts == {"slug": "scooters"}  # type: ignore[attr-defined]
        with pytest.raises(refusal):
            statements.share(
                session, municipality_id=tenant.id, slug="scooters", person=MEI, text="Hello.", language="en", now=NOON
            )
        for table in (Participant, Vote):
            assert session.exec(select(table)).all() == []
        assert len(session.exec(select(Statement)).all()) == 1


@pytest.mark.parametrize(("rule", "refusal"), SHUT)
def test_whoever_took_part_before_stays_in(
    database: Database, tenant: Tenant, admin: Staff, rule: Joining, refusal: type[Exception]
) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        change(session, admin, rule)
        answer(session, tenant, "scooters", MEI, 1, Choice.DISAGREE)
        with pytest.raises(refusal):
            answer(session, tenant, "scooters", KAI, 1, Choice.AGREE)
        change(session, admin, Joining.OPEN)
        answer(session, tenant, "scooters", KAI, 1, Choice.AGREE)


def test_the_door_says_who_is_in(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        for rule in Joining:
            change(session, admin, rule)
            conversation = conversations.get(session, tenant.id, "scooters")
            shut = [joining.door(session, conversation, person).shut for person in (MEI, KAI, None)]
            assert shut == [False, *[rule != Joining.OPEN] * 2]


def test_a_vote_of_somebody_who_is_in_costs_no_query_more(database: Database, tenant: Tenant, admin: Staff) -> None:
    def queries(rule: Joining) -> int:
        asked: list[str] = []
        with database.write() as session:
            change(session, admin, rule)
        with database.write() as session:
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
            event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2]))
            answer(session, tenant, "scooters", MEI, 1, Choice.PASS)
        return len(asked)

    with database.write() as session:
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
    open_to_all, invited, signed_in = (queries(rule) for rule in Joining)
    assert open_to_all == invited == signed_in


def test_a_change_is_recorded_once_and_decks_are_read_anew(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        before = conversations.get(session, tenant.id, "scooters").version
        for _ in range(2):
            change(session, admin, Joining.SIGN_IN, " address.locality ", " Harbour ")
        session.expire_all()
        row = conversations.get(session, tenant.id, "scooters")
        assert (row.claim_name, row.claim_value, row.version) == ("address.locality", "Harbour", before + 1)
        newest, earlier = ledger.newest(session, tenant.id, limit=2)
        assert newest.facts == {"from": "open", "to": "sign_in", "claim": "address.locality"}
        assert earlier.action != "conversation.joining"
        change(session, admin, Joining.INVITATION, "address.locality", "Harbour")
        session.expire_all()
        assert joining.rule_of(conversations.get(session, tenant.id, "scooters")) == Rule(Joining.INVITATION)


@pytest.mark.parametrize(("name", "value", "refusal"), [("", "Harbour", ClaimUnnamed), ("locality", "  ", ClaimWithoutValue)])
def test_half_a_claim_is_refused(database: Database, admin: Staff, name: str, value: str, refusal: type[Exception]) -> None:
    with database.write() as session, pytest.raises(refusal):
        change(session, admin, Joining.SIGN_IN, name, value)


def test_only_administrators_of_the_municipality_change_it(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: Staff
) -> None:
    with database.write() as session:
        for role in set(Role) - {Role.ADMIN}:
            with pytest.raises(Forbidden):
                change(session, make_staff(session, tenant, role), Joining.INVITATION)
        with pytest.raises(NotFound):
            change(session, make_staff(session, other_tenant, Role.ADMIN), Joining.INVITATION)


def test_participants_who_come_in_by_hand_need_no_admission(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        change(session, admin, Joining.INVITATION)
        first = participants.admit(session, municipality_id=tenant.id, conversation_id=1, person=MEI, now=NOON)
        assert participants.join(session, municipality_id=tenant.id, conversation_id=1, person=MEI, now=NOON) == first


CLAIMS: dict[str, Any] = {
    "sub": "1",
    "resident_of": "Harbour",
    "groups": ["staff", "residents", 7],
    "level": 3,
    "score": 2.5,
    "verified": True,
    "address": {"locality": "Harbour", "region": {"code": "13"}},
    "https://city.example/ward": "North",
    "nothing": None,
    "empty": [],
}


@pytest.mark.parametrize(
    ("name", "value", "admitted"),
    [
        ("", "", True),
        ("resident_of", "Harbour", True),
        ("resident_of", "harbour", False),
        ("resident_of", "Harbour North", False),
        ("groups", "residents", True),
        ("groups", "resident", False),
        ("groups", "7", True),
        ("level", "3", True),
        ("level", "3.0", True),
        ("level", "4", False),
        ("level", "three", False),
        ("level", "nan", False),
        ("score", "2.5", True),
        ("verified", "true", True),
        ("verified", "1", False),
        ("address.locality", "Harbour", True),
        ("address.region.code", "13", True),
        ("address.region", "13", False),
        ("address", "Harbour", False),
        ("address.street", "Harbour", False),
        ("https://city.example/ward", "North", True),
        ("nothing", "None", False),
        ("empty", "", False),
        ("missing", "x", False),
        ("sub.deeper", "1", False),
        (".", "x", False),
    ],
)
def test_a_claim_admits_whom_it_names(name: str, value: str, admitted: bool) -> None:
    assert joining.admits(Rule(Joining.SIGN_IN, name, value), CLAIMS) == admitted
