"""Analyses on a real Dask cluster: a scheduler and two workers, each a process of its own."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from clustering import analyse
from deliberation import analyses, conversations
from deliberation.analysis_work import Pace
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation
from deliberation.values import Choice
from deliberation.worker import Worker
from tests.clustering.planted import planted_votes
from tests.clustering.test_executors import CROWD, KNOWN, as_bytes
from tests.support import dask, outcomes
from tests.support.make import NOON, answer
from tests.support.opinions import make_camps
from tests.support.server import Hiroba, wait_for
from web.background import executor
from web.cli import main
from web.dask_cluster import DaskCluster
from web.settings_addresses import SettingsError

ON_SQLITE = True

PACE = Pace()
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dask")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with dask.cluster(folder) as address:
        yield address


@pytest.fixture(scope="module")
def cluster(address: str) -> Iterator[DaskCluster]:
    with DaskCluster(address) as connected:
        yield connected


@pytest.fixture
def conversation(database: Database, tenant: Tenant) -> Conversation:
    with database.write() as session:
        return make_camps(session, tenant, sizes=(14, 11))


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def snapshots(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(Analysis.sequence).order_by(col(Analysis.id))))


def failures(database: Database, conversation: Conversation) -> tuple[int, str | None]:
    with database.read() as session:
        work = session.get(AnalysisWork, conversation.id)
    return (0, None) if work is None else (work.failures, work.failure)


def settle(worker: Worker, now: datetime) -> None:
    """Cycles until nothing is being computed."""
    worker.cycle(now)
    while worker.busy:
        time.sleep(0.02)
        worker.cycle(now)


@on_postgresql
def test_a_cluster_finds_what_this_process_finds(cluster: DaskCluster, database: Database, conversation: Conversation) -> None:
    conversation_id = conversations.identify(conversation)
    computed = cluster.submit(analyses.compute, url_of(database), conversation_id).result(60)
    assert computed == analyses.compute(url_of(database), conversation_id)


def test_two_workers_compute_side_by_side(cluster: DaskCluster) -> None:
    pids = {future.result(60) for future in [cluster.submit(_pid_after, 0.3) for _ in range(4)]}
    assert len(pids) == 2
    assert os.getpid() not in pids


def _pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@on_postgresql
def test_the_worker_command_has_its_analyses_made_on_the_cluster(
    address: str, database: Database, conversation: Conversation, tmp_path: Path
) -> None:
    worker = Hiroba(tmp_path, "worker", HIROBA_COMPUTE=address, HIROBA_DATABASE_URL=url_of(database))
    try:
        assert worker.greeting.startswith("The worker is at work")
        wait_for(lambda: snapshots(database) == [1], "the first snapshot")
        assert worker.end() == (0, "")
    finally:
        if worker.process.poll() is None:
            worker.process.send_signal(signal.SIGKILL)
    assert failures(database, conversation) == (0, None)


@on_postgresql
def test_while_the_scheduler_is_away_the_last_snapshot_stands_and_work_goes_on_when_it_is_back(
    database: Database, tenant: Tenant, conversation: Conversation, tmp_path: Path
) -> None:
    port = dask.free_port()
    outcomes.analyse(database, conversation)
    with database.write() as session:
        answer(session, tenant, "scooters", "camp0-0", 1, Choice.DISAGREE)
    compute, slots = executor(f"dask://127.0.0.1:{port}")
    worker, turn = Worker(database, compute, slots=slots), NOON + PACE.interval
    with compute:
        settle(worker, turn)
        count, failure = failures(database, conversation)
        assert (snapshots(database), count) == ([1], 1)
        assert failure is not None
        assert f"127.0.0.1:{port}" in failure
        with cluster_at(port, tmp_path):
            settle(worker, turn + PACE.retry)
    assert (snapshots(database), failures(database, conversation)) == ([1, 2], (0, None))


def test_a_scheduler_that_went_loses_its_work_and_is_found_again(tmp_path: Path) -> None:
    port = dask.free_port()
    with DaskCluster(f"dask://127.0.0.1:{port}") as cluster:
        with cluster_at(port, tmp_path):
            first = cluster.submit(os.getpid).result(60)
            lost = cluster.submit(time.sleep, 60)
            wait_for(lost.running, "the beginning")
        with pytest.raises(OSError, match=f"127.0.0.1:{port}"):
            lost.result(10)
        with cluster_at(port, tmp_path):
            assert cluster.submit(os.getpid).result(60) != first


def cluster_at(port: int, folder: Path) -> ExitStack:
    """A scheduler on this port, with one worker."""
    with ExitStack() as stack:
        stack.enter_context(dask.scheduler(port, folder / "scheduler.log"))
        stack.enter_context(dask.worker(port, folder / "worker.log"))
        return stack.pop_all()


def test_shutting_down_does_not_wait_for_what_is_being_computed(address: str) -> None:
    cluster = DaskCluster(address)
    cluster.submit(os.getpid).result(60)
    cluster.submit(time.sleep, 2)
    began = time.monotonic()
    cluster.shutdown()
    assert time.monotonic() - began < 1.5


def test_blocks_of_rows_on_a_cluster_give_the_bytes_of_one_process(cluster: DaskCluster) -> None:
    assert as_bytes(analyse(CROWD, structure=KNOWN, executor=cluster)) == as_bytes(analyse(CROWD, structure=KNOWN))


def test_the_cluster_command_spreads_one_analysis_and_writes_the_same_files(address: str, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    rows, columns, choices = planted_votes(60, 20, 12, groups=2)
    lines = [f"{person},{statement},{choice}" for person, statement, choice in zip(rows, columns, choices, strict=True)]
    votes.write_text("\n".join(["participant,statement,vote", *lines]))
    for folder, compute in (("here", "process"), ("there", address)):
        result = CliRunner().invoke(
            main, ["cluster", str(votes), "--out", str(tmp_path / folder)], env={"HIROBA_COMPUTE": compute}
        )
        assert result.exit_code == 0
    for name in ("participants.csv", "statements.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_the_cluster_command_says_in_one_line_when_there_is_no_scheduler(tmp_path: Path) -> None:
    votes, nowhere = tmp_path / "votes.csv", f"dask://127.0.0.1:{dask.free_port()}"
    votes.write_text("participant,statement,vote\n" + "".join(f"{n // 8},{n % 8},{n % 3 - 1}\n" for n in range(320)))
    result = CliRunner().invoke(main, ["cluster", str(votes), "--out", str(tmp_path / "out")], env={"HIROBA_COMPUTE": nowhere})
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert nowhere.removeprefix("dask://") in result.stderr


def test_what_fails_there_is_told_here_and_the_cluster_s_logs_hold_no_password(cluster: DaskCluster, folder: Path) -> None:
    with pytest.raises(ValueError, match="sesame"):
        cluster.submit(int, "sesame").result(60)
    with pytest.raises(Exception, match=r"127\.0\.0\.1"):
        cluster.submit(analyses.compute, "postgresql+psycopg://mei:open-sesame@127.0.0.1:1/square", 1).result(60)
    logs = [log.read_text() for log in folder.glob("worker*.log")]
    assert any("Compute Failed" in log for log in logs)
    assert not [log for log in logs if "open-sesame" in log]


def test_without_dask_the_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"^HIROBA_COMPUTE: .*hiroba\[scale\]"):
        executor("dask://127.0.0.1:8786")
