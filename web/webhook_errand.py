"""The errand that tells machines what has happened: the first message has to be answered, then news, oldest first."""

import json
import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby

from deliberation import webhooks
from deliberation.storage.engine import Database
from deliberation.webhooks import Claimed
from web.settings import Settings
from web.webhook_messages import Message, Messages

FORGET_EVERY = timedelta(hours=1)
GONE = 410
log = logging.getLogger(__name__)


class WebhookErrand:
    """`path` gives the path of a route by name and parameters."""

    name = "webhooks"

    def __init__(self, database: Database, configured: Settings, path: Callable[..., str]) -> None:
        self.worker = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._allowed = configured.webhook_hosts
        self._messages = Messages(configured, path)
        self._forgot = datetime.min.replace(tzinfo=UTC)

    def run(self, now: datetime) -> bool:
        """See to one webhook; true when there may be more."""
        if now - self._forgot >= FORGET_EVERY:
            with self._database.write() as session:
                webhooks.forget_unconfirmed(session, now)
            self._forgot = now
        with self._database.read() as session:
            key = webhooks.next_due(session, now)
        if key is None:
            return False
        with self._database.write() as session:
            mine = webhooks.claim(session, key, self.worker, now)
        if mine:
            self._see_to(key, now)
        return True

    def _see_to(self, key: int, now: datetime) -> None:
        with self._database.read() as session:
            hook = webhooks.claimed(session, key, now)
        if hook is None:
            return
        done = self._ask(hook, now) if hook.challenge is not None else self._tell(hook, now)
        if done:
            with self._database.write() as session:
                webhooks.rested(session, key, now)

    def _ask(self, hook: Claimed, now: datetime) -> bool:
        answer = self._send(hook, self._messages.challenge(hook, now), now)
        if answer is None:
            return False
        if not _answers(answer, hook.challenge):
            self._failed(hook, "it did not answer with the challenge", now)
            return False
        with self._database.write() as session:
            webhooks.confirmed(session, hook.id, now)
        return True

    def _tell(self, hook: Claimed, now: datetime) -> bool:
        """What happened at one moment is told together or again."""
        for moment, items in groupby(hook.items, key=lambda item: item.at):
            for item in items:
                if self._send(hook, self._messages.news(hook, item, now), now) is None:
                    return False
            with self._database.write() as session:
                webhooks.told(session, hook.id, moment)
        return True

    def _send(self, hook: Claimed, message: Message, now: datetime) -> bytes | None:
        """What was answered; None when it was not taken, which is kept then."""
        # Here and not above: a client for HTTP is slow to import, and most installations never send such a message.
        from web.webhook_client import NotDelivered, post

        try:
            answer = post(hook.url, message.body, message.headers, self._allowed)
        except NotDelivered as error:
            self._failed(hook, str(error), now)
            return None
        if not answer.taken:
            self._failed(hook, f"it answered with status {answer.status}", now, for_good=answer.status == GONE)
            return None
        return answer.body

    def _failed(self, hook: Claimed, failure: str, now: datetime, *, for_good: bool = False) -> None:
        log.info("webhook %d was not reached: %s", hook.id, failure)
        with self._database.write() as session:
            webhooks.failed(session, hook.id, failure, now, for_good=for_good)


def _answers(body: bytes, challenge: str | None) -> bool:
    """The challenge as the whole answer, or as `challenge` in a JSON object. What only echoes our message does not count."""
    try:
        text = body.decode().strip()
        found = json.loads(text) if text.startswith("{") else text
    except ValueError:
        return False
    return (found.get("challenge") if isinstance(found, dict) else found) == challenge
