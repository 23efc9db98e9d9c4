"""A load of residents who vote as fast as they are answered, over real HTTP on loopback. Bounded in time; stops by itself.

Each connection is one resident after the other: opens the conversation page for a cookie, then posts votes as htmx does and reads
the next card out of the answer. Written on bare sockets, so that it costs little beside the server that it measures.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

_CARD = re.compile(rb'name="statement" value="(\d+)">\s*<input type="hidden" name="ballot" value="([0-9a-f-]{36})"')
_COOKIE = re.compile(rb"set-cookie: (hiroba=[^;]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_CHOICES = (b"agree", b"agree", b"disagree", b"pass")


@dataclass(slots=True)
class Outcome:
    """What the residents saw. Latencies in seconds, one per acknowledged vote."""

    latencies: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def votes_per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))] * 1000


async def vote(port: int, slug: str, *, connections: int, seconds: float, votes_each: int = 40) -> Outcome:
    outcome = Outcome()
    started = time.perf_counter()
    ends = started + seconds
    await asyncio.gather(*(_residents(port, slug, ends, votes_each, outcome) for _ in range(connections)))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _residents(port: int, slug: str, ends: float, votes_each: int, outcome: Outcome) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < ends:
            await _resident(reader, writer, slug, ends, votes_each, outcome)
    finally:
        writer.close()


async def _resident(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, slug: str, ends: float, votes_each: int, outcome: Outcome
) -> None:
    writer.write(f"GET /c/{slug} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    _, head, body = await _answer(reader)
    cookie = _cookie(head)
    card = _CARD.search(body)
    for turn in range(votes_each):
        if card is None or time.perf_counter() >= ends:
            return
        form = b"statement=%s&ballot=%s&choice=%s" % (card[1], card[2], _CHOICES[turn % len(_CHOICES)])
        sent = time.perf_counter()
        writer.write(
            b"POST /c/%s/vote HTTP/1.1\r\nHost: localhost\r\nHX-Request: true\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n%s"
            % (slug.encode(), cookie, len(form), form)
        )
        status, head, body = await _answer(reader)
        if status != 200:
            outcome.refused.append(status)
            return
        outcome.latencies.append(time.perf_counter() - sent)
        cookie = _cookie(head) or cookie
        card = _CARD.search(body)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length is not None
    return int(head[9:12]), head, await reader.readexactly(int(length[1]))


def _cookie(head: bytes) -> bytes:
    found = _COOKIE.search(head)
    return found[1] if found else b""
