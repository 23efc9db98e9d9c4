"""The dashboard as this process holds it: read while somebody looks, rendered once per language, handed to everybody."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from deliberation import dashboard_reading
from deliberation.dashboard import Overview
from deliberation.dashboard_reading import Mark
from deliberation.municipalities import Tenant
from deliberation.storage.engine import Database
from deliberation.values import Stage
from web import dashboard_parts, i18n, live, rendering
from web.dashboard_parts import PER_PAGE, Audience, Choice, Sheet
from web.live import Broadcaster, Listener

EVERY_SECONDS = 2.0
FRESH_SECONDS = 5.0
"""A page is made from what was looked at no longer ago than this."""
BEAT_SECONDS = 15.0
"""How often listeners are told that the figures still hold."""
WANTED_SECONDS = 60.0
"""So long somebody who has fetched the figures counts as looking."""
ALL_ANEW_AFTER = timedelta(minutes=1)
"""Translations change without a sign that the mark knows."""
MOST_PARTS_SENT = PER_PAGE
"""When more has changed at once, as with every new hour, each listener fetches its own page."""
MOST_FRAGMENTS = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """The fragment with all figures, for whoever chose them so. `digest` changes with any figure of the audience.

    `as_of`: when they held last, `age` seconds ago; whose clock is wrong can go by the age.
    """

    html: Markup
    etag: str
    digest: str
    as_of: datetime
    age: int


@dataclass(slots=True)
class Board:
    """What is held of one municipality. `checked_at`: when the figures held last, by the clock and by a steady one."""

    tenant: Tenant
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    overview: Overview | None = None
    mark: Mark | None = None
    read_at: datetime | None = None
    checked_at: datetime | None = None
    checked: float = 0.0
    wanted: float = 0.0
    sheets: dict[Audience, Sheet] = field(default_factory=dict)
    fragments: dict[tuple[Audience, Choice], tuple[str, Markup, str]] = field(default_factory=dict)


Channel = tuple[int, Audience]
"""A municipality and for whom it is rendered."""


class Dashboards:
    """`url` gives the path of a route by name and parameters."""

    def __init__(
        self, database: Database, templates: dict[str, Environment], url: Callable[..., str], *, streams_per_network: int
    ) -> None:
        self.broadcaster = Broadcaster(streams_per_network)
        self._database = database
        self._templates = templates
        self._url = url
        self._boards: dict[int, Board] = {}
        self._beaten = 0.0

    async def figures(self, tenant: Tenant, audience: Audience, choice: Choice) -> Figures:
        board = await self._fresh(tenant)
        sheet, known = board.sheets.get(audience), board.fragments.get((audience, choice))
        if sheet is not None and sheet.overview is board.overview and known is not None and known[0] == sheet.digest:
            return self._figures(board, audience, choice)
        async with board.lock:
            return await run_in_threadpool(self._figures, board, audience, choice)

    async def listen(self, tenant: Tenant, audience: Audience, network: str) -> tuple[Listener, bytes]:
        """The listener, and what it is told first: what state the figures are in. Raises TooMany."""
        board = await self._fresh(tenant)
        # Before the figures are read, so that no news comes between; who goes away meanwhile leaves the place to others.
        listener = self.broadcaster.join((tenant.id, audience), network)
        with ExitStack() as unless_told:
            unless_told.callback(listener.leave)
            async with board.lock:
                sheet = await run_in_threadpool(self._sheet, board, audience)
                told = live.message("hello", _state(board, sheet), mark=sheet.digest)
            unless_told.pop_all()
        return listener, told

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Refresh what somebody looks at, and forget what nobody does."""
        now = time.monotonic()
        heard = {channel[0] for channel in self.broadcaster.channels if isinstance(channel, tuple)}
        for key, board in list(self._boards.items()):
            if key not in heard and now - board.wanted > WANTED_SECONDS:
                del self._boards[key]
                continue
            try:
                async with board.lock:
                    await self._refresh(board)
            except SQLAlchemyError:
                log.exception("the dashboard's figures could not be read; the last ones stand")
        if now - self._beaten >= BEAT_SECONDS:
            self._beaten = now
            self._beat()

    def _beat(self) -> None:
        for channel in self.broadcaster.channels:
            assert isinstance(channel, tuple)
            board = self._boards.get(channel[0])
            if board is not None:
                self.broadcaster.send(channel, live.message("beat", _age(board)))

    async def _fresh(self, tenant: Tenant) -> Board:
        board = self._boards.setdefault(tenant.id, Board(tenant))
        board.tenant, board.wanted = tenant, time.monotonic()
        if _is_stale(board):
            async with board.lock:
                if _is_stale(board):
                    # With figures at hand, their age says that there are no newer ones.
                    with suppress(*(() if board.overview is None else (SQLAlchemyError,))):
                        await self._refresh(board)
        return board

    async def _refresh(self, board: Board) -> None:
        """Read when something has changed, and tell everybody who listens what. Called with the lock held."""
        now = datetime.now(UTC)
        before = board.overview
        board.overview = await run_in_threadpool(self._read, board, now)
        board.checked_at, board.checked = now, time.monotonic()
        if before is None or before == board.overview:
            return
        rearranged = dashboard_parts.arrangement(before) != dashboard_parts.arrangement(board.overview)
        for channel in self.broadcaster.channels:
            assert isinstance(channel, tuple)
            if channel[0] == board.tenant.id:
                told = await run_in_threadpool(self._told, board, channel[1], rearranged)
                if told is not None:
                    self.broadcaster.send(channel, told)

    def _read(self, board: Board, now: datetime) -> Overview:
        with self._database.read() as session:
            mark = dashboard_reading.mark(session, board.tenant.id, now)
            lately = board.read_at is not None and now - board.read_at < ALL_ANEW_AFTER
            if board.overview is not None and lately and mark == board.mark:
                return board.overview
            overview = dashboard_reading.read(session, board.tenant.id, now)
        board.mark, board.read_at = mark, now
        return overview

    def _told(self, board: Board, audience: Audience, rearranged: bool) -> bytes | None:
        """What listeners of this audience are told of a change; None when it is nothing to them."""
        sheet, changed = self._take(board, audience)
        if rearranged or len(changed) > MOST_PARTS_SENT:
            return live.message("anew", _state(board, sheet), mark=sheet.digest)
        if not changed:
            return None
        parts = "".join(map(sheet.part, changed))
        return live.message("parts", f"{json.dumps(_age(board))}\n{parts}", mark=sheet.digest)

    def _sheet(self, board: Board, audience: Audience) -> Sheet:
        return self._take(board, audience)[0]

    def _take(self, board: Board, audience: Audience) -> tuple[Sheet, list[str]]:
        """What this audience sees of the present figures, and which parts of it have changed."""
        assert board.overview is not None
        i18n.use_time_zone(board.tenant.time_zone)
        sheet = board.sheets.get(audience)
        if sheet is None:
            sheet = board.sheets[audience] = Sheet(self._templates[audience.language], audience, self._url)
        return sheet, [] if sheet.overview is board.overview else sheet.take(board.overview)

    def _figures(self, board: Board, audience: Audience, choice: Choice) -> Figures:
        sheet = self._sheet(board, audience)
        assert board.overview is not None
        assert board.checked_at is not None
        digest, html, etag = board.fragments.get((audience, choice), ("", Markup(), ""))
        if digest != sheet.digest:
            html = Markup(self._fragment(board.overview, audience, choice, sheet))  # noqa: S704  our own templates
            etag = hashlib.blake2b(html.encode(), digest_size=9).hexdigest()
            while len(board.fragments) >= MOST_FRAGMENTS:
                board.fragments.pop(next(iter(board.fragments)), None)
            board.fragments[audience, choice] = sheet.digest, html, etag
        return Figures(html, f'W/"{etag}"', sheet.digest, board.checked_at, _age(board)["age"])

    def _fragment(self, overview: Overview, audience: Audience, choice: Choice, sheet: Sheet) -> str:
        rows = dashboard_parts.chosen(overview, choice)
        last = max(1, -(-len(rows) // PER_PAGE))
        page = min(choice.page, last)
        shown: dict[str, Any] = {
            "rows": [Markup(sheet.part(row.slug)) for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]],  # noqa: S704
            "totals": Markup(sheet.part(dashboard_parts.TOTALS)),  # noqa: S704  our own templates
            "counts": dashboard_parts.counts(overview, choice),
            "stages": list(Stage),
            "any": bool(overview.rows),
            "choice": choice,
            "page": page,
            "last": last,
            "leading_to": lambda **change: self._leading_to(choice, **change),
        }
        template = "dashboard/_slides.html" if audience.wall else "dashboard/_figures.html"
        return rendering.render(self._templates[audience.language], template, shown)

    def _leading_to(self, choice: Choice, **change: Any) -> str:
        """Where something else is chosen; from its first page on."""
        query = urlencode(replace(choice, **{"page": 1, **change}).query)
        return f"{self._url('dashboard')}{'?' * bool(query)}{query}#conversations-title"


def _is_stale(board: Board) -> bool:
    return board.overview is None or time.monotonic() - board.checked > FRESH_SECONDS


def _state(board: Board, sheet: Sheet) -> dict[str, Any]:
    return {"digest": sheet.digest, "build": dashboard_parts.build(), **_age(board)}


def _age(board: Board) -> dict[str, Any]:
    assert board.checked_at is not None
    return {"asOf": board.checked_at.isoformat(), "age": round(time.monotonic() - board.checked)}
