"""`hiroba cluster` as an analyst runs it."""

import csv
import json
import random
import re
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import clustering
from tests.clustering.planted import Missing, gradient, planted_votes
from tests.support.checkout import CHECKOUT
from tests.support.open_data import UBER, conversation, needs_open_data
from web.cli import main
from web.cli.cluster import METHODS

RESULTS = ("participants.csv", "statements.csv", "predictions.csv")


def cluster(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["cluster", *map(str, arguments)])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_lines(planted: Iterable[Iterable[int]]) -> list[str]:
    return [",".join(map(str, vote)) for vote in zip(*planted, strict=True)]


@pytest.fixture
def lines() -> list[str]:
    return as_lines(planted_votes(60, 20, 12, groups=2))


@pytest.fixture
def votes(tmp_path: Path, lines: list[str]) -> Path:
    return write_votes(tmp_path / "votes.csv", lines)


def write_votes(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(["participant,statement,vote", *lines]))
    return path


def test_it_writes_people_statements_and_a_summary(tmp_path: Path, votes: Path) -> None:
    result = cluster(votes, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.startswith("60 participants, 20 statements, 720 votes.")
    people, statements = (table(tmp_path / "out" / name) for name in RESULTS[:2])
    assert [row["participant"] for row in people] == [str(person) for person in range(60)]
    assert {row["group"] for row in people} == {"A", "B"}
    assert sum(int(row["votes"]) for row in statements) == 720
    summary = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert list(summary)[:14] == [
        *("method", "seed", "engine_version", "parameters", "input_sha256", "participants", "clustered", "statements", "votes"),
        *("groups", "stability", "explained_variance", "silhouette", "verdict"),
    ]
    assert set(summary["seconds"]) == {"read", "core", "stability", "write", "total"}
    assert [group["label"] for group in summary["groups"]] == ["A", "B"]
    assert sorted(group["size"] for group in summary["groups"]) == pytest.approx([30, 30], abs=2)
    assert (summary["method"], summary["verdict"]) == ("default", "groups")
    assert summary["stability"] > 0.9
    assert all(0.5 <= float(row["confidence"]) <= 1 for row in people)


def test_the_classic_method_can_be_asked_for(tmp_path: Path, votes: Path) -> None:
    assert cluster(votes, "--out", tmp_path / "out", "--method", "classic").exit_code == 0
    summary = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert list(summary)[-2:] == ["verdict", "seconds"]
    assert (summary["method"], summary["verdict"], summary["stability"]) == ("classic", "groups", None)
    assert {row["confidence"] for row in table(tmp_path / "out" / "participants.csv")} == {""}


def test_it_says_when_groups_shade_into_each_other(tmp_path: Path, votes: Path) -> None:
    shade = "The groups shade into each other: many people stand between them."
    write_votes(votes, as_lines(planted_votes(120, 30, 20, groups=3)))
    assert shade not in cluster(votes, "--out", tmp_path / "apart").stdout
    spread = gradient(120, 30, missing=Missing(density=0.8))
    write_votes(votes, as_lines((spread.people, spread.statements, spread.choices)))
    assert shade in cluster(votes, "--out", tmp_path / "shaded").stdout.splitlines()
    assert shade not in cluster(votes, "--out", tmp_path / "classic", "--method", "classic").stdout


def test_statements_nobody_voted_on_change_nothing(tmp_path: Path, votes: Path) -> None:
    listed = tmp_path / "listed.csv"
    for folder, names in (("few", range(20)), ("many", range(10_020))):
        listed.write_text("comment-id,moderated\n" + "".join(f"{number},{-(number >= 19)}\n" for number in names))
        assert cluster(votes, "--out", tmp_path / folder, "--statements", listed).exit_code == 0
    for name in RESULTS[:2]:
        assert (tmp_path / "few" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()
    few, many = (json.loads((tmp_path / folder / "analysis.json").read_text()) for folder in ("few", "many"))
    assert few | {"seconds": None} == many | {"seconds": None}


REFUSED = {
    "not a number": b"participant,statement,vote\n1,1,nan\n",
    "infinite": b"participant,statement,vote\n1,1,inf\n",
    "less than disagreeing": b"participant,statement,vote\n1,1,-2\n",
    "half an agreement": b"participant,statement,vote\n1,1,0.5\n",
    "no bytes": b"",
    "a header and nothing else": b"participant,statement,vote\n",
    "cut in a row": b"participant,statement,vote\n1,1,1\n2,1",
    "cut in a header": b"participant,stat",
    "cut in a letter": "participant,statement,vote\n1,思".encode()[:-1],
    "two minds and no time": b"participant,statement,vote\n1,1,1\n1,1,-1\n",
    "no time of all": b"participant,statement,vote,timestamp\n1,1,1,nan\n",
}


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, votes: Path, refused: str, method: str) -> None:
    votes.write_bytes(REFUSED[refused])
    result = cluster(votes, "--out", tmp_path / "out", "--method", method)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("hiroba: votes.csv")
    assert [line for line in result.stderr.splitlines() if line.startswith("hiroba: ")] == result.stderr.splitlines()[-1:]
    assert not (tmp_path / "out" / "analysis.json").exists()


ODD = {
    "one statement": "".join(f"{person},1,{person % 3 - 1}\n" for person in range(30)),
    "everybody agrees": "".join(f"{person},{statement},1\n" for person in range(30) for statement in range(10)),
    "everybody passes": "".join(f"{person},{statement},0\n" for person in range(30) for statement in range(10)),
    "the same row twice": "1,1,1\n1,1,1\n2,1,0\n",
    "ids that are text": "".join(f"ÿ {person},“{person % 4}”,{person % 3 - 1}\n" for person in range(30)),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("method", METHODS)
def test_odd_conversations_have_a_verdict_and_no_nan_in_any_file(tmp_path: Path, votes: Path, odd: str, method: str) -> None:
    votes.write_text("participant,statement,vote\n" + ODD[odd])
    assert cluster(votes, "--out", tmp_path / "out", "--method", method).exit_code == 0
    for name in ("participants.csv", "statements.csv", "analysis.json"):
        assert not re.search(r"\b(nan|inf(inity)?)\b", (tmp_path / "out" / name).read_text(), re.IGNORECASE)
    verdict = json.loads((tmp_path / "out" / "analysis.json").read_text())["verdict"]
    assert verdict in {"groups", "no_distinct_groups", "too_few_votes"}


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_votes_in_any_order_give_the_same_bytes(tmp_path: Path, votes: Path, lines: list[str], seed: int) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("participant,statement\n3,4\n1,2\n1,19\n")
    arguments = ("--seed", str(seed), "--predict", pairs)
    assert cluster(votes, "--out", tmp_path / "one", *arguments).exit_code == 0
    random.Random(seed).shuffle(lines)
    votes.write_text("\n".join(["participant,statement,vote", *lines]))
    pairs.write_text("statement,participant\n19,1\n2,1\n4,3\n2,1\n")
    assert cluster(votes, "--out", tmp_path / "other", *arguments).exit_code == 0
    for name in RESULTS:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    one, other = (json.loads((tmp_path / folder / "analysis.json").read_text()) for folder in ("one", "other"))
    assert one | {"seconds": None} == other | {"seconds": None}


def test_predictions_are_asked_for_by_cell(tmp_path: Path, votes: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("participant,statement\n10,3\n9,3\nstranger,3\n9,new\n")
    assert cluster(votes, "--out", tmp_path / "out", "--predict", pairs).exit_code == 0
    predictions = table(tmp_path / "out" / "predictions.csv")
    assert [(row["participant"], row["statement"]) for row in predictions] == [
        ("9", "3"),
        ("9", "new"),
        ("10", "3"),
        ("stranger", "3"),
    ]
    assert all(-1 <= float(row["expected"]) <= 1 for row in predictions)


def test_a_picture_is_a_further_file_and_changes_no_other(tmp_path: Path, votes: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("participant,statement\n3,4\n")
    with votes.open("a") as file:
        file.write("\nnewcomer,3,1")
    for folder, options in (("plain", ()), ("drawn", ("--embedding", "umap")), ("again", ("--embedding", "umap"))):
        assert cluster(votes, "--out", tmp_path / folder, "--predict", pairs, *options).exit_code == 0
    for name in RESULTS:
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "drawn" / name).read_bytes()
    plain, drawn = (json.loads((tmp_path / folder / "analysis.json").read_text()) for folder in ("plain", "drawn"))
    assert plain | {"seconds": None} == drawn | {"seconds": None}
    assert set(drawn["seconds"]) == {"read", "core", "stability", "embedding", "write", "total"}
    assert not (tmp_path / "plain" / "embedding.csv").exists()
    picture = table(tmp_path / "drawn" / "embedding.csv")
    assert [row["participant"] for row in picture] == [*map(str, range(60)), "newcomer"]
    assert picture[-1] == {"participant": "newcomer", "x": "", "y": ""}
    assert all(re.fullmatch(r"-?\d+\.\d{6}", row[axis]) for row in picture[:-1] for axis in "xy")
    assert (tmp_path / "drawn" / "embedding.csv").read_bytes() == (tmp_path / "again" / "embedding.csv").read_bytes()


def test_too_few_people_for_a_picture_are_listed_without_places(tmp_path: Path, votes: Path) -> None:
    votes.write_text("participant,statement,vote\n1,1,1\n2,1,0\n")
    assert cluster(votes, "--out", tmp_path / "out", "--embedding", "umap").exit_code == 0
    assert (tmp_path / "out" / "embedding.csv").read_text() == "participant,x,y\n1,,\n2,,\n"


def test_a_picture_without_its_library_is_refused_before_anything_is_written(
    tmp_path: Path, votes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    result = cluster(votes, "--out", tmp_path / "out", "--embedding", "umap")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "hiroba: --embedding umap needs the package umap-learn, which is not installed here\n"
    assert not (tmp_path / "out").exists()


def test_json_prints_what_the_summary_file_holds(tmp_path: Path, votes: Path) -> None:
    result = cluster(votes, "--out", tmp_path / "out", "--json", "--method", "classic")
    assert result.stdout == (tmp_path / "out" / "analysis.json").read_text()


def test_moderation_beside_the_votes_counts(tmp_path: Path, votes: Path) -> None:
    plain = json.loads(cluster(votes, "--out", tmp_path / "out", "--json").stdout)
    (tmp_path / "comments.csv").write_text(
        "comment-id,moderated\n" + "".join(f"{number},{-(number == 3)}\n" for number in range(20))
    )
    moderated = json.loads(cluster(votes, "--out", tmp_path / "out", "--json").stdout)
    assert plain["input_sha256"] != moderated["input_sha256"]
    named = json.loads(cluster(votes, "--out", tmp_path / "out", "--json", "--statements", tmp_path / "comments.csv").stdout)
    assert named["input_sha256"] == moderated["input_sha256"]


def test_an_empty_name_is_not_the_current_folder(tmp_path: Path, votes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = cluster(votes, "--out", "")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'--out': is empty" in result.stderr
    assert list(tmp_path.iterdir()) == [votes]


@pytest.mark.parametrize(
    "header", ["participant,statement,vote,voter-id", "comment-id,participant,vote,statement"], ids=["people", "statements"]
)
def test_two_columns_for_the_same_are_refused(tmp_path: Path, votes: Path, header: str) -> None:
    votes.write_text(f"{header}\n1,2,1,3\n")
    result = cluster(votes, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "votes.csv, row 1: the columns “" in result.stderr
    assert "mean the same" in result.stderr


def test_running_twice_into_the_folder_of_the_votes_works(tmp_path: Path, votes: Path) -> None:
    first, second = (json.loads(cluster(votes, "--out", tmp_path, "--json").stdout) for _ in range(2))
    assert first["input_sha256"] == second["input_sha256"]


def test_votes_are_never_replaced_by_results_of_another_name(tmp_path: Path, votes: Path) -> None:
    (tmp_path / "participants.csv").hardlink_to(votes)
    before = votes.read_bytes()
    result = cluster(votes, "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"hiroba: {tmp_path}: the results would overwrite participants.csv, which is read\n"
    assert votes.read_bytes() == before


def test_results_that_cannot_all_be_placed_leave_those_of_before(tmp_path: Path, votes: Path) -> None:
    out = tmp_path / "out"
    (out / "statements.csv").mkdir(parents=True)
    (out / "participants.csv").write_text("of before")
    result = cluster(votes, "--out", out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"hiroba: {out}: statements.csv cannot be written (a folder has this name)\n"
    assert {path.name for path in out.iterdir()} == {"participants.csv", "statements.csv"}
    assert (out / "participants.csv").read_text() == "of before"


def test_results_that_do_not_fit_leave_those_of_before(tmp_path: Path, votes: Path) -> None:
    out = tmp_path / "out"
    assert cluster(votes, "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    largest = len(before["analysis.json"]) * 3 // 4
    assert all(len(before[name]) < largest for name in RESULTS[:2])
    command = [sys.executable, "-B", "-c", "from web.cli import main; main()", "cluster", str(votes), "--out", str(out)]
    done = subprocess.run(
        [*command, "--seed", "1"],
        cwd=CHECKOUT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"hiroba: {out}: cannot be written (File too large)\n"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_too_few_votes_give_counts(tmp_path: Path, votes: Path) -> None:
    votes.write_text("participant,statement,vote\n1,1,1\n2,1,0\n")
    result = cluster(votes, "--out", tmp_path / "out", "--json")
    assert json.loads(result.stdout)["verdict"] == "too_few_votes"
    assert table(tmp_path / "out" / "statements.csv")[0]["votes"] == "2"


def test_a_refusal_is_one_line_and_status_1(tmp_path: Path, votes: Path) -> None:
    votes.write_text("participant,statement,vote\n1,1,2\n")
    result = cluster(votes, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "hiroba: votes.csv, row 2: the vote is “2” and not −1, 0 or 1\n"


@pytest.mark.parametrize("option", ["--statements", "--predict"])
def test_a_missing_file_is_refused(tmp_path: Path, votes: Path, option: str) -> None:
    result = cluster(votes, "--out", tmp_path / "out", option, tmp_path / "nowhere.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("hiroba: nowhere.csv: is missing")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [["--method", "other"], ["--embedding", "other"], ["--seed", "-1"], ["--seed", "x"], ["--unknown"], ["second.csv"]]
)
def test_wrong_usage_is_status_2(tmp_path: Path, votes: Path, wrong: list[str]) -> None:
    assert cluster(votes, "--out", tmp_path / "out", *wrong).exit_code == 2


def test_every_method_of_the_engine_can_be_chosen() -> None:
    assert tuple(clustering.METHODS) == METHODS


def test_the_engine_is_not_loaded_for_other_commands() -> None:
    program = "import sys, web.cli; print('clustering' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_it_needs_to_know_where_results_go(votes: Path) -> None:
    assert cluster(votes).exit_code == 2


@needs_open_data
def test_a_real_conversation_in_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from web.cli import main; main()", "cluster", str(conversation(UBER) / "votes.csv")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads((tmp_path / "analysis.json").read_text())
    assert (summary["participants"], summary["statements"], summary["votes"]) == (1921, 197, 49443)
    assert len(summary["groups"]) == 2
