import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from deliberation import analyses, conversations, municipalities
from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.storage.tables import AnalysisWork, Conversation
from deliberation.values import Choice
from tests.support.make import answer, make_tenant
from tests.support.opinions import make_camps
from tests.support.server import Hiroba, run, serving, wait_for
from web.cli.server import address_of, listen


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The embedded database in the data folder of the commands."""
    opened = Database(sqlite_url(tmp_path / "hiroba.db"))
    schema.migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def conversation(database: Database) -> Conversation:
    with database.write() as session:
        return make_camps(session, make_tenant(session), sizes=(14, 11), statements=16)


def is_analysed(database: Database, conversation: Conversation) -> bool:
    with database.read() as session:
        return analyses.latest(session, conversations.identify(conversation)) is not None


# hiroba serve


@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["one process", "two processes"])
def test_the_server_tells_its_address_answers_there_and_works(
    database: Database, conversation: Conversation, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with serving(tmp_path, *arguments, HIROBA_COMPUTE="inline") as server:
        assert server.address.startswith("http://127.0.0.1:")
        wait_for(lambda: answers(server), "the first answer")
        assert json.loads(server.get("/readyz")[1]) == {"database": True, "schema": True, "worker": True}
        wait_for(lambda: is_analysed(database, conversation), "the first snapshot")
        status, errors = server.end()
    assert status in {0, -signal.SIGTERM}
    assert errors == ""


def answers(server: Hiroba) -> bool:
    try:
        return server.get("/healthz")[0] == 200
    except OSError:
        return False


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run(tmp_path, "serve", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"hiroba: port {port} of 127.0.0.1 is in use; choose another with --port\n"


def test_an_address_that_is_not_ours_is_told_in_one_line(tmp_path: Path) -> None:
    ended = run(tmp_path, "serve", "--host", "192.0.2.1", "--port", "0")
    assert ended.returncode == 1
    assert ended.stderr.startswith("hiroba: port 0 of 192.0.2.1 cannot be listened on: ")
    assert ended.stderr.count("\n") == 1


def test_a_wrong_setting_is_told_before_anything_is_served(tmp_path: Path) -> None:
    with serving(tmp_path, HIROBA_COMPUTE="abacus") as server:
        _, errors = server.process.communicate(timeout=30)
    assert server.process.returncode == 1
    assert server.greeting == ""
    assert errors == "hiroba: HIROBA_COMPUTE: must be process, inline or dask://HOST:PORT\n"


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1"), ("0.0.0.0", "http://127.0.0.1")])
def test_the_address_is_one_that_a_browser_on_this_machine_finds(host: str, address: str) -> None:
    with listen(host, 0) as listener:
        assert address_of(listener) == f"{address}:{listener.getsockname()[1]}"


def test_readiness_says_when_this_process_has_no_worker(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"database": True, "schema": True, "worker": None}


@pytest.mark.parametrize("addresses", ["nonsense!!", "", "10.0.0.1,", "10.0.0.1/8", "proxy.example.org", "*,10.0.0.1"])
def test_proxies_that_are_no_addresses_are_refused_by_name(tmp_path: Path, addresses: str) -> None:
    ended = run(tmp_path, "serve", "--port", "0", "--behind-proxy", addresses)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Invalid value for '--behind-proxy': “" in ended.stderr


def test_proxies_by_address_and_network_are_taken(tmp_path: Path) -> None:
    with serving(tmp_path, "--behind-proxy", "127.0.0.1, 10.0.0.0/8,::1") as server:
        wait_for(lambda: answers(server), "the first answer")


# hiroba worker


def test_the_worker_alone_analyses_what_is_due_and_ends_when_told(
    database: Database, conversation: Conversation, tmp_path: Path
) -> None:
    worker = Hiroba(tmp_path, "worker")
    try:
        assert worker.greeting.startswith("The worker is at work")
        wait_for(lambda: is_analysed(database, conversation), "the first snapshot")
        assert worker.end() == (0, "")
    finally:
        if worker.process.poll() is None:
            os.kill(worker.process.pid, signal.SIGKILL)
    with database.read() as session:
        work = session.get(AnalysisWork, conversation.id)
    assert work is not None
    assert work.claimed_by is None


# hiroba analyse


def test_the_summary_tells_the_verdict_the_groups_and_what_is_shared(conversation: Conversation, tmp_path: Path) -> None:
    ended = run(tmp_path, "analyse", "scooters")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[:3] == [
        "scooters: analysis 1, method default.",
        "25 participants, 16 statements, 400 votes.",
        "Opinion groups were found.",
    ]
    assert re.fullmatch(r"They are stable: adjusted Rand index \d\.\d\d with a tenth of the votes left out\.", lines[3])
    assert re.fullmatch(r"  A: 14 participants, \d+% of it stays together", lines[4])
    assert re.fullmatch(r"  B: 11 participants, \d+% of it stays together", lines[5])
    assert lines[6] == "  in no group, with too few votes: 0 participants"
    assert "What is shared:" in lines
    shared = r"  1\. Statement number 1 says this\. \(agree: A 100% \(\d+%–\d+%\) of 14, B 100% \(\d+%–\d+%\) of 11\)"
    assert any(re.fullmatch(shared, line) for line in lines)
    assert "Where groups split:" in lines


def test_analysing_again_stores_a_new_analysis_only_when_something_changed(
    database: Database, conversation: Conversation, tmp_path: Path
) -> None:
    for _ in range(2):
        assert run(tmp_path, "analyse", "scooters").stdout.startswith("scooters: analysis 1,")
    with database.write() as session:
        answer(session, municipalities.get(session), "scooters", "camp0-0", 1, Choice.DISAGREE)
    assert run(tmp_path, "analyse", "scooters").stdout.startswith("scooters: analysis 2,")


def test_the_whole_analysis_is_printed_as_json(conversation: Conversation, tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "analyse", "scooters", "--json").stdout)
    assert (told["conversation"], told["sequence"], told["method"], told["verdict"]) == ("scooters", 1, "default", "groups")
    assert (told["participants"], told["clustered"], told["statements"], told["votes"]) == (25, 25, 16, 400)
    assert [(group["label"], group["size"]) for group in told["groups"]] == [("A", 14), ("B", 11)]
    assert all(0 <= share <= 1 for share in (told["stability"], *(group["stability"] for group in told["groups"])))
    assert len(told["input_sha256"]) == 64
    assert len(told["result"]["statements"]) == 16


def test_too_few_votes_are_told_as_such(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        make_camps(session, make_tenant(session), sizes=(1,))
    lines = run(tmp_path, "analyse", "scooters").stdout.splitlines()
    assert lines[1:] == ["1 participants, 8 statements, 8 votes.", "There are too few votes for groups."]


def test_an_unknown_conversation_is_refused_in_one_line(database: Database, tmp_path: Path) -> None:
    ended = run(tmp_path, "analyse", "nowhere")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "hiroba: There is no conversation “nowhere”.\n"
