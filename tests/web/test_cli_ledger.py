import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlmodel import select

from deliberation import accounts, ledger, ledger_chain
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Account, SignInLink
from deliberation.values import Role
from tests.support.imports import CHECKOUT
from tests.support.make import NOON, make_conversation, make_staff
from web.cli import main


@pytest.fixture
def hiroba(database: Database, tmp_path: Path) -> Callable[..., Result]:
    url = database.url.render_as_string(hide_password=False)
    environment = {"HIROBA_DATA_DIR": str(tmp_path / "var"), "HIROBA_DATABASE_URL": url}

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)

    return run


@pytest.fixture
def head(database: Database, tenant: Tenant) -> str:
    """The head of three entries."""
    with database.write() as session:
        for slug in ("scooters", "pier", "library"):
            make_conversation(session, tenant, slug)
        return ledger.head(session, tenant.id)


@pytest.fixture
def file(database: Database, tenant: Tenant, head: str, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    with database.read() as session:
        path.write_bytes(b"".join(ledger_chain.canonical(e.published()) + b"\n" for e in ledger.entries(session, tenant.id)))
    return path


def test_a_whole_database_is_told_in_one_line_with_its_head(hiroba: Callable[..., Result], head: str) -> None:
    result = hiroba("ledger", "verify", "--head", head)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"harbour: 3 entries, nothing altered, removed or moved. Head: {head}\n"


def test_a_whole_file_is_told_in_one_line_with_its_head(hiroba: Callable[..., Result], head: str, file: Path) -> None:
    result = hiroba("ledger", "verify", file, "--municipality", "harbour", "--head", head)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"harbour: 3 entries, nothing altered, removed or moved. Head: {head}\n"


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE ledger_entry SET actor = 'admin:1' WHERE sequence = 2", "after 1 entry: entry 2 was changed"),
        ("DELETE FROM ledger_entry WHERE sequence = 2", "after 1 entry: entry 2 is missing"),
        ("DELETE FROM ledger_entry WHERE sequence = 3", "after 2 entries: it does not contain the head given"),
        ("DELETE FROM ledger_entry", "after 0 entries: it does not contain the head given"),
    ],
)
def test_tampering_with_the_database_ends_in_one_line_and_status_1(
    hiroba: Callable[..., Result], database: Database, head: str, sql: str, problem: str
) -> None:
    with database.write() as session:
        session.connection().execute(text(sql))
    result = hiroba("ledger", "verify", "--head", head)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert f"harbour: not whole {problem}" in result.stderr


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (lambda lines: [lines[1], lines[0], lines[2]], "entry 1 is missing"),
        (lambda lines: [lines[0], lines[2]], "entry 2 is missing"),
        (lambda lines: [lines[0], lines[0], lines[1]], "entry 2 is not the next one"),
        (lambda lines: [lines[0], lines[1].replace("pier", "quay"), lines[2]], "entry 2 was changed"),
        (lambda lines: lines[:2], "does not contain the head"),
    ],
)
def test_tampering_with_a_file_ends_in_one_line_and_status_1(
    hiroba: Callable[..., Result], head: str, file: Path, tamper: Callable[[list[str]], list[str]], problem: str
) -> None:
    file.write_text("".join(tamper(file.read_text().splitlines(keepends=True))))
    result = hiroba("ledger", "verify", file, "--head", head)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert problem in result.stderr


@pytest.mark.parametrize("spoilt", ['{"sequence": 2', "[]", '{"sequence": 2}', "\x00"])
def test_a_file_with_a_broken_line_names_the_line(hiroba: Callable[..., Result], file: Path, spoilt: str) -> None:
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], spoilt, lines[2]]))
    result = hiroba("ledger", "verify", file)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert f"{file}, line 2: this is not a ledger entry" in result.stderr


