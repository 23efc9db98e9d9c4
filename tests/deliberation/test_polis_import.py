from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, func, select

from deliberation import conversations, ledger
from deliberation.errors.conversations import ConversationClosed, SlugTaken
from deliberation.errors.files import ImportDiffers, UnreadableFile
from deliberation.interchange import polis_reading
from deliberation.interchange.polis_import import Imported, store
from deliberation.interchange.polis_origin import Origin
from deliberation.municipalities import Tenant
from deliberation.statements import text_key
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, ModerationDecision, Participant, Statement, Vote, VoteEvent
from deliberation.values import Choice, ModerationMode, Stage, StatementState
from tests.support.make import NOON, answer
from tests.support.polis_files import EDGE, REAL, lines_of, real_folder, standing_votes, table, write_folder


def take_in(session: Session, tenant: Tenant, folder: Path, slug: str = "benches", **more: Any) -> Imported:
    export = polis_reading.read(folder)
    origin = more.pop("origin", Origin())
    return store(session, export, municipality_id=tenant.id, slug=slug, origin=origin, now=NOON, **more)


def conversation(session: Session) -> Conversation:
    return session.exec(select(Conversation)).one()


def statements(session: Session) -> dict[int, Statement]:
    return {s.number: s for s in session.exec(select(Statement))}


def standing(session: Session) -> dict[tuple[str | None, int], int]:
    query = select(Participant.external_id, Statement.number, Vote.choice)
    rows = session.exec(
        query.join(Vote, col(Vote.participant_id) == col(Participant.id)).join(
            Statement, col(Statement.id) == col(Vote.statement_id)
        )
    )
    return {(participant, statement): choice for participant, statement, choice in rows}


