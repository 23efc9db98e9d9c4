"""Files of votes as analysts have them: what is read, and what is refused in one line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clustering import VoteMatrix
from deliberation.errors.files import UnreadableFile, UnwritableFolder
from deliberation.interchange.vote_files import (
    moderation_beside,
    placed_together,
    prepare_folder,
    read_moderation,
    read_pairs,
    read_votes,
)

PLAIN = "participant,statement,vote\n1,1,1\n1,2,0\n2,1,-1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "votes.csv"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def write_together(folder: Path, *names: str) -> None:
    with placed_together(folder) as made:
        for name in names:
            written(made / name, "new")
            assert not (folder / name).is_file() or (folder / name).read_text() == "old"


def same(one: VoteMatrix, other: VoteMatrix) -> bool:
    return one.input_sha256() == other.input_sha256()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.rstrip("\n"),
        PLAIN.replace("\n", "\n\n"),
        "\n" + PLAIN,
        '"participant","statement","vote"\n"1","1","1"\n"1","2","0"\n"2","1","-1"\n',
        "vote,comment-id,voter-id\n1,1,1\n0,2,1\n-1,1,2\n",
        " participant , statement , vote \n1,1,1\n1,2,0\n2,1,-1\n",
        "participant,statement,vote\n 1,1 , 1\n1 ,2,0\n2,1,-1\n",
        "participant,statement,vote\n1,1,1.0\n1,2,0.0\n2,1,-1.0\n",
        'participant,note,statement,vote\n1,x,1,1\n1,"a, b\nc",2,0\n2,,1,-1\n',
        "participant,statement,vote,timestamp\n1,1,-1,1500000000\n1,1,1,1500000001\n1,2,0,1500000000\n2,1,-1,1500000000\n",
        "participant,statement,vote,timestamp\n1,1,1,1500000001.5\n1,1,-1,1.5e9\n1,2,0,1500000000\n2,1,-1,1500000000\n",
        "participant,statement,vote,timestamp\n1,1,1,1500000001000\n1,1,-1,1500000000\n1,2,0,1500000000\n2,1,-1,1500000000\n",
    ],
)
def test_the_same_votes_are_read_however_they_are_written(file: Path, content: str) -> None:
    assert same(read_votes(written(file, content)), VoteMatrix.from_votes([1, 1, 2], [1, 2, 1], [1, 0, -1]))


@pytest.mark.parametrize("identifier", ["007", "+7", "-0", "anna", "7e0", "７", "99999999999999999999", "a,b"])
def test_ids_that_are_not_plain_numbers_stay_as_they_are(file: Path, identifier: str) -> None:
    votes = read_votes(written(file, f'participant,statement,vote\n"{identifier}",1,1\n'))
    assert votes.participants.tolist() == [identifier]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "votes.csv: is empty"),
        ("participant,statement,vote\n", "votes.csv: has a header but no rows"),
        ("participant,statement\n1,1\n", "votes.csv, row 1: there is no column “vote”"),
        ("who,statement,vote\n1,1,1\n", "votes.csv, row 1: there is no column “participant” or “voter-id”"),
        ("participant,vote\n1,1\n", "votes.csv, row 1: there is no column “statement” or “comment-id”"),
        ("participant,statement,vote,vote\n1,1,1,1\n", "votes.csv, row 1: the column “vote” appears twice"),
        (PLAIN + "3,1,2\n", "votes.csv, row 5: the vote is “2” and not −1, 0 or 1"),
        (PLAIN + "3,1,yes\n", "votes.csv, row 5: the vote is “yes” and not −1, 0 or 1"),
        (PLAIN + "3,1,\n", "votes.csv, row 5: the vote is “” and not −1, 0 or 1"),
        (PLAIN + "3,1,nan\n", "votes.csv, row 5: the vote is “nan” and not −1, 0 or 1"),
        (PLAIN + ",1,1\n", "votes.csv, row 5: the participant is empty"),
        (PLAIN + "3, ,1\n", "votes.csv, row 5: the statement is empty"),
        (PLAIN + "3,1\n", "votes.csv, row 5: has 2 fields where the header has 3"),
        (PLAIN + "3,1,1,1\n", "votes.csv, row 5: has 4 fields where the header has 3"),
        (PLAIN.encode() + b"3,\xff,1\n", "votes.csv, row 5: is not UTF-8"),
        (
            PLAIN + "1,1,-1\n",
            "votes.csv, row 5: contradicts row 2, and without a column “timestamp” nothing says which vote came last",
        ),
        (
            PLAIN + "a,1,1\na,1,0\n",
            "votes.csv, row 6: contradicts row 5, and without a column “timestamp” nothing says which vote came last",
        ),
        ("participant,statement,vote,timestamp\n1,1,1,\n", "votes.csv, row 2: the timestamp is “” and not a number"),
        ("participant,statement,vote,timestamp\n1,1,1,inf\n", "votes.csv, row 2: the timestamp is “inf” and not a number"),
        ("participant,statement,vote,timestamp\n1,1,1,noon\n", "votes.csv, row 2: the timestamp is “noon” and not a number"),
    ],
)
def test_what_is_wrong_with_votes_is_said_in_one_line(file: Path, content: str | bytes, line: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_votes(written(file, content))
    assert str(refused.value) == line


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"votes\.csv: is missing"):
        read_votes(tmp_path / "votes.csv")


@pytest.mark.parametrize("meta", ["is-meta", "is_meta"])
def test_statements_say_what_moderators_decided(tmp_path: Path, file: Path, meta: str) -> None:
    rows = "5,-1,0,\n6,0,1,\n7,1,true,\n8,-1.0,False,\n9,,,\n"
    moderation = read_moderation(written(tmp_path / "statements.csv", f"statement,moderated,{meta},comment-body\n{rows}"))
    assert (moderation.rejected, moderation.meta) == ({"5", "8"}, {"6", "7"})
    votes = read_votes(written(file, "participant,statement,vote\n1,5,1\n1,6,1\n1,9,1\n"), moderation)
    assert votes.rejected.tolist() == [True, False, False]
    assert votes.meta.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("statement,moderated\n5,2\n", "statements.csv, row 2: the moderated is “2” and not −1, 0 or 1"),
        ("statement,is-meta\n5,perhaps\n", "statements.csv, row 2: is-meta is “perhaps” and neither true nor false"),
        ("statement,moderated\n5,1\n6,1\n5,1\n", "statements.csv, row 4: the statement “5” is already in row 2"),
        ("moderated\n1\n", "statements.csv, row 1: there is no column “statement” or “comment-id”"),
        ("statement,text\n5,x\n", "statements.csv, row 1: there is no column “moderated”"),
    ],
)
def test_what_is_wrong_with_statements_is_said_in_one_line(tmp_path: Path, content: str, line: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_moderation(written(tmp_path / "statements.csv", content))
    assert str(refused.value) == line


@pytest.mark.parametrize("votes", ["1,5,1\n1,6,1\n", "anna,5,1\nanna,6,1\n"])
def test_a_vote_on_a_statement_that_is_not_listed_is_refused(tmp_path: Path, file: Path, votes: str) -> None:
    moderation = read_moderation(written(tmp_path / "comments.csv", "comment-id,moderated\n5,1\n"))
    with pytest.raises(UnreadableFile) as refused:
        read_votes(written(file, "voter-id,comment-id,vote\n" + votes), moderation)
    assert str(refused.value) == "votes.csv, row 3: the comment-id “6” is not in comments.csv"


def test_statements_beside_the_votes_are_found_when_they_tell_of_moderation(tmp_path: Path, file: Path) -> None:
    assert moderation_beside(file) is None
    results = written(tmp_path / "statements.csv", "statement,votes,agree\n5,1,1\n")
    assert moderation_beside(file) is None
    written(results, "statement,moderated\n5,1\n")
    assert moderation_beside(file) == results
    comments = written(tmp_path / "comments.csv", "comment-id,moderated\n5,1\n")
    assert moderation_beside(file) == comments


def test_pairs_need_no_vote(tmp_path: Path) -> None:
    assert read_pairs(written(tmp_path / "pairs.csv", "voter-id,comment-id\n1,2\nanna,007\n")) == (["1", "anna"], ["2", "007"])


def test_results_never_overwrite_what_is_read(tmp_path: Path) -> None:
    statements = written(tmp_path / "statements.csv", "statement,moderated\n5,1\n")
    with pytest.raises(UnwritableFolder, match=r"statements\.csv"):
        prepare_folder(tmp_path, [tmp_path / "votes.csv", statements])
    prepare_folder(tmp_path / "new" / "folder", [statements])
    assert (tmp_path / "new" / "folder").is_dir()


@pytest.mark.parametrize("link", [Path.hardlink_to, Path.symlink_to])
def test_results_never_overwrite_what_is_read_by_another_name(
    tmp_path: Path, file: Path, link: Callable[[Path, Path], None]
) -> None:
    link(tmp_path / "participants.csv", written(file, PLAIN))
    with pytest.raises(UnwritableFolder, match=r"the results would overwrite participants\.csv, which is read"):
        prepare_folder(tmp_path, [file])


def test_results_take_their_places_together(tmp_path: Path) -> None:
    written(tmp_path / "statements.csv", "old")
    write_together(tmp_path, "participants.csv", "statements.csv")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"participants.csv": "new", "statements.csv": "new"}


def test_results_that_cannot_all_take_their_places_leave_everything_as_it_was(tmp_path: Path) -> None:
    written(tmp_path / "participants.csv", "old")
    (tmp_path / "statements.csv").mkdir()
    with pytest.raises(UnwritableFolder) as refused:
        write_together(tmp_path, "participants.csv", "statements.csv")
    assert str(refused.value) == f"{tmp_path}: statements.csv cannot be written (a folder has this name)"
    assert {path.name for path in tmp_path.iterdir()} == {"participants.csv", "statements.csv"}
    assert (tmp_path / "participants.csv").read_text() == "old"


def test_results_need_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "out", "a file")
    with pytest.raises(UnwritableFolder, match="cannot be made"):
        prepare_folder(tmp_path / "out", [])


def test_a_close_look_and_a_quick_one_see_the_same(tmp_path: Path, file: Path) -> None:
    random = np.random.default_rng(0)
    lines = [
        f"{random.integers(50)},{random.integers(20)},{random.integers(-1, 2)},{random.integers(10**9)}" for _ in range(3000)
    ]
    header = "participant,statement,vote,timestamp"
    quick = read_votes(written(file, "\n".join([header, *lines])))
    close = read_votes(written(tmp_path / "other.csv", "\n".join([header, *(f" {line}" for line in lines)])))
    assert same(quick, close)
