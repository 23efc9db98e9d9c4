"""The part of the worker that makes what reports rest on: one at a time, since it takes as long as a full analysis."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime

from deliberation import frozen, frozen_input
from deliberation.frozen import NO_VOTES
from deliberation.frozen_input import Made
from deliberation.storage.engine import Database

log = logging.getLogger(__name__)


class FrozenWork:
    """Computes in `executor`; `wake` is called when something is finished."""

    def __init__(self, database: Database, executor: Executor, wake: Callable[[], None]) -> None:
        self._database = database
        self._url = database.url.render_as_string(hide_password=False)
        self._executor = executor
        self._wake = wake
        self._making: tuple[int, Future[Made | None]] | None = None

    @property
    def busy(self) -> bool:
        return self._making is not None

    def finish(self, now: datetime) -> None:
        """Store what is finished, or why it came to nothing: an official then asks again."""
        if self._making is None or not self._making[1].done():
            return
        frozen_id, future = self._making
        error = future.exception()
        made = None if error is not None else future.result()
        with self._database.write() as session:
            if made is not None:
                frozen.keep(session, frozen_id, made, now)
            else:
                frozen.fail(session, frozen_id, NO_VOTES if error is None else f"{type(error).__name__}: {error}")
        if error is not None:
            log.error("the input %d of a report could not be made", frozen_id, exc_info=error)
        self._making = None

    def begin(self, now: datetime) -> None:
        """Take up what has been wanted longest, unless something is being made."""
        if self._making is not None:
            return
        with self._database.read() as session:
            wanted = frozen.due(session, now)
        for frozen_id in wanted[:1]:
            with self._database.write() as session:
                claimed = frozen.claim(session, frozen_id, now)
            if claimed:
                future = self._executor.submit(frozen_input.compute, self._url, frozen_id, now)
                self._making = frozen_id, future
                future.add_done_callback(lambda _: self._wake())

    def wind_down(self, now: datetime) -> None:
        """Store what is finished, and give the rest back."""
        self.finish(now)
        if self._making is not None:
            frozen_id, future = self._making
            future.cancel()
            with self._database.write() as session:
                frozen.give_back(session, frozen_id, now)
