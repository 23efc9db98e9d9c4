"""A real server process under load loses nothing that it acknowledged, however it ends."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from deliberation import analysis_work
from deliberation.analysis_work import Pace
from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from deliberation.storage.tables import Analysis, AnalysisWork, Statement, Vote, VoteEvent
from tests.support.crowd import Crowd
from tests.support.make import make_conversation, make_statement, make_tenant
from tests.support.server import Hiroba, is_running, serving, wait_for

STATEMENTS = 12
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which processes a server has started")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The embedded database of the server, looked at from outside."""
    opened = Database(sqlite_url(tmp_path / "hiroba.db"))
    schema.migrate(opened)
    with opened.write() as session:
        conversation = make_conversation(session, make_tenant(session))
        for _ in range(STATEMENTS):
            make_statement(session, conversation)
    yield opened
    opened.dispose()


def test_a_killed_server_loses_no_acknowledged_vote_and_its_last_snapshot_stands(database: Database, tmp_path: Path) -> None:
    with serving(tmp_path) as server, Crowd(server.place, "scooters", STATEMENTS) as crowd:
        crowd.until(lambda: newest(database) > 0, "the first snapshot")
        crowd.until(lambda: len(crowd.acknowledged) > 300, "many votes")
        started, good = server.children(), newest(database)
        server.process.kill()
        server.process.wait()
    assert len(started) > 0
    wait_for(lambda: not any(is_running(pid) for pid in started), "the end of the processes it had started")
    assert_kept(database, crowd)
    last = newest(database)
    assert last >= good
    with serving(tmp_path, HIROBA_COMPUTE="inline") as server:
        status, page = server.get("/c/scooters/map")
        assert (status, f"Analysis {last} " in page) == (200, True)
        wait_for(lambda: is_caught_up(database), "the analysis of what was voted last")
        assert newest(database) > last


def test_a_killed_computation_is_done_again_and_a_stopped_server_loses_nothing(database: Database, tmp_path: Path) -> None:
    with serving(tmp_path) as server, Crowd(server.place, "scooters", STATEMENTS) as crowd:
        crowd.until(lambda: newest(database) == 1, "the first snapshot")
        for pid in computing(server):
            os.kill(pid, signal.SIGKILL)
        crowd.until(lambda: newest(database) == 2, "the snapshot after the computing process was killed")
        assert server.get("/readyz")[0] == 200
        status, errors = server.end(signal.SIGTERM)
    assert status in {0, -signal.SIGTERM}
    assert "Traceback" not in errors
    assert crowd.refused == []
    assert_kept(database, crowd)
    with database.read() as session:
        assert session.exec(select(AnalysisWork.claimed_by)).one() is None
        assert session.exec(select(AnalysisWork.failures)).one() == 0


def computing(server: Hiroba) -> list[int]:
    return [pid for pid in server.children() if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def newest(database: Database) -> int:
    """The number of the newest snapshot, 0 before the first."""
    with database.read() as session:
        return session.exec(select(func.max(Analysis.sequence))).one() or 0


def is_caught_up(database: Database) -> bool:
    with database.read() as session:
        return analysis_work.due(session, Pace()) == []


def assert_kept(database: Database, crowd: Crowd) -> None:
    """Every acknowledged vote is in the history, and the last one said on a statement is the one that counts."""
    with database.read() as session:
        events = {
            event.ballot: (number, event.choice)
            for event, number in session.exec(
                select(VoteEvent, Statement.number).join(Statement, col(Statement.id) == col(VoteEvent.statement_id))
            )
        }
        assert {ballot: events.get(ballot) for ballot in crowd.acknowledged} == crowd.acknowledged
        assert standing(session) == last_said(session)


def standing(session: Session) -> dict[tuple[int, int], int]:
    rows = session.exec(select(Vote.participant_id, Vote.statement_id, Vote.choice))
    return {(participant, statement): choice for participant, statement, choice in rows}


def last_said(session: Session) -> dict[tuple[int, int], int | None]:
    rows = session.exec(select(VoteEvent.participant_id, VoteEvent.statement_id, VoteEvent.choice).order_by(col(VoteEvent.id)))
    return {(participant, statement): choice for participant, statement, choice in rows}
