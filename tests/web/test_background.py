import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor

import pytest

from deliberation import analyses, conversations
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.storage.tables import AnalysisWork, Conversation
from tests.support.make import NOON
from tests.support.opinions import make_camps
from tests.support.server import CHECKOUT, is_running, wait_for
from web.background import Background, ProcessPool
from web.settings import Settings

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which processes there are")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    with ProcessPool(1) as made:
        yield made


def test_an_analysis_is_computed_in_another_process(pool: ProcessPool, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    url = database.url.render_as_string(hide_password=False)
    computed = pool.submit(analyses.compute, url, conversations.identify(conversation)).result(60)
    assert computed == analyses.compute(url, conversations.identify(conversation))
    assert pool.submit(os.getpid).result(60) != os.getpid()
    with database.write() as session:
        assert analyses.keep(session, conversations.identify(conversation), computed, NOON) is not None


def test_a_killed_process_loses_its_work_and_is_replaced(pool: ProcessPool) -> None:
    first = pool.submit(os.getpid).result(60)
    lost = pool.submit(time.sleep, 60)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(BrokenExecutor):
        lost.result(10)
    assert pool.submit(os.getpid).result(60) != first


def test_the_terminals_ctrl_c_does_not_end_what_is_being_computed(pool: ProcessPool) -> None:
    pid = pool.submit(os.getpid).result(60)
    still = pool.submit(time.sleep, 0.3)
    for asked in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid, asked)
    still.result(10)
    assert pool.submit(os.getpid).result(10) == pid


@needs_proc
def test_shutting_down_does_not_wait_for_what_is_being_computed() -> None:
    pool = ProcessPool(1)
    pid = pool.submit(os.getpid).result(60)
    pool.submit(time.sleep, 60)
    began = time.monotonic()
    pool.shutdown()
    assert time.monotonic() - began < 10
    assert not is_running(pid)


@needs_proc
def test_the_processes_do_not_outlive_a_killed_parent() -> None:
    program = (
        "import os, time\n"
        "from web.background import ProcessPool\n"
        "pool = ProcessPool(1)\n"
        "print(pool.submit(os.getpid).result(60), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    wait_for(lambda: not is_running(child), "the end of the child", 10)


def test_the_background_works_until_it_is_stopped(configured: Settings, database: Database, tenant: Tenant) -> None:
    with database.write() as session:
        conversation = make_camps(session, tenant)
    background = Background(database, configured)
    assert not background.alive
    background.start()
    wait_for(lambda: latest(database, conversation) is not None, "the first snapshot")
    assert background.alive
    background.stop()
    assert not background.alive


def latest(database: Database, conversation: Conversation) -> int | None:
    with database.read() as session:
        work = session.get(AnalysisWork, conversation.id)
    return work.latest_id if work else None
