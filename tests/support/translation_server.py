"""A translation service on loopback that speaks LibreTranslate's protocol, and can be told to misbehave."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CODES = ("en", "ja", "ko", "th", "zh", "zt")


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


REFUSED = 400, _json({"error": "not supported"}), dict[str, str]()
MISBEHAVIOUR: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "garbage": (200, b"\xff\xfe<html>", {}),
    "empty": (200, _json({"translatedText": " "}), {}),
    "other": (200, _json({"text": "?"}), {}),
    "broken": (500, _json({"error": "Cannot translate text"}), {}),
    "busy": (429, _json({"error": "Slowdown"}), {"Retry-After": "120"}),
    "refuses": REFUSED,
}


class TranslationServer:
    """Answers “[ja] text”. `asked` keeps what came in; `misbehave` names what is wrong from now on, "" for nothing.

    `slowness`: seconds before an answer; `drip`: seconds between its bytes.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.misbehave = ""
        self.slowness = 0.0
        self.drip = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}?api_key=secret"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(asked)
        time.sleep(self.slowness)
        if asked.get("api_key") != "secret":
            return 403, _json({"error": "Invalid API key"}), {}
        if self.misbehave in MISBEHAVIOUR:
            return MISBEHAVIOUR[self.misbehave]
        if {asked["source"], asked["target"]} - set(CODES):
            return REFUSED
        said = f"[{asked['target']}] {asked['q']}"
        odd = {"raves": said + "!" * 5000, "odd signs": f"{said}\0 \u202e\n", "loses tags": "words alone"}
        return 200, _json({"translatedText": odd.get(self.misbehave, said)}), {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = [{"code": code, "name": code, "targets": list(CODES)} for code in CODES]
                found = self.path == "/languages" and server.misbehave != "no languages"
                self._send(200 if found else 404, _json(known), {})

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self._send(*server.answer(json.loads(self.rfile.read(length))))

            def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                try:
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for piece in [body[at : at + 1] for at in range(len(body))] if server.drip else [body]:
                        self.wfile.write(piece)
                        time.sleep(server.drip)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # whoever asked has given up, as the test wants

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler


@contextmanager
def translation_server() -> Iterator[TranslationServer]:
    server = TranslationServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
