"""Handing a conversation on: a page with everything, a code to scan, a poster."""

import io
from html import escape
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, embedding
from deliberation.errors import N_
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.translations import Reading
from deliberation.values import LANGUAGES
from web import i18n, sheets
from web.addresses import absolute, readable
from web.http import clock, locale, municipality, read, render

LEAD = N_("Vote on what others say, add what is missing, and see what becomes of it.")
SCAN = N_("Scan this with your phone’s camera, or open:")
NOTE = N_("No account, no app. Two minutes are enough.")
CODE = N_("QR code that leads to %(address)s")
UNTIL = N_("Open until %(day)s")
KEPT_SECONDS = 300


async def show(request: Request) -> Response:
    """Everything there is to hand the conversation on."""
    slug = request.path_params["slug"]
    conversation, topic = await _read(request)
    hosts = await read(request, embedding.hosts, municipality(request).id, slug)
    return render(
        request,
        "sharing/page.html",
        conversation=conversation,
        topic=topic,
        address=_address(request),
        posters=[(code, i18n.NAMES[code]) for code in LANGUAGES],
        script=f'<script src="{absolute(request, "embed_script")}?c={slug}" async></script>',
        frame=_frame(absolute(request, "card", slug=slug), topic.text),
        hosts=hosts,
    )


def _frame(address: str, title: str) -> str:
    """A line of HTML for other sites' pages."""
    return f'<iframe src="{address}" title="{escape(title)}" width="100%" height="560"></iframe>'


async def code(request: Request) -> Response:
    """The address as a QR code."""
    await _read(request)
    return Response(drawn(_address(request)), media_type="image/svg+xml", headers=_kept())


async def square(request: Request) -> Response:
    """The address of the whole square as a QR code."""
    municipality(request)
    return Response(drawn(absolute(request, "home")), media_type="image/svg+xml", headers=_kept())


async def poster(request: Request) -> Response:
    """A sheet to print and hang up, in the language that is asked for."""
    conversation, topic = await _read(request)
    language = locale(request)
    made = await sheets.pdf("poster", language, _poster(request, conversation, topic))
    name = f"{conversation.slug}-{language}.pdf"
    return Response(made, media_type="application/pdf", headers=_kept() | {"Content-Disposition": f'inline; filename="{name}"'})


def _poster(request: Request, conversation: Conversation, topic: Reading) -> dict[str, Any]:
    def said(message: str, **facts: str) -> str:
        return i18n.translate(locale(request), message) % facts

    address, closes_at = _address(request), conversation.closes_at
    is_to_come = closes_at is not None and closes_at > clock()
    return {
        "title": topic.text,
        "municipality": municipality(request).name,
        "topic": {"text": topic.text, "language": topic.language},
        "lead": said(LEAD),
        "code": drawn(address),
        "code_alt": said(CODE, address=readable(address)),
        "scan": said(SCAN),
        "url": address,
        "address": readable(address),
        "until": said(UNTIL, day=i18n.last_day(closes_at, locale(request))) if closes_at and is_to_come else "",
        "note": said(NOTE),
    }


async def _read(request: Request) -> tuple[Conversation, Reading]:
    def query(session: Session) -> tuple[Conversation, Reading]:
        row = conversations.get(session, municipality(request).id, request.path_params["slug"])
        return row, conversations.headings(session, [row], locale(request))[identity(row)]

    return await read(request, query)


def _address(request: Request) -> str:
    return absolute(request, "conversation", slug=request.path_params["slug"])


def drawn(address: str) -> str:
    """A QR code as SVG; a quarter of it may be dirty or torn off."""
    import segno  # only for those who hand something on

    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=0, scale=8, xmldecl=False, svgns=True, nl=False)
    return drawn.getvalue().decode()


def _kept() -> dict[str, str]:
    return {"Cache-Control": f"private, max-age={KEPT_SECONDS}", "Vary": "Cookie, Accept-Language"}
