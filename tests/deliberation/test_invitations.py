"""Codes on paper: how they are read, that each lets in one person once, and that nothing says whom."""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, select

from deliberation import exclusions, invitation_codes, invitations, joining, ledger, participants
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import ConversationClosed
from deliberation.errors.joining import (
    BatchExpired,
    BatchNameTaken,
    BatchSizeInvalid,
    BatchUnnamed,
    CodesForeign,
    InvitationElsewhere,
    InvitationEmpty,
    InvitationExpired,
    InvitationMistyped,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
    SignInNeeded,
)
from deliberation.errors.statements import ParticipantBanned
from deliberation.invitation_codes import ALPHABET, LENGTH
from deliberation.invitations import Entered, Made
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Invitation, InvitationBatch, LedgerEntry, Participant, Person
from deliberation.values import Choice, Joining, Reason, Role
from tests.support.at_once import at_once
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

MEI, KAI = "m" * 32, "k" * 32
INVITED = {"joining": Joining.INVITATION}


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, **INVITED))
        return make_staff(session, tenant, Role.ADMIN)


def make(session: Session, admin: Staff, size: int = 3, name: str = "Letter", **more: object) -> Made:
    fields = {"slug": "scooters", "expires_at": None, "now": NOON} | more
    return invitations.make(session, staff=admin, name=name, size=size, **fields)  # type: ignore[arg-type]


def use(session: Session, tenant: Tenant, code: str, person: str = MEI, **more: object) -> Entered:
    fields = {"now": NOON} | more
    return invitations.use(session, municipality_id=tenant.id, typed=code, person=person, **fields)  # type: ignore[arg-type]


def used(session: Session) -> int:
    return sum(session.exec(select(Invitation.used)).all())


@pytest.fixture
def codes(database: Database, admin: Staff) -> list[str]:
    with database.write() as session:
        return make(session, admin).codes


# Reading


@pytest.mark.parametrize(
    "rewrite",
    [
        str.lower,
        invitation_codes.written,
        lambda code: f"  {' '.join(code)}\n",
        lambda code: "–".join(code),
        lambda code: "\u200b".join(code),
        lambda code: "".join(chr(ord(symbol) + 0xFEE0) for symbol in code),
        lambda code: "".join(chr(0x0E50 + int(symbol)) if symbol.isdecimal() else symbol for symbol in code),
        lambda code: code.replace("0", "O").replace("1", "l").replace("5", "S").replace("8", "b").replace("2", "Z"),
        lambda code: code.replace("0", "o").replace("1", "I").replace("V", "U"),
        lambda code: f"https://hiroba.example.org/join/{invitation_codes.written(code)}",
    ],
)
def test_a_code_is_read_however_it_is_written(rewrite: object) -> None:
    for _ in range(50):
        code = invitation_codes.new()
        assert invitation_codes.read(rewrite(code)) == code  # type: ignore[operator]


def test_every_wrong_symbol_and_every_exchange_is_told_as_a_typing_error() -> None:
    code = invitation_codes.new()
    for place in range(LENGTH):
        for symbol in set(ALPHABET) - {code[place]}:
            with pytest.raises(InvitationMistyped):
                invitation_codes.read(code[:place] + symbol + code[place + 1 :])
        for other in range(place):
            if code[place] != code[other]:
                swapped = list(code)
                swapped[place], swapped[other] = swapped[other], swapped[place]
                with pytest.raises(InvitationMistyped):
                    invitation_codes.read("".join(swapped))


@pytest.mark.parametrize("typed", ["", "   ", "\u200b-\u3000–", "/join/"])
def test_nothing_typed_is_told_as_nothing(typed: str) -> None:
    with pytest.raises(InvitationEmpty):
        invitation_codes.read(typed)


@pytest.mark.parametrize(
    "typed", ["x", "漢字", "0" * 11, "0" * 13, "A" * 100_000, "👩‍👩‍👧", "<b>", "ĿÆΩ", "\u202e0123456789AC", "½" * 12]
)
def test_what_is_no_code_is_told_as_a_typing_error(typed: str) -> None:
    with pytest.raises(InvitationMistyped):
        invitation_codes.read(typed)


def test_codes_have_no_symbol_that_looks_like_another_and_never_repeat() -> None:
    assert not set(ALPHABET) & set("OILZSBU")
    made = {invitation_codes.new() for _ in range(5000)}
    assert len(made) == 5000
    assert set("".join(made)) == set(ALPHABET)


# Using


def test_a_code_lets_one_person_in_once(database: Database, tenant: Tenant, codes: list[str]) -> None:
    with database.write() as session:
        assert use(session, tenant, codes[0]) == Entered("scooters", used=True)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        with pytest.raises(InvitationUsed):
            use(session, tenant, codes[0], KAI)
        assert participants.find(session, 1, KAI) is None
        assert used(session) == 1


