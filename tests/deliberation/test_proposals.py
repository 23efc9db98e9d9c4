"""Topics that residents propose, from the first word to a conversation."""

from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import places, proposal_list, proposals, translations
from deliberation.accounts import Staff
from deliberation.administration import Rules
from deliberation.errors import Forbidden, NotFound, Refusal
from deliberation.errors.moderation import DecidedMeanwhile
from deliberation.errors.proposals import (
    ProposalDeclinedWithoutReason,
    ProposalDuplicate,
    ProposalEmpty,
    ProposalNotOpenable,
    ProposalNotSupportable,
    ProposalTalkedAbout,
    ProposalTooLong,
    ProposalWhyTooLong,
    ProposalWithoutWords,
)
from deliberation.municipalities import Tenant
from deliberation.proposal_list import Proposed, Wanted
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import LedgerEntry, Proposal, ProposalSupport
from deliberation.values import Interest, ModerationMode, ProposalState, Provenance, Reason, Role, Translatable
from tests.support.make import NOON, make_conversation, make_staff

MEI, KIM = "m" * 32, "k" * 32


@pytest.fixture
def moderator(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant)


@pytest.fixture
def admin(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        return make_staff(session, tenant, Role.ADMIN)


def propose(session: Session, tenant: Tenant, topic: str = "More buses at night", person: str = MEI, **fields: Any) -> int:
    fields = {"why": "", "language": "en", "interest": None, "area": None} | fields
    return proposals.propose(session, municipality_id=tenant.id, person=person, topic=topic, now=NOON, **fields)


def accepted(database: Database, tenant: Tenant, moderator: Staff, topic: str = "More buses at night", **fields: Any) -> int:
    with database.write() as session:
        number = propose(session, tenant, topic, **fields)
        proposals.accept(session, staff=moderator, number=number, seen=ProposalState.PENDING, now=NOON)
    return number


def support(database: Database, tenant: Tenant, number: int, person: str = KIM) -> None:
    with database.write() as session:
        proposals.support(session, municipality_id=tenant.id, number=number, person=person, now=NOON)


def listed(database: Database, tenant: Tenant, person: str | None = None, locale: str = "en", **wanted: Any) -> list[Proposed]:
    with database.read() as session:
        return list(proposal_list.look(session, tenant.id, Wanted(**wanted), locale=locale, person=person).proposals)


def one(database: Database, tenant: Tenant, number: int, person: str | None = None) -> Proposed:
    with database.read() as session:
        return proposal_list.one(session, tenant.id, number, locale="en", person=person)


RULES = Rules("More buses at night", "Why.", "en", ModerationMode.PRE, 140, None, None)


def open_it(database: Database, admin: Staff, number: int, slug: str = "buses") -> None:
    with database.write() as session:
        proposals.open_as(session, staff=admin, number=number, slug=slug, rules=RULES, seeds=["A first one."], now=NOON)


def test_a_proposal_waits_unseen_and_its_author_supports_it(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        number = propose(session, tenant, "  More\u202e buses\n at night ", why="Late work.\n\n\nLong  ways.")
    assert listed(database, tenant) == []
    with pytest.raises(NotFound):
        one(database, tenant, number, KIM)
    mine = one(database, tenant, number, MEI)
    assert (mine.topic.text, mine.why and mine.why.text) == ("More buses at night", "Late work.\n\nLong ways.")
    assert (mine.state, mine.support, mine.is_supported, mine.is_mine) == (ProposalState.PENDING, 1, True, True)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"topic": " \u200b "}, ProposalEmpty),
        ({"topic": "🚌🚌!"}, ProposalWithoutWords),
        ({"topic": "あ" * 141}, ProposalTooLong),
        ({"topic": "Buses", "why": "x" * 1001}, ProposalWhyTooLong),
        ({"topic": "Buses", "area": "nowhere"}, NotFound),
    ],
)
def test_what_nobody_could_support_is_refused(
    database: Database, tenant: Tenant, fields: dict[str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal), database.write() as session:
        propose(session, tenant, **fields)
    with database.read() as session:
        assert session.exec(select(Proposal)).all() == []


def test_the_longest_topic_is_counted_as_people_count(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        assert propose(session, tenant, "ก" + "กำ" * 139) == 1


def test_the_same_topic_is_led_to_what_says_it_already(database: Database, tenant: Tenant, moderator: Staff) -> None:
    number = accepted(database, tenant, moderator)
    with pytest.raises(ProposalDuplicate) as seen, database.write() as session:
        propose(session, tenant, "MORE ｂｕｓｅｓ, at night!", KIM)
    assert seen.value.facts["number"] == number
    with database.write() as session:
        propose(session, tenant, "Shade at the stops")
    with pytest.raises(ProposalDuplicate) as unseen, database.write() as session:
        propose(session, tenant, "Shade at the stops?", KIM)
    assert unseen.value.facts["number"] is None
    with database.write() as session:
        make_conversation(session, tenant)
    with pytest.raises(ProposalTalkedAbout) as talked, database.write() as session:
        propose(session, tenant, "Rules for shared E-Scooters")
    assert talked.value.facts["slug"] == "scooters"


def test_support_counts_each_person_once_and_can_be_taken_back(database: Database, tenant: Tenant, moderator: Staff) -> None:
    number = accepted(database, tenant, moderator)
    for _ in range(2):
        support(database, tenant, number)
    assert one(database, tenant, number, KIM).support == 2
    with database.write() as session:
        proposals.withdraw(session, municipality_id=tenant.id, number=number, person=KIM, now=NOON)
    assert (one(database, tenant, number, KIM).support, one(database, tenant, number, KIM).is_supported) == (1, False)


def test_what_waits_or_was_declined_cannot_be_supported(database: Database, tenant: Tenant, moderator: Staff) -> None:
    with database.write() as session:
        number = propose(session, tenant)
    with pytest.raises(NotFound):
        support(database, tenant, number)
    with database.write() as session:
        proposals.decline(
            session,
            staff=moderator,
            number=number,
            reason=Reason.OFF_TOPIC,
            note=" Ask the state. ",
            seen=ProposalState.PENDING,
            now=NOON,
        )
    with pytest.raises(NotFound):
        support(database, tenant, number)
    told = one(database, tenant, number, MEI)
    assert (told.state, told.reason, told.note) == (ProposalState.DECLINED, Reason.OFF_TOPIC, "Ask the state.")


def test_a_decision_needs_a_moderator_a_reason_and_the_state_that_was_seen(
    database: Database, tenant: Tenant, moderator: Staff
) -> None:
    number = accepted(database, tenant, moderator)
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL)
    with pytest.raises(Forbidden), database.write() as session:
        proposals.accept(session, staff=official, number=number, seen=ProposalState.SUPPORTABLE, now=NOON)
    with pytest.raises(DecidedMeanwhile), database.write() as session:
        proposals.accept(session, staff=moderator, number=number, seen=ProposalState.PENDING, now=NOON)
    with pytest.raises(ProposalDeclinedWithoutReason), database.write() as session:
        proposals.decline(session, staff=moderator, number=number, reason=None, note="", seen=ProposalState.SUPPORTABLE, now=NOON)


def test_the_list_begins_with_the_most_supported_and_narrows(
    database: Database, tenant: Tenant, moderator: Staff, admin: Staff
) -> None:
    with database.write() as session:
        places.add_area(session, staff=admin, slug="north", name="North", language="en", now=NOON)
    first = accepted(database, tenant, moderator, "First", interest=Interest.TRANSPORT)
    second = accepted(database, tenant, moderator, "Second", area="north")
    third = accepted(database, tenant, moderator, "Third", interest=Interest.TRANSPORT)
    support(database, tenant, second)
    assert [each.number for each in listed(database, tenant)] == [second, third, first]
    assert [each.number for each in listed(database, tenant, interest=Interest.TRANSPORT)] == [third, first]
    assert [each.number for each in listed(database, tenant, area="north")] == [second]
    assert listed(database, tenant, states=frozenset({ProposalState.OPENED})) == []


def test_a_proposal_is_read_in_the_readers_language(database: Database, tenant: Tenant, moderator: Staff) -> None:
    number = accepted(database, tenant, moderator, why="Late work.")
    with database.write() as session:
        key = identity(proposals.get(session, tenant.id, number))
        for subject, text in ((Translatable.PROPOSAL_TOPIC, "夜のバスを増やす"), (Translatable.PROPOSAL_WHY, "遅い仕事")):
            translations.put(
                session,
                municipality_id=tenant.id,
                subject=subject,
                subject_id=key,
                language="ja",
                text=text,
                provenance=Provenance.MACHINE,
            )
    (read,) = listed(database, tenant, locale="ja")
    assert (read.topic.text, read.topic.original) == ("夜のバスを増やす", "More buses at night")
    assert read.why is not None
    assert read.why.text == "遅い仕事"


def test_opening_makes_a_conversation_with_its_place_and_tells_its_supporters(
    database: Database, tenant: Tenant, moderator: Staff, admin: Staff
) -> None:
    number = accepted(database, tenant, moderator, interest=Interest.TRANSPORT)
    support(database, tenant, number)
    open_it(database, admin, number)
    told = one(database, tenant, number, KIM)
    assert told.opened is not None
    assert (told.state, told.opened.slug, told.is_supported) == (ProposalState.OPENED, "buses", True)
    with database.read() as session:
        row = proposals.get(session, tenant.id, number)
        assert row.conversation_id is not None
        belonging = places.of_conversations(session, tenant.id, [row.conversation_id], "en")[row.conversation_id]
        assert belonging.interests == [Interest.TRANSPORT]
        assert proposal_list.behind(session, row.conversation_id) == number
    with pytest.raises(ProposalNotSupportable):
        support(database, tenant, number, "n" * 32)
    with pytest.raises(ProposalNotOpenable):
        open_it(database, admin, number, "again")


def test_what_was_not_accepted_cannot_be_opened(database: Database, tenant: Tenant, admin: Staff) -> None:
    with database.write() as session:
        number = propose(session, tenant)
    with pytest.raises(ProposalNotOpenable):
        open_it(database, admin, number)


def test_the_ledger_holds_decisions_and_no_words(database: Database, tenant: Tenant, moderator: Staff, admin: Staff) -> None:
    open_it(database, admin, accepted(database, tenant, moderator))
    with database.write() as session:
        number = propose(session, tenant, "Cheaper fuel")
        proposals.decline(
            session,
            staff=moderator,
            number=number,
            reason=Reason.OFF_TOPIC,
            note="Ask the state.",
            seen=ProposalState.PENDING,
            now=NOON,
        )
    with database.read() as session:
        entries = session.exec(select(LedgerEntry).where(LedgerEntry.municipality_id == tenant.id)).all()
    told = [(entry.action, entry.subject, entry.facts) for entry in entries if entry.action.startswith("proposal.")]
    assert told == [
        ("proposal.accepted", "proposal/1", {}),
        ("proposal.opened", "proposal/1", {"conversation": "buses"}),
        ("proposal.declined", "proposal/2", {"reason": "off_topic"}),
    ]


def test_another_municipality_has_none_of_it(database: Database, tenant: Tenant, other_tenant: Tenant, moderator: Staff) -> None:
    number = accepted(database, tenant, moderator)
    with pytest.raises(NotFound):
        support(database, other_tenant, number)
    with pytest.raises(NotFound):
        one(database, other_tenant, number, MEI)
    assert listed(database, other_tenant) == []
    with database.read() as session:
        assert len(session.exec(select(ProposalSupport)).all()) == 1
