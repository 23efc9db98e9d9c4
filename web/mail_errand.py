"""The errand that sends mail: it writes what is due into the outbox and empties it."""

import logging
import os
import secrets
import smtplib
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from deliberation import deliveries, digests, reminders, reviews, subscriptions
from deliberation.deliveries import Waiting
from deliberation.storage.engine import Database
from web.mail import Composer
from web.settings import Settings
from web.smtp import MailServer, NotSecret, Refused

LOOK_FOR_NEWS_EVERY = timedelta(minutes=10)
FORGET_EVERY = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


class MailErrand:
    """`path` gives the path of a route by name and parameters."""

    name = "mail"

    def __init__(self, database: Database, configured: Settings, path: Callable[..., str]) -> None:
        assert configured.smtp_url is not None
        self.worker = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._server = MailServer.at(configured.smtp_url)
        self._composer = Composer(configured, path)
        self._looked = self._forgot = NEVER

    def run(self, now: datetime) -> bool:
        """Write what is due and send a handful; true when there may be more."""
        if now - self._forgot >= FORGET_EVERY:
            with self._database.write() as session:
                subscriptions.forget_unconfirmed(session, now)
            self._forgot = now
        self._invite(now)
        if now - self._looked >= LOOK_FOR_NEWS_EVERY:
            self._looked = now
            self.write_digests(now)
            self.write_reminders(now)
        return self._send(now)

    def write_digests(self, now: datetime) -> None:
        """One transaction for each address: what is written stays written."""
        with self._database.read() as session:
            found = digests.followers(session, now)
        for follower in found:
            with self._database.read() as session:
                news = digests.news_of(session, follower, now)
            if news is not None:
                with self._database.write() as session:
                    digests.write(session, news, self._composer.digest, now)

    def write_reminders(self, now: datetime) -> None:
        """What offices owe soon or should have done, and which answers wait for a second person."""
        with self._database.read() as session:
            found = reminders.due(session, now)
            asked = reviews.due(session, now)
        if found or asked:
            with self._database.write() as session:
                reminders.write(session, found, self._composer.reminder, now)
                reminders.write(session, asked, self._composer.review, now)

    def _invite(self, now: datetime) -> None:
        with self._database.read() as session:
            waiting = digests.anybody_to_invite(session)
        if waiting:
            with self._database.write() as session:
                digests.invite(session, self._composer.invitation, now)

    def _send(self, now: datetime) -> bool:
        with self._database.read() as session:
            if not deliveries.any_due(session, now):
                return False
        with self._database.write() as session:
            mails = deliveries.claim(session, self.worker, now)
        left = list(mails)
        try:
            with self._server.connected() as server:
                while left:
                    self._hand_in(server, left[0], now)
                    left.pop(0)
        except (OSError, smtplib.SMTPException, NotSecret) as error:
            self._put_off(left, error, now)
        return len(mails) == deliveries.AT_ONCE and not left

    def _hand_in(self, server: smtplib.SMTP, mail: Waiting, now: datetime) -> None:
        try:
            self._server.hand_in(server, mail, now)
        except Refused as refused:
            with self._database.write() as session:
                deliveries.bounced(session, mail, str(refused))
            return
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:
            with self._database.write() as session:
                deliveries.failed(session, mail, _words(error), now)
            return
        with self._database.write() as session:
            deliveries.sent(session, mail)

    def _put_off(self, left: list[Waiting], error: Exception, now: datetime) -> None:
        """The connection was lost, or there was none: the mail that it happened to waits, the others too."""
        log.warning("the mail server did not take the mail; trying again later: %s", _words(error))
        with self._database.write() as session:
            for mail in left:
                deliveries.failed(session, mail, _words(error), now)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
