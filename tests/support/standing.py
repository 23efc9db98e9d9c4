"""Percentages on a page that stand alone: without the number of people or votes behind them close by.

Close by means: in the same sentence, list item, table row or definition; in the caption or a heading of the same table; or in the
piece of the page (card, notice, figure) of which both are part. Texts by people say what they like, and a threshold (“at least
60%”) is no finding.
"""

import re
from html.parser import HTMLParser

PERCENT = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s?%")
THRESHOLD = re.compile(
    r"(?:at least|at most|more than|fewer than|up to)\s+\d+\s?%(?:, up to \d+\s?%)?|between\s+\d+\s?%\s+and\s+\d+\s?%",
    re.IGNORECASE,
)
PEOPLE = r"(?:votes?|people|persons?|participants?|members|voters)"
COUNT = re.compile(
    rf"\d[\d,]*\s+(?:of\s+\d[\d,]*\s+)?{PEOPLE}\b|\(\d[\d,]*\)|\bof\s+\d[\d,]*\b(?!\s?%)|{PEOPLE}\s+\d[\d,]*", re.IGNORECASE
)
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "summary"}
BLOCKS = HEADINGS | {"p", "li", "dd", "dt", "figcaption", "caption", "th", "td", "title", "desc", "option"}
PIECES = {"tr", "tbody", "ul", "dl", "figure", "article", "aside", "table", "svg"}
PIECE_CLASSES = {"card", "notice", "chart", "tally", "group-row", "figure"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "area", "base", "col", "embed"}
LONGEST_PIECE = 1_500
"""Characters of text: in more, nothing is close by."""


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.parts: list[Element | str] = []

    def text(self, *, everything: bool = False) -> str:
        """Without scripts, and unless everything is asked for without the words of people."""
        if self.tag in {"script", "style", "template"} or (not everything and self.attributes.get("dir") == "auto"):
            return ""
        return " ".join(part if isinstance(part, str) else part.text(everything=everything) for part in self.parts)

    @property
    def is_piece(self) -> bool:
        return self.tag in PIECES or bool(PIECE_CLASSES & set(self.attributes.get("class", "").split()))

    def within(self) -> "list[Element]":
        found = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Element(tag, {}, self.here))

    def handle_endtag(self, tag: str) -> None:
        open_ones = self.here.within()
        opened = next((element for element in open_ones if element.tag == tag), None)
        if opened is not None and opened.parent is not None:
            self.here = opened.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def alone(html: str) -> list[str]:
    """What stands around each percentage that has no number of people close by."""
    tree = _Tree()
    tree.feed(html)
    return [line for element, line in _percentages(tree.root) if not _has_count(element)]


def _percentages(element: Element) -> list[tuple[Element, str]]:
    if element.tag in {"script", "style", "template", "head"} or element.attributes.get("dir") == "auto":
        return []
    own = " ".join(" ".join(part for part in element.parts if isinstance(part, str)).split())
    found = [(element, own)] if PERCENT.search(THRESHOLD.sub("", own)) else []
    return found + [each for part in element.parts if isinstance(part, Element) for each in _percentages(part)]


def _has_count(element: Element) -> bool:
    for around in element.within():
        if not (around.tag in BLOCKS or around.is_piece):
            continue
        text = " ".join(around.text().split())
        if len(text) > LONGEST_PIECE:
            return around.tag in {"tbody", "table"} and _heads_count(around)
        if COUNT.search(text) or (around.tag == "tr" and _heads_count(around)):
            return True
    return False


def _heads_count(element: Element) -> bool:
    """Whether a column of the table, named in its head, counts votes or people."""
    table = next((each for each in element.within() if each.tag == "table"), None)
    head = next((part for part in table.parts if isinstance(part, Element) and part.tag == "thead"), None) if table else None
    return head is not None and re.search(rf"\b{PEOPLE}\b", head.text(), re.IGNORECASE) is not None
