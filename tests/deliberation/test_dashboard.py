"""What the dashboard tells, and what it withholds."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from deliberation import conversations, dashboard_reading, extensions, owing, policy, summaries
from deliberation.dashboard import Overview, Part, Row, broken_out, people, totals_of
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import AnalysisSummary, Conversation, Participant, ResponseDraft
from deliberation.values import Channel, Choice, Outcome, Role, Stage, StatementState
from deliberation.vote_hours import Counting
from tests.support.make import NOON, answer, make_conversation, make_staff, make_statement
from tests.support.outcomes import analyse, days, make_reported, make_voted, promise, recommend, respond

HOUR = timedelta(hours=1)


def read(database: Database, tenant: Tenant, after: timedelta = timedelta(0)) -> Overview:
    counting = Counting(database)
    for _ in range(4):
        counting.go_on()
    with database.read() as session:
        return dashboard_reading.read(session, tenant.id, NOON + after)


def only(overview: Overview) -> Row:
    (row,) = overview.rows
    return row


@pytest.mark.parametrize(
    ("counts", "total", "shown"),
    [
        ({"online": 30, "post": 12}, 42, [("online", 30), ("post", 12)]),
        ({"online": 30, "post": 10}, 40, [("online", 30), ("post", 10)]),
        ({"online": 30, "post": 9}, 39, [("online", None), ("post", None)]),
        ({"online": 30, "post": 9, "phone": 9}, 48, [("online", 30), ("phone", None), ("post", None)]),
        ({"online": 30, "post": 0}, 30, [("online", 30)]),
    ],
)
def test_nothing_is_broken_out_where_fewer_stand_behind_it(
    counts: dict[str, int], total: int, shown: list[tuple[str, int | None]]
) -> None:
    assert broken_out(counts, total, 10) == tuple(Part(name, count) for name, count in shown)


def test_a_number_of_people_is_told_from_the_minimum_on_and_that_nobody_came() -> None:
    assert [people(count, 10) for count in (0, 1, 9, 10)] == [0, None, None, 10]


def test_the_figures_of_a_conversation_with_a_report(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    conversation = make_reported(database, tenant, publication_minimum=10)
    with database.write() as session:
        make_voted(session, other_tenant, "elsewhere", people=2)
        make_statement(session, conversation, state=StatementState.PENDING, language="ja", created_at=NOON - HOUR)
        make_statement(session, conversation, state=StatementState.PENDING, created_at=NOON - 2 * HOUR)
        make_statement(session, conversation, state=StatementState.MERGED)
        session.add_all(
            Participant(conversation_id=identity(conversation), channel=Channel.POST, joined_at=NOON) for _ in range(20)
        )
        official = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        for number, due in enumerate((days(2), days(9), days(3)), start=1):
            recommend(session, official, text=f"Do this, number {number}.", answer_due_on=due)
        respond(session, official, Outcome.DECLINED, number=3, due_on=None)
        draft = ResponseDraft(recommendation_id=1, reason="Because", saved_at=NOON, account_id=official.id)
        session.add(draft)
    row = only(read(database, tenant, after=timedelta(days=6)))
    assert (row.slug, row.voting, row.stage, row.statements) == ("scooters", "open", Stage.OPINION, 6)
    assert (row.participants, row.votes, row.since, row.hours) == (24, 144, 0, None)
    assert row.opinion is not None
    assert (row.opinion.verdict, row.report) == ("groups", 1)
    assert (row.opinion.shared or 0) >= 1
    assert row.channels == (Part(Channel.ONLINE, 24),)
    assert row.languages == (Part("en", 6),)
    assert (row.owing.recommendations, row.owing.due, row.owing.next_on) == (3, 1, days(9))
    assert (row.owing.overdue, row.owing.days_over) == (1, 4)
    assert (row.backlog.count, row.backlog.since) == (2, NOON - 2 * HOUR)
    assert (row.unpublished.recommendations, row.unpublished.answers, row.unpublished.in_review) == (0, 1, 0)


def test_shared_findings_are_counted_by_the_minimum_that_holds(database: Database, tenant: Tenant) -> None:
    conversation = make_reported(database, tenant, publication_minimum=10)

    def shared() -> int | None:
        opinion = only(read(database, tenant)).opinion
        assert opinion is not None
        return opinion.shared

    before = shared()
    assert before
    assert not summaries.catch_up(database)
    with database.write() as session:
        session.get_one(Conversation, identity(conversation)).publication_minimum = 30
    assert shared() is None
    assert summaries.catch_up(database)
    assert not summaries.catch_up(database)
    assert shared() == 0  # there are 24 people
    with database.write() as session:  # as it was before there were summaries
        session.get_one(Conversation, identity(conversation)).publication_minimum = 10
        session.execute(delete(AnalysisSummary))
    assert summaries.catch_up(database)
    assert shared() == before


def test_what_is_owed_is_what_the_recommendations_say(database: Database, tenant: Tenant) -> None:
    make_reported(database, tenant)
    with database.write() as session:
        official = make_staff(session, tenant, Role.OFFICIAL, "o@example.org")
        for text, outcome in (("One", None), ("Two", None), ("Three", Outcome.DEFERRED), ("Four", Outcome.ADOPTED)):
            number = recommend(session, official, text=text, answer_due_on=days(2))
            if outcome is not None:
                respond(session, official, outcome, number=number, due_on=days(4))
        promise(session, official, number=4, due_on=days(3))
        said: dict[str, Any] = {
            "reason": "The council meets later.",
            "progress": "A draft is written.",
            "language": "en",
            "now": NOON,
        }
        extensions.extend(session, staff=official, slug="scooters", number=3, to_day=days(12), **said)
    with database.read() as session:
        for today in (days(1), days(5), days(20)):
            clocks = [clock for row in policy.of_municipality(session, tenant.id, "en", today) for clock in row.clocks]
            (found,) = owing.of_municipality(session, tenant.id, today).values()
            assert (found.overdue, found.due) == (sum(c.days_over > 0 for c in clocks), sum(c.days_over == 0 for c in clocks))
            assert found.days_over == max(clock.days_over for clock in clocks)


def test_votes_since_the_analysis_come_from_the_hours(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_voted(session, tenant)
    analyse(database, conversation)
    first = only(read(database, tenant))
    with database.read() as session:
        before = dashboard_reading.mark(session, tenant.id, NOON)
        assert dashboard_reading.mark(session, tenant.id, NOON) == before
    with database.write() as session:
        answer(session, tenant, "scooters", "newcomer", 1, Choice.AGREE, now=NOON + HOUR)
    second = only(read(database, tenant, after=HOUR))
    with database.read() as session:
        assert dashboard_reading.mark(session, tenant.id, NOON) != before
    assert (first.votes, first.since) == (144, 0)
    assert (second.votes, second.since, second.participants) == (145, 1, 24)
    assert second.hours is not None
    assert (second.hours.this, second.hours.before, second.hours.total) == (1, 144, 145)
    analyse(database, conversation, NOON + HOUR)
    third = only(read(database, tenant, after=HOUR))
    assert (third.votes, third.since, third.participants) == (145, 0, 25)


def test_too_few_people_are_told_neither_alone_nor_by_subtraction(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        few = make_voted(session, tenant, "few", people=9)
        many = make_voted(session, tenant, "many", people=12)
        make_conversation(session, tenant, "nobody")
    for conversation in (few, many):
        analyse(database, conversation)
    overview = read(database, tenant)
    by_slug = {row.slug: row for row in overview.rows}
    assert {slug: row.participants for slug, row in by_slug.items()} == {"few": None, "many": 12, "nobody": 0}
    assert (by_slug["few"].hours, by_slug["few"].channels) == (None, ())
    assert (overview.totals.participants, overview.totals.withheld) == (12, 1)
    assert overview.totals.hours == by_slug["many"].hours
    assert overview.totals == totals_of(overview.rows)
    assert conversations.identify(few)
