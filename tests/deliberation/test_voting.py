from datetime import timedelta

import pytest
from sqlmodel import Session, select

from deliberation import participants, voting
from deliberation.errors import NotFound
from deliberation.errors.conversations import ConversationClosed, ConversationNotOpen
from deliberation.errors.statements import ParticipantBanned, StatementNotVotable
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Participant, Vote, VoteEvent
from deliberation.values import Choice, Reason, Stage, StatementState
from deliberation.voting import Earlier
from tests.support.make import NOON, answer, make_conversation, make_statement

MEI = "mei" * 4
KAI = "kai" * 4


def votes(session: Session) -> list[tuple[int, int]]:
    return [(v.statement_id, v.choice) for v in session.exec(select(Vote).order_by(Vote.statement_id))]


def events(session: Session) -> list[int | None]:
    return [e.choice for e in session.exec(select(VoteEvent).order_by(VoteEvent.id))]


@pytest.mark.parametrize("choice", list(Choice))
def test_an_answer_is_kept_and_counted(database: Database, tenant: Tenant, choice: Choice) -> None:
    with database.write() as session:
        statement = make_statement(session, make_conversation(session, tenant))
        ballot = answer(session, tenant, "scooters", MEI, 1, choice)
        assert votes(session) == [(statement.id, choice)]
        assert events(session) == [choice]
        assert (ballot.answered, ballot.total, ballot.card) == (1, 1, None)


def test_answering_again_replaces_the_answer_and_keeps_both_events(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        statement = make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        answer(session, tenant, "scooters", MEI, 1, Choice.PASS)
        assert votes(session) == [(statement.id, Choice.PASS)]
        assert events(session) == [Choice.AGREE, Choice.PASS]


def test_the_same_ballot_with_the_same_choice_changes_nothing(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        for _ in range(3):
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, ballot="b1")
        assert events(session) == [Choice.AGREE]


def test_the_same_ballot_with_another_choice_is_a_changed_vote(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        statement = make_statement(session, make_conversation(session, tenant))
        for choice in (Choice.AGREE, Choice.DISAGREE, Choice.AGREE):
            answer(session, tenant, "scooters", MEI, 1, choice, ballot="b1")
        assert votes(session) == [(statement.id, Choice.AGREE)]
        assert events(session) == [Choice.AGREE, Choice.DISAGREE, Choice.AGREE]


def test_an_old_ballot_that_arrives_again_does_not_overrule_a_newer_one(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        statement = make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, ballot="old")
        answer(session, tenant, "scooters", MEI, 1, Choice.DISAGREE, ballot="new")
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, ballot="old")
        assert votes(session) == [(statement.id, Choice.DISAGREE)]


def test_a_withdrawn_vote_is_gone_and_its_card_comes_back(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(5):
            make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 3, Choice.AGREE)
        ballot = answer(session, tenant, "scooters", MEI, 3, None)
        assert votes(session) == []
        assert events(session) == [Choice.AGREE, None]
        assert ballot.card is not None
        assert (ballot.card.number, ballot.answered) == (3, 0)


def test_a_card_that_comes_back_says_what_was_said_of_it(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        kept = make_statement(session, conversation)
        make_statement(session, conversation, state=StatementState.MERGED, merged_into_id=kept.id)
        known = {"municipality_id": tenant.id, "slug": "scooters", "person": MEI, "number": 1}
        assert voting.ballot(session, **known).earlier is None
        answer(session, tenant, "scooters", MEI, 1, Choice.DISAGREE, important=True)
        assert voting.ballot(session, **known).earlier == Earlier(Choice.DISAGREE, important=True, counts=True)
        taken_back = Earlier(Choice.DISAGREE, important=True, counts=False)
        assert answer(session, tenant, "scooters", MEI, 2, None).earlier == taken_back
        assert voting.ballot(session, **known).earlier == taken_back
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, important=True)
        mine = voting.my_votes(session, municipality_id=tenant.id, slug="scooters", person=MEI)
        assert [(vote.choice, vote.important) for vote in mine] == [(Choice.AGREE, True)]
        assert voting.answers(session, municipality_id=tenant.id, slug="scooters", person=MEI) == {1: Choice.AGREE}


def test_no_cards_are_handed_out_for_a_conversation_that_takes_no_votes(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, closes_at=NOON))
        with pytest.raises(ConversationClosed):
            voting.hand(session, municipality_id=tenant.id, slug="scooters", person=MEI, held=[], now=NOON)


