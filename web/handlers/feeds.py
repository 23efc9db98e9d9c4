"""What has happened, as Atom feeds: of one conversation and of the municipality."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from feedgenerator import Atom1Feed
from markupsafe import escape
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from deliberation import conversations, item_news, news, trace_graph
from deliberation.errors import N_
from deliberation.municipalities import Tenant
from deliberation.news_item import Item
from deliberation.storage.tables import Conversation
from deliberation.trace_items import Item as Followed
from deliberation.trace_items import recommendation_key, statement_key
from deliberation.translations import Reading
from web import news_words, paths, trace_words
from web.addresses import absolute, lasting_name
from web.http import clock, locale, municipality, read, today
from web.i18n import translate

MOST_ENTRIES = 50
MOST_CONVERSATIONS = 30
A_DAY = timedelta(days=1)
FRESH_SECONDS = 300
ALL = N_("What happens in the conversations of %(municipality)s")
ONE = N_("What happens in “%(topic)s”")
OF_ITEM = N_("What becomes of “%(name)s”")


@dataclass(frozen=True, slots=True)
class _Entry:
    slug: str
    topic: Reading
    item: Item


class _Feed(Atom1Feed):  # type: ignore[misc]
    """An empty feed was changed last when its subject began: the library would say “now”, and every look would be news."""

    begun: datetime = datetime.min.replace(tzinfo=UTC)

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.begun)


async def of_conversation(request: Request) -> Response:
    tenant, slug = municipality(request), request.path_params["slug"]

    def query(session: Session) -> tuple[Conversation, list[_Entry]]:
        row = conversations.get(session, tenant.id, slug)
        return row, _entries(session, tenant, [row], locale(request))

    row, entries = await read(request, query)
    topic = entries[0].topic.text if entries else row.topic
    title = translate(locale(request), ONE) % {"topic": topic}
    feed = _feed(request, title, absolute(request, "conversation", slug=slug), request.url.path, row.created_at)
    return _answer(request, feed, entries, with_topic=False)


async def of_statement(request: Request) -> Response:
    return await _of_item(request, statement_key(paths.number(request, "number")))


async def of_recommendation(request: Request) -> Response:
    return await _of_item(request, recommendation_key(paths.number(request, "number")))


async def _of_item(request: Request, key: str) -> Response:
    """What happens to one item of the trace and to what rests on it."""
    tenant, slug = municipality(request), request.path_params["slug"]

    def query(session: Session) -> tuple[Followed, datetime, list[_Entry]]:
        row = conversations.get(session, tenant.id, slug)
        followed = trace_graph.around(session, row, key, locale(request), today()).items[key]
        begun = min(row.created_at, row.opens_at or row.created_at) - A_DAY
        zone = ZoneInfo(tenant.time_zone)
        items = item_news.of_items(session, row, [key], since=begun, now=clock(), locale=locale(request), zone=zone)
        topic = conversations.headings(session, [row], locale(request))[conversations.identify(row)]
        return followed, row.created_at, _newest_first([_Entry(slug, topic, item) for item in items])

    followed, begun, entries = await read(request, query)
    title = translate(locale(request), OF_ITEM) % {"name": trace_words.name(followed, locale(request))}
    link = absolute(request, followed.kind.value, slug=slug, **followed.parts)
    return _answer(request, _feed(request, title, link, request.url.path, begun), entries, with_topic=False)


async def of_municipality(request: Request) -> Response:
    tenant = municipality(request)

    def query(session: Session) -> list[_Entry]:
        return _entries(session, tenant, conversations.listing(session, tenant.id)[:MOST_CONVERSATIONS], locale(request))

    entries = await read(request, query)
    title = translate(locale(request), ALL) % {"municipality": tenant.name}
    feed = _feed(request, title, absolute(request, "home"), request.url.path, datetime(2000, 1, 1, tzinfo=UTC))
    return _answer(request, feed, entries, with_topic=True)


def _entries(session: Session, tenant: Tenant, rows: Sequence[Conversation], language: str) -> list[_Entry]:
    """The newest first."""
    now, zone, found = clock(), ZoneInfo(tenant.time_zone), []
    topics = conversations.headings(session, rows, language)
    for row in rows:
        since = min(row.created_at, row.opens_at or row.created_at) - A_DAY
        items = news.of_conversation(session, row, since=since, now=now, locale=language, zone=zone)
        found += [_Entry(row.slug, topics[conversations.identify(row)], item) for item in items]
    return _newest_first(found)


def _newest_first(entries: Sequence[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda entry: (entry.item.at, entry.slug, entry.item.key), reverse=True)[:MOST_ENTRIES]


def _feed(request: Request, title: str, link: str, path: str, begun: datetime) -> _Feed:
    feed = _Feed(
        title=_clean(title),
        link=link,
        description=None,
        language=locale(request),
        feed_url=f"{absolute(request, 'home').rstrip('/')}{path}?lang={locale(request)}",
        feed_guid=lasting_name(path),
        author_name=_clean(municipality(request).name),
    )
    feed.begun = begun
    return feed


def _answer(request: Request, feed: _Feed, entries: Sequence[_Entry], *, with_topic: bool) -> Response:
    """The feed, or that it is the one which the reader has."""
    for entry in entries:
        _add(request, feed, entry, with_topic)
    body: bytes = feed.writeString("utf-8").encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"max-age={FRESH_SECONDS}", "Vary": "Cookie, Accept-Language"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers | {"Content-Language": locale(request)})


def _add(request: Request, feed: _Feed, entry: _Entry, with_topic: bool) -> None:
    item = entry.item
    route, end = news_words.place(item)
    headline = news_words.headline(item, locale(request))
    feed.add_item(
        title=_clean(f"{entry.topic.text}: {headline}" if with_topic else headline),
        link=absolute(request, route, slug=entry.slug) + end,
        description=_summary(item.text.text if item.text else headline),
        unique_id=lasting_name(f"/c/{entry.slug}/{item.key}"),
        pubdate=item.at,
        updateddate=item.at,
    )


def _summary(text: str) -> str:
    """As the library declares it: HTML. People's words are shown as they are written."""
    return "<br>".join(map(str, map(escape, _clean(text).splitlines())))


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
