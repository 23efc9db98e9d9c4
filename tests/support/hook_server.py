"""A program on loopback that is told what happens, checks each signature by itself, and can be told to misbehave."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HookServer:
    """`told`: the messages that were taken, with id and right signature. `misbehave`: what is wrong from now on, "" for nothing.

    `deaf`: it never answers a challenge. `tried`: how often it was called.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.secret = ""
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.tried = 0
        self.misbehave = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.host}/told?by=hiroba"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def signed(self, headers: Any, body: bytes) -> bool:
        """As the Standard Webhooks specification says, by our own hand."""
        key = base64.b64decode(self.secret.split("_", 1)[1])
        sent_at = headers["webhook-timestamp"]
        content = b".".join([headers["webhook-id"].encode(), sent_at.encode(), body])
        expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return expected in headers["webhook-signature"].split(" ")

    def answer(self, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        self.tried += 1
        if self.misbehave == "slow":
            time.sleep(1.5)
        if self.misbehave == "redirects":
            return 302, b"", {"Location": self.url + "&again=yes"}
        if self.misbehave in {"fails", "gone"}:
            return {"fails": 500, "gone": 410}[self.misbehave], b"", {}
        if self.misbehave == "echoes":
            return 200, body, {}
        if not self.signed(headers, body):
            return 401, b"", {}
        message = json.loads(body)
        self.told.append((headers["webhook-id"], message))
        challenge = message["data"].get("challenge")
        return 200, json.dumps({"challenge": challenge}).encode() if challenge else b"", {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answered, headers = server.answer(self.headers, body)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answered)))
                    self.end_headers()
                    self.wfile.write(answered)
                except BrokenPipeError:
                    pass  # whoever called did not wait

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nothing of it belongs into the test's output."""

        return Handler


@contextmanager
def running_hook_server(tls: ssl.SSLContext | None = None) -> Iterator[HookServer]:
    server = HookServer(tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
