"""The public ledger: to read, page by page, and to take away whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from deliberation import ledger, ledger_chain
from deliberation.errors import NotFound
from deliberation.ledger_chain import Entry
from web import ledger_words
from web.handlers.reading import number_asked
from web.http import locale, municipality, read, render
from web.services import services

PAGE = 25
LINES_AT_ONCE = 500
OF_THE_MUNICIPALITY = {"account", "area", "municipality", "office", "proposal"}
"""Subjects that belong to no conversation."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it. `slug` is the conversation that it is about, if any."""

    entry: Entry
    sentence: str
    at: datetime
    facts: list[tuple[str, str, bool]]
    slug: str | None


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    head: str
    count: int
    older: int | None
    is_newest: bool


async def show(request: Request) -> Response:
    before = number_asked(request, "before")
    page = await read(request, _page, municipality(request).id, before, locale(request))
    if not page.lines and not page.is_newest:
        raise NotFound()
    return render(request, "ledger/page.html", page=page)


async def download(request: Request) -> Response:
    """The whole chain from its beginning, one JSON object a line. What is added meanwhile may be at its end."""
    tenant = municipality(request)
    headers = {"Content-Disposition": f'attachment; filename="ledger-{tenant.slug}.jsonl"', "Cache-Control": "no-cache"}
    return StreamingResponse(_lines(request, tenant.id), media_type="application/jsonl; charset=utf-8", headers=headers)


def _page(session: Session, municipality_id: int, before: int | None, language: str) -> Page:
    found = ledger.newest(session, municipality_id, limit=PAGE + 1, before=before)
    shown = found[:PAGE]
    return Page(
        [_line(entry, language) for entry in shown],
        ledger.head(session, municipality_id),
        ledger.count(session, municipality_id),
        shown[-1].sequence if len(found) > PAGE else None,
        before is None,
    )


def _line(entry: Entry, language: str) -> Line:
    kind, _, rest = entry.subject.partition("/")
    slug = None if kind in OF_THE_MUNICIPALITY else rest.partition("/")[0]
    sentence = ledger_words.sentence(entry.action, language)
    return Line(entry, sentence, datetime.fromisoformat(entry.at), ledger_words.facts(entry.facts, language), slug or None)


async def _lines(request: Request, municipality_id: int) -> AsyncIterator[bytes]:
    """Read a stretch at a time, each in a reading of its own, so that a slow reader holds nothing up: entries never change."""

    def stretch(after: int) -> tuple[bytes, int]:
        with services(request).database.read() as session:
            found = list(ledger.entries(session, municipality_id, after=after, limit=LINES_AT_ONCE))
        lines = b"".join(ledger_chain.canonical(entry.published()) + b"\n" for entry in found)
        return lines, found[-1].sequence if found else after

    after = 0
    while True:
        lines, last = await run_in_threadpool(stretch, after)
        if last == after:
            return
        yield lines
        after = last