def test_withdrawing_what_was_never_said_writes_nothing(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        answer(session, tenant, "scooters", MEI, 1, None)
        assert events(session) == []


def test_every_statement_is_offered_once_until_none_is_left(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(12):
            make_statement(session, conversation)
        ballot = voting.ballot(session, municipality_id=tenant.id, slug="scooters", person=MEI)
        seen = []
        while ballot.card:
            seen.append(ballot.card.number)
            ballot = answer(session, tenant, "scooters", MEI, ballot.card.number, Choice.PASS)
        assert sorted(seen) == list(range(1, 13))
        assert ballot.answered == ballot.total == 12


@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(days=1)])
def test_a_closed_conversation_refuses_answers(database: Database, tenant: Tenant, late_by: timedelta) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, closes_at=NOON))
        with pytest.raises(ConversationClosed):
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, now=NOON + late_by)
        assert votes(session) == []


@pytest.mark.parametrize("fields", [{"opens_at": NOON + timedelta(seconds=1)}, {"stage": Stage.PROPOSAL}])
def test_a_conversation_that_has_not_opened_refuses_answers(
    database: Database, tenant: Tenant, fields: dict[str, object]
) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant, **fields))
        with pytest.raises(ConversationNotOpen):
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        assert votes(session) == []


@pytest.mark.parametrize("state", [StatementState.PENDING, StatementState.REJECTED])
def test_only_accepted_statements_take_votes(database: Database, tenant: Tenant, state: StatementState) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant), state=state)
        with pytest.raises(StatementNotVotable):
            answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        assert votes(session) == []


def test_a_vote_for_a_merged_statement_counts_for_the_one_it_leads_to(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        kept = make_statement(session, conversation)
        make_statement(session, conversation, state=StatementState.MERGED, merged_into_id=kept.id)
        ballot = answer(session, tenant, "scooters", MEI, 2, Choice.DISAGREE)
        assert votes(session) == [(kept.id, Choice.DISAGREE)]
        assert (ballot.answered, ballot.total) == (1, 1)


def test_a_banned_participant_is_refused_with_the_reason(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        member = session.exec(select(Participant).where(Participant.person_id == MEI)).one()
        member.banned_at, member.ban_reason = NOON, Reason.SPAM
        session.add(member)
        session.flush()
        with pytest.raises(ParticipantBanned) as refusal:
            answer(session, tenant, "scooters", MEI, 1, Choice.PASS)
        assert refusal.value.facts == {"reason": Reason.SPAM}


def test_another_municipality_has_no_such_conversation(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        make_statement(session, make_conversation(session, tenant))
        with pytest.raises(NotFound):
            answer(session, other_tenant, "scooters", MEI, 1, Choice.AGREE)
        with pytest.raises(NotFound):
            voting.ballot(session, municipality_id=other_tenant.id, slug="scooters", person=MEI)
        assert voting.my_conversations(session, municipality_id=other_tenant.id, person=MEI, locale="en") == []


def test_my_votes_lists_mine_and_nobody_elses(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(3):
            make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE)
        answer(session, tenant, "scooters", MEI, 2, Choice.PASS, now=NOON + timedelta(minutes=1))
        answer(session, tenant, "scooters", KAI, 3, Choice.DISAGREE)
        mine = voting.my_votes(session, municipality_id=tenant.id, slug="scooters", person=MEI)
        assert [(vote.number, vote.choice) for vote in mine] == [(2, Choice.PASS), (1, Choice.AGREE)]


def test_a_person_is_one_participant_per_conversation(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        first = make_conversation(session, tenant)
        second = make_conversation(session, tenant, "bins")
        joined = [
            participants.join(session, municipality_id=tenant.id, conversation_id=c.id or 0, person=MEI, now=NOON)
            for c in (first, first, second)
        ]
        assert joined[0] == joined[1] != joined[2]
