"""The worker: finds analyses that are due, claims them, has them computed, stores what comes back, and shuts down cleanly."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from deliberation import analyses, analysis_work, summaries
from deliberation.analyses import Computed
from deliberation.analysis_work import AT_ONCE, Due, Pace, Position
from deliberation.frozen_work import FrozenWork
from deliberation.picture_work import PictureWork
from deliberation.storage.engine import Database
from deliberation.vote_hours import Counting

log = logging.getLogger(__name__)

RENEWALS_PER_LEASE = 3


def utc_now() -> datetime:
    return datetime.now(UTC)


class Worker:
    """Computes in `executor`, up to `slots` conversations at a time. `run` returns after `stop`, which any thread may call."""

    def __init__(
        self,
        database: Database,
        executor: Executor,
        *,
        slots: int = 1,
        pace: Pace | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._url = database.url.render_as_string(hide_password=False)
        self._executor = executor
        self._slots = slots
        self._pace = pace or Pace()
        self._clock = clock
        self._running: dict[Future[Computed], int] = {}
        self._waiting: dict[int, datetime] = {}
        """Conversations to look at again, and when."""
        self._position: Position | None = None
        self._looked_everywhere = self._renewed = AT_ONCE
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._pictures = PictureWork(database, executor, self._wake.set)
        self._frozen = FrozenWork(database, executor, self._wake.set)
        self._hours = Counting(database)

    @property
    def busy(self) -> bool:
        return bool(self._running) or self._frozen.busy or self._pictures.busy

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.cycle(self._clock())
            except SQLAlchemyError:
                log.exception("the database did not take the work; trying again")
            self._wake.wait(self._pace.look.total_seconds())
            self._wake.clear()
        self._wind_down()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def cycle(self, now: datetime) -> None:
        """Store what is finished and begin what is due."""
        self._finish(now)
        if any([self._hours.go_on(), summaries.catch_up(self._database)]):
            self._wake.set()
        self._frozen.finish(now)
        self._pictures.finish()
        self._renew(now)
        if len(self._running) < self._slots:
            self._begin(self._find(now), now)
        if len(self._running) < self._slots:
            self._frozen.begin(now)
        if len(self._running) < self._slots and not self._frozen.busy:
            self._pictures.begin(now)

    def _find(self, now: datetime) -> list[Due]:
        """What is due among the conversations in which something has happened; now and then among all of them."""
        with self._database.read() as session:
            position = analysis_work.position(session)  # first: what comes in from here on is news the next time
            if self._position is None or now - self._looked_everywhere >= self._pace.look_everywhere:
                found = analysis_work.due(session, self._pace)
                self._looked_everywhere, self._waiting = now, {}
            else:
                ready = {known for known, ready_at in self._waiting.items() if ready_at <= now}
                places = ready | analysis_work.news(session, self._position)
                found = analysis_work.due(session, self._pace, places) if places else []
                self._waiting = {known: at for known, at in self._waiting.items() if known not in places}
        self._position = position
        self._waiting |= {one.conversation_id: one.ready_at for one in found}
        return [one for one in found if one.conversation_id not in self._running.values()]

    def _begin(self, found: list[Due], now: datetime) -> None:
        for one in found:
            if len(self._running) >= self._slots or one.ready_at > now:
                return
            with self._database.write() as session:
                claimed = analysis_work.claim(session, one, worker=self.name, now=now, pace=self._pace)
            if claimed:
                future = self._executor.submit(analyses.compute, self._url, one.conversation_id)
                self._running[future] = one.conversation_id
                future.add_done_callback(lambda _: self._wake.set())

    def _finish(self, now: datetime) -> None:
        for future in [future for future in self._running if future.done()]:
            conversation_id = self._running[future]
            error = future.exception()
            with self._database.write() as session:
                if error is None:
                    analyses.keep(session, conversation_id, future.result(), now)
                    analysis_work.release(session, conversation_id, self.name)
                else:
                    failure = f"{type(error).__name__}: {error}"
                    analysis_work.fail(session, conversation_id, self.name, failure=failure, now=now)
            if error is not None:
                log.error("the analysis of conversation %d failed", conversation_id, exc_info=error)
            del self._running[future]
            self._waiting[conversation_id] = now

    def _renew(self, now: datetime) -> None:
        if self._running and now - self._renewed >= self._pace.lease / RENEWALS_PER_LEASE:
            with self._database.write() as session:
                analysis_work.renew(session, self.name, now=now, pace=self._pace)
            self._renewed = now

    def _wind_down(self) -> None:
        """Store what is finished within the grace, and give the rest back."""
        wait(self._running, timeout=self._pace.grace.total_seconds())
        try:
            self._finish(self._clock())
            for future, conversation_id in self._running.items():
                future.cancel()
                with self._database.write() as session:
                    analysis_work.release(session, conversation_id, self.name)
            self._frozen.wind_down(self._clock())
            self._pictures.wind_down(self._clock())
        except SQLAlchemyError:
            log.exception("claimed work was not given back; it is taken over when the claim runs out")