@pytest.mark.parametrize("again", [0, 1])
def test_whoever_is_in_already_uses_no_code_up(database: Database, tenant: Tenant, codes: list[str], again: int) -> None:
    with database.write() as session:
        use(session, tenant, codes[0])
        assert use(session, tenant, codes[again]) == Entered("scooters", used=False)
        assert used(session) == 1


def test_of_several_at_the_same_moment_exactly_one_comes_in(database: Database, tenant: Tenant, codes: list[str]) -> None:
    def enter(person: str) -> object:
        with database.write() as session:
            return use(session, tenant, codes[0], person)

    found = at_once(*(partial(enter, str(number) * 32) for number in range(4)))
    assert found.count(Entered("scooters", used=True)) == 1
    assert [type(each) for each in found].count(InvitationUsed) == 3
    with database.read() as session:
        assert used(session) == len(session.exec(select(Participant)).all()) == 1


def test_the_same_person_twice_at_the_same_moment_comes_in_and_is_told_nothing_bad(
    database: Database, tenant: Tenant, codes: list[str]
) -> None:
    def enter() -> object:
        with database.write() as session:
            return use(session, tenant, codes[0])

    found = at_once(enter, enter)
    assert sorted(entered.used for entered in found if isinstance(entered, Entered)) == [False, True]


def test_nothing_that_is_kept_connects_a_code_with_whom_it_let_in(database: Database, tenant: Tenant, codes: list[str]) -> None:
    later = NOON + timedelta(hours=1, seconds=7)
    with database.write() as session:
        before = session.exec(select(Invitation).where(Invitation.code_sha256 == invitation_codes.digest(codes[1]))).one()
        before_columns = before.model_dump() | {"used": True}
        batch_before = session.exec(select(InvitationBatch)).one().model_dump()
        use(session, tenant, codes[1], now=later)
    with database.read() as session:
        row = session.exec(select(Invitation).where(Invitation.code_sha256 == invitation_codes.digest(codes[1]))).one()
        assert row.model_dump() == before_columns
        assert session.exec(select(InvitationBatch)).one().model_dump() == batch_before
        assert session.exec(select(Participant)).one().external_id is None
        assert not any("invitation" in e.action and e.at == later for e in session.exec(select(LedgerEntry)))


def test_only_hashes_of_codes_are_kept(database: Database, codes: list[str]) -> None:
    with database.read() as session:
        kept = str([row.model_dump() for row in session.exec(select(Invitation))])
        kept += str([row.model_dump() for row in session.exec(select(LedgerEntry))])
    assert not any(code in kept or invitation_codes.written(code) in kept for code in codes)


@pytest.mark.parametrize(
    ("late_by", "comes_in"), [(-timedelta(seconds=1), True), (timedelta(0), False), (timedelta(days=365), False)]
)
def test_a_batch_runs_out(database: Database, tenant: Tenant, admin: Staff, late_by: timedelta, comes_in: bool) -> None:
    ends = NOON + timedelta(days=7)
    with database.write() as session:
        (code,) = make(session, admin, 1, expires_at=ends).codes
        if comes_in:
            assert use(session, tenant, code, now=ends + late_by).used
        else:
            with pytest.raises(InvitationExpired):
                use(session, tenant, code, now=ends + late_by)
            assert used(session) == 0


def test_withdrawing_ends_the_unused_codes_and_whoever_is_in_stays(
    database: Database, tenant: Tenant, admin: Staff, codes: list[str]
) -> None:
    with database.write() as session:
        use(session, tenant, codes[0])
        for _ in range(2):
            invitations.withdraw(session, staff=admin, slug="scooters", batch=1, now=NOON)
        with pytest.raises(InvitationWithdrawn):
            use(session, tenant, codes[1], KAI)
        assert not use(session, tenant, codes[1]).used
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        (batch,) = invitations.of_conversation(session, 1, NOON)
        assert (batch.size, batch.used, batch.state) == (3, 1, "withdrawn")
        entries = ledger.newest(session, tenant.id, limit=2)
        assert [entry.action for entry in entries] == ["invitations.withdrawn", "invitations.made"]
        assert entries[1].facts == {"batch": 1, "invitations": 3}


def test_a_code_of_another_conversation_is_told_and_not_used_up(
    database: Database, tenant: Tenant, admin: Staff, codes: list[str]
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "parks", **INVITED)
        with pytest.raises(InvitationElsewhere) as refusal:
            use(session, tenant, codes[0], slug="parks")
        assert refusal.value.facts["slug"] == "scooters"
        assert use(session, tenant, codes[0], slug="scooters").used