def test_a_file_that_cannot_be_read_is_named(hiroba: Callable[..., Result], tmp_path: Path) -> None:
    result = hiroba("ledger", "verify", tmp_path / "none.jsonl")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "none.jsonl" in result.stderr


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_entries_is_refused(hiroba: Callable[..., Result], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.jsonl").write_bytes(content)
    result = hiroba("ledger", "verify", tmp_path / "empty.jsonl")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.endswith("empty.jsonl: has no entries\n")


def test_a_byte_order_mark_is_passed_over(hiroba: Callable[..., Result], head: str, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    result = hiroba("ledger", "verify", file, "--head", head)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("harbour: 3 entries")


def test_a_file_of_another_municipality_is_refused(hiroba: Callable[..., Result], file: Path) -> None:
    result = hiroba("ledger", "verify", file, "--municipality", "mountain")
    assert result.exit_code == 1
    assert "entry 1 belongs to another municipality" in result.stderr


@pytest.mark.parametrize("head", ["abc", "", "g" * 64, "A" * 64])
def test_a_head_that_is_none_is_wrong_usage(hiroba: Callable[..., Result], tenant: Tenant, head: str) -> None:
    assert hiroba("ledger", "verify", "--head", head).exit_code == 2


@pytest.mark.parametrize("command", [("ledger", "verify"), ("user", "add", "mei@example.org", "--role", "moderator")])
def test_an_unknown_municipality_ends_in_one_line(
    hiroba: Callable[..., Result], tenant: Tenant, command: tuple[str, ...]
) -> None:
    result = hiroba(*command, "--municipality", "nowhere")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "no such municipality" in result.stderr


def test_the_documented_verifier_works_on_its_own(file: Path, head: str, tmp_path: Path) -> None:
    [script] = re.findall(r"```python\n(.*?)```", (CHECKOUT / "docs" / "ledger.md").read_text(), re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(script)

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", path, file, *arguments], capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    assert run() == run(head) == (0, f"3 entries are whole. Head: {head}\n")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:2]))
    assert run()[0] == 0
    assert run(head) == (1, "does not contain the head that was given\n")
    for tampered in ([lines[1], lines[0]], [lines[0], lines[2]], [lines[0].replace("system", "admin:1"), *lines[1:]]):
        file.write_text("".join(tampered))
        assert run()[0] == 1
    entry = json.loads(lines[1])
    assert set(entry) == set(ledger_chain.FIELDS)


def test_a_user_gets_a_link_that_signs_in_once(hiroba: Callable[..., Result], database: Database, tenant: Tenant) -> None:
    result = hiroba("user", "add", " Mei@Example.org ", "--role", "moderator")
    assert (result.exit_code, result.stderr) == (0, "")
    token = re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/([\w-]{40,})\n", result.stdout).group(1)
    with database.write() as session:
        staff = accounts.sign_in(
            session,
            municipality_id=tenant.id,
            token=token,
            now=session.exec(select(SignInLink.expires_at)).one() - accounts.LINK_LIFETIME,
        )
        assert (staff.email, staff.role) == ("mei@example.org", Role.MODERATOR)


def test_adding_a_user_again_gives_another_role_to_the_same_account(
    hiroba: Callable[..., Result], database: Database, tenant: Tenant
) -> None:
    with database.write() as session:
        first = make_staff(session, tenant, Role.MODERATOR, "mei@example.org")
        session.get_one(Account, first.id).disabled_at = NOON
    assert hiroba("user", "add", "MEI@example.org", "--role", "official").exit_code == 0
    with database.read() as session:
        row = session.exec(select(Account)).one()
        assert (row.id, row.role, row.disabled_at) == (first.id, Role.OFFICIAL, None)
        assert [entry.facts for entry in ledger.entries(session, tenant.id)] == [{"role": "moderator"}, {"role": "official"}]


@pytest.mark.parametrize(
    "email", ["", "mei", "@", "mei@", "@example.org", "mei@@example.org", "mei lin@example.org", "m" * 250 + "@a.org"]
)
def test_a_bad_address_is_wrong_usage(hiroba: Callable[..., Result], database: Database, tenant: Tenant, email: str) -> None:
    result = hiroba("user", "add", email, "--role", "moderator")
    assert result.exit_code == 2
    assert "is not an e-mail address" in result.stderr
    with database.read() as session:
        assert session.exec(select(Account)).all() == []


def test_an_unknown_role_is_wrong_usage(hiroba: Callable[..., Result], tenant: Tenant) -> None:
    assert hiroba("user", "add", "mei@example.org", "--role", "king").exit_code == 2
