"""Erasing a person: what is gone, what stays, and that nothing leads back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from deliberation import (
    analyses,
    conversations,
    erasure,
    ledger,
    ledger_chain,
    participants,
    recovery,
    statements,
    subscriptions,
    voting,
)
from deliberation.erasure import Texts
from deliberation.errors.people import ErasureWithoutChoice, NothingToErase
from deliberation.errors.statements import StatementNotVotable
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import (
    Analysis,
    AnalysisWork,
    Conversation,
    Delivery,
    Identity,
    LedgerEntry,
    Participant,
    Proposal,
    ProposalSupport,
    Statement,
    Subscription,
    SubscriptionItem,
    Vote,
    VoteEvent,
)
from deliberation.values import LANGUAGES, Choice, Joining, ModerationMode, ProposalState, Role, StatementState
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.outcomes import analyse, make_reported, make_voted, publish, recommend

MEI = "scooters 3"
REMOVED = dict.fromkeys(LANGUAGES, "(gone)") | {"ja": "（削除）"}
AT = datetime(2026, 6, 2, 15, 4, 5, 678901, tzinfo=UTC)
"""A moment that nothing else in these tests shares."""
LATER = AT + timedelta(hours=3)


def erase(session: Session, tenant: Tenant, person: str = MEI, texts: Texts | None = Texts.KEEP) -> None:
    erasure.erase(session, municipality_id=tenant.id, person=person, texts=texts, removed=REMOVED, now=LATER)


def say(session: Session, tenant: Tenant, text: str = "Park them in rows.", slug: str = "scooters", person: str = MEI) -> int:
    return statements.share(
        session,
        municipality_id=tenant.id,
        slug=slug,
        person=person,
        text=text,
        language="en",
        submission="0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d",
        now=AT,
    ).number


def everything(session: Session) -> list[dict[str, Any]]:
    """All rows of all tables; compressed arrays as the numbers in them."""
    session.expunge_all()
    rows: list[dict[str, Any]] = []
    for table in SQLModel.metadata.sorted_tables:
        rows += [{"table": table.name, **row} for row in session.connection().execute(table.select()).mappings()]
    return rows


def participant_of(session: Session, person: str = MEI) -> Participant:
    return session.exec(select(Participant).where(Participant.person_id == person)).one()


def figures_of(database: Database, conversation: Conversation) -> dict[str, Any]:
    with database.read() as session:
        found = analyses.latest(session, conversations.identify(conversation))
        assert found is not None
        return found.result


def test_nothing_holds_the_person_the_contact_the_ballots_or_the_moments_any_more(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
        ballot = "5a0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d"
        answer(session, tenant, "scooters", MEI, 2, Choice.PASS, now=AT, ballot=ballot)
        say(session, tenant)
        mine = participant_of(session)
        subscriptions.ask(session, municipality_id=tenant.id, slug="scooters", email="mei@example.org", language="en", now=AT)
        follow = session.exec(select(Subscription)).one()
        session.add(SubscriptionItem(subscription_id=follow.id or 0, item="s/1", added_at=AT))
        subscriptions.confirm(session, municipality_id=tenant.id, token=follow.token, person=MEI, now=AT)
        session.add(
            Delivery(
                municipality_id=tenant.id,
                subscription_id=follow.id,
                recipient="mei@example.org",
                subject="News",
                text="",
                headers={},
                created_at=AT,
                due_at=AT,
            )
        )
        session.add(Identity(municipality_id=tenant.id, subject_hash="f" * 64, person_id=MEI, linked_at=AT))
        recovery.new_code(session, municipality_id=tenant.id, person=MEI, now=AT)
        proposal = Proposal(municipality_id=tenant.id, number=1, topic="Trees", language="en", author_id=MEI, created_at=AT)
        session.add(proposal)
        session.flush()
        session.add(ProposalSupport(proposal_id=proposal.id, person_id=MEI, supported_at=AT))
    analyse(database, conversation)
    with database.write() as session:
        erase(session, tenant)
    with database.read() as session:
        kept = everything(session)
        for row in kept:
            values = [str(value) for value in row.values()]
            for trace in (MEI, "mei@example.org", ballot, "0d0e6f3a-51a6-4f1e-9c4b-1d2f6a7b8c9d", "f" * 64):
                assert not any(trace in value for value in values), row
            assert AT not in row.values(), row
        assert all(row.get("participant_id") != mine.id and row.get("author_id") != mine.id for row in kept)
        ids = people_in_latest(session, conversation)
        assert mine.id not in ids
        assert ids == sorted(ids)
        assert [entry.facts for entry in session.exec(select(LedgerEntry).where(LedgerEntry.action == "person.erased"))] == [{}]
        assert ledger_chain.examine(ledger.entries(session, tenant.id)).fault is None


def people_in_latest(session: Session, conversation: Conversation) -> list[int]:
    from deliberation import people_arrays

    row = session.exec(
        select(Analysis)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(Analysis.conversation_id == conversation.id)
    ).one()
    return [int(number) for number in people_arrays.unpack(row.people).participant]


def test_counts_and_analyses_stay_what_they_were(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
    analyse(database, conversation)
    before, events = figures_of(database, conversation), count_events(database)
    with database.write() as session:
        erase(session, tenant)
    assert figures_of(database, conversation) == before
    assert count_events(database) == events
    with database.write() as session:  # one more vote, so that there is a new analysis
        answer(session, tenant, "scooters", "scooters 5", 1, Choice.AGREE, now=LATER)
    analyse(database, conversation, LATER)
    after = figures_of(database, conversation)
    shown = ("number", "agree", "disagree", "pass")
    assert [[s[k] for k in shown] for s in after["statements"]] == [[s[k] for k in shown] for s in before["statements"]]
    assert [(g["label"], g["size"]) for g in after["groups"]] == [(g["label"], g["size"]) for g in before["groups"]]


def count_events(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(VoteEvent.id)).all())


def test_among_merged_statements_the_newest_answer_still_counts(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        first, second = make_statement(session, conversation), make_statement(session, conversation)
        answer(session, tenant, "scooters", MEI, 2, Choice.DISAGREE, now=NOON)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, now=AT)
        second.state, second.merged_into_id = StatementState.MERGED, first.id
        session.add(second)
        session.flush()
        erase(session, tenant)
        newest = session.exec(select(Vote).order_by(col(Vote.voted_at).desc())).first()
        assert newest is not None
        assert (newest.statement_id, newest.choice) == (first.id, Choice.AGREE)
        assert newest.voted_at - timedelta(seconds=1) < NOON.replace(hour=0)


def test_the_events_go_to_the_end_so_that_their_place_tells_no_time(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        others = session.exec(select(VoteEvent.id).join(Participant).where(Participant.person_id != MEI)).all()
        erase(session, tenant)
        mine = session.exec(select(VoteEvent.id).join(Participant).where(col(Participant.person_id).is_(None))).all()
        assert min(mine) > max(others)


def test_an_author_has_to_say_what_becomes_of_the_texts(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        say(session, tenant)
        with pytest.raises(ErasureWithoutChoice):
            erase(session, tenant, texts=None)
        assert participant_of(session)


def test_a_kept_text_has_no_author(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        number = say(session, tenant)
        erase(session, tenant)
        row = statements.get(session, tenant.id, "scooters", number)
        assert (row.text, row.author_id, row.submission) == ("Park them in rows.", None, None)
        assert row.created_at == AT.replace(hour=0, minute=0, second=0, microsecond=0)


def test_a_removed_text_is_replaced_everywhere_and_its_votes_stay(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant, moderation=ModerationMode.POST)
        number = say(session, tenant)
        answer(session, tenant, "scooters", "scooters 5", number, Choice.DISAGREE)
        erase(session, tenant, texts=Texts.REMOVE)
    with database.write() as session:
        assert not any("Park them in rows" in str(value) for row in everything(session) for value in row.values())
        row = statements.get(session, tenant.id, "scooters", number)
        assert row.text == "(gone)"
        assert sorted(session.exec(select(Vote.choice).where(Vote.statement_id == row.id))) == [-1, 1]
        with pytest.raises(StatementNotVotable):
            answer(session, tenant, "scooters", "scooters 6", number, Choice.AGREE)
        ballot = voting.ballot(session, municipality_id=tenant.id, slug="scooters", person="somebody new")
        assert ballot.total == 6
        seen = [
            s
            for s in voting.my_votes(session, municipality_id=tenant.id, slug="scooters", person="scooters 5")
            if s.number == number
        ]
        assert [one.text for one in seen] == ["(gone)"]
        say(session, tenant, person="scooters 7")  # whoever says it again is no double of what is gone


def test_a_text_that_nobody_has_read_leaves_the_moderators_queue(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        number = say(session, tenant)
        erase(session, tenant, texts=Texts.REMOVE)
        row = statements.get(session, tenant.id, "scooters", number)
        assert (row.text, row.state) == ("(gone)", StatementState.REJECTED)


def own(session: Session, number: int, person: str = MEI) -> None:
    row = session.exec(select(Statement).where(Statement.number == number)).one()
    row.author_id = participant_of(session, person).id
    session.add(row)
    session.flush()


def test_what_stands_in_a_published_report_is_not_removed(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        own(session, 2)
        told = erasure.consequences(session, municipality_id=tenant.id, person=MEI, locale="en", now=LATER)
        assert told is not None
        assert [(text.number, text.rests) for text in told.texts] == [(2, True)]
        assert told.released
        erase(session, tenant, texts=Texts.REMOVE)
        row = session.exec(select(Statement).where(Statement.number == 2)).one()
        assert (row.author_id, row.text) == (None, "Statement number 2 says this.")


def test_what_a_recommendation_rests_on_or_others_were_merged_into_is_not_removed(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        conversation = conversations.get(session, tenant.id, "scooters")
        linked, root = make_statement(session, conversation), make_statement(session, conversation)
        make_statement(session, conversation, state=StatementState.MERGED, merged_into_id=root.id)
        recommend(session, make_staff(session, tenant, Role.OFFICIAL, "o@example.org"), statements=[linked.number])
        for row in (linked, root):
            own(session, row.number)
        erase(session, tenant, texts=Texts.REMOVE)
        assert "(gone)" not in {row.text for row in session.exec(select(Statement))}


def test_where_people_sign_in_open_votes_are_taken_back(database: Database, tenant: Tenant) -> None:
    """Whoever is forgotten could sign in and vote again."""
    with database.write() as session:
        conversation = make_conversation(session, tenant, joining=Joining.SIGN_IN)
        assert conversation.id is not None
        make_statement(session, conversation)
        participants.admit(session, municipality_id=tenant.id, conversation_id=conversation.id, person=MEI, now=AT)
        answer(session, tenant, "scooters", MEI, 1, Choice.AGREE, now=AT)
        told = erasure.consequences(session, municipality_id=tenant.id, person=MEI, locale="en", now=LATER)
        assert told is not None
        assert told.taken_back == ("scooters",)
        erase(session, tenant)
        assert session.exec(select(Vote)).all() == []
        events = session.exec(select(VoteEvent.choice).order_by(col(VoteEvent.id))).all()
        assert events == [Choice.AGREE, None]


@pytest.mark.parametrize(("state", "stays"), [(ProposalState.PENDING, False), (ProposalState.SUPPORTABLE, True)])
def test_a_proposal_that_others_can_support_stays_without_author(
    database: Database, tenant: Tenant, state: ProposalState, stays: bool
) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        session.add(
            Proposal(municipality_id=tenant.id, number=1, topic="Trees", language="en", author_id=MEI, created_at=AT, state=state)
        )
        session.flush()
        erase(session, tenant, texts=Texts.REMOVE)
        assert [row.author_id for row in session.exec(select(Proposal))] == ([None] if stays else [])


def test_other_people_lose_nothing(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        before = votes_of_others(session)
        erase(session, tenant)
        assert votes_of_others(session) == before


def votes_of_others(session: Session) -> list[tuple[Any, ...]]:
    query = (
        select(Vote)
        .join(Participant)
        .where(Participant.person_id != MEI)
        .order_by(col(Vote.participant_id), col(Vote.statement_id))
    )
    return [tuple(vote.model_dump().values()) for vote in session.exec(query)]


def test_nobody_is_erased_in_another_municipality_or_twice(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        make_voted(session, tenant)
        with pytest.raises(NothingToErase):
            erase(session, other_tenant)
        erase(session, tenant)
        for person in (MEI, "nobody"):
            with pytest.raises(NothingToErase):
                erase(session, tenant, person)
        assert erasure.consequences(session, municipality_id=tenant.id, person=MEI, locale="en", now=LATER) is None


def test_a_report_can_be_published_and_a_new_analysis_made_after_an_erasure(database: Database, tenant: Tenant) -> None:
    conversation = make_reported(database, tenant)
    with database.write() as session:
        erase(session, tenant)
        answer(session, tenant, "scooters", "scooters 5", 1, Choice.PASS, now=LATER)
    analyse(database, conversation, LATER)
    with database.write() as session:
        assert publish(session, tenant, now=LATER, title="Later").number == 2
