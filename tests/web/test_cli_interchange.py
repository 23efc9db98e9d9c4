import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlmodel import func, select

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Conversation, LedgerEntry, Participant, Vote
from tests.support.imports import CHECKOUT
from tests.support.polis_files import EDGE, lines_of, table, write_folder
from web.cli import main
from web.cli.interchange import slug_of

COUNTS = "4 statements, 5 participants, 6 votes (7 with those changed later)"


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    url = database.url.render_as_string(hide_password=False)
    return {"HIROBA_DATA_DIR": str(tmp_path / "var"), "HIROBA_DATABASE_URL": url}


@pytest.fixture
def hiroba(environment: dict[str, str]) -> Callable[..., Result]:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)

    return run


def conversations(database: Database) -> list[Conversation]:
    with database.read() as session:
        return list(session.exec(select(Conversation).order_by(Conversation.slug)))


def test_an_import_ends_with_one_line_of_counts(
    hiroba: Callable[..., Result], database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    result = hiroba("import", "polis", write_folder(tmp_path / "Pier benches.2024"))
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", f"pier-benches-2024: {COUNTS}.\n")
    assert [(c.slug, c.municipality_id, c.language) for c in conversations(database)] == [("pier-benches-2024", tenant.id, "und")]


def test_importing_twice_says_that_nothing_changed(hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "x")
    assert hiroba("import", "polis", folder).exit_code == 0
    result = hiroba("import", "polis", folder)
    assert (result.exit_code, result.stdout) == (0, f"x: {COUNTS}. All of it was there; nothing changed.\n")


def test_options_name_the_slug_municipality_language_licence_and_source(
    hiroba: Callable[..., Result], database: Database, tenant: Tenant, other_tenant: Tenant, tmp_path: Path
) -> None:
    options = ["--slug", "seats", "--municipality", "mountain", "--language", "zh-Hant"]
    result = hiroba("import", "polis", write_folder(tmp_path / "x"), *options, "--licence", "CC BY 4.0", "--attribution", "Pier")
    assert result.exit_code == 0
    (found,) = conversations(database)
    assert (found.slug, found.municipality_id, found.language) == ("seats", other_tenant.id, "zh-Hant")
    assert found.source is not None
    assert (found.source["licence"], found.source["attribution"]) == ("CC BY 4.0", "Pier")


@pytest.mark.parametrize("name", ["missing-column", "vote-two", "unknown-comment", "not-utf8", "empty"])
def test_a_malformed_export_is_one_line_and_leaves_the_database_untouched(
    hiroba: Callable[..., Result], database: Database, tenant: Tenant, name: str
) -> None:
    result = hiroba("import", "polis", EDGE / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(("hiroba: votes.csv", "hiroba: comments.csv"))
    assert result.stderr.count("\n") == 1
    with database.read() as session:
        for model in (Conversation, Participant, Vote, LedgerEntry):
            assert session.exec(select(func.count()).select_from(model)).one() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--slug", "x", "--language", "en"], "“x” is already there"),
        (["--slug", "y", "--municipality", "nowhere"], "There is no such municipality."),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(
    hiroba: Callable[..., Result], database: Database, tenant: Tenant, tmp_path: Path, arguments: list[str], said: str
) -> None:
    folder = write_folder(tmp_path / "x")
    hiroba("import", "polis", folder)
    result = hiroba("import", "polis", folder, *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"hiroba: {said}")
    assert result.stderr.count("\n") == 1
    assert len(conversations(database)) == 1


def test_without_any_municipality_the_way_to_add_one_is_said(hiroba: Callable[..., Result], tmp_path: Path) -> None:
    result = hiroba("import", "polis", write_folder(tmp_path / "x"))
    assert (result.exit_code, "hiroba municipality add" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--slug", "Two Words"],
        ["--slug", "-"],
        ["--slug", "a--b"],
        ["--slug", "a" * 64],
        ["--language", "Deutsch!"],
        ["--language", "en-" + "abcdefgh-" * 4 + "x"],
    ],
)
def test_wrong_usage_is_told_with_status_2(
    hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path, arguments: list[str]
) -> None:
    assert hiroba("import", "polis", write_folder(tmp_path / "x"), *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("vtaiwan.uberx", "vtaiwan-uberx"),
        ("15-per-hour-seattle", "15-per-hour-seattle"),
        ("Bänke & Café", "banke-cafe"),
        ("a" * 62 + "-bcd", "a" * 62),
    ],
)
def test_a_slug_is_made_from_the_folder_s_name(tmp_path: Path, name: str, slug: str) -> None:
    assert slug_of(tmp_path / name) == slug


def test_a_folder_s_name_without_usable_letters_asks_for_a_slug(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter):
        slug_of(tmp_path / "広場")


def test_files_that_do_not_fit_together_and_foreign_ids_are_mentioned(
    hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path
) -> None:
    participants = ["participant,xid,group-id", "1,mei,0", "2,,1", "3,,"]
    folder = write_folder(tmp_path / "x", votes=lines_of("votes.csv", without=3), participants=participants)
    result = hiroba("import", "polis", folder)
    assert result.exit_code == 0
    assert "for 1 statement comments.csv counts other votes" in result.stderr
    assert "the ids in another system of 1 participant were left out" in result.stderr


def test_an_export_gives_the_files_back(hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path) -> None:
    folder, out = write_folder(tmp_path / "x"), tmp_path / "deep" / "out"
    hiroba("import", "polis", folder)
    result = hiroba("export", "x", out, "--format", "polis")
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", f"x: {COUNTS} written to {out}.\n")
    assert table(out / "participants-votes.csv") == table(folder / "participants-votes.csv")


def test_an_export_overwrites_nothing(hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "x")
    hiroba("import", "polis", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = hiroba("export", "x", folder)
    assert (result.exit_code, result.stderr) == (1, f"hiroba: {folder}: is not empty\n")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_export_of_what_is_not_there_makes_no_folder(hiroba: Callable[..., Result], tenant: Tenant, tmp_path: Path) -> None:
    result = hiroba("export", "nowhere", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (1, "hiroba: There is no conversation “nowhere”.\n")
    assert not (tmp_path / "out").exists()


def test_progress_is_shown_on_a_terminal(environment: dict[str, str], tenant: Tenant, tmp_path: Path) -> None:
    terminal, end = pty.openpty()
    command = [sys.executable, "-c", "from web.cli import main; main()", "import", "polis", str(write_folder(tmp_path / "x"))]
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=end, timeout=60, check=True)
    shown = os.read(terminal, 10_000)
    os.close(end)
    os.close(terminal)
    assert b"Storing votes" in shown
    assert b"100%" in shown
    assert done.stdout.decode() == f"x: {COUNTS}.\n"
