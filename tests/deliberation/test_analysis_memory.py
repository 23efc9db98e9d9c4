"""What the next analysis takes over from the last one."""

from io import BytesIO

import numpy as np
from sqlmodel import Session, col, select

from deliberation import analyses, conversations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, Participant
from deliberation.values import Choice
from tests.support.make import answer
from tests.support.opinions import make_camps, opinion, take_part
from tests.support.snapshots import LATER, figures, reject, update

AGREE, PASS, DISAGREE = Choice.AGREE, Choice.PASS, Choice.DISAGREE


def test_the_map_is_not_turned_over_by_the_next_vote(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    first = figures(update(database, conversation))
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-1", 2, PASS)
    second = figures(update(database, conversation, LATER))
    assert sum(first[number]["x"] * second[number]["x"] for number in first) > 0


def camps_of(analysis: Analysis, database: Database) -> dict[str, str | None]:
    """The letter of the group in which the first member of each camp is."""
    with database.read() as session:
        people = session.exec(
            select(Participant.id, Participant.person_id).where(col(Participant.person_id).endswith("-0"))
        ).all()
        standing = {
            person: analyses.standing(session, analysis.conversation_id, participant or 0) for participant, person in people
        }
    return {str(person)[:-2]: place.group for person, place in standing.items() if place is not None}


def join_camp(session: Session, tenant: Tenant, conversation: Conversation, camp: int, newcomers: int) -> None:
    for member in range(newcomers):
        choices = {number: opinion(camp, 20 + member, number) for number in range(1, 17)}
        take_part(session, tenant, conversation, f"later{camp}-{member + 1}", choices)


def test_groups_keep_their_letters_when_the_smaller_one_grows_larger(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11), statements=16)
    first = update(database, conversation)
    assert first is not None
    assert first.result["continuity"] is None
    letters = camps_of(first, database)
    assert letters == {"camp0": "A", "camp1": "B"}
    with database.write() as session:
        join_camp(session, tenant, conversation, camp=1, newcomers=6)
    second = update(database, conversation, LATER)
    assert second is not None
    assert [(group["label"], group["size"]) for group in second.result["groups"]] == [("A", 14), ("B", 17)]
    assert camps_of(second, database) == letters
    assert set(second.result["map"]["hulls"]) == {"A", "B"}
    record = second.result["continuity"]
    assert [(group["label"], group["kind"]) for group in record["groups"]] == [("A", "kept"), ("B", "kept")]
    assert (record["shared"], record["kept_letter"], record["ended"]) == (25, 1.0, [])
    assert record["map"]["shared"] == 25
    assert second.result["structure_from"]["sequence"] is None, "a quarter more votes: a full run"


def test_axes_and_groups_are_looked_for_again_when_a_tenth_more_votes_were_cast(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11), statements=16)
    first = update(database, conversation)
    sequences = []
    for camp in (0, 1, 0):
        with database.write() as session:
            choices = {number: opinion(camp, 20, number) for number in range(1, 17)}
            take_part(session, tenant, conversation, "undecided", choices)
        stored = update(database, conversation, LATER)
        assert stored is not None
        sequences.append(stored.result["structure_from"]["sequence"])
        assert all(group["stability"] is not None for group in stored.result["groups"])
    assert first is not None
    assert first.result["structure_from"] == {"sequence": None, "vote_events": 400}
    assert sequences == [1, 1, None], "400 votes, 416, 432, 448"
    assert stored.result["structure_from"]["vote_events"] == 448


def test_axes_and_groups_are_looked_for_again_when_many_votes_leave(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11), statements=16)
    update(database, conversation)
    sequences = []
    for number in (16, 15):
        with database.write() as session:
            reject(session, number)
        stored = update(database, conversation, LATER)
        assert stored is not None
        sequences.append(stored.result["structure_from"]["sequence"])
    assert sequences == [1, None], "a sixteenth of the votes, two sixteenths"


def vote_as(session: Session, tenant: Tenant, conversation: Conversation, camp: int) -> None:
    """All members of camp 1 answer as those of that camp do."""
    for member in range(12):
        choices = {number: opinion(camp, member, number) for number in range(1, 9)}
        take_part(session, tenant, conversation, f"camp1-{member}", choices)


def test_a_group_that_comes_back_gets_its_letter_back(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(12, 12, 12))
    first = update(database, conversation)
    assert first is not None
    letters = camps_of(first, database)
    assert set(letters.values()) == {"A", "B", "C"}
    with database.write() as session:
        vote_as(session, tenant, conversation, camp=0)
    second = update(database, conversation, LATER)
    assert second is not None
    gone = {"A", "B", "C"} - {group["label"] for group in second.result["groups"]}
    assert set(second.result["letters_retired"]) == gone
    assert len(gone) == 1
    with database.write() as session:
        vote_as(session, tenant, conversation, camp=1)
    third = update(database, conversation, LATER)
    assert third is not None
    assert camps_of(third, database) == letters
    assert third.result["letters_given"] == ["A", "B", "C"]
    assert third.result["letters_retired"] == []


def test_a_snapshot_of_before_letters_were_stored_is_continued(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant, sizes=(14, 11), statements=16)
    update(database, conversation)
    with database.write() as session:
        row = session.exec(select(Analysis)).one()
        later = ("continuity", "letters_given", "letters_retired", "stability")
        row.result = {name: value for name, value in row.result.items() if name not in later}
        row.people = older(row.people)
        join_camp(session, tenant, conversation, camp=1, newcomers=6)
    with database.read() as session:
        participant = session.exec(select(Participant.id).where(Participant.person_id == "camp0-0")).one() or 0
        standing = analyses.standing(session, conversations.identify(conversation), participant)
        assert standing is not None
        assert (standing.group, standing.confidence) == ("A", None)
    second = update(database, conversation, LATER)
    assert second is not None
    assert [(group["label"], group["size"]) for group in second.result["groups"]] == [("A", 14), ("B", 17)]
    assert second.result["letters_given"] == ["A", "B"]


def older(people: bytes) -> bytes:
    """Arrays of people as they were stored first."""
    file = BytesIO()
    with np.load(BytesIO(people)) as arrays:
        np.savez_compressed(file, **{name: arrays[name] for name in ("participant", "x", "y", "group", "votes")})
    return file.getvalue()
