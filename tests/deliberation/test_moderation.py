from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from deliberation import conversations, decks, exclusions, ledger, ledger_chain, likeness, moderation, queues, statements, voting
from deliberation.accounts import Staff
from deliberation.decisions import Decided
from deliberation.errors import Conflict, Forbidden, NotFound
from deliberation.errors.moderation import (
    DecidedMeanwhile,
    DecidedSoAlready,
    MergeIntoItself,
    MergeTargetNotAccepted,
    MergeTargetUnknown,
    NoAuthor,
    NotTheNewestDecision,
    UndoneAlready,
    UndoWouldCircle,
)
from deliberation.errors.statements import ParticipantBanned
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, ModerationDecision, Participant, Statement, Vote
from deliberation.values import Choice, DecisionKind, ModerationMode, Reason, Role, StatementState
from tests.support.at_once import at_once
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement

MEI = "mei" * 4
KAI = "kai" * 4
LATER = NOON + timedelta(hours=1)
PENDING, ACCEPTED, REJECTED, MERGED = (
    StatementState.PENDING,
    StatementState.ACCEPTED,
    StatementState.REJECTED,
    StatementState.MERGED,
)


@pytest.fixture
def staff(database: Database, tenant: Tenant) -> Staff:
    with database.write() as session:
        make_conversation(session, tenant)
        return make_staff(session, tenant)


def put(session: Session, tenant: Tenant, *states: StatementState) -> list[Statement]:
    row = conversations.get(session, tenant.id, "scooters")
    return [make_statement(session, row, state=state) for state in states]


def share(session: Session, tenant: Tenant, text: str, person: str = MEI) -> int:
    return statements.share(
        session, municipality_id=tenant.id, slug="scooters", person=person, text=text, language="en", now=NOON
    ).number


def get(session: Session, tenant: Tenant, number: int) -> Statement:
    return statements.get(session, tenant.id, "scooters", number)


def version(session: Session) -> int:
    return session.exec(select(Conversation.version)).one()


def accept(session: Session, staff: Staff, number: int, **more: Any) -> Decided:
    return moderation.accept(session, staff=staff, slug="scooters", number=number, now=LATER, **more)


def reject(session: Session, staff: Staff, number: int, reason: Reason = Reason.OFF_TOPIC, **more: Any) -> Decided:
    return moderation.reject(session, staff=staff, slug="scooters", number=number, reason=reason, now=LATER, **more)


def merge(session: Session, staff: Staff, number: int, into: int, **more: Any) -> Decided:
    return moderation.merge(session, staff=staff, slug="scooters", number=number, into=into, now=LATER, **more)


def undo(session: Session, staff: Staff, decision: Decided) -> Decided:
    return moderation.undo(session, staff=staff, decision=decision.id, now=LATER)


def ban(session: Session, staff: Staff, number: int, **more: Any) -> Decided:
    return exclusions.ban(session, staff=staff, slug="scooters", number=number, reason=Reason.SPAM, now=LATER, **more)


def newest_entry(session: Session) -> LedgerEntry:
    return session.exec(select(LedgerEntry).order_by(col(LedgerEntry.sequence).desc())).first()


