"""A load of residents who vote as fast as they are answered, over real HTTP on loopback. Bounded in time; stops by itself.

Each connection is one resident after the other, who posts votes as htmx does and reads the next card out of the answer.
Written on bare sockets, so that it costs little beside the server that it measures.
"""

import asyncio
import itertools
import re
import time
from dataclasses import dataclass, field

_CARD = re.compile(rb'name="statement" value="(\d+)">\s*<input type="hidden" name="ballot" value="([0-9a-f-]{36})"')
_COOKIE = re.compile(rb"set-cookie: (hiroba=[^;]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_CHOICES = (b"agree", b"agree", b"disagree", b"pass")


Door = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Resident:
    """A cookie and the card that is shown, as found in the page: number and ballot."""

    cookie: bytes
    card: re.Match[bytes] | None


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


async def vote(port: int, slug: str, *, connections: int, seconds: float, residents_each: int) -> Outcome:
    """Votes alone are measured: every resident has opened the page before the clock starts."""
    outcome = Outcome()
    doors = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    waiting = await asyncio.gather(*(_arrive(door, slug, residents_each) for door in doors))
    started = time.perf_counter()
    ends = started + seconds
    await asyncio.gather(*(_take_turns(door, slug, those, ends, outcome) for door, those in zip(doors, waiting, strict=True)))
    outcome.seconds = time.perf_counter() - started
    for _, writer in doors:
        writer.close()
    return outcome


async def open_pages(port: int, slug: str, *, connections: int, seconds: float) -> float:
    """Conversation pages per second, each opened by somebody new."""
    doors = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    started = time.perf_counter()
    opened = await asyncio.gather(*(_keep_opening(door, slug, started + seconds) for door in doors))
    return sum(opened) / (time.perf_counter() - started)


async def _keep_opening(door: Door, slug: str, ends: float) -> int:
    opened = 0
    while time.perf_counter() < ends:
        await _arrive(door, slug, 1)
        opened += 1
    return opened


async def _arrive(door: Door, slug: str, residents: int) -> list[Resident]:
    reader, writer = door
    arrived = []
    for _ in range(residents):
        writer.write(f"GET /c/{slug} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        _, head, body = await _answer(reader)
        arrived.append(Resident(_cookie(head), _CARD.search(body)))
    return arrived


async def _take_turns(door: Door, slug: str, residents: list[Resident], ends: float, outcome: Outcome) -> None:
    for resident in residents:
        await _vote_on(door, slug, resident, ends, outcome)


async def _vote_on(door: Door, slug: str, resident: Resident, ends: float, outcome: Outcome) -> None:
    """One card after the other until none is left or the time is over."""
    reader, writer = door
    for turn in itertools.count():
        if resident.card is None or time.perf_counter() >= ends:
            return
        form = b"statement=%s&ballot=%s&drawn=1&choice=%s" % (resident.card[1], resident.card[2], _CHOICES[turn % len(_CHOICES)])
        sent = time.perf_counter()
        writer.write(
            b"POST /c/%s/vote HTTP/1.1\r\nHost: localhost\r\nHX-Request: true\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n%s"
            % (slug.encode(), resident.cookie, len(form), form)
        )
        status, head, body = await _answer(reader)
        if status != 200:
            outcome.refused.append(status)
            return
        outcome.latencies.append(time.perf_counter() - sent)
        resident.cookie = _cookie(head) or resident.cookie
        resident.card = _CARD.search(body)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length is not None
    return int(head[9:12]), head, await reader.readexactly(int(length[1]))


def _cookie(head: bytes) -> bytes:
    found = _COOKIE.search(head)
    return found[1] if found else b""
