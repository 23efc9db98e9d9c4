"""Who took part and who saw what: counted with the votes, told without pointing at anybody."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from clustering import VoteMatrix
from clustering.parameters import Parameters
from deliberation import conversations, exposure, limits, participation, report_contents, turnout
from deliberation.figures import Figures, Tally
from deliberation.findings import of_result
from deliberation.limits import LimitKind
from deliberation.municipalities import Tenant
from deliberation.participation import Participation, Span
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Participant
from deliberation.values import Channel, Choice, Reason, StatementState
from tests.support.make import NOON, make_statement
from tests.support.opinions import make_camps, take_part
from tests.support.outcomes import analyse, publish
from tests.support.results import make_result
from tests.support.snapshots import latest

EVERYBODY_ONLINE = Participation({"online": 100}, (), None, {}, 0, {}, 0)


def counted(votes: list[tuple[int, int, float]], rejected: tuple[int, ...] = ()) -> dict[str, object]:
    """The turnout of (participant, statement, time)."""
    people, statements, times = zip(*votes, strict=True)
    return turnout.of_votes(VoteMatrix.from_votes(people, statements, [1] * len(votes), times, rejected=rejected), {})


def of_statements(*votes: int) -> tuple[Figures, ...]:
    return tuple(Figures(number, Tally(count, 0, 0), {}) for number, count in enumerate(votes, start=1))


# Votes per person


def test_people_are_counted_by_how_many_votes_they_gave_and_rejected_statements_do_not_count() -> None:
    told = counted([(1, 1, 0), (2, 1, 0), (2, 2, 0), (3, 1, 0), (3, 2, 0), (3, 3, 0), (4, 4, 0)], rejected=(4,))
    assert told["people"] == [1, 1, 2, 0, 0, 0, 0, 0, 0, 0]
    assert told["half"] == 2
    assert told["channels"] == {"online": 4}


def test_nobody_at_all_is_counted_too() -> None:
    told = turnout.of_votes(VoteMatrix.from_votes([], [], []), {})
    assert (sum(told["people"]), told["half"], told["channels"], told["there"]) == (0, None, {}, {})


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([0, 12, 0, 30, 11], [Span(1, 4, 12), Span(5, 9, 30), Span(10, 19, 11)]),
        ([0, 12, 0, 30, 9], [Span(1, 4, 12), Span(5, 19, 39)]),
        ([0, 4, 0, 30, 11], [Span(1, 9, 34), Span(10, 19, 11)]),
        ([3, 0, 0, 0, 4], [Span(0, 19, 7)]),
        ([0, 0, 0, 0, 0], []),
    ],
)
def test_a_span_of_votes_with_too_few_people_is_told_together_with_its_neighbour(people: list[int], expected: list[Span]) -> None:
    padded = people + [0] * (len(turnout.SPANS) - len(people))
    assert list(participation.spans(turnout.SPANS, padded, minimum=10)) == expected


@given(people=st.lists(st.integers(0, 40), min_size=len(turnout.SPANS), max_size=len(turnout.SPANS)))
def test_spans_leave_nobody_out_and_point_at_nobody(people: list[int]) -> None:
    found = participation.spans(turnout.SPANS, people, minimum=10)
    assert sum(span.people for span in found) == sum(people)
    assert all(span.people >= 10 for span in found) or len(found) == 1
    assert all(lower.most is not None and lower.most < upper.least for lower, upper in pairwise(found))


# Who was still there


def test_a_statement_knows_how_many_people_voted_on_anything_since_it_came() -> None:
    told = counted([(1, 1, 0), (2, 1, 10), (2, 2, 20), (3, 1, 5), (3, 2, 30)])
    assert told["there"] == {"1": 3, "2": 2}


def test_without_times_nobody_knows_who_was_still_there() -> None:
    assert turnout.of_votes(VoteMatrix.from_votes([1, 2], [1, 1], [1, 0]), {})["there"] == {}


def test_exposure_is_votes_over_all_who_took_part() -> None:
    seen = exposure.of({"there": {"1": 100, "2": 50, "3": 49}}, 100, of_statements(100, 41, 10), without=2)
    assert seen is not None
    assert seen.spread[0::2] == (10, 41, 100)
    assert seen.parts == (1, 0, 0, 0, 1, 0, 0, 0, 0, 1)
    assert seen.fewest == (3, 2, 1)
    assert seen.late == (3,)
    assert exposure.of(participation.NOT_COUNTED, 0, (), without=0) is None


# The agenda by groups from elsewhere


def test_the_agenda_by_published_groups_needs_the_largest_group_and_half_of_the_others() -> None:
    people = list(range(100))
    votes = VoteMatrix.from_votes(people * 2, [1] * 100 + [2] * 100, [1] * 80 + [0] * 20 + [1] * 79 + [0] * 21)
    groups = {person: "0" if person < 60 else "1" for person in people}
    told = turnout._published_groups(votes, groups)
    assert told == {"sizes": {"0": 60, "1": 40}, "threshold": 0.8, "statements": [1]}
    assert Parameters().agenda_votes == 10
    assert turnout._published_groups(votes, {}) is None
    result = make_result({"A": 100}, {1: {"A": (80, 0, 20)}, 2: {"A": (79, 0, 21)}}, published_groups=told)
    shown = of_result(result, 40).certainty
    assert shown is not None
    assert shown.published_agenda is not None
    assert (shown.published_agenda.numbers, shown.published_agenda.sizes) == ((1,), (60, 40))
    withheld = of_result(result, 41).certainty
    assert withheld is not None
    assert withheld.published_agenda is None


# What cannot be said


def test_limits_follow_from_the_figures() -> None:
    result = make_result({"A": 60, "B": 30}, {1: {"A": (40, 10, 10), "B": (5, 20, 5)}, 2: {"A": (4, 1, 0), "B": (1, 1, 0)}})
    found = of_result(result | {"participants": 100, "stable": False, "stability": 0.4, "apart": False}, 10)
    took_part = Participation({"online": 100}, (), 0, {}, 0, {}, 3)
    seen = exposure.of({"there": {"2": 10}}, 100, found.statements, without=1)
    kinds = {limit.kind: limit.facts for limit in limits.of(found, took_part, seen, rejected=4)}
    assert kinds == {
        LimitKind.SELF_SELECTED: {"people": 100},
        LimitKind.ONE_CHANNEL: {"people": 100},
        LimitKind.BANNED: {"people": 3},
        LimitKind.PART_OF_STATEMENTS: {"votes": 0, "statements": 2},
        LimitKind.LATE: {"statements": 1},
        LimitKind.FEW_VOTES: {"statements": 1, "votes": 10},
        LimitKind.WITHOUT_VOTES: {"statements": 1},
        LimitKind.REJECTED: {"statements": 4},
        LimitKind.OTHER_STATEMENTS: {"statements": 2},
        LimitKind.UNSTABLE: {},
        LimitKind.SHADING: {},
        LimitKind.UNGROUPED: {"people": 10},
    }


def test_people_without_a_group_are_not_counted_where_that_would_give_a_group_away() -> None:
    found = of_result(make_result({"A": 60, "B": 30, "C": 4}, {1: {"A": (1, 0, 0), "B": (1, 0, 0), "C": (1, 0, 0)}}), 10)
    kinds = {limit.kind for limit in limits.of(found, EVERYBODY_ONLINE, None, rejected=0)}
    assert LimitKind.WITHHELD in kinds
    assert LimitKind.UNGROUPED not in kinds


# The whole of it, through an analysis and into a frozen report


@pytest.fixture
def scooters(database: Database, tenant: Tenant) -> Conversation:
    """24 people online; 12 came to a counter and voted on one late statement alone, one of whom is banned."""
    with database.write() as session:
        conversation = make_camps(session, tenant, statements=16)
        make_statement(session, conversation, "こちらも必要です。", language="ja", created_at=NOON + timedelta(hours=1))
        make_statement(session, conversation, "Buy my bell.", state=StatementState.REJECTED, reason=Reason.SPAM)
        make_statement(session, conversation, "Nobody has seen this yet.")
        for visitor in range(12):
            _visit(session, tenant, conversation, f"visitor {visitor}", banned=visitor == 11)
    analyse(database, conversation)
    return conversation


def _visit(session: Session, tenant: Tenant, conversation: Conversation, person: str, *, banned: bool) -> None:
    participant = take_part(session, tenant, conversation, person, {17: Choice.AGREE}, now=NOON + timedelta(hours=2))
    row = session.get_one(Participant, participant)
    row.channel, row.banned_at = Channel.COUNTER, NOON if banned else None


def test_a_report_says_how_people_came_what_was_rejected_and_what_few_saw(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    with database.write() as session:
        contents = publish(session, tenant).contents
    took_part, seen = contents.participation, contents.exposure
    assert took_part is not None
    assert seen is not None
    assert took_part.channels == {"online": 24, "counter": 11}
    assert took_part.votes_each == (Span(1, 9, 11), Span(10, 19, 24))
    assert took_part.languages == {"en": 17, "ja": 1}
    assert (took_part.rejected, took_part.banned) == ({"spam": 1}, 1)
    assert (seen.participants, seen.without, seen.late) == (35, 1, (17,))
    assert seen.there[17] == 11
    assert {limit.kind for limit in contents.limits} >= {LimitKind.LATE, LimitKind.BANNED, LimitKind.REJECTED}
    assert report_contents.from_plain(report_contents.to_plain(contents)) == contents


def test_ways_in_are_withheld_when_so_few_came_by_one_that_they_could_be_made_out(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    result = latest(database, scooters).result
    with database.read() as session:
        few = participation.of(session, conversations.identify(scooters), result["turnout"], 35, 12)
    assert few.channels == {"online": None, "counter": None}


def test_an_analysis_of_before_anything_was_counted_makes_a_report_all_the_same(
    database: Database, tenant: Tenant, scooters: Conversation
) -> None:
    with database.write() as session:
        row = session.get_one(type(latest(database, scooters)), latest(database, scooters).id)
        row.result = {name: value for name, value in row.result.items() if name not in ("turnout", "published_groups")}
    with database.read() as session:
        conversation = session.exec(select(Conversation)).one()
        contents = report_contents.present(session, conversation, "en")
        assert contents is not None
        assert contents.participation is not None
        assert (contents.participation.channels, contents.participation.votes_each) == ({}, ())