def test_another_municipality_does_not_know_the_code(
    database: Database, tenant: Tenant, other_tenant: Tenant, codes: list[str]
) -> None:
    with database.write() as session:
        for code in (codes[0], invitation_codes.new()):
            with pytest.raises(InvitationUnknown):
                use(session, other_tenant, code)
            with pytest.raises(InvitationUnknown):
                invitations.conversation_of(session, other_tenant.id, code, None, NOON)
        assert used(session) == 0


def test_a_closed_conversation_takes_no_code(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "over", closes_at=NOON, **INVITED)
        (code,) = make(session, admin, 1, slug="over").codes
        with pytest.raises(ConversationClosed):
            use(session, tenant, code)
        assert used(session) == 0


def test_where_codes_are_not_asked_for_none_is_used_up(
    database: Database, tenant: Tenant, admin: Staff, codes: list[str]
) -> None:
    with database.write() as session:
        joining.change(session, staff=admin, slug="scooters", rule=joining.Rule(Joining.OPEN), now=NOON)
        assert not use(session, tenant, codes[0]).used
        joining.change(session, staff=admin, slug="scooters", rule=joining.Rule(Joining.SIGN_IN), now=NOON)
        with pytest.raises(SignInNeeded):
            use(session, tenant, codes[0])
        assert used(session) == len(session.exec(select(Person)).all()) == 0


def test_whoever_was_excluded_does_not_come_back_with_another_code(
    database: Database, tenant: Tenant, admin: Staff, codes: list[str]
) -> None:
    with database.write() as session:
        use(session, tenant, codes[0])
        row = session.exec(select(Participant)).one()
        row.banned_at, row.ban_reason = NOON, Reason.SPAM
        session.add(row)
        session.flush()
        with pytest.raises(ParticipantBanned):
            use(session, tenant, codes[1])
        assert used(session) == 1
        assert exclusions.of_person(session, tenant.id, MEI, "en")


# Making


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": " \n"}, BatchUnnamed),
        ({"size": 0}, BatchSizeInvalid),
        ({"size": -1}, BatchSizeInvalid),
        ({"size": 5001}, BatchSizeInvalid),
        ({"expires_at": NOON}, BatchExpired),
        ({"slug": "nowhere"}, NotFound),
    ],
)
def test_a_batch_that_cannot_be_is_refused(
    database: Database, admin: Staff, fields: dict[str, object], refusal: type[Exception]
) -> None:
    with database.write() as session:
        with pytest.raises(refusal):
            make(session, admin, **fields)  # type: ignore[arg-type]
        assert session.exec(select(InvitationBatch)).all() == []


def test_a_name_is_given_once(database: Database, admin: Staff, codes: list[str]) -> None:
    with database.write() as session, pytest.raises(BatchNameTaken):
        make(session, admin, name=" letter ")


def test_the_largest_batch_is_made_and_all_of_it_works(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        made = make(session, admin, invitations.LARGEST_BATCH)
        assert len(set(made.codes)) == 5000
        assert invitations.check_codes(session, municipality_id=tenant.id, slug="scooters", typed=made.codes) == made.codes
        assert use(session, tenant, made.codes[-1]).used


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_administrators_make_and_withdraw(database: Database, tenant: Tenant, codes: list[str], role: Role) -> None:
    with database.write() as session:
        staff = make_staff(session, tenant, role)
        with pytest.raises(Forbidden):
            make(session, staff, name="Mine")
        with pytest.raises(Forbidden):
            invitations.withdraw(session, staff=staff, slug="scooters", batch=1, now=NOON)


def test_a_batch_of_another_conversation_is_not_found(
    database: Database, tenant: Tenant, other_tenant: Tenant, admin: Staff, codes: list[str]
) -> None:
    with database.write() as session:
        make_conversation(session, tenant, "parks", **INVITED)
        stranger = make_staff(session, other_tenant, Role.ADMIN)
        for staff, slug, batch in ((admin, "parks", 1), (admin, "scooters", 2), (stranger, "scooters", 1)):
            with pytest.raises(NotFound):
                invitations.withdraw(session, staff=staff, slug=slug, batch=batch, now=NOON)
        for municipality, slug in ((tenant, "parks"), (other_tenant, "scooters")):
            with pytest.raises((CodesForeign, NotFound)):
                invitations.check_codes(session, municipality_id=municipality.id, slug=slug, typed=codes)
        for typed in ([], [*codes, invitation_codes.new()]):
            with pytest.raises(CodesForeign):
                invitations.check_codes(session, municipality_id=tenant.id, slug="scooters", typed=typed)
