"""Votes per second through HTTP: one server process, the load generator beside it on the same machine."""

import asyncio
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop
from sqlmodel import func, select

from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import VoteEvent
from tests.benchmarks import load
from tests.support.make import make_conversation, make_statement

SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
STATEMENTS = 50
MOST_VOTES_PER_SECOND = 6000


@pytest.fixture
def server(database: Database, tenant: Tenant, tmp_path: Path) -> Iterator[int]:
    """The port of a running server whose conversation has fifty statements."""
    with database.write() as session:
        conversation = make_conversation(session, tenant)
        for number in range(1, STATEMENTS + 1):
            make_statement(session, conversation, f"Statement {number} says where scooters may stand and why that is good.")
    environment = os.environ | {
        "HIROBA_DATA_DIR": str(tmp_path / "data"),
        "HIROBA_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.unlimited_server"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().strip().rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("connections", [50, 200])
def test_votes(database: Database, server: int, connections: int) -> None:
    enough = math.ceil(MOST_VOTES_PER_SECOND * SECONDS / STATEMENTS / connections)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(load.vote(server, "scooters", connections=20, seconds=1, residents_each=3))  # warming up
        before = _stored(database)
        seen = runner.run(load.vote(server, "scooters", connections=connections, seconds=SECONDS, residents_each=enough))
    print(
        f"\nvotes on {database.url.get_backend_name()}, {connections} connections: {seen.votes_per_second:,.0f} per second, "
        f"median {seen.percentile(0.5):.0f} ms, p95 {seen.percentile(0.95):.0f} ms, p99 {seen.percentile(0.99):.0f} ms, "
        f"{len(seen.latencies):,} acknowledged, {len(seen.refused)} refused"
    )
    assert not seen.refused
    assert _stored(database) - before == len(seen.latencies)


def test_pages(database: Database, server: int) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(load.open_pages(server, "scooters", connections=10, seconds=1))
        rate = runner.run(load.open_pages(server, "scooters", connections=50, seconds=SECONDS / 2))
    print(f"\nconversation pages on {database.url.get_backend_name()}, 50 connections: {rate:,.0f} per second")


def _stored(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(VoteEvent)).one()
