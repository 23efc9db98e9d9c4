"""The trace as its pages show it: every item with its address, its name and a line of text."""

import unicodedata
from dataclasses import dataclass
from itertools import accumulate

from starlette.requests import Request

from deliberation.finding import Finding
from deliberation.trace_items import ORDER, Graph, Item, ItemKind, recommendation_key, statement_key
from deliberation.translations import Reading
from web import i18n, trace_picture, trace_words
from web.http import locale
from web.markdown import markdown
from web.services import services
from web.trace_picture import Picture

LONGEST_REASON = 200
BOX_HOLDS = 64
NO_ROOM = frozenset({"Mn", "Me", "Cf"})


@dataclass(frozen=True, slots=True)
class Shown:
    """An item in a list or in a box. `title` is plain text, None where it may not be read; `excerpt` fits into a box."""

    item: Item
    href: str
    name: str
    short_name: str
    state: str
    title: Reading | None
    excerpt: str
    day: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One item and everything that it comes from and leads to.

    `followed`: the statement or recommendation that whoever wants to hear more of this item follows, `feed` its Atom feed.
    """

    here: Shown
    followed: Shown
    feed: str
    comes_from: dict[ItemKind, list[Shown]]
    leads_to: dict[ItemKind, list[Shown]]
    pictures: tuple[Picture, ...]
    shown: dict[str, Shown]

    @property
    def alone(self) -> bool:
        return len(self.shown) == 1


def surroundings(request: Request, slug: str, graph: Graph, key: str) -> Surroundings:
    shown = {item.key: show(request, slug, item) for item in graph.items.values()}
    followed = shown[_followed(graph.items[key])]
    return Surroundings(
        here=shown[key],
        followed=followed,
        feed=services(request).url(f"{followed.item.kind.value}_feed", slug=slug, number=followed.item.parts["number"]),
        comes_from=_by_kind([shown[item.key] for item in graph.above(key)]),
        leads_to=_by_kind([shown[item.key] for item in graph.below(key)]),
        pictures=(trace_picture.wide(graph, key), trace_picture.narrow(graph, key)),
        shown=shown,
    )


def _followed(item: Item) -> str:
    """Statements and recommendations have what comes of them with them; all else belongs to one of the two."""
    if isinstance(item.about, Finding):
        return statement_key(item.about.number)
    return statement_key(int(item.parts["number"])) if item.about is None else recommendation_key(int(item.parts["number"]))


def show(request: Request, slug: str, item: Item) -> Shown:
    language, title = locale(request), _plain(item)
    return Shown(
        item=item,
        href=services(request).url(item.kind.value, slug=slug, **item.parts),
        name=trace_words.name(item, language),
        short_name=trace_words.name(item, language, short=True),
        state=trace_words.state(item, language),
        title=title,
        excerpt="" if title is None else excerpt(title.text),
        day="" if item.at is None else i18n.day(item.at, language),
    )


def excerpt(text: str, widths: int = BOX_HOLDS) -> str:
    """As much of a text as so many Latin letters are wide: signs of the east are twice as wide, marks on others take no room."""
    wide = [
        0 if unicodedata.category(sign) in NO_ROOM else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    ]
    if sum(wide) <= widths:
        return text
    fits = next(place for place, so_far in enumerate(accumulate(wide)) if so_far >= widths)
    begun = text[:fits].rstrip()
    space = begun.rfind(" ")
    return (begun[:space] if space > fits // 2 else begun).rstrip(" ,;:.、，。") + "…"


def _by_kind(items: list[Shown]) -> dict[ItemKind, list[Shown]]:
    return {kind: found for kind in ORDER if (found := [shown for shown in items if shown.item.kind == kind])}


def _plain(item: Item) -> Reading | None:
    """An answer's reason is Markdown; of that, a line of text."""
    if item.title is None or item.kind != ItemKind.RESPONSE:
        return item.title
    text = markdown(item.title.text).striptags()
    shortened = text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"
    return Reading(shortened, item.title.language, item.title.provenance)
