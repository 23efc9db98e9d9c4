"""Texts by staff: Markdown, made safe."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
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


@lru_cache(1024)
def markdown(text: str) -> Markup:
    """HTML for a page section: headings start at level 3, links leave without a referrer, nothing is embedded."""
    html = _parser.render(text)
    for written, shown in HEADINGS.items():
        html = html.replace(f"<{written}>", f"<{shown}>").replace(f"</{written}>", f"</{shown}>")
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto"})
    return Markup(clean)  # noqa: S704  it was cleaned in the line above
