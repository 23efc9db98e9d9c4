"""A Dask cluster of our own for the tests: a scheduler and its workers, each a process on this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.checkout import CHECKOUT
from tests.support.server import wait_for

ALONE = {"DASK_DISTRIBUTED__SCHEDULER__DASHBOARD__ENABLED": "false", "PYTHONPATH": str(CHECKOUT), "OMP_NUM_THREADS": "1"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def scheduler(port: int, log: Path) -> Iterator[str]:
    """A scheduler that answers on this port; its address as in HIROBA_COMPUTE."""
    with _running(log, "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"):
        wait_for(lambda: _answers(port), "the scheduler's first answer")
        yield f"dask://127.0.0.1:{port}"


@contextmanager
def worker(port: int, log: Path) -> Iterator[int]:
    """A worker process with one thread, which waits for its scheduler; its process id."""
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(log.parent))
    with _running(log, "dask_worker", f"tcp://127.0.0.1:{port}", *options) as process:
        yield process.pid


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """A scheduler with so many workers; its address as in HIROBA_COMPUTE. Their logs are in the folder."""
    port = free_port()
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(port, folder / "scheduler.log"))
        for number in range(workers):
            stack.enter_context(worker(port, folder / f"worker{number}.log"))
        yield address


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _running(log: Path, program: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **ALONE}, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
