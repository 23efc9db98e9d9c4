from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from deliberation.errors.conversations import ConversationUnknown
from deliberation.errors.files import UnwritableFolder
from deliberation.interchange import polis_export, polis_reading, polis_writing
from deliberation.interchange.polis import PolisExport, PolisParticipant, PolisStatement, PolisVotes
from deliberation.interchange.polis_import import store
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, Participant, Statement, VoteEvent
from deliberation.values import Choice, Reason, StatementState
from tests.support.make import NOON, answer, make_conversation, make_statement
from tests.support.polis_files import FILES, REAL, lines_of, real_folder, standing_votes, table, write_folder

MEI, KAI, AOI = "mei" * 4, "kai" * 4, "aoi" * 4


def take_in(session: Session, tenant: Tenant, folder: Path, slug: str) -> None:
    store(session, polis_reading.read(folder), municipality_id=tenant.id, slug=slug, origin=Origin(), now=NOON)


def give_back(session: Session, slug: str, folder: Path) -> Path:
    polis_writing.write(polis_export.collect(session, slug), folder)
    return folder


def rows(folder: Path, name: str, *columns: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row[column] for column in columns) for row in table(folder / name))


@pytest.fixture
def scooters(database: Database, tenant: Tenant) -> Database:
    """A conversation of our own with three accepted statements."""
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for _ in range(3):
            make_statement(session, conversation)
    return database


