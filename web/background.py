"""Where analyses are computed, and the worker that belongs to this process: the only place that knows which executor it is."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

from deliberation.storage.engine import Database
from deliberation.worker import Worker
from web import errands
from web.dask_cluster import MOST_AT_A_TIME, SCHEME, DaskCluster
from web.errands import Errands
from web.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

MOST_PROCESSES = 4
POLITENESS = 10
"""How far computing steps back behind answering requests."""


class ProcessPool(Executor):
    """Processes that are started when first needed, replaced when one was killed, and gone when this process is.

    Each holds one end of a pipe; when the other closes, because the pool is discarded or this process has died, it ends at once.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: tuple[Connection, Connection] | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with self._lock:
            try:
                return self._started().submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._discard()
                return self._started().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """What is still being computed is abandoned."""
        with self._lock:
            self._discard()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._lifeline = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._processes, context, initializer=_settle_in, initargs=(self._lifeline[0],))
        return self._pool

    def _discard(self) -> None:
        if self._pool is None or self._lifeline is None:
            return
        for end in self._lifeline:
            end.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._lifeline = None


class Background:
    """A worker and its errands in threads of this process. Raises SettingsError when it cannot compute as it is set up to."""

    def __init__(self, database: Database, configured: Settings) -> None:
        self._executor, slots = executor(configured.compute)
        self._errands = Errands(errands.of(configured, database))
        self._worker = Worker(database, self._executor, slots=slots)
        self._thread = threading.Thread(target=self._worker.run, name="hiroba-worker", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()
        self._errands.start()

    def wait(self) -> None:
        """Until it has stopped. A signal is heard meanwhile."""
        while self.alive:
            self._thread.join(1)

    def stop(self) -> None:
        """Returns when what was claimed is stored or given back."""
        self._worker.stop()
        self._errands.stop()
        self._thread.join()
        self._executor.shutdown()


def work_until_told(background: Background) -> bool:
    """Work until the process is asked to end. Called in the main thread; false when the worker ended by itself."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    background.start()
    try:
        background.wait()
    except KeyboardInterrupt:
        return True
    finally:
        background.stop()
    return False


def executor(compute: str) -> tuple[Executor, int]:
    """The executor that the setting names, and how many analyses it computes at a time. Raises SettingsError."""
    if compute == "inline":
        return ThreadPoolExecutor(1, thread_name_prefix="hiroba-compute"), 1
    if compute.startswith(SCHEME):
        return DaskCluster(compute), MOST_AT_A_TIME
    processes = min(MOST_PROCESSES, max(1, (os.cpu_count() or 1) - 1))
    return ProcessPool(processes), processes


def _settle_in(lifeline: Connection) -> None:
    """In each new process: end with the pool and not by the terminal's Ctrl-C, and let requests go first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    lifeline.poll(None)  # nothing is ever sent: there is something to read when the other end has closed
    os._exit(0)
