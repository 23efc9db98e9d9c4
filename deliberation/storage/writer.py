"""One writer thread with group commit.

Whatever arrived while the last batch was being committed forms the next batch: the actions run one after the other, the batch is
committed once, and only then anybody is answered. An action that refuses before it has written anything leaves nothing to undo;
when one fails later than that, the batch is undone and done again one by one, so that it takes nobody else with it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from deliberation.errors import Unavailable
from deliberation.storage.engine import LARGEST_BATCH, Database, writes

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Job:
    action: Callable[[Session], Any]
    answer: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    result: Any = field(default=None)
    error: BaseException | None = field(default=None)

    def settle(self) -> None:
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class Writer:
    """Runs actions one after the other, many to a commit. `run` may be awaited from any event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="hiroba-writer", daemon=True)
        self._thread.start()

    async def run(self, action: Callable[[Session], T]) -> T:
        """Run `action` in a transaction and return its result after the commit.

        Raises what the action raises, or Unavailable when the database could not take it.
        """
        loop = asyncio.get_running_loop()
        job = _Job(action, loop.create_future(), loop)
        self._jobs.put(job)
        result: T = await job.answer
        return result

    def close(self) -> None:
        """Finish what waits, then end."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, ending = self._take_waiting(first)
            self._commit(batch)
            _tell(batch)
            if ending:
                return

    def _take_waiting(self, first: _Job) -> tuple[list[_Job], bool]:
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        try:
            self._run_together(batch)
        except _Spoilt as spoilt:
            self._commit_one_by_one(batch, spoilt.error)
        except DBAPIError as error:
            if len(batch) > 1 and self._database.is_transient(error):
                self._commit_one_by_one(batch, error)
            else:
                self._refuse(batch, error)
        except Exception as error:  # noqa: BLE001  the thread must outlive whatever happens: everybody is waiting for it
            self._refuse(batch, error)

    def _commit_one_by_one(self, batch: list[_Job], error: Exception) -> None:
        if len(batch) == 1:
            batch[0].error = error
            return
        for job in batch:
            self._commit([job])

    def _refuse(self, batch: list[_Job], error: Exception) -> None:
        log.error("a batch of %d could not be written", len(batch), exc_info=error)
        for job in batch:
            job.error = Unavailable()

    def _run_together(self, batch: list[_Job]) -> None:
        for job in batch:
            job.result, job.error = None, None
        with self._database.write() as session:
            connection = session.connection()
            for job in batch:
                before = writes(connection)
                try:
                    job.result = job.action(session)
                    if _holds_objects(session):
                        session.flush()
                except DBAPIError as error:
                    if self._database.is_transient(error):
                        raise
                    raise _Spoilt(error) from error
                except Exception as error:  # whatever it is belongs to the one who asked, not to the batch
                    if writes(connection) != before or not session.is_active:
                        raise _Spoilt(error) from error
                    job.error = error
                if _holds_objects(session):
                    session.expunge_all()


def _holds_objects(session: Session) -> bool:
    """Votes are written without objects; asking costs less than flushing nothing."""
    return len(session.identity_map) > 0 or bool(session.new)


class _Spoilt(Exception):
    """An action failed after it had written something, or in the database: the transaction cannot go on."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _tell(batch: list[_Job]) -> None:
    """Wake each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, jobs)
        except RuntimeError:
            log.warning("%d answers came after their listeners had gone", len(jobs))


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()
