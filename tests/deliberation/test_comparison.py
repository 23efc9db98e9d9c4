"""What is new since an earlier report or snapshot, and how findings are gathered into portraits and pairs."""

from datetime import timedelta

from deliberation import comparison, portraits
from deliberation.comparison import Comparison, Earlier
from deliberation.finding import Finding, Kind
from deliberation.findings import Findings, of_result
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Choice
from tests.support.make import NOON, answer
from tests.support.opinions import make_camps
from tests.support.outcomes import analyse, publish
from tests.support.results import Counts, make_result

ALL_AGREE, AGREE, HALF, DISAGREE, PASS = (40, 0, 0), (36, 2, 2), (20, 20, 0), (2, 36, 2), (1, 1, 38)


def found(sizes: dict[str, int], votes: dict[int, dict[str, Counts]], **more: object) -> Findings:
    return of_result(make_result(sizes, votes, margin=0.02, **more), 10)  # type: ignore[arg-type]


def compared(then: Findings, now: Findings) -> Comparison:
    return comparison.between(Earlier(1, 7, NOON, then), now)


def test_what_has_become_shared_or_split_is_told_by_statement_and_direction() -> None:
    sizes = {"A": 40, "B": 40}
    then = found(sizes, {1: {"A": AGREE, "B": AGREE}, 2: {"A": AGREE, "B": DISAGREE}, 3: {"A": AGREE, "B": AGREE}})
    now = found(sizes, {1: {"A": AGREE, "B": DISAGREE}, 2: {"A": DISAGREE, "B": DISAGREE}, 3: {"A": AGREE, "B": AGREE}})
    told = compared(then, now)
    assert [(finding.number, finding.choice) for finding in told.newly_shared] == [(2, Choice.DISAGREE)]
    assert [finding.number for finding in told.no_longer_shared] == [1]
    assert [finding.number for finding in told.newly_split] == [1]
    assert [finding.number for finding in told.no_longer_split] == [2]
    assert told.comparable


def test_groups_that_came_and_went_are_told_by_their_letters() -> None:
    then = found({"A": 40, "B": 40}, {1: {"A": AGREE, "B": AGREE}})
    now = found({"A": 40, "C": 40}, {1: {"A": AGREE, "C": AGREE}})
    told = compared(then, now)
    assert (told.arrived(now), told.left(now), told.sizes) == (("C",), ("B",), {"A": 40, "B": 40})


def test_findings_over_groups_are_not_compared_with_findings_over_everybody() -> None:
    then = found({"A": 80}, {1: {"A": AGREE}})
    assert not compared(then, found({"A": 40, "B": 40}, {1: {"A": AGREE, "B": AGREE}})).comparable


def test_a_report_is_compared_with_the_one_before_it_and_the_first_with_an_earlier_snapshot(
    database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, statements=16)
    analyse(database, conversation)
    with database.write() as session:
        first = publish(session, tenant).contents
        answer(session, tenant, "scooters", "a newcomer", 1, Choice.AGREE)
    analyse(database, conversation, now=NOON + timedelta(days=2))
    with database.write() as session:
        second = publish(session, tenant, title="A second look").contents
    assert first.comparison is None
    assert second.comparison is not None
    assert (second.comparison.report, second.comparison.sequence, second.comparison.participants) == (1, 1, 24)
    assert (second.findings.participants, second.comparison.newly_shared) == (25, ())


def test_a_portrait_gathers_what_a_group_is_for_and_against_and_what_it_shares() -> None:
    told = found(
        {"A": 40, "B": 40},
        {1: {"A": ALL_AGREE, "B": ALL_AGREE}, 2: {"A": AGREE, "B": DISAGREE}, 3: {"A": DISAGREE, "B": PASS}},
        representative={"A": [(2, "agree"), (3, "disagree")], "B": [(2, "disagree")]},
    )
    one, other = portraits.of(told)
    assert ([f.number for f in one.stands_for], [f.number for f in one.against]) == ([2], [3])
    assert ([f.number for f in other.stands_for], [f.number for f in other.against]) == ([], [2])
    assert [f.number for f in one.shares] == [1]
    assert (one.label, one.size) == ("A", 40)


def test_each_pair_that_is_split_has_both_sides_strongest_statements() -> None:
    votes = {2: {"A": AGREE, "B": DISAGREE, "C": HALF}, 3: {"A": DISAGREE, "B": AGREE, "C": HALF}}
    told = found({"A": 40, "B": 40, "C": 40}, votes, representative={"A": [(2, "agree"), (3, "disagree")], "B": [(3, "agree")]})
    (pair,) = portraits.sides(told)
    assert (pair.one, pair.other, sorted(finding.number for finding in pair.over)) == ("A", "B", [2, 3])
    assert pair.strongest == {
        "A": (Finding(Kind.DISTINCTIVE, 2, Choice.AGREE, "A"), Finding(Kind.DISTINCTIVE, 3, Choice.DISAGREE, "A")),
        "B": (Finding(Kind.DISTINCTIVE, 3, Choice.AGREE, "B"),),
    }
    assert portraits.divided(told) == ()
