import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from sqlmodel import col, func, select

from clustering import ENGINE_VERSION, VoteMatrix, analyse
from deliberation import analyses, conversations, people_arrays, vote_rows, voting
from deliberation.interchange import polis_import, polis_reading
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, Participant, Vote
from deliberation.values import Choice, ModerationMode, Reason, StatementState
from tests.support import open_data
from tests.support.make import NOON, answer, make_conversation, make_statement, make_tenant
from tests.support.open_data import needs_open_data
from tests.support.opinions import make_camps, take_part
from tests.support.snapshots import LATER, compute, decide, figures, latest, merge, reject, statement, tally, update

AGREE, PASS, DISAGREE = Choice.AGREE, Choice.PASS, Choice.DISAGREE


def test_a_snapshot_is_numbered_and_tells_what_it_was_made_of(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        before = session.exec(select(Conversation.version)).one()
    stored = update(database, conversation)
    assert stored is not None
    assert (stored.sequence, stored.method, stored.engine_version) == (1, "default", ENGINE_VERSION)
    assert (stored.vote_events, stored.decisions, stored.created_at) == (24 * 8, 0, NOON)
    assert len(stored.input_sha256) == 64
    assert stored.parameters["votes_to_be_grouped"] == 7
    assert stored.parameters["publication_minimum"] == 10
    assert latest(database, conversation).id == stored.id
    with database.read() as session:
        assert session.exec(select(Conversation.version)).one() > before, "the decks must be read anew"


def test_the_stored_result_is_plain_data_with_the_engines_figures(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11), statements=16)
    result = (update(database, conversation) or latest(database, conversation)).result
    json.dumps(result, allow_nan=False)
    assert (result["verdict"], result["participants"], result["votes"], result["clustered"]) == ("groups", 25, 400, 25)
    assert [(group["label"], group["size"]) for group in result["groups"]] == [("A", 14), ("B", 11)]
    found = result["groups"][0]["representative"][0]
    assert found.keys() >= {"number", "direction", "counts", "votes", "share"}
    assert [s["number"] for s in result["statements"]] == list(range(1, 17))
    for row in result["statements"]:
        assert row["votes"] == row["agree"] + row["disagree"] + row["pass"] == 25
        assert {label: counts["votes"] for label, counts in row["groups"].items()} == {"A": 14, "B": 11}
    assert 1 in result["shared"]["agree"]
    assert sum(cell["n"] for cell in result["map"]["cells"]) == 25


