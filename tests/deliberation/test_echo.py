"""What the pause tells somebody who votes."""

import pytest

from deliberation import conversations, echo, findings, report_contents
from deliberation.echo import LEAST_COMPARED, MOST_TOLD, Echo
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation
from deliberation.texts import Text
from deliberation.values import Choice
from tests.support.make import make_conversation, make_statement
from tests.support.opinions import make_camps, take_part
from tests.support.snapshots import latest, reject, update

MEI = "mei" * 4


def heard(database: Database, tenant: Tenant, person: str | None = MEI) -> Echo:
    with database.read() as session:
        return echo.of_person(session, municipality_id=tenant.id, slug="scooters", person=person)


def opinions(database: Database, tenant: Tenant, choices: dict[int, Choice], **camps: object) -> Conversation:
    """Two camps of twelve in a snapshot, and Mei, who answers after it."""
    with database.write() as session:
        conversation = make_camps(session, tenant, **camps)  # type: ignore[arg-type]
    update(database, conversation)
    with database.write() as session:
        take_part(session, tenant, conversation, MEI, choices)
    return conversation


def same_as(database: Database, conversation: Conversation, label: str, choices: dict[int, Choice]) -> int:
    """Counted once more, from the numbers that are stored."""
    rows = {row["number"]: row["groups"][label] for row in latest(database, conversation).result["statements"]}
    words = {Choice.AGREE: "agree", Choice.DISAGREE: "disagree"}
    votes = {number: sum(rows[number][word] for word in ("agree", "disagree", "pass")) for number in choices}
    return sum(2 * rows[number][words[choice]] > votes[number] for number, choice in choices.items())


AS_CAMP_0 = {
    1: Choice.AGREE,
    2: Choice.DISAGREE,
    3: Choice.AGREE,
    4: Choice.DISAGREE,
    5: Choice.AGREE,
    6: Choice.DISAGREE,
    7: Choice.AGREE,
}


def test_it_counts_on_how_many_answers_each_groups_majority_says_the_same(database: Database, tenant: Tenant) -> None:
    conversation = opinions(database, tenant, AS_CAMP_0)
    told = heard(database, tenant)
    assert (told.answered, told.compared) == (7, 7)
    assert [group.size for group in told.groups] == [12, 12]
    assert {group.label: group.same for group in told.groups} == {
        group.label: same_as(database, conversation, group.label, AS_CAMP_0) for group in told.groups
    }
    same = {group.label: group.same for group in told.groups}
    assert told.closest is not None
    assert same[told.closest] == 7 > same[told.furthest[0]]
    assert len(told.furthest) == 1


def test_what_the_furthest_group_says_too_comes_with_its_counts_and_the_clearest_first(
    database: Database, tenant: Tenant
) -> None:
    opinions(database, tenant, AS_CAMP_0)
    told = heard(database, tenant)
    assert 0 < len(told.bridges) <= MOST_TOLD
    assert told.shared == ()
    assert told.bridges[0].number == 1
    assert (told.bridges[0].choice, told.bridges[0].count, told.bridges[0].tally.votes) == (Choice.AGREE, 12, 12)
    shares = [bridge.tally.share(bridge.choice) for bridge in told.bridges]
    assert shares == sorted(shares, reverse=True)
    assert all(2 * bridge.count > bridge.tally.votes and bridge.choice == AS_CAMP_0[bridge.number] for bridge in told.bridges)


def test_passes_are_answers_but_nothing_to_compare(database: Database, tenant: Tenant) -> None:
    opinions(database, tenant, {**AS_CAMP_0, 6: Choice.PASS, 7: Choice.PASS})
    told = heard(database, tenant)
    assert (told.answered, told.compared) == (7, 5)


def test_with_too_few_answers_no_group_is_named_and_what_all_share_is_shown(database: Database, tenant: Tenant) -> None:
    few = dict(list(AS_CAMP_0.items())[: LEAST_COMPARED - 1])
    opinions(database, tenant, few)
    told = heard(database, tenant)
    assert (told.groups, told.closest, told.bridges) == ((), None, ())
    assert 1 in {shared.number for shared in told.shared}


def test_two_groups_equally_near_are_neither_closest_nor_furthest(database: Database, tenant: Tenant) -> None:
    # Statement 1 is everybody's; of the others, one is as camp 0 says and one as camp 1 says.
    opinions(database, tenant, {1: Choice.AGREE, 5: Choice.AGREE, 6: Choice.AGREE})
    told = heard(database, tenant)
    assert len({group.same for group in told.groups}) == 1
    assert (told.closest, told.furthest, told.bridges) == (None, (), ())
    assert told.shared


def tally_of(agree: int, disagree: int) -> dict[str, int]:
    return {"agree": agree, "disagree": disagree, "pass": 0}


def test_of_two_groups_equally_far_both_are_listened_to_and_each_statement_is_told_once() -> None:
    """Mei agrees with everything: A always does, B with statements 1 and 2, C with 2 and 3, more clearly."""
    agreeing = {1: (9, 9, 1), 2: (9, 6, 9), 3: (9, 0, 8), 4: (9, 1, 1)}
    rows = [
        {"number": number, "consensus": 0.0, "consensus_disagree": 0.0, **tally_of(sum(counts), 30 - sum(counts))}
        | {"groups": {label: tally_of(count, 10 - count) for label, count in zip("ABC", counts, strict=True)}}
        for number, counts in agreeing.items()
    ]
    groups = [{"label": label, "size": 10, "representative": []} for label in "ABC"]
    result = {"verdict": "groups", "participants": 30, "votes": 120, "groups": groups, "statements": rows}
    texts = {number: Text(f"Statement {number}.", "en", {}) for number in agreeing}
    told = echo.compare(dict.fromkeys(agreeing, Choice.AGREE), findings.of_result(result, 3), texts)
    assert (told.closest, told.furthest) == ("A", ("B", "C"))
    assert [(bridge.number, bridge.group, bridge.count) for bridge in told.bridges] == [(1, "B", 9), (2, "C", 9), (3, "C", 8)]


def test_groups_that_are_withheld_are_not_compared(database: Database, tenant: Tenant) -> None:
    opinions(database, tenant, AS_CAMP_0, publication_minimum=13)
    told = heard(database, tenant)
    assert (told.groups, told.closest, told.furthest, told.bridges) == ((), None, (), ())


def test_a_statement_whose_text_may_not_be_shown_any_more_is_not_told(database: Database, tenant: Tenant) -> None:
    conversation = opinions(database, tenant, AS_CAMP_0)
    with database.write() as session:
        reject(session, 1)
        conversations.touch(session, conversations.identify(conversation))
    told = heard(database, tenant)
    assert 1 not in {bridge.number for bridge in told.bridges + told.shared}


@pytest.mark.parametrize("person", [MEI, None])
def test_before_the_first_snapshot_there_is_nothing_but_the_number_of_answers(
    database: Database, tenant: Tenant, person: str | None
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        if person:
            take_part(session, tenant, conversation, person, {1: Choice.AGREE})
    assert heard(database, tenant, person) == Echo(answered=1 if person else 0)


def test_nothing_is_told_that_is_not_published(database: Database, tenant: Tenant) -> None:
    """The same from the findings alone, which hold published figures only."""
    conversation = opinions(database, tenant, AS_CAMP_0)
    with database.read() as session:
        found = findings.of_result(latest(database, conversation).result, conversation.publication_minimum)
        texts = report_contents.texts_of(session, conversations.identify(conversation), AS_CAMP_0)
    assert echo.compare(AS_CAMP_0, found, texts) == heard(database, tenant)
