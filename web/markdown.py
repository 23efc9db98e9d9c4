"""Texts by staff: Markdown, made safe."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
HEADINGS = {"h1": "h3", "h2": "h4"}
SCHEMES = {"http", "https", "mailto"}
"""Where a link may lead."""


@lru_cache(1024)
def markdown(text: str) -> Markup:
    """HTML for a page section: headings start at level 3, links leave without a referrer, nothing is embedded."""
    html = _parser.render(text)
    for written, shown in HEADINGS.items():
        html = html.replace(f"<{written}>", f"<{shown}>").replace(f"</{written}>", f"</{shown}>")
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes=SCHEMES)
    return Markup(clean)  # noqa: S704  it was cleaned in the line above


def nodes(text: str) -> list[dict[str, Any]]:
    """The same as plain data, for what is no web page: a tree of `kind`, `children`, `text` and `href`. Nothing else is in it."""
    return _children(SyntaxTreeNode(_parser.parse(text)))


def _children(node: SyntaxTreeNode) -> list[dict[str, Any]]:
    return [made for child in node.children for made in _node(child)]


def _node(node: SyntaxTreeNode) -> list[dict[str, Any]]:
    if node.type == "inline":
        return _children(node)
    if node.type in {"text", "code_inline", "code_block", "fence", "image"}:
        return [{"kind": "text" if node.type in {"text", "image"} else "code", "text": node.content}]
    if node.type == "softbreak":
        return [{"kind": "text", "text": " "}]
    made = {"kind": node.type, "children": _children(node)}
    if node.type == "link" and urlsplit(str(node.attrs["href"])).scheme in SCHEMES:
        made["href"] = str(node.attrs["href"])
    return [made]
