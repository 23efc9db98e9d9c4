"""The trace as JSON-LD: around one item, below the address of its page, and of a whole conversation."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, trace_graph
from deliberation.errors import NotFound
from deliberation.storage.tables import Conversation
from deliberation.trace_items import Graph, Item, is_key
from deliberation.values import LANGUAGES
from web import linked_data
from web.addresses import absolute
from web.http import municipality, read, today

FRESH_SECONDS = 300


async def of_item(request: Request) -> Response:
    key = request.path_params["item"]
    if not is_key(key):
        raise NotFound()
    return await _answer(request, lambda session, row, language: trace_graph.around(session, row, key, language, today()), key)


async def of_conversation(request: Request) -> Response:
    return await _answer(request, lambda session, row, language: trace_graph.of_conversation(session, row, language, today()))


async def _answer(request: Request, graph: Callable[[Session, Conversation, str], Graph], first: str | None = None) -> Response:
    slug = request.path_params["slug"]

    def address(item: Item) -> str:
        return absolute(request, item.kind.value, slug=slug, **item.parts)

    def query(session: Session) -> dict[str, Any]:
        row = conversations.get(session, municipality(request).id, slug)
        graphs = [graph(session, row, language) for language in LANGUAGES]
        return linked_data.document(graphs, address, absolute(request, "conversation", slug=slug), first)

    body = json.dumps(await read(request, query), ensure_ascii=False, indent=1).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"max-age={FRESH_SECONDS}"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/ld+json", headers=headers)