def test_the_same_votes_again_make_no_new_snapshot(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    first = update(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 1, DISAGREE)
        answer(session, tenant, "scooters", "camp0-1", 1, AGREE)
    assert update(database, conversation, LATER) is None
    assert first is not None
    after = latest(database, conversation)
    assert (after.id, after.created_at) == (first.id, NOON)
    assert after.vote_events == first.vote_events + 2, "it stands for what has happened since"


def test_another_vote_makes_the_next_snapshot_and_leaves_the_earlier_one(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    first = update(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 1, DISAGREE)
    second = update(database, conversation, LATER)
    assert first is not None
    assert second is not None
    assert (second.sequence, tally(second, 1)) == (2, (23, 1, 0))
    with database.read() as session:
        assert tally(session.get(Analysis, first.id), 1) == (24, 0, 0)


def test_within_a_transaction_what_it_has_just_written_counts(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        first = analyses.analyse(session, conversations.identify(conversation), NOON)
        assert (first.sequence, first.result["participants"]) == (1, 24)
        assert analyses.analyse(session, conversations.identify(conversation), LATER).id == first.id
        answer(session, tenant, "scooters", "camp0-1", 1, DISAGREE)
        assert tally(analyses.analyse(session, conversations.identify(conversation), LATER), 1) == (23, 1, 0)


def test_what_was_computed_twice_is_stored_once(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    once, twice = compute(database, conversation), compute(database, conversation)
    with database.write() as session:
        assert analyses.keep(session, conversations.identify(conversation), once, NOON) is not None
    with database.write() as session:
        assert analyses.keep(session, conversations.identify(conversation), twice, NOON) is None
        assert session.exec(select(func.count()).select_from(Analysis)).one() == 1


def test_a_slow_analysis_does_not_replace_one_that_saw_more(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    slow = compute(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 1, DISAGREE)
    newer = update(database, conversation)
    with database.write() as session:
        assert analyses.keep(session, conversations.identify(conversation), slow, LATER) is None
    assert newer is not None
    assert latest(database, conversation).id == newer.id


def test_nothing_new_is_not_taken_for_an_answer_when_another_snapshot_came_between(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    update(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 1, DISAGREE)
    changed = compute(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 1, AGREE)
    unchanged = compute(database, conversation)
    assert unchanged.findings is None
    with database.write() as session:
        assert analyses.keep(session, conversations.identify(conversation), changed, NOON) is not None
        assert analyses.keep(session, conversations.identify(conversation), unchanged, NOON) is None
    assert latest(database, conversation).vote_events == changed.counts.vote_events, "so that it is still due"


def test_the_votes_of_a_banned_participant_leave(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        banned = session.exec(select(Participant).where(Participant.person_id == "camp0-0")).one()
        banned.banned_at, banned.ban_reason = NOON, Reason.SPAM
        session.add(banned)
    stored = update(database, conversation)
    assert stored is not None
    assert stored.result["participants"] == 23
    assert tally(stored, 1) == (23, 0, 0)
    with database.read() as session:
        assert analyses.standing(session, conversations.identify(conversation), banned.id or 0) is None


@pytest.mark.parametrize(
    ("on_merged", "on_target", "counted"),
    [(NOON, LATER, DISAGREE), (LATER, NOON, AGREE), (NOON, NOON, AGREE)],
    ids=["the target's is newer", "the merged one's is newer", "both at once, the larger"],
)
def test_of_two_votes_on_merged_statements_the_newer_counts(
    database: Database, tenant: Tenant, on_merged: datetime, on_target: datetime, counted: Choice
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", "mei", 1, AGREE, now=on_merged)
        answer(session, tenant, "scooters", "mei", 2, DISAGREE, now=on_target)
        answer(session, tenant, "scooters", "kai", 1, PASS)
        merge(session, 1, into=2)
    stored = update(database, conversation)
    assert set(figures(stored)) == {2}
    assert tally(stored, 2) == (int(counted == AGREE), int(counted == DISAGREE), 1)


def test_a_chain_of_merges_counts_where_it_ends(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for number, person in enumerate(("mei", "kai", "ana"), start=1):
            make_statement(session, conversation)
            answer(session, tenant, "scooters", person, number, AGREE)
        merge(session, 1, into=2)
        merge(session, 2, into=3)
    assert tally(update(database, conversation), 3) == (3, 0, 0)


def test_undoing_a_merge_gives_each_statement_its_own_votes_back(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", "mei", 1, AGREE)
        answer(session, tenant, "scooters", "mei", 2, DISAGREE)
        merge(session, 1, into=2)
    update(database, conversation)
    with database.write() as session:
        row = statement(session, 1)
        row.state, row.merged_into_id = StatementState.ACCEPTED, None
        session.add(row)
        decide(session, row)
    stored = update(database, conversation, LATER)
    assert (tally(stored, 1), tally(stored, 2)) == ((1, 0, 0), (0, 1, 0))


def test_a_rejected_statement_is_moderated_out_and_not_listed(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        reject(session, 3)
    with database.read() as session:
        rows = vote_rows.read(session.connection(), conversations.identify(conversation))
    expected = analyse(VoteMatrix.from_votes(rows.participants, rows.statements, rows.choices, rejected=[3])).to_json()
    stored = update(database, conversation)
    assert stored is not None
    assert set(figures(stored)) == {1, 2, 4, 5, 6, 7, 8}
    assert stored.result["explained_variance"] == expected["explained_variance"]
    assert stored.result["votes"] == 24 * 7
    assert not any(found["number"] == 3 for group in stored.result["groups"] for found in group["representative"])


def test_a_statement_about_the_conversation_itself_is_listed(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        row = statement(session, 8)
        row.is_meta = True
        session.add(row)
    stored = update(database, conversation)
    assert figures(stored)[8]["priority"] > 0
    assert figures(stored)[8]["votes"] == 24


@pytest.mark.parametrize(("moderation", "listed"), [(ModerationMode.PRE, {1}), (ModerationMode.POST, {1, 2})])
def test_a_pending_statement_counts_only_where_moderation_comes_after(
    database: Database, tenant: Tenant, moderation: ModerationMode, listed: set[int]
) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant, moderation=moderation)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", "mei", 1, AGREE)
        pending = make_statement(session, conversation, state=StatementState.PENDING)
        author = session.exec(select(Participant.id)).one()
        assert author is not None
        assert pending.id is not None
        by_its_author = voting.CastVote(2, AGREE, "b2")
        voting.record(session, conversations.identify(conversation), author, pending.id, by_its_author, NOON)
    stored = update(database, conversation)
    assert set(figures(stored)) == listed
    assert stored is not None
    assert stored.result["votes"] == len(listed)


def test_a_vote_that_was_taken_back_does_not_exist(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        answer(session, tenant, "scooters", "camp0-0", 1, None)
    assert tally(update(database, conversation), 1) == (23, 0, 0)


def test_when_everything_was_taken_back_the_snapshot_is_empty(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        answer(session, tenant, "scooters", "mei", 1, AGREE)
        answer(session, tenant, "scooters", "mei", 1, None)
    stored = update(database, conversation)
    assert stored is not None
    result = stored.result
    assert (result["verdict"], result["participants"], result["votes"], result["statements"]) == ("too_few_votes", 0, 0, [])
    json.dumps(result, allow_nan=False)


def test_with_too_few_votes_there_are_counts_and_no_map(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(4,))
        participant = session.exec(select(Participant.id).order_by(col(Participant.id))).first() or 0
    stored = update(database, conversation)
    assert stored is not None
    assert (stored.result["verdict"], stored.result["groups"], stored.result["clustered"]) == ("too_few_votes", [], 0)
    assert stored.result["explained_variance"] is None
    assert stored.result["map"] == {"cells": [], "hulls": {}, "smallest_cell": 3}
    told = {
        "number": 1,
        "x": None,
        "y": None,
        "votes": 4,
        "agree": 4,
        "disagree": 0,
        "pass": 0,
        "kind": "open",
        "groups": {},
    }
    assert {name: figures(stored)[1][name] for name in told} == told
    with database.read() as session:
        mine = analyses.standing(session, conversations.identify(conversation), participant)
    assert mine == analyses.Standing(None, None, None, 8)


def test_people_of_different_opinions_stand_in_different_groups(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, statements=16)
        newcomer = take_part(session, tenant, conversation, "new", {1: AGREE})
    update(database, conversation)
    with database.read() as session:
        standing = {
            person: analyses.standing(session, conversations.identify(conversation), participant)
            for person, participant in session.exec(select(Participant.person_id, Participant.id))
        }
        assert analyses.standing(session, conversations.identify(conversation), newcomer + 1) is None
    groups = {person: place.group for person, place in standing.items() if place is not None}
    assert len({groups[f"camp0-{member}"] for member in range(12)}) == 1
    assert groups["camp0-0"] != groups["camp1-0"]
    assert groups["new"] is None, "one vote is too little"
    new, old = standing["new"], standing["camp0-0"]
    assert new is not None
    assert old is not None
    assert (new.votes, old.votes) == (1, 16)
    assert new.confidence is None
    assert old.confidence is not None
    assert old.confidence > 0.9
    assert old.x is not None


def test_nobody_stands_anywhere_before_the_first_snapshot(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        make_statement(session, conversation)
        participant = take_part(session, tenant, conversation, "mei", {1: AGREE})
        assert analyses.latest(session, conversations.identify(conversation)) is None
        assert analyses.standing(session, conversations.identify(conversation), participant) is None


def test_the_standing_follows_the_latest_snapshot(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        newcomer = take_part(session, tenant, conversation, "new", {1: AGREE})
    update(database, conversation)
    with database.read() as session:
        before = analyses.standing(session, conversations.identify(conversation), newcomer)
    with database.write() as session:
        take_part(session, tenant, conversation, "new", {2: AGREE})
    update(database, conversation, LATER)
    with database.read() as session:
        after = analyses.standing(session, conversations.identify(conversation), newcomer)
    assert before is not None
    assert after is not None
    assert (before.votes, after.votes) == (1, 2)


@pytest.mark.parametrize(("minimum", "drawn"), [(10, {"A", "B"}), (11, set()), (3, {"A", "B"})])
def test_the_map_tells_no_group_apart_that_is_too_small(
    database: Database, tenant: Tenant, minimum: int, drawn: set[str]
) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(16, 10), statements=16, publication_minimum=minimum)
    stored = update(database, conversation)
    assert stored is not None
    drawing = stored.result["map"]
    assert set(drawing["hulls"]) == drawn
    assert {cell["group"] for cell in drawing["cells"]} == (drawn or {""})
    assert min(cell["n"] for cell in drawing["cells"]) >= 3


def test_a_person_s_confidence_is_stored_and_told() -> None:
    ids, groups, votes = np.array([3, 5]), np.array([0, -1]), np.array([8, 1])
    people = people_arrays.unpack(people_arrays.pack(ids, None, groups, votes, np.array([0.87, np.nan]), []))
    assert people.confidence_of(0) == pytest.approx(0.87, abs=1e-3)
    assert people.confidence_of(1) is None
    assert people.retired.shape == (0, 2)


def test_a_snapshot_of_one_conversation_says_nothing_of_another(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        other = make_camps(session, other_tenant, "buses", sizes=(5, 5))
    first, second = update(database, conversation), update(database, other)
    assert first is not None
    assert second is not None
    assert (first.sequence, second.sequence) == (1, 1)
    assert (first.result["participants"], second.result["participants"]) == (24, 10)


def test_a_stored_choice_that_is_none_is_an_error_and_no_result(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
        session.exec(select(Vote)).first().choice = 5  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="vote"):
        compute(database, conversation)


@needs_open_data
@pytest.mark.parametrize("name", open_data.CONVERSATIONS)
def test_a_real_conversation_counts_as_its_files_say(sqlite_database_url: str, name: str) -> None:
    database = Database(sqlite_database_url)
    export = polis_reading.read(open_data.conversation(name))
    with database.write() as session:
        tenant = make_tenant(session)
        polis_import.store(session, export, municipality_id=tenant.id, slug="real", origin=Origin(), now=NOON)
        conversation = analyses.conversation_named(session, "real")
    stored = update(database, conversation)
    last = export.votes.standing
    shown = {s.number for s in export.statements if s.moderated == 1 or (s.moderated == 0 and conversation.moderation == "post")}
    expected = counted(export.votes.statements[last], export.votes.choices[last])
    assert {number: tally(stored, number) for number in figures(stored)} == {n: expected[n] for n in shown if n in expected}
    assert stored is not None
    assert stored.result["verdict"] == "groups"
    with database.read() as session:
        assert session.exec(select(AnalysisWork.latest_id)).one() == stored.id
    database.dispose()


def counted(statements: Any, choices: Any) -> Mapping[int, tuple[int, int, int]]:
    return {
        int(number): tuple(int(np.sum(choices[statements == number] == choice)) for choice in (AGREE, DISAGREE, PASS))  # type: ignore[misc]
        for number in np.unique(statements)
    }


def test_how_surely_a_person_is_placed_is_stored_and_old_snapshots_can_be_read() -> None:
    ids, groups, votes = np.array([3, 8]), np.array([0, -1]), np.array([9, 1])
    positions, spreads = np.zeros((2, 2)), np.array([[[0.25, -0.1], [-0.1, 0.5]], [[1e9, 0.0], [0.0, 1e9]]])
    packed = people_arrays.pack(ids, positions, groups, votes, None, [], spreads)
    people = people_arrays.unpack(packed)
    assert people.spread_of(0) == pytest.approx((0.25, -0.1, 0.5), rel=1e-3)
    assert people.spread_of(1) == (65504.0, 0.0, 65504.0)
    with np.load(BytesIO(packed)) as arrays:
        old = BytesIO()
        np.savez_compressed(
            old, **{name: array for name, array in arrays.items() if name not in {"spread", "confidence", "retired"}}
        )
    before = people_arrays.unpack(old.getvalue())
    assert (before.spread_of(0), before.confidence_of(0), before.position(0)) == (None, None, (0.0, 0.0))