@pytest.mark.parametrize("name", REAL)
def test_a_real_conversation_comes_back_as_it_was(database: Database, tenant: Tenant, tmp_path: Path, name: str) -> None:
    before = real_folder(name)
    with database.write() as session:
        take_in(session, tenant, before, "real")
        after = give_back(session, "real", tmp_path / "out")
    votes = ("timestamp", "comment-id", "voter-id", "vote")
    comments = ("timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
    participants = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
    assert rows(after, "votes.csv", *votes) == rows(before, "votes.csv", *votes)
    assert rows(after, "comments.csv", *comments) == rows(before, "comments.csv", *comments)
    assert rows(after, "participants-votes.csv", *participants) == rows(before, "participants-votes.csv", *participants)
    assert standing_votes(after) == standing_votes(before)
    assert (after / "summary.csv").read_text().strip() == (before / "summary.csv").read_text().strip()


@pytest.mark.parametrize("name", REAL)
def test_the_counts_of_the_summary_are_taken_as_polis_takes_them(
    database: Database, tenant: Tenant, tmp_path: Path, name: str
) -> None:
    folder = real_folder(name)
    with database.write() as session:
        take_in(session, tenant, folder, "real")
        first = session.exec(select(Statement).where(Statement.number == 0)).one()
        first.state = StatementState.PENDING
        session.add(first)
        session.flush()
        export = polis_export.collect(session, "real")
    assert export.summary == polis_reading.read(folder).summary


def test_the_export_of_an_import_is_the_same_import_and_can_be_imported_elsewhere(
    database: Database, tenant: Tenant, other_tenant: Tenant, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "x")
    with database.write() as session:
        take_in(session, tenant, folder, "first")
        out = give_back(session, "first", tmp_path / "out")
        take_in(session, tenant, out, "first")  # is recognised, or it would be refused
        take_in(session, other_tenant, out, "second")
        first, second = content(session, "first"), content(session, "second")
    assert first == second
    assert table(out / "participants-votes.csv") == table(folder / "participants-votes.csv")


def content(session: Session, slug: str) -> list[Any]:
    """All that is stored of a conversation, without row ids and the slug."""
    conversation = session.exec(select(Conversation).where(Conversation.slug == slug)).one()
    people = {p.id: p for p in session.exec(select(Participant).where(Participant.conversation_id == conversation.id))}
    statements = {s.id: s for s in session.exec(select(Statement).where(Statement.conversation_id == conversation.id))}
    events = session.exec(select(VoteEvent).where(VoteEvent.conversation_id == conversation.id).order_by(col(VoteEvent.id))).all()
    names = {row_id: p.external_id for row_id, p in people.items()}
    rest = {"id", "municipality_id", "slug", "conversation_id", "author_id", "participant_id", "statement_id"}
    return [
        conversation.model_dump(exclude=rest),
        [p.model_dump(exclude=rest) for p in people.values()],
        [(names[s.author_id], s.model_dump(exclude=rest)) for s in statements.values()],
        [(names[e.participant_id], statements[e.statement_id].number, e.model_dump(exclude=rest)) for e in events],
    ]


def test_files_in_seconds_come_back_in_seconds(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    comments = ["timestamp,comment-id,author-id,moderated,comment-body", "1714521600,0,1,1,Trees."]
    votes = ["timestamp,comment-id,voter-id,vote", "1714521600,0,1,1"]
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", comments=comments, votes=votes), "benches")
        out = give_back(session, "benches", tmp_path / "out")
        assert [row["timestamp"] for row in table(out / "votes.csv")] == ["1714521600"]
        assert [row["datetime"] for row in table(out / "votes.csv")] == ["Wed May 01 00:00:00 UTC 2024"]
        later = (
            session.exec(select(VoteEvent)).one().model_copy(update={"id": None, "voted_at": NOON + timedelta(milliseconds=5)})
        )
        session.add(VoteEvent(**later.model_dump()))
        session.flush()
        with_later = give_back(session, "benches", tmp_path / "later")
    assert [row["timestamp"] for row in table(with_later / "votes.csv")] == ["1714521600000", "1780315200005"]


def test_people_of_our_own_leave_as_numbers(scooters: Database, tenant: Tenant, tmp_path: Path) -> None:
    with scooters.write() as session:
        for person in (MEI, KAI):
            answer(session, tenant, "scooters", person, 1, Choice.AGREE)
        out = give_back(session, "scooters", tmp_path / "out")
    assert [(row["participant"], row["group-id"]) for row in table(out / "participants-votes.csv")] == [("0", ""), ("1", "")]
    text = "".join((out / name).read_text() for name in FILES)
    assert MEI not in text
    assert KAI not in text


def test_newcomers_of_an_imported_conversation_get_numbers_after_the_known_ones(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"), "benches")
        conversation = session.exec(select(Conversation)).one()
        conversation.closes_at = None
        session.add(conversation)
        session.flush()
        answer(session, tenant, "benches", MEI, 0, Choice.PASS)
        out = give_back(session, "benches", tmp_path / "out")
    assert standing_votes(out)["9", "0"] == "0"
    summary = polis_reading.read(out).summary
    assert (summary["voters"], summary["url"], summary["views"]) == ("4", "https://example.org/b", "9")


def test_a_vote_that_was_taken_back_leaves_no_trace_and_one_given_again_keeps_its_history(
    scooters: Database, tenant: Tenant, tmp_path: Path
) -> None:
    with scooters.write() as session:
        for choice in (Choice.AGREE, None):
            answer(session, tenant, "scooters", MEI, 1, choice)
        for minute, choice in enumerate((Choice.AGREE, None, Choice.DISAGREE)):
            answer(session, tenant, "scooters", MEI, 2, choice, now=NOON + timedelta(minutes=minute))
        out = give_back(session, "scooters", tmp_path / "out")
    assert standing_votes(out) == {("0", "2"): "-1"}
    assert rows(out, "votes.csv", "comment-id", "vote") == Counter({("2", "1"): 1, ("2", "-1"): 1})
    assert rows(out, "comments.csv", "comment-id", "agrees", "disagrees")["2", "1", "1"] == 1


@pytest.mark.parametrize("backwards", [timedelta(0), timedelta(microseconds=1), timedelta(seconds=3)])
@pytest.mark.parametrize("choices", [(1, -1), (1, 0, -1), (-1, 1, 0), (0, 1), (1, -1, 1)])
def test_the_last_word_stays_the_last_when_clocks_do_not_tell(
    scooters: Database, tenant: Tenant, tmp_path: Path, choices: tuple[int, ...], backwards: timedelta
) -> None:
    with scooters.write() as session:
        for turn, choice in enumerate(choices):
            answer(session, tenant, "scooters", MEI, 1, Choice(choice), now=NOON - turn * backwards)
        answer(session, tenant, "scooters", KAI, 1, Choice.PASS)
        out = give_back(session, "scooters", tmp_path / "out")
    export = polis_reading.read(out)
    assert standing_votes(out) == {("0", "1"): str(choices[-1]), ("1", "1"): "0"}
    assert export.votes.choices[export.votes.standing].tolist() == [choices[-1], 0]
    assert len(export.votes) == len(choices) + 1


def test_states_become_polis_s_three(scooters: Database, tenant: Tenant, tmp_path: Path) -> None:
    with scooters.write() as session:
        one, two, three = session.exec(select(Statement).order_by(col(Statement.number))).all()
        one.state, one.reason, one.note = StatementState.REJECTED, Reason.SPAM, "An advertisement"
        two.state, two.merged_into_id = StatementState.MERGED, three.id
        three.is_meta = True
        session.add_all([one, two, three, Statement(**{**three.model_dump(exclude={"id"}), **FOURTH})])
        session.flush()
        out = give_back(session, "scooters", tmp_path / "out")
    assert [(row["comment-id"], row["moderated"], row["is-meta"], row["is-seed"]) for row in table(out / "comments.csv")] == [
        ("1", "-1", "false", "false"),
        ("2", "-1", "false", "false"),
        ("3", "1", "true", "false"),
        ("4", "0", "false", "true"),
    ]


FOURTH = {"number": 4, "text": "Four", "text_key": "4", "state": StatementState.PENDING, "is_meta": False, "is_seed": True}


def test_what_was_edited_since_the_import_is_in_the_summary(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"), "benches")
        conversation = session.exec(select(Conversation)).one()
        conversation.topic, conversation.background = "Seats", "Where, and how many?"
        session.add(conversation)
        session.flush()
        summary = polis_export.collect(session, "benches").summary
    assert (summary["topic"], summary["conversation-description"]) == ("Seats", "Where, and how many?")


@pytest.mark.parametrize("topic", ["", '"Two\nlines"', "x" * 400])
def test_a_topic_that_was_fitted_into_a_heading_comes_back_whole(
    database: Database, tenant: Tenant, tmp_path: Path, topic: str
) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", summary=lines_of("summary.csv", row1=f"topic,{topic}")), "benches")
        assert polis_export.collect(session, "benches").summary["topic"] == topic.strip('"')


def test_an_unknown_conversation_is_named(database: Database, tenant: Tenant) -> None:
    with database.read() as session, pytest.raises(ConversationUnknown, match="“nowhere”"):
        polis_export.collect(session, "nowhere")


def test_a_folder_with_something_in_it_is_left_alone(scooters: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "diary.txt").write_text("mine")
    with scooters.read() as session, pytest.raises(UnwritableFolder) as refused:
        give_back(session, "scooters", folder)
    assert str(refused.value) == f"{folder}: is not empty"
    assert [path.name for path in folder.iterdir()] == ["diary.txt"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UnwritableFolder, match="cannot be written"):
        polis_writing.write(polis_reading.read(write_folder(tmp_path / "x")), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
times = st.integers(100_000_000_000, 99_999_999_999_999)


@st.composite
def exports(draw: st.DrawFn) -> PolisExport:
    numbers = sorted(draw(st.sets(st.integers(0, 50), min_size=1, max_size=6)))
    people = sorted(draw(st.sets(st.integers(0, 50), min_size=1, max_size=6)))
    statements = [
        PolisStatement(
            number,
            draw(st.sampled_from([None, *people])),
            draw(times),
            draw(st.sampled_from([-1, 0, 1])),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(texts),
        )
        for number in numbers
    ]
    vote = st.tuples(st.sampled_from(numbers), st.sampled_from(people), times, st.sampled_from([-1, 0, 1]))
    votes = np.array(draw(st.lists(vote, min_size=1, max_size=20)), dtype=np.int64)
    return PolisExport(
        summary={"topic": draw(texts), "conversation-description": draw(texts)},
        statements=tuple(statements),
        participants=tuple(PolisParticipant(person, draw(st.none() | st.integers(0, 4))) for person in people),
        votes=PolisVotes.sorted(votes[:, 0], votes[:, 1], votes[:, 2], votes[:, 3]),
    )


@settings(max_examples=60, deadline=None)
@given(exports())
def test_whatever_was_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, export: PolisExport) -> None:
    folder = tmp_path_factory.mktemp("any")
    polis_writing.write(export, folder)
    again = polis_reading.read(folder)
    assert again.statements == export.statements
    assert again.participants == export.participants
    assert again.sha256 == export.sha256
    assert (again.differing_counts, again.external_ids) == (0, 0)
