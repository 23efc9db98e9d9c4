"""News of parts of the trace: of a statement or a recommendation, and of everything that rests on it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from deliberation import news, trace_graph
from deliberation.errors import NotFound
from deliberation.news_item import Item, Kind
from deliberation.storage.tables import Conversation
from deliberation.trace_items import Graph, ItemKind, graph


def of_items(
    session: Session,
    conversation: Conversation,
    followed: Collection[str],
    *,
    since: datetime,
    now: datetime,
    locale: str,
    zone: ZoneInfo,
) -> list[Item]:
    """What happened to these items (keys of the trace) and to what rests on them, after `since` and up to `now`."""
    today = now.astimezone(zone).date()
    below = [_below(session, conversation, key, locale, today) for key in followed]
    keys = {key for one in below for key in one.items}
    happened = [item for item in news.of_recommendations(session, conversation, locale, now, zone) if item.about in keys]
    findings = {item.key: item for one in below for item in _findings(one)}
    kept = [item for item in (*happened, *findings.values()) if since < item.at <= now]
    return sorted(kept, key=lambda item: (item.at, item.key))


def _below(session: Session, conversation: Conversation, key: str, locale: str, today: date) -> Graph:
    """An item with what rests on it; nothing, where there is no such item any more."""
    try:
        around = trace_graph.around(session, conversation, key, locale, today)
    except NotFound:
        return graph((), ())
    return around.only({key, *(item.key for item in around.below(key))})


def _findings(below: Graph) -> Iterator[Item]:
    """What a report says about a statement that is followed."""
    for item in below.items.values():
        if item.kind == ItemKind.FINDING and isinstance(item.at, datetime):
            report = int(item.parts["report"])
            yield Item(Kind.FINDING, item.key, item.at, report, word=item.state, text=item.title, about=item.key)