def count(session: Session, model: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def test_an_export_becomes_a_closed_conversation_in_the_stage_of_opinions(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    with database.write() as session:
        imported = take_in(session, tenant, write_folder(tmp_path / "x"), origin=Origin("en", "CC BY 4.0", "Harbour"))
        found = conversation(session)
    assert imported == Imported("benches", True, statements=4, participants=5, votes=6, events=7)
    assert (found.topic, found.background, found.language, found.stage) == ("Benches", "Where?", "en", Stage.OPINION)
    assert (found.opens_at, found.closes_at) == (moment(1714521600100), moment(1714521604001))
    assert found.source is not None
    assert (found.source["format"], found.source["url"], found.source["views"]) == ("polis", "https://example.org/b", "9")
    assert (found.source["licence"], found.source["attribution"]) == ("CC BY 4.0", "Harbour")
    assert found.source["summary"]["conversation-description"] == "Where?"


def test_an_imported_conversation_takes_no_more_votes(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
    with database.write() as session, pytest.raises(ConversationClosed):
        answer(session, tenant, "benches", "mei", 0, Choice.AGREE)


def test_statements_keep_number_author_state_and_time(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        found = statements(session)
        authors = {p.id: p.external_id for p in session.exec(select(Participant))}
    assert {n: s.state for n, s in found.items()} == {
        0: StatementState.ACCEPTED,
        1: StatementState.REJECTED,
        2: StatementState.PENDING,
        3: StatementState.ACCEPTED,
    }
    assert [authors[found[n].author_id] for n in range(4)] == ["1", "2", "3", "8"]
    assert found[0].text == "Put them under the trees."
    assert found[2].created_at == moment(1714521600300)
    assert {s.language for s in found.values()} == {"und"}


def test_the_last_vote_counts_and_every_event_is_kept_in_order(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        assert standing(session) == {("1", 0): 1, ("2", 0): 1, ("3", 0): 1, ("2", 1): 1, ("1", 1): -1, ("3", 2): 1}
        times = [e.voted_at for e in session.exec(select(VoteEvent).order_by(col(VoteEvent.id)))]
    assert len(times) == 7
    assert times == sorted(times)


@pytest.mark.parametrize("votes", [(1, -1), (-1, 1), (0, -1, 0), (-1, 0)])
def test_of_votes_at_one_time_the_larger_counts_and_is_the_last_event(
    database: Database, tenant: Tenant, tmp_path: Path, votes: tuple[int, ...]
) -> None:
    same_time = [f"1714521605000,,3,1,{vote}" for vote in votes]
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", votes=[*lines_of("votes.csv"), *same_time]))
        assert standing(session)["1", 3] == max(votes)
        events = session.exec(select(VoteEvent.choice).order_by(col(VoteEvent.id))).all()
    assert events[-len(votes) :] == sorted(votes)


def test_a_later_vote_counts_wherever_it_stands_in_the_file(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    votes = [*lines_of("votes.csv"), "1714521605000,,3,1,-1", "1714521604500,,3,1,1"]
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", votes=votes))
        assert standing(session)["1", 3] == -1


def test_participants_keep_their_number_and_group_and_need_no_votes(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        found = {p.external_id: p for p in session.exec(select(Participant))}
    assert {number: p.external_group for number, p in found.items()} == {"1": "0", "2": "1", "3": None, "5": None, "8": None}
    assert all(p.person_id is None for p in found.values())
    assert found["2"].joined_at == moment(1714521600200)
    assert found["8"].joined_at == moment(1714521600400)


def test_undecided_statements_that_others_voted_on_were_shown_before_moderation(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "pre"), "pre")
        votes = [*lines_of("votes.csv"), "1714521605000,,2,1,0"]
        take_in(session, tenant, write_folder(tmp_path / "post", votes=votes), "post")
        modes = dict(session.exec(select(Conversation.slug, Conversation.moderation)).all())
    assert modes == {"pre": ModerationMode.PRE, "post": ModerationMode.POST}


def test_no_moderator_s_decision_is_made_up(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        assert count(session, ModerationDecision) == 0
        assert {s.decided_at for s in statements(session).values()} == {None}


def test_the_ledger_tells_of_the_import_once_with_counts_and_hash(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        entry = session.exec(select(LedgerEntry)).one()
        source = conversation(session).source
    assert (entry.action, entry.subject, entry.at) == ("conversation.imported", "conversation/benches", NOON)
    assert source is not None
    assert entry.facts == {
        "format": "polis",
        "sha256": source["sha256"],
        "statements": 4,
        "participants": 5,
        "votes": 6,
        "events": 7,
    }


def test_importing_twice_changes_nothing(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "x")
    with database.write() as session:
        take_in(session, tenant, folder)
        before = snapshot(session, tenant)
    with database.write() as session:
        assert take_in(session, tenant, folder) == Imported("benches", False, statements=4, participants=5, votes=6, events=7)
    with database.read() as session:
        assert snapshot(session, tenant) == before


def snapshot(session: Session, tenant: Tenant) -> tuple[Any, ...]:
    models = (Conversation, Participant, Statement, Vote, VoteEvent, LedgerEntry)
    return (*(count(session, model) for model in models), ledger.head(session, tenant.id), conversation(session).version)


def shuffled(lines: list[str]) -> list[str]:
    return [lines[0], *reversed(lines[1:])]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n",
        lambda text: "\n".join(shuffled(text.splitlines())),
    ],
    ids=["byte order mark", "Windows line ends", "no end of line at the end", "blank lines at the end", "other order"],
)
def test_the_same_content_in_another_guise_is_the_same_import(
    database: Database, tenant: Tenant, tmp_path: Path, rewrite: Callable[[str], str]
) -> None:
    plain, other = write_folder(tmp_path / "plain"), write_folder(tmp_path / "other")
    for path in other.iterdir():
        path.write_bytes(rewrite(path.read_text(encoding="utf-8")).encode())
    with database.write() as session:
        take_in(session, tenant, plain)
        assert not take_in(session, tenant, other).changed


def test_times_may_be_in_seconds(tmp_path: Path) -> None:
    def to_seconds(lines: list[str]) -> list[str]:
        return [lines[0], *(f"{int(line.partition(',')[0]) // 1000},{line.partition(',')[2]}" for line in lines[1:])]

    comments, votes = to_seconds(lines_of("comments.csv")), to_seconds(lines_of("votes.csv"))
    export = polis_reading.read(write_folder(tmp_path / "x", comments=comments, votes=votes))
    assert export.seconds
    assert export.statements[0].created == 1714521600000
    assert export.votes.times.max() == 1714521604000


@pytest.mark.parametrize(("told", "kept"), [("99999999999", 99_999_999_999_000), ("100000000000", 100_000_000_000)])
def test_the_unit_of_a_time_follows_from_its_size(tmp_path: Path, told: str, kept: int) -> None:
    votes = lines_of("votes.csv", row2=f"{told},,0,1,1")
    export = polis_reading.read(write_folder(tmp_path / "x", votes=votes))
    assert kept in export.votes.times.tolist()


@pytest.mark.parametrize(
    ("changed", "origin"),
    [
        ({"votes": [*lines_of("votes.csv"), "1714521605000,,3,1,1"]}, Origin()),
        ({"comments": lines_of("comments.csv", row2="1714521600100,,0,1,3,1,-1,Put them under the trees.")}, Origin()),
        ({"participants": lines_of("participants-votes.csv", row2="1,1,1,2,1,1,1,-1,")}, Origin()),
        ({"summary": lines_of("summary.csv", row1="topic,Chairs")}, Origin()),
        ({}, Origin("en")),
        ({}, Origin(licence="CC0")),
    ],
    ids=["vote", "moderation", "group", "topic", "language", "licence"],
)
def test_something_else_under_the_same_slug_is_refused(
    database: Database, tenant: Tenant, tmp_path: Path, changed: dict[str, list[str]], origin: Origin
) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x"))
        before = snapshot(session, tenant)
    with database.write() as session, pytest.raises(ImportDiffers):
        take_in(session, tenant, write_folder(tmp_path / "y", **changed), origin=origin)
    with database.read() as session:
        assert snapshot(session, tenant) == before


def test_a_slug_of_another_municipality_is_taken(
    database: Database, tenant: Tenant, other_tenant: Tenant, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "x")
    with database.write() as session:
        take_in(session, tenant, folder)
    with database.write() as session, pytest.raises(SlugTaken):
        take_in(session, other_tenant, folder)


def test_a_conversation_that_was_not_imported_is_left_alone(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    with database.write() as session:
        conversations.create(session, municipality_id=tenant.id, slug="benches", topic="Ours", now=NOON, actor=ledger.SYSTEM)
    with database.write() as session, pytest.raises(ImportDiffers):
        take_in(session, tenant, write_folder(tmp_path / "x"))


def test_two_imports_at_once_leave_one_conversation(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "x")

    def run() -> bool:
        with database.write() as session:
            return take_in(session, tenant, folder).changed

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(run) for _ in range(2)]
    errors = [outcome.exception() for outcome in outcomes if outcome.exception()]
    assert [outcome.result() for outcome in outcomes if not outcome.exception()].count(True) == 1
    assert all(isinstance(error, SlugTaken) for error in errors)
    with database.read() as session:
        assert (count(session, Conversation), count(session, VoteEvent), count(session, LedgerEntry)) == (1, 7, 1)


def test_the_same_text_twice_is_kept_twice_and_the_accepted_one_answers_for_it(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    comments = lines_of(
        "comments.csv", row3="1714521600200,,1,2,1,1,-1,ASK the children", row4="1714521600300,,2,3,1,0,0,ask the children!"
    )
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", comments=comments))
        found = statements(session)
    assert [s.text for s in (found[1], found[2], found[3])] == ["ASK the children", "ask the children!", "Ask the children."]
    assert [n for n, s in found.items() if s.text_key == text_key("ask the children")] == [3]


@pytest.mark.parametrize(
    ("told", "kept"), [("true", True), ("t", True), ("1", True), ("false", False), ("f", False), ("0", False), ("", False)]
)
def test_meta_and_seed_statements_are_known_where_the_file_tells(
    database: Database, tenant: Tenant, tmp_path: Path, told: str, kept: bool
) -> None:
    header = "timestamp,comment-id,author-id,moderated,is-meta,is-seed,comment-body"
    comments = [header, f"1714521600100,0,,1,{told},,About us", f"1714521600100,1,,1,,{told},First", "1714521600100,2,,1,,,Last"]
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", comments=comments))
        found = statements(session)
    assert [(s.is_meta, s.is_seed) for _, s in sorted(found.items())] == [(kept, False), (False, kept), (False, False)]
    assert {s.author_id for s in found.values()} == {None}


def test_texts_keep_line_breaks_quotes_and_every_script(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    text = "1. “Benches”, please\n2. ベンチ, ม้านั่ง 🪑\r\n3. 'none'"
    row = f'1714521600100,,0,1,3,1,1,"{text}"'
    folder = write_folder(tmp_path / "x")
    (folder / "comments.csv").write_bytes("\n".join(lines_of("comments.csv", row2=row)).encode())
    with database.write() as session:
        take_in(session, tenant, folder)
        assert statements(session)[0].text == text


@pytest.mark.parametrize(
    ("topic", "kept"),
    [("", "benches"), ('"Two\nlines"', "Two lines"), ("x" * 300, "x" * 300), ("x" * 301, "x" * 299 + "…")],
    ids=["none", "two lines", "just fits", "too long"],
)
def test_any_topic_becomes_a_heading(database: Database, tenant: Tenant, tmp_path: Path, topic: str, kept: str) -> None:
    with database.write() as session:
        take_in(session, tenant, write_folder(tmp_path / "x", summary=lines_of("summary.csv", row1=f"topic,{topic}")))
        found = conversation(session)
    assert found.topic == kept
    assert found.source is not None
    assert found.source["summary"]["topic"] == topic.strip('"')


def test_the_participants_file_may_have_its_newer_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "x")
    before = polis_reading.read(folder)
    (folder / "participants-votes.csv").rename(folder / "participant-votes.csv")
    assert polis_reading.read(folder).sha256 == before.sha256


def test_ids_of_other_systems_are_left_out_and_counted(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    participants = ["participant,xid,group-id", "1,mei@example.org,0", "2,,1", "3,kai,"]
    export = polis_reading.read(write_folder(tmp_path / "x", participants=participants))
    assert export.external_ids == 2
    assert "mei" not in repr(export.participants)


def test_a_file_that_was_cut_short_is_noticed(tmp_path: Path) -> None:
    assert polis_reading.read(write_folder(tmp_path / "whole")).differing_counts == 0
    cut = polis_reading.read(write_folder(tmp_path / "cut", votes=lines_of("votes.csv", without=7)))
    assert cut.differing_counts == 1


MALFORMED_ROWS = {
    "missing column": ("votes", 1, "timestamp,datetime,comment-id,voter-id,choice", "there is no column “vote”"),
    "column twice": ("votes", 1, "timestamp,vote,comment-id,voter-id,vote", "the column “vote” appears twice"),
    "vote 2": ("votes", 6, "1714521600200,,1,2,2", "the vote “2” is not −1, 0 or 1"),
    "no vote": ("votes", 6, "1714521600200,,1,2,", "the vote “” is not −1, 0 or 1"),
    "unknown comment": ("votes", 2, "1714521600100,,9,1,1", "the comment-id 9 is not in comments.csv"),
    "unknown voter": ("votes", 8, "1714521600100,,0,9,1", "the voter-id 9 is not in participants-votes.csv"),
    "number in words": ("votes", 2, "1714521600100,,one,1,1", "the comment-id “one” is not a whole number"),
    "decimal number": ("votes", 2, "1714521600100,,0,1.0,1", "the voter-id “1.0” is not a whole number"),
    "number of a spreadsheet": ("votes", 3, "1.71452E+12,,0,2,1", "the timestamp “1.71452E+12” is not a whole number"),
    "digits of another script": ("votes", 3, "1714521600100,,0,２,1", "the voter-id “２” is not a whole number"),
    "negative time": ("votes", 3, "-1,,0,2,1", "the timestamp “-1” is not between 0 and 99999999999999"),
    "microseconds": ("votes", 3, f"{10**14},,0,2,1", f"the timestamp “{10**14}” is not between 0 and 99999999999999"),
    "endless number": ("votes", 3, f"{10**60},,0,2,1", f"the timestamp “1{'0' * 39}…” is not a whole number"),
    "too few fields": ("votes", 4, "1714521602000,,0,3", "has 4 fields where the header has 5"),
    "too many fields": ("comments", 2, "1714521600100,,0,1,3,1,1,Under, not over.", "has 9 fields where the header has 8"),
    "large number": ("comments", 5, "1,,2147483648,8,0,0,1,x", "the comment-id “2147483648” is not between 0 and 2147483647"),
    "comment twice": ("comments", 5, "1714521600400,,0,8,0,0,1,Again.", "the comment-id 0 appears a second time"),
    "moderated 5": ("comments", 3, "1714521600200,,1,2,1,1,5,Buy mine!", "moderated is “5” and not −1, 0 or 1"),
    "open quote": ("comments", 3, '1,,1,2,1,1,-1,"Buy mine!', "is not well-formed CSV (unexpected end of data)"),
    "zero byte": ("comments", 3, "1714521600200,,1,2,1,1,-1,Buy\0mine!", "holds a zero byte"),
    "participant twice": ("participants-votes", 3, "1,0,1,2,1,1,1,-1,", "the participant 1 appears a second time"),
    "group with a name": ("participants-votes", 3, "2,B,1,2,2,0,1,1,", "the group-id “B” is not a whole number"),
    "name twice": ("summary", 4, "topic,Chairs", "“topic” appears a second time"),
    "line of three": ("summary", 2, "url,https://example.org/b,c", "has 3 fields instead of a name and a value"),
}


@pytest.mark.parametrize(("file", "row", "line", "problem"), MALFORMED_ROWS.values(), ids=MALFORMED_ROWS)
def test_a_malformed_row_is_named_with_its_problem(tmp_path: Path, file: str, row: int, line: str, problem: str) -> None:
    name = f"{file}.csv"
    assert refusal_of(tmp_path, name, lines_of(name, **{f"row{row}": line})) == f"{name}, row {row}: {problem}"


@pytest.mark.parametrize(
    ("name", "lines", "problem"),
    [
        ("summary.csv", lines_of("summary.csv", without=1), "there is no “topic”"),
        ("votes.csv", lines_of("votes.csv")[:1], "has a header but no rows"),
        ("comments.csv", ["", ""], "is empty"),
        ("participants-votes.csv", [], "is empty"),
    ],
)
def test_a_file_without_what_it_is_for_is_named(tmp_path: Path, name: str, lines: list[str], problem: str) -> None:
    assert refusal_of(tmp_path, name, lines) == f"{name}: {problem}"


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    lines = lines_of("comments.csv", row2='1714521600100,,0,1,3,1,1,"Two\nlines"', row4="1714521600300,,2,3,1,0,7,None.")
    assert refusal_of(tmp_path, "comments.csv", lines) == "comments.csv, row 4: moderated is “7” and not −1, 0 or 1"


def test_a_flag_is_true_or_false(tmp_path: Path) -> None:
    lines = ["timestamp,comment-id,author-id,moderated,is-meta,comment-body", "1714521600100,0,1,1,perhaps,x"]
    assert refusal_of(tmp_path, "comments.csv", lines) == "comments.csv, row 2: is-meta is “perhaps” and neither true nor false"


def refusal_of(tmp_path: Path, name: str, lines: list[str]) -> str:
    """What is said of the tiny export when this file has these lines; one line itself."""
    folder = write_folder(tmp_path / "x")
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with pytest.raises(UnreadableFile) as refused:
        polis_reading.read(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", ["summary.csv", "comments.csv", "votes.csv", "participants-votes.csv"])
def test_a_missing_file_is_named_with_its_folder(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "x")
    (folder / name).unlink()
    with pytest.raises(UnreadableFile) as refused:
        polis_reading.read(folder)
    assert str(refused.value) == f"{name}: is missing in {folder}"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not a folder") as refused:
        polis_reading.read(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(refused.value)


@pytest.mark.parametrize(
    ("before", "row"),
    [(b"", 1), (b"\xef\xbb\xbf", 1), (b"timestamp\n", 2), (b'a\n"two\nlines"\n', 3), (b'a\n"two\n', 2), (b"a\nb", 2)],
)
def test_a_byte_that_is_not_utf8_is_found_in_its_row(tmp_path: Path, before: bytes, row: int) -> None:
    folder = write_folder(tmp_path / "x")
    (folder / "comments.csv").write_bytes(before + "é".encode("latin-1") + b"\n" * 20_000)
    with pytest.raises(UnreadableFile) as refused:
        polis_reading.read(folder)
    assert str(refused.value) == f"comments.csv, row {row}: is not UTF-8"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing-column", "votes.csv, row 1: there is no column “vote”"),
        ("vote-two", "votes.csv, row 6: the vote “2” is not −1, 0 or 1"),
        ("unknown-comment", "votes.csv, row 16: the comment-id 9 is not in comments.csv"),
        ("not-utf8", "comments.csv, row 2: is not UTF-8"),
        ("empty", "votes.csv: is empty"),
    ],
)
def test_the_broken_fixtures_are_refused(name: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        polis_reading.read(EDGE / name)
    assert str(refused.value) == said


def test_the_good_fixture_is_taken_in(database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        imported = take_in(session, tenant, EDGE / "good-tiny")
        found = {(p, str(s)): str(choice) for (p, s), choice in standing(session).items()}
    assert (imported.statements, imported.participants, imported.votes, imported.events) == (4, 6, 14, 15)
    assert found == standing_votes(EDGE / "good-tiny")


def test_progress_is_told_until_every_row_is_stored(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    told: list[int] = []
    with database.write() as session:
        imported = take_in(session, tenant, write_folder(tmp_path / "x"), progress=told.append)
    assert sum(told) == imported.events + imported.votes


@pytest.mark.parametrize("name", REAL)
def test_a_real_conversation_has_the_votes_that_polis_counted(database: Database, tenant: Tenant, name: str) -> None:
    folder = real_folder(name)
    with database.write() as session:
        imported = take_in(session, tenant, folder)
        found = {(p, str(s)): str(choice) for (p, s), choice in standing(session).items()}
        groups = {p.external_id: p.external_group or "" for p in session.exec(select(Participant))}
        events = count(session, VoteEvent)
        states = {s.number: s.state for s in statements(session).values()}
    told = {0: StatementState.PENDING, 1: StatementState.ACCEPTED, -1: StatementState.REJECTED}
    assert found == standing_votes(folder)
    assert events == imported.events == len(table(folder / "votes.csv"))
    assert states == {int(row["comment-id"]): told[int(row["moderated"])] for row in table(folder / "comments.csv")}
    listed = {row["participant"]: row["group-id"] for row in table(folder / "participants-votes.csv")}
    assert {p: groups[p] for p in listed} == listed
