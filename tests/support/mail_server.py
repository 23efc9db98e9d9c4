"""A mail server on loopback that keeps what it is given, and can be told to behave badly."""

import email
import email.policy
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class MailServer:
    """`answers`: what to say instead of taking a mail, by recipient. `drops`: hang up within the next so many mails."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.drops = 0
        self.over_tls: list[bool] = []
        self.port = 0

    def url(self, user: str = "") -> str:
        return f"smtp://{user}127.0.0.1:{self.port}?from=hiroba@example.org"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_RCPT(  # noqa: N802  the library's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drops:
            self.drops -= 1
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(cast("EmailMessage", email.message_from_bytes(content, policy=email.policy.default)))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def running_mail_server(**options: Any) -> Iterator[MailServer]:
    """`options` are those of aiosmtpd's controller: TLS, passwords."""
    server = MailServer()
    server.port = _free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    """The library asks for a number before it begins, and looks there whether it has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def own_certificate(folder: Path) -> ssl.SSLContext:
    """TLS as Debian's mail server begins with: a certificate that it made itself."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=somewhere"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def only(name: str, password: str) -> Any:
    """Lets in whoever says this."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, sent: Any) -> AuthResult:
        return AuthResult(success=(sent.login, sent.password) == (name.encode(), password.encode()))

    return check
