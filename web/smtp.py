"""Handing mail to a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from deliberation.deliveries import Waiting

PATIENCE_SECONDS = 20
SMTP_PORT, SMTPS_PORT = 587, 465
LINK_HEADER = "List-Unsubscribe"


class _LinksInOnePiece(EmailPolicy):
    """An address in a header is never encoded or broken (RFC 2369), however long its line becomes."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name == LINK_HEADER else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode() if name == LINK_HEADER else super().fold_binary(name, value)


LINKS_IN_ONE_PIECE = _LinksInOnePiece()


class NotSecret(Exception):
    """A password would have to be sent in the open."""


class Refused(Exception):
    """The server will never take this mail."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom. `secure`: TLS from the first byte."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    sender: str

    @classmethod
    def at(cls, url: str) -> "MailServer":
        """From an address that the settings have checked."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (SMTPS_PORT if secure else SMTP_PORT),
            secure=secure,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            sender=parse_qs(parts.query)["from"][0],
        )

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that has turned to TLS where the server can. Raises OSError, smtplib.SMTPException, NotSecret."""
        kind = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE_SECONDS, context=self._trust()) if self.secure else None
        server = kind or smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)
        with server:
            server.ehlo()
            if not self.secure and server.has_extn("starttls"):
                server.starttls(context=self._trust())
                server.ehlo()
            if self.user:
                if not (isinstance(server.sock, ssl.SSLSocket) or self._is_this_machine()):
                    raise NotSecret(f"{self.host} offers no TLS, so the password is not sent to it")
                server.login(self.user, self.password)
            yield server

    def hand_in(self, server: smtplib.SMTP, mail: Waiting, now: datetime) -> None:
        """Raises Refused when the server says no for good, else OSError or smtplib.SMTPException."""
        try:
            server.send_message(message(mail, self.sender, now), self.sender, [mail.recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = error.recipients[mail.recipient]
            raise _verdict(code, reply, error) from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error, error) from error

    def _trust(self) -> ssl.SSLContext:
        """Certificates are checked, but for this machine's own: the one that Debian's mail server makes itself names nobody."""
        context = ssl.create_default_context()
        if self._is_this_machine():
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _is_this_machine(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def message(mail: Waiting, sender: str, now: datetime) -> EmailMessage:
    """The mail as it travels. A header that tried to hold another would be refused by the library."""
    made = EmailMessage(LINKS_IN_ONE_PIECE)
    made.set_content(mail.letter.text)  # first: it drops what is said of a content before
    made["From"], made["To"], made["Subject"] = sender, mail.recipient, " ".join(mail.letter.subject.split())
    made["Date"], made["Message-ID"] = format_datetime(now), make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"], made["Content-Language"] = "auto-generated", mail.letter.language
    for name, value in mail.letter.headers.items():
        made[name] = value
    return made


def _verdict(code: int, reply: bytes | str, error: smtplib.SMTPException) -> Exception:
    said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return Refused(f"{code} {said}") if 500 <= code < 600 else error
