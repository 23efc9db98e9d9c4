"""The dashboard of 200 conversations with ten million votes, and a thousand screens that follow it."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation import dashboard_reading, vote_hours
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Milestone, Recommendation, Report
from deliberation.values import RecommendationState
from deliberation.vote_hours import Counting
from tests.benchmarks import load
from tests.support.multitude import make_multitude
from tests.support.outcomes import analyse
from web.http import clock

ON_SQLITE = os.environ.get("BENCH_BOTH") is None
CONVERSATIONS = 200
VOTES = int(os.environ.get("BENCH_VOTES", "10_000_000"))
PEOPLE, STATEMENTS, VOTES_EACH = 1_000, 100, 50
LISTENERS = 1_000
QUIET_SECONDS = 30
VOTES_SEEN = 10
HEAD = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def town(database: Database, tenant: Tenant) -> Database:
    """One conversation with real votes and an analysis of them; the others are copies of it, with answers over 60 days."""
    with database.write() as session:
        model = make_multitude(session, tenant, PEOPLE, STATEMENTS, VOTES_EACH)
    analyse(database, model, clock())
    started = time.perf_counter()
    with database.write() as session:
        _copy(session, identity(model))
        for conversation_id in session.exec(select(Conversation.id)).all():
            _owe(session, conversation_id or 0)
    print(
        f"\n{CONVERSATIONS} conversations, {VOTES:,} votes on {database.url.get_backend_name()}, made in {_since(started):.0f} s"
    )
    return database


def test_dashboard(town: Database, tenant: Tenant, tmp_path: Path) -> None:
    _counting(town)
    _reading(town, tenant)
    with _server(town, tmp_path) as running:
        asyncio.run(_pages(running))
        asyncio.run(_listening(running))


def _copy(session: Session, model: int) -> None:
    """In bulk: answers of one participant stand for those of many, which nothing here asks for."""
    others = [
        Conversation(
            **{
                **session.get_one(Conversation, model).model_dump(exclude={"id"}),
                "slug": f"copy-{number}",
                "topic": f"Conversation number {number} about something that many people have an opinion on",
            }
        )
        for number in range(1, CONVERSATIONS)
    ]
    session.add_all(others)
    session.flush()
    session.execute(
        text(
            "INSERT INTO statement (conversation_id, number, text, text_key, language, state, is_seed, is_meta, note, created_at)"
            " SELECT c.id, s.number, s.text, s.text_key, s.language, s.state, s.is_seed, s.is_meta, s.note, s.created_at"
            " FROM statement s CROSS JOIN conversation c WHERE s.conversation_id = :model AND c.id != :model"
        ),
        {"model": model},
    )
    each = VOTES // CONVERSATIONS
    session.execute(
        text(
            "INSERT INTO analysis (conversation_id, sequence, created_at, method, parameters, engine_version, input_sha256,"
            " vote_events, decisions, result, people)"
            " SELECT c.id, 1, a.created_at, a.method, a.parameters, a.engine_version, a.input_sha256, :each, 0,"
            " a.result, a.people"
            " FROM analysis a CROSS JOIN conversation c WHERE a.conversation_id = :model AND c.id != :model"
        ),
        {"model": model, "each": each},
    )
    session.execute(
        text(
            "INSERT INTO analysis_work (conversation_id, latest_id, failures)"
            " SELECT conversation_id, id, 0 FROM analysis WHERE conversation_id != :model"
        ),
        {"model": model},
    )
    session.execute(
        text(
            "INSERT INTO analysis_summary (conversation_id, analysis_id, minimum, participants, votes, verdict, groups,"
            " stability, stable, shared, channels)"
            " SELECT w.conversation_id, w.latest_id, s.minimum, s.participants, s.votes, s.verdict, s.groups, s.stability,"
            " s.stable, s.shared, s.channels"
            " FROM analysis_summary s CROSS JOIN analysis_work w WHERE w.conversation_id != :model"
        ),
        {"model": model},
    )
    row = session.execute(text("SELECT min(participant_id), min(statement_id) FROM vote")).one()
    participant, statement = row
    for minute in range(0, each, each // 10):
        moments = [clock() - timedelta(minutes=1.7 * (minute + one)) for one in range(each // 10)]
        session.execute(
            text(
                "INSERT INTO vote_event (conversation_id, participant_id, statement_id, choice, important, voted_at)"
                " SELECT id, :participant, :statement, 1, false, :at FROM conversation WHERE id != :model"
            ),
            [{"participant": participant, "statement": statement, "model": model, "at": _stored(session, at)} for at in moments],
        )


def _stored(session: Session, moment: object) -> object:
    """As the column keeps it: SQLite writes moments as text."""
    if session.connection().dialect.name != "sqlite":
        return moment
    return str(moment).replace("+00:00", "")


def _owe(session: Session, conversation_id: int) -> None:
    """A report and five recommendations, each with a promised step; one of five is overdue."""
    now = clock()
    analysis_id = session.execute(
        text("SELECT latest_id FROM analysis_work WHERE conversation_id = :id"), {"id": conversation_id}
    )
    report = Report(
        conversation_id=conversation_id,
        number=1,
        analysis_id=analysis_id.scalar_one(),
        title="What residents said",
        content={},
        sha256="",
        published_at=now,
    )
    session.add(report)
    session.flush()
    for number in range(1, 6):
        due = now.date() + timedelta(days=10 * number - 12)
        asked = Recommendation(
            conversation_id=conversation_id,
            report_id=identity(report),
            number=number,
            text=f"Do what people share, number {number}.",
            answer_due_on=due,
            created_at=now,
            public_at=now,
            state=RecommendationState.HANDED_OVER,
        )
        session.add(asked)
        session.flush()
        session.add(
            Milestone(recommendation_id=identity(asked), title="A first step", due_on=due + timedelta(days=90), created_at=now)
        )


def _counting(town: Database) -> None:
    counting, started, each = Counting(town), time.perf_counter(), VOTES // CONVERSATIONS
    stretches: list[float] = []
    while True:
        begun = time.perf_counter()
        more = counting.go_on()
        stretches.append(_since(begun))
        with town.read() as session:
            counted = sum(vote_hours.totals(session, 1).values()) if not more else 0
        if counted >= each * (CONVERSATIONS - 1):
            break
    print(f"first fill of the hours: {_since(started):.0f} s in {len(stretches):,} stretches of {_median(stretches):.0f} ms")
    begun = time.perf_counter()
    counting.go_on()
    print(f"nothing to count: {_since(begun) * 1000:.1f} ms")


def _reading(town: Database, tenant: Tenant) -> None:
    times: dict[str, list[float]] = {"mark": [], "read": []}
    for _ in range(10):
        with town.read() as session:
            begun = time.perf_counter()
            dashboard_reading.mark(session, tenant.id, clock())
            times["mark"].append(_since(begun))
            begun = time.perf_counter()
            overview = dashboard_reading.read(session, tenant.id, clock())
            times["read"].append(_since(begun))
    print(
        f"reading the overview of {len(overview.rows)} conversations, {overview.totals.votes:,} votes: "
        f"first {times['read'][0] * 1000:.0f} ms, again {_median(times['read']):.0f} ms; "
        f"asking whether anything has changed {_median(times['mark']):.1f} ms"
    )


@dataclass(frozen=True)
class Running:
    port: int
    process: subprocess.Popen[str]

    @property
    def memory(self) -> float:
        """Megabytes in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def seconds(self) -> float:
        """Of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _server:  # noqa: N801  used as a block
    def __init__(self, town: Database, tmp_path: Path) -> None:
        url = town.url.render_as_string(hide_password=False)
        environment = os.environ | {"HIROBA_DATA_DIR": str(tmp_path / "data"), "HIROBA_DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.benchmarks.unlimited_server"]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self._workers: list[subprocess.Popen[bytes]] = []
        if not town.embedded:  # with the embedded database the server does this work itself
            worker = [str(Path(sys.executable).with_name("hiroba")), "worker"]
            self._workers.append(subprocess.Popen(worker, env=environment, stdout=subprocess.DEVNULL))

    def __enter__(self) -> Running:
        assert self._process.stdout is not None
        return Running(int(self._process.stdout.readline().strip().rpartition(":")[2]), self._process)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        for worker in self._workers:
            worker.terminate()
            worker.wait(30)
        self._process.wait(30)


async def _get(port: int, path: bytes) -> tuple[float, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.perf_counter()
    writer.write(HEAD % path)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    taken = _since(begun)
    writer.close()
    return taken, body


async def _pages(running: Running) -> None:
    await _get(running.port, b"/healthz")  # the process has started
    first, body = await _get(running.port, b"/dashboard")
    times = sorted([(await _get(running.port, b"/dashboard"))[0] for _ in range(40)])
    japanese, _ = await _get(running.port, b"/dashboard?lang=ja")
    fragment = [(await _get(running.port, b"/dashboard/figures"))[0] for _ in range(20)]
    print(
        f"page of {len(body) / 1000:.0f} KB: the first of the process {first * 1000:.0f} ms, first in another language "
        f"{japanese * 1000:.0f} ms, from the cache median {_median(times):.1f} ms, slowest of 40 {times[-1] * 1000:.0f} ms; "
        f"fragment {_median(fragment):.1f} ms"
    )


@dataclass
class Screen:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: int = 0
    seen_at: float = 0.0

    async def follow(self) -> None:
        async for line in self.reader:
            if line.startswith(b"event: parts"):
                self.seen, self.seen_at = self.seen + 1, time.perf_counter()


async def _screen(port: int) -> Screen:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4_000_000)
    writer.write(HEAD % b"/dashboard/live")
    await reader.readuntil(b"event: hello")
    return Screen(reader, writer)


async def _listening(running: Running) -> None:
    before = running.memory
    begun = time.perf_counter()
    screens = [await _screen(running.port) for _ in range(LISTENERS)]
    print(f"{LISTENERS:,} streams opened in {_since(begun):.1f} s; memory {before:.0f} → {running.memory:.0f} MB")
    following = [asyncio.create_task(screen.follow()) for screen in screens]
    used, begun = running.seconds, time.perf_counter()
    await asyncio.sleep(QUIET_SECONDS)
    print(f"quiet: {(running.seconds - used) / _since(begun):.1%} of a core")
    used, begun, first, last = running.seconds, time.perf_counter(), [], []
    for _ in range(VOTES_SEEN):
        counts = [screen.seen for screen in screens]
        voted = time.perf_counter()
        await load.vote(running.port, "multitude", connections=1, seconds=0.05, residents_each=1)
        while any(screen.seen == count for screen, count in zip(screens, counts, strict=True)):
            await asyncio.sleep(0.01)
            assert _since(voted) < 60
        delays = [screen.seen_at - voted for screen in screens]
        first.append(min(delays))
        last.append(max(delays))
        await asyncio.sleep(1 + uuid.uuid4().int % 1000 / 1000)
    print(
        f"from vote to screen: first listener median {statistics.median(first):.1f} s, last listener median "
        f"{statistics.median(last):.1f} s, slowest {max(last):.1f} s; {(running.seconds - used) / _since(begun):.1%} of a core, "
        f"memory {running.memory:.0f} MB"
    )
    await asyncio.sleep(QUIET_SECONDS)  # the analysis of these votes is no part of stopping
    begun = time.perf_counter()
    running.process.terminate()
    await asyncio.gather(*following)
    ended = _since(begun)
    await asyncio.to_thread(running.process.wait)
    print(f"told to stop: all streams ended within {ended:.1f} s, the process within {_since(begun):.1f} s")


def _since(begun: float) -> float:
    return time.perf_counter() - begun


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000
