"""The part of the worker that draws pictures: one at a time, and only while there is room beside the analyses."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime

from deliberation import pictures
from deliberation.pictures import Drawn
from deliberation.storage.engine import Database

log = logging.getLogger(__name__)


class PictureWork:
    """Draws in `executor`; `wake` is called when a picture is finished."""

    def __init__(self, database: Database, executor: Executor, wake: Callable[[], None]) -> None:
        self._database = database
        self._url = database.url.render_as_string(hide_password=False)
        self._executor = executor
        self._wake = wake
        self._drawing: tuple[int, Future[Drawn]] | None = None

    @property
    def busy(self) -> bool:
        return self._drawing is not None

    def finish(self) -> None:
        """Store what is finished. After a failure the last picture stands, and the next try has its turn later."""
        if self._drawing is None or not self._drawing[1].done():
            return
        conversation_id, future = self._drawing
        error = future.exception()
        if error is None:
            with self._database.write() as session:
                pictures.keep(session, conversation_id, future.result())
        else:
            log.error("the picture of conversation %d failed", conversation_id, exc_info=error)
        self._drawing = None

    def begin(self, now: datetime) -> None:
        """Take up the picture that has been wanted longest, unless one is being drawn."""
        if self._drawing is not None:
            return
        with self._database.read() as session:
            wanted = pictures.due(session, now)
        for conversation_id in wanted[:1]:
            with self._database.write() as session:
                claimed = pictures.claim(session, conversation_id, now)
            if claimed:
                future = self._executor.submit(pictures.compute, self._url, conversation_id)
                self._drawing = conversation_id, future
                future.add_done_callback(lambda _: self._wake())

    def wind_down(self, now: datetime) -> None:
        """Store what is finished, and give the rest back."""
        self.finish()
        if self._drawing is not None:
            conversation_id, future = self._drawing
            future.cancel()
            with self._database.write() as session:
                pictures.give_back(session, conversation_id, now)
