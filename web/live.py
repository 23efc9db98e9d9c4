"""Live streams of server-sent events: a message is written once and handed to everybody who listens to its channel."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from deliberation.errors import TooMany

MOST_WAITING = 32
"""Messages that may wait for one listener. Who falls further behind is let go, comes back, and asks for the whole."""
PATIENCE_SECONDS = 30
"""So long a listener's network may take no byte."""
FAREWELL_SECONDS = 1.0
COME_BACK_AFTER_MS = (2_000, 8_000)
"""Spread, so that not everybody comes at once after a restart."""


class Listener:
    def __init__(self, place: "Broadcaster", channel: Hashable, network: str) -> None:
        self.channel = channel
        self.network = network
        self._place = place
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)

    def hand(self, message: bytes) -> None:
        if self._waiting.full():
            self.let_go()
        else:
            self._waiting.put_nowait(message)

    def let_go(self) -> None:
        """End the stream; nothing that waits is sent any more."""
        self.leave()
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    def leave(self) -> None:
        self._place.forget(self)

    async def messages(self, *first: bytes) -> AsyncIterator[bytes]:
        for message in first:
            yield message
        while (following := await self._waiting.get()) is not None:
            yield following


class Broadcaster:
    """Everybody who listens to this process, by channel. Used from the event loop alone."""

    def __init__(self, most_per_network: int) -> None:
        self._most = most_per_network
        self._channels: dict[Hashable, set[Listener]] = {}
        self._networks: Counter[str] = Counter()

    @property
    def channels(self) -> list[Hashable]:
        """Those that somebody listens to."""
        return list(self._channels)

    def join(self, channel: Hashable, network: str) -> Listener:
        """Raises TooMany when this network has as many streams as it may."""
        if self._networks[network] >= self._most:
            raise TooMany()
        listener = Listener(self, channel, network)
        self._networks[network] += 1
        self._channels.setdefault(channel, set()).add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        listening = self._channels.get(listener.channel, set())
        if listener not in listening:
            return
        listening.remove(listener)
        if not listening:
            del self._channels[listener.channel]
        self._networks[listener.network] -= 1
        if not self._networks[listener.network]:
            del self._networks[listener.network]

    def send(self, channel: Hashable, message: bytes) -> None:
        for listener in list(self._channels.get(channel, ())):
            listener.hand(message)

    def close(self) -> None:
        for channel in self.channels:
            for listener in list(self._channels.get(channel, ())):
                listener.let_go()


class _Farewell:
    """Stands where the library sets an event when the server is to stop: the stream then ends in good order."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def set(self) -> None:
        self._listener.let_go()


class Stream(EventSourceResponse):
    """The answer to a listener. It ends when the server is told to, and does not keep it from stopping."""

    def __init__(self, listener: Listener, *first: bytes) -> None:
        come_back = ServerSentEvent(retry=random.randint(*COME_BACK_AFTER_MS)).encode()
        # No pings: the channel's own messages come often enough, and a task for each listener is saved.
        super().__init__(
            listener.messages(come_back, *first),
            ping=0,
            send_timeout=PATIENCE_SECONDS,
            shutdown_event=_Farewell(listener),  # type: ignore[arg-type]
            shutdown_grace_period=FAREWELL_SECONDS,
        )
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            return  # it has long been gone without saying so
        finally:
            self._listener.leave()


def message(event: str, data: Any, *, mark: str | None = None) -> bytes:
    """As it goes through the wire. `data` that is no text is sent as JSON; `mark` is given back as `lastEventId`."""
    text = data if isinstance(data, str) else json.dumps(data)
    return ServerSentEvent(text, event=event, id=mark).encode()
