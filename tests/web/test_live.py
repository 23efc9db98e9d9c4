"""Streams: written once for all, bounded, and no obstacle to stopping the server."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deliberation.errors import TooMany
from deliberation.storage import schema
from deliberation.storage.engine import Database, sqlite_url
from tests.support.make import make_tenant
from tests.support.server import serving, wait_for
from web import live
from web.live import MOST_WAITING, Broadcaster

T = TypeVar("T")


def run(listening: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: where tests in a browser came before, this one has a loop that runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, listening).result()


async def heard(messages: AsyncIterator[bytes]) -> list[bytes]:
    return [message async for message in messages]


def test_everybody_in_a_channel_hears_the_same_bytes_and_others_do_not() -> None:
    async def listening() -> tuple[list[bytes], ...]:
        place = Broadcaster(10)
        listeners = [place.join(channel, "network") for channel in ("harbour", "harbour", "mountain")]
        place.send("harbour", b"one")
        place.send("harbour", b"two")
        place.send("nowhere", b"three")
        # Ended in their own turn: what waits for somebody who is let go is not sent any more.
        told = [asyncio.create_task(heard(listener.messages(b"first"))) for listener in listeners]
        await asyncio.sleep(0.01)
        place.close()
        return tuple(await asyncio.gather(*told))

    first, second, other = run(listening())
    assert first == second == [b"first", b"one", b"two"]
    assert all(one is another for one, another in zip(first, second, strict=True))
    assert other == [b"first"]


def test_who_does_not_keep_up_is_let_go_and_the_others_are_not_held_up() -> None:
    async def listening() -> tuple[list[bytes], list[object]]:
        place = Broadcaster(10)
        slow = place.join("harbour", "network")
        for number in range(MOST_WAITING + 1):
            place.send("harbour", str(number).encode())
        return await asyncio.wait_for(heard(slow.messages()), 1), place.channels

    assert run(listening()) == ([], [])


def test_a_network_has_so_many_streams_and_gets_them_back() -> None:
    async def joining() -> None:
        place = Broadcaster(2)
        first = place.join("harbour", "office")
        place.join("mountain", "office")
        with pytest.raises(TooMany):
            place.join("harbour", "office")
        place.join("harbour", "home")
        first.leave()
        first.leave()
        place.join("harbour", "office")
        with pytest.raises(TooMany):
            place.join("harbour", "office")

    run(joining())


def test_a_message_of_several_lines_arrives_whole() -> None:
    assert live.message("parts", "one\ntwo", mark="7") == b"id: 7\r\nevent: parts\r\ndata: one\r\ndata: two\r\n\r\n"


def test_the_server_stops_at_once_though_somebody_listens(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "hiroba.db"))
    schema.migrate(database)
    with database.write() as session:
        make_tenant(session)
    database.dispose()
    with serving(tmp_path) as server, socket.create_connection(server.place) as listener:
        listener.settimeout(10)
        listener.sendall(b"GET /dashboard/live HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
        said = bytearray()

        def was_greeted() -> bool:
            said.extend(listener.recv(4096))
            return b"event: hello" in said

        wait_for(was_greeted, "the greeting")
        assert b"content-type: text/event-stream" in said
        assert b"content-encoding" not in said
        begun = time.monotonic()
        _, errors = server.end()
        assert time.monotonic() - begun < 5
        assert errors == ""
