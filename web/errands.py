"""Background work that speaks to other servers: each errand in a thread of its own, so that none waits for another."""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from deliberation.storage.engine import Database
from web.settings import Settings

PAUSE_SECONDS = 2.0
PAUSE_AFTER_FAILURE_SECONDS = 30.0
"""What an errand did not foresee rarely mends itself at once, and each try fills the log."""
log = logging.getLogger(__name__)


class Errand(Protocol):
    """Something that is due now and then."""

    name: str

    def run(self, now: datetime) -> bool:
        """Do what is due; true when there may be more at once. Whatever it raises is logged and tried again later."""


class Errands:
    """Runs errands until it is stopped."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_running, args=(errand,), name=f"hiroba-{errand.name}", daemon=True)
            for errand in errands
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every errand has come back."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _keep_running(self, errand: Errand) -> None:
        while not self._stopping.is_set():
            pause = PAUSE_SECONDS
            try:
                if errand.run(datetime.now(UTC)):
                    continue
            except Exception:  # nobody watches these threads: one that ended would keep mail or translations away in silence
                log.exception("%s failed; trying again in %d s", errand.name, PAUSE_AFTER_FAILURE_SECONDS)
                pause = PAUSE_AFTER_FAILURE_SECONDS
            self._stopping.wait(pause)


def of(configured: Settings, database: Database) -> list[Errand]:
    """The errands that this configuration asks for."""
    found: list[Errand] = []
    if configured.translate_url is not None:
        found.append(_translating(configured.translate_url, database))
    if configured.smtp_url is not None:
        found.append(_mailing(configured, database))
    found.append(_telling(configured, database))
    return found


def _telling(configured: Settings, database: Database) -> Errand:
    # Here and not above, as for mail.
    from starlette.routing import Router

    from web.routes import ROUTES
    from web.webhook_errand import WebhookErrand

    return WebhookErrand(database, configured, Router(ROUTES).url_path_for)


def _mailing(configured: Settings, database: Database) -> Errand:
    # Here and not above: the addresses in a mail are those of the routes, which stand above everything that this is part of.
    from starlette.routing import Router

    from web.mail_errand import MailErrand
    from web.routes import ROUTES

    return MailErrand(database, configured, Router(ROUTES).url_path_for)


def _translating(url: str, database: Database) -> Errand:
    # Here and not above: a client for HTTP is slow to import, and most installations have no service.
    from deliberation.translation_work import Translating
    from web.translation_service import LibreTranslate

    return Translating(database, LibreTranslate(url))