def test_an_accepted_statement_can_be_voted_on(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        before = version(session)
        accept(session, staff, 1)
    with database.write() as session:
        assert (get(session, tenant, 1).state, get(session, tenant, 1).decided_at) == (ACCEPTED, LATER)
        assert version(session) == before + 1
        assert answer(session, tenant, "scooters", MEI, 1, Choice.AGREE).answered == 1
        entry = newest_entry(session)
        assert (entry.actor, entry.action, entry.subject) == (staff.actor.name, "statement.accepted", "statement/scooters/1")
        assert entry.facts == {"from": "pending"}


def test_a_rejected_statement_keeps_reason_and_note_and_the_ledger_only_the_notes_seal(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        number = share(session, tenant, "Open the library at night.")
        reject(session, staff, number, note=" This is about the library. ")
        [mine] = statements.mine(session, tenant.id, MEI, "en")
        assert (mine.state, mine.reason, mine.note) == (REJECTED, Reason.OFF_TOPIC, "This is about the library.")
        entry, row = newest_entry(session), session.exec(select(ModerationDecision)).one()
        assert entry.facts == {
            "from": "pending",
            "reason": "off_topic",
            "note": ledger.sealed("This is about the library.", row.salt),
        }


@pytest.mark.parametrize("seen", [ACCEPTED, REJECTED, MERGED])
def test_a_decision_on_a_state_that_has_changed_meanwhile_changes_nothing(
    database: Database, tenant: Tenant, staff: Staff, seen: StatementState
) -> None:
    with database.write() as session:
        put(session, tenant, PENDING, ACCEPTED)
        for act in (
            lambda: accept(session, staff, 1, seen=seen),
            lambda: reject(session, staff, 1, seen=seen),
            lambda: merge(session, staff, 1, 2, seen=seen),
        ):
            with pytest.raises(DecidedMeanwhile):
                act()
        assert get(session, tenant, 1).state == PENDING
        assert session.exec(select(ModerationDecision)).all() == []


@pytest.mark.parametrize("act", [accept, reject, lambda session, staff, number: merge(session, staff, number, 2)])
def test_the_same_decision_twice_is_refused_and_recorded_once(
    database: Database, tenant: Tenant, staff: Staff, act: Callable[..., Decided]
) -> None:
    with database.write() as session:
        put(session, tenant, PENDING, ACCEPTED)
        act(session, staff, 1)
        with pytest.raises(Conflict):
            act(session, staff, 1)
        entries = ledger.count(session, tenant.id)
    with database.write() as session:
        with pytest.raises(DecidedMeanwhile):
            act(session, staff, 1)
        assert len(session.exec(select(ModerationDecision)).all()) == 1
        assert ledger.count(session, tenant.id) == entries


def test_deciding_what_stands_already_is_refused_and_another_reason_is_not(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED, PENDING)
        with pytest.raises(DecidedSoAlready):
            accept(session, staff, 1, seen=ACCEPTED)
        reject(session, staff, 2, note="a")
        with pytest.raises(DecidedSoAlready):
            reject(session, staff, 2, note="a ", seen=REJECTED)
        reject(session, staff, 2, Reason.SPAM, note="a", seen=REJECTED)
        assert get(session, tenant, 2).reason == Reason.SPAM


def test_an_accepted_statement_can_be_rejected_and_accepted_again(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED)
        reject(session, staff, 1, note="a", seen=ACCEPTED)
        accept(session, staff, 1, seen=REJECTED)
        row = get(session, tenant, 1)
        assert (row.state, row.reason, row.note) == (ACCEPTED, None, "")


def test_merged_votes_are_counted_for_the_other_statement_and_stay_where_they_are(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        rows = put(session, tenant, ACCEPTED, ACCEPTED)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        answer(session, tenant, "scooters", MEI, 2, Choice.DISAGREE)
        decision = merge(session, staff, 2, 1, seen=ACCEPTED)
        assert len(session.exec(select(Vote)).all()) == 2
        deck = decks.current(session, rows[0].conversation_id, version(session))
        assert deck.leads_to == {rows[1].id: rows[0].id}
        assert voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=MEI).answered == 1
        assert answer(session, tenant, "scooters", KAI, 2, Choice.PASS).said == voting.Said(1, Choice.PASS)
        assert newest_entry(session).facts == {"from": "accepted", "into": 1}
        undo(session, staff, decision)
        ballot = voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=MEI)
        assert (ballot.answered, ballot.total) == (2, 2)


def test_merging_into_a_merged_statement_leads_to_its_end(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        first, second, third = put(session, tenant, ACCEPTED, ACCEPTED, PENDING)
        merge(session, staff, 2, 1, seen=ACCEPTED)
        merge(session, staff, 3, 2)
        assert third.merged_into_id == first.id
        assert second.merged_into_id == first.id


def test_a_chain_of_merges_leads_to_the_last_one(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        first, second, third = put(session, tenant, ACCEPTED, ACCEPTED, ACCEPTED)
        merge(session, staff, 3, 2, seen=ACCEPTED)
        step = merge(session, staff, 2, 1, seen=ACCEPTED)
        deck = decks.current(session, first.conversation_id, version(session))
        assert deck.leads_to == {third.id: first.id, second.id: first.id}
        undo(session, staff, step)
        assert decks.current(session, first.conversation_id, version(session)).leads_to == {third.id: second.id}


@pytest.mark.parametrize(("number", "into"), [(1, 1), (1, 2), (1, 3)])
def test_nothing_is_merged_into_itself_or_in_a_circle(
    database: Database, tenant: Tenant, staff: Staff, number: int, into: int
) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED, ACCEPTED, ACCEPTED)
        merge(session, staff, 2, 1, seen=ACCEPTED)
        merge(session, staff, 3, 2, seen=ACCEPTED)
        with pytest.raises(MergeIntoItself):
            merge(session, staff, number, into, seen=ACCEPTED)


@pytest.mark.parametrize("state", [PENDING, REJECTED])
def test_nothing_is_merged_into_what_is_not_accepted(
    database: Database, tenant: Tenant, staff: Staff, state: StatementState
) -> None:
    with database.write() as session:
        put(session, tenant, state, PENDING)
        with pytest.raises(MergeTargetNotAccepted):
            merge(session, staff, 2, 1)


def test_nothing_is_merged_into_what_is_not_there_or_elsewhere(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        other = make_conversation(session, tenant, "pier")
        for _ in range(2):
            make_statement(session, other)
        with pytest.raises(MergeTargetUnknown):
            merge(session, staff, 1, 2)


@pytest.mark.parametrize("state", [PENDING, ACCEPTED, REJECTED, MERGED])
def test_undoing_restores_everything_that_stood_before(
    database: Database, tenant: Tenant, staff: Staff, state: StatementState
) -> None:
    with database.write() as session:
        target, row = put(session, tenant, ACCEPTED, state)
        row.decided_at, row.note = NOON, "before"
        row.reason = Reason.SPAM if state in {REJECTED, MERGED} else None
        row.merged_into_id = target.id if state == MERGED else None
        session.add(row)
        session.flush()
        before = row.model_dump()
        step = reject(session, staff, 2, note="after", seen=state)
        assert row.model_dump() != before
        touched = version(session)
        undo(session, staff, step)
        assert row.model_dump() == before
        assert version(session) == touched + 1
        assert newest_entry(session).facts == {"undone": "statement.rejected", "state": state.value}


def test_undoing_goes_back_step_by_step_and_every_step_once(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        [row] = put(session, tenant, PENDING)
        first = accept(session, staff, 1)
        second = reject(session, staff, 1, seen=ACCEPTED)
        with pytest.raises(NotTheNewestDecision):
            undo(session, staff, first)
        undone = undo(session, staff, second)
        assert row.state == ACCEPTED
        with pytest.raises(UndoneAlready):
            undo(session, staff, second)
        with pytest.raises(NotFound):
            undo(session, staff, undone)
        undo(session, staff, first)
        assert row.state == PENDING
        assert [d.kind for d in session.exec(select(ModerationDecision).order_by(col(ModerationDecision.id)))] == [
            DecisionKind.ACCEPT,
            DecisionKind.REJECT,
            DecisionKind.UNDO,
            DecisionKind.UNDO,
        ]


def test_an_undoing_that_would_close_a_circle_is_refused(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        first, second = put(session, tenant, ACCEPTED, ACCEPTED)
        merge(session, staff, 1, 2, seen=ACCEPTED)
        apart = accept(session, staff, 1, seen=MERGED)
        merge(session, staff, 2, 1, seen=ACCEPTED)
        with pytest.raises(UndoWouldCircle):
            undo(session, staff, apart)
        assert (first.merged_into_id, second.merged_into_id) == (None, first.id)


def test_whoever_is_excluded_says_nothing_more_and_what_they_said_stays(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED)
        number, other = share(session, tenant, "Buy now."), share(session, tenant, "Buy more.")
        touched = version(session)
        ban(session, staff, number, note="Sent again and again.")
        assert version(session) == touched + 1
        with pytest.raises(ParticipantBanned):
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        with pytest.raises(ParticipantBanned):
            share(session, tenant, "Buy again.")
        assert [get(session, tenant, n).state for n in (number, other)] == [PENDING, PENDING]
        [known] = exclusions.of_person(session, tenant.id, MEI, "en")
        assert (known.slug, known.reason, known.note, known.since) == (
            "scooters",
            Reason.SPAM,
            "Sent again and again.",
            LATER,
        )
        assert exclusions.of_person(session, tenant.id, KAI, "en") == exclusions.of_person(session, tenant.id, None, "en") == []


def test_the_ledger_tells_of_an_exclusion_without_telling_whose(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        number = share(session, tenant, "Buy now.")
        step = ban(session, staff, number)
        entry, row = newest_entry(session), session.get_one(ModerationDecision, step.id)
        assert entry.subject == "conversation/scooters"
        assert entry.facts == {"reason": "spam", "participant": ledger.sealed(f"participant/{row.participant_id}", row.salt)}
        undo(session, staff, step)
        again = newest_entry(session)
        assert again.facts == {"undone": "participant.banned", "participant": entry.facts["participant"]}


def test_an_author_can_be_let_in_again_and_that_can_be_undone(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        number = share(session, tenant, "Buy now.")
        ban(session, staff, number)
        with pytest.raises(DecidedSoAlready):
            ban(session, staff, number)
        step = exclusions.unban(session, staff=staff, slug="scooters", number=number, now=LATER)
        with pytest.raises(DecidedSoAlready):
            exclusions.unban(session, staff=staff, slug="scooters", number=number, now=LATER)
        author = session.exec(select(Participant)).one()
        assert (author.banned_at, author.ban_reason) == (None, None)
        undo(session, staff, step)
        assert (author.banned_at, author.ban_reason) == (LATER, Reason.SPAM)


def test_excluding_an_author_and_deciding_about_the_statement_are_undone_apart(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        number = share(session, tenant, "Buy now.")
        rejected = reject(session, staff, number)
        ban(session, staff, number)
        undo(session, staff, rejected)
        assert get(session, tenant, number).state == PENDING
        assert session.exec(select(Participant.banned_at)).one() == LATER


def test_a_statement_of_the_municipality_has_no_author_to_exclude(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED)
        with pytest.raises(NoAuthor):
            ban(session, staff, 1)


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRANSLATOR, Role.CLERK])
def test_other_roles_decide_nothing(database: Database, tenant: Tenant, staff: Staff, role: Role) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        step = reject(session, staff, 1)
        other = replace(staff, role=role)
        for act in (
            lambda: accept(session, other, 1, seen=REJECTED),
            lambda: ban(session, other, 1),
            lambda: undo(session, other, step),
        ):
            with pytest.raises(Forbidden):
                act()


def test_another_municipality_decides_nothing_and_sees_nothing(
    database: Database, tenant: Tenant, other_tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        step = reject(session, staff, 1)
        put(session, tenant, PENDING)
        foreign = make_staff(session, other_tenant)
        for act in (
            lambda: accept(session, foreign, 2),
            lambda: ban(session, foreign, 2),
            lambda: undo(session, foreign, step),
            lambda: queues.one(session, other_tenant.id, "en", "scooters", 2),
            lambda: queues.by_state(session, other_tenant.id, "en", "scooters", PENDING),
            lambda: queues.waiting(session, other_tenant.id, "en", "scooters"),
        ):
            with pytest.raises(NotFound):
                act()
        found = queues.waiting(session, other_tenant.id, "en")
        assert (found.items, found.conversations, found.total) == ([], [], 0)
        assert queues.decided(session, other_tenant.id, "en") == []
        assert queues.pending(session, other_tenant.id) == 0


def test_the_queue_shows_the_oldest_first_page_by_page_whatever_is_decided_meanwhile(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        put(session, tenant, *[PENDING] * (queues.PAGE + 3))
        other = make_conversation(session, tenant, "pier")
        make_statement(session, other, state=PENDING, created_at=NOON - timedelta(days=1))
        first = queues.waiting(session, tenant.id, "en")
        assert [(i.slug, i.number) for i in first.items] == [("pier", 1)] + [("scooters", n) for n in range(1, queues.PAGE)]
        assert (first.total, {w.slug: w.count for w in first.conversations}) == (24, {"pier": 1, "scooters": 23})
        for item in first.items[1:]:
            accept(session, staff, item.number)
        second = queues.waiting(session, tenant.id, "en", after=first.after)
        assert ([i.number for i in second.items], second.after) == ([20, 21, 22, 23], None)
        only = queues.waiting(session, tenant.id, "en", "pier")
        assert ([i.number for i in only.items], only.total) == ([1], 1)


@pytest.mark.parametrize("mark", ["", "x", "scooters.", "scooters.9", "scooters.x", "elsewhere.1", "scooters." + "9" * 30])
def test_a_page_that_follows_nothing_is_not_there(database: Database, tenant: Tenant, staff: Staff, mark: str) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        with pytest.raises(NotFound):
            queues.waiting(session, tenant.id, "en", after=mark)


def test_statements_that_look_alike_are_offered_the_nearest_first(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        row = conversations.get(session, tenant.id, "scooters")
        make_statement(session, row, "Helmets should be compulsory for everyone on a scooter.")
        make_statement(session, row, "Parked scooters must leave room for wheelchairs and prams.")
        make_statement(session, row, "Parked scooters must leave enough room for wheelchairs.", state=REJECTED)
        number = share(session, tenant, "Parked scooters must always leave room for wheelchairs!")
        assert [alike.number for alike in queues.one(session, tenant.id, "en", "scooters", number).alike] == [2]


def test_what_can_be_undone_is_marked_in_the_list_of_decisions(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)
        first = accept(session, staff, 1)
        second = reject(session, staff, 1, seen=ACCEPTED)
        found = queues.decided(session, tenant.id, "en")
        assert [(d.id, d.can_be_undone, d.undone, d.by) for d in found] == [
            (second.id, True, False, staff.email),
            (first.id, False, False, staff.email),
        ]
        undo(session, staff, second)
        found = queues.decided(session, tenant.id, "en")
        assert [(d.can_be_undone, d.undone) for d in found] == [(False, True), (True, False)]


def test_in_a_conversation_that_is_moderated_afterwards_a_rejected_statement_leaves_the_ballot(
    database: Database, tenant: Tenant, staff: Staff
) -> None:
    with database.write() as session:
        row = conversations.get(session, tenant.id, "scooters")
        row.moderation = ModerationMode.POST
        session.add(row)
        number = share(session, tenant, "Buy now.")
        assert voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=KAI).total == 1
        reject(session, staff, number)
        assert voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=KAI).total == 0


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("自転車レーンを走るべきです", "自転車レーンだけを走るべきだ", "公園にベンチを増やしてください"),
        ("Scooters belong on the road", "A scooter belongs on the road", "Open the library at night"),
        ("킥보드는 차도로 다녀야 합니다", "킥보드는 차도로만 다녀야 해요", "도서관을 밤에도 열어 주세요"),
        ("สกู๊ตเตอร์ควรวิ่งบนถนน", "สกู๊ตเตอร์ควรวิ่งบนถนนเท่านั้น", "เปิดห้องสมุดตอนกลางคืน"),
    ],
)
def test_likeness_works_in_every_script(text: str, same: str, other: str) -> None:
    assert likeness.nearest({1: {"x": text}}, {1: {"x": text}, 2: {"x": other}, 3: {"x": same}})[1] == [3]


def test_texts_without_letters_and_without_company_are_like_nothing() -> None:
    assert likeness.nearest({1: {"en": "…"}}, {2: {"ja": "…"}}) == {1: []}
    assert likeness.nearest({1: {"en": "a"}}, {}) == {1: []}
    assert likeness.nearest({}, {1: {"en": "a"}}) == {}


def test_of_two_moderators_at_once_one_decides(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, PENDING)

    def deciding(act: Callable[..., Decided]) -> Callable[[], object]:
        def run() -> object:
            with database.write() as session:
                return act(session, staff, 1)

        return run

    found = at_once(deciding(accept), deciding(reject), deciding(accept))
    assert sorted(type(each).__name__ for each in found) == ["Decided", "DecidedMeanwhile", "DecidedMeanwhile"]
    with database.read() as session:
        assert len(session.exec(select(ModerationDecision)).all()) == 1
        assert ledger_chain.examine(ledger.entries(session, tenant.id)).fault is None


def test_two_moderators_at_once_close_no_circle(database: Database, tenant: Tenant, staff: Staff) -> None:
    with database.write() as session:
        put(session, tenant, ACCEPTED, ACCEPTED)

    def merging(number: int, into: int) -> Callable[[], object]:
        def run() -> object:
            with database.write() as session:
                return merge(session, staff, number, into, seen=ACCEPTED)

        return run

    found = at_once(merging(1, 2), merging(2, 1))
    assert sorted(type(each).__name__ for each in found) == ["Decided", "MergeIntoItself"]
