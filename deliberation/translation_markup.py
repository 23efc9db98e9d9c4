"""Markdown on its way through a translation service, line by line, so that structure and addresses come back as they were.

What stands within a line travels as HTML, which such services keep: bold and emphasised words, links, code.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

_START = re.compile(r"\s*(?:(?:#{1,6}|[-*+]|\d+[.)]|>)\s+)*")
_RULE = re.compile(r"[\s|:=*_-]*")
_CELLS = re.compile(r"(?<!\\)(\|)")
_INLINE = re.compile(
    r"(?P<code>`[^`]+`)|\[(?P<label>[^\]]*)\]\((?P<address>[^)\s]+)[^)]*\)|(?P<bare>https?://\S+|<[^>\s]+[:@][^>\s]+>)"
    r"|(?P<placeholder>%\(\w+\)s|\{\w+\})|\*\*(?P<strong>[^*]+)\*\*|(?<![\w*])[*_](?P<em>[^*_]+)[*_](?![\w*])"
)
_TAG = re.compile(r"<(?P<tag>a|b|i|code) id=\"?(?P<number>\d+)\"?\s*>(?P<inner>.*?)</(?P=tag)>", re.DOTALL | re.IGNORECASE)


class Garbled(ValueError):
    """What came back has lost something that stood in the original."""


@dataclass
class _Kept:
    """What stands between tags, by number: how it is written in Markdown, given the words between them."""

    written: list[Callable[[str], str]] = field(default_factory=list)

    def tag(self, name: str, inner: str, write: Callable[[str], str]) -> str:
        self.written.append(write)
        return f'<{name} id="{len(self.written) - 1}">{inner}</{name}>'


def translated(markdown: str, translate: Callable[[str], str]) -> str:
    """The text with every piece that has words handed to `translate`, which takes and returns HTML. Raises Garbled."""
    return "\n".join(_line(line, translate) for line in _unwrapped(markdown.split("\n")))


def _unwrapped(lines: list[str]) -> list[str]:
    """With the lines of a paragraph in one, so that no sentence is taken apart."""
    found: list[str] = []
    for line in lines:
        goes_on = found and not _RULE.fullmatch(line) and not _begins(line) and _may_go_on(found[-1])
        if goes_on:
            found[-1] += " " + line.strip()
        else:
            found.append(line)
    return found


def _begins(line: str) -> bool:
    return bool(_head(line).strip()) or line.lstrip().startswith("|")


def _may_go_on(line: str) -> bool:
    ends = _RULE.fullmatch(line) or line.endswith(("  ", "\\")) or "|" in line
    return not ends and not line.lstrip().startswith("#")


def _head(line: str) -> str:
    found = _START.match(line)
    return found.group() if found else ""


def _line(line: str, translate: Callable[[str], str]) -> str:
    if _RULE.fullmatch(line):
        return line
    head = _head(line)
    pieces = _CELLS.split(line[len(head) :])
    return head + "".join(piece if piece == "|" else _piece(piece, translate) for piece in pieces)


def _piece(text: str, translate: Callable[[str], str]) -> str:
    words = text.strip()
    if not any(sign.isalpha() for sign in words):
        return text
    kept = _Kept()
    came_back = translate(_as_html(words, kept))
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + _as_markdown(came_back, kept) + after


def _as_html(words: str, kept: _Kept) -> str:
    pieces, end = [], 0
    for found in _INLINE.finditer(words):
        pieces += [html.escape(words[end : found.start()], quote=False), _inline(found, kept)]
        end = found.end()
    return "".join([*pieces, html.escape(words[end:], quote=False)])


def _inline(found: re.Match[str], kept: _Kept) -> str:
    whole = found.group()
    if found["label"] is not None:
        tail = whole[len(found["label"]) + 2 :]
        return kept.tag("a", html.escape(found["label"], quote=False), lambda inner: f"[{inner}]{tail}")
    if found["strong"] is not None:
        return kept.tag("b", html.escape(found["strong"], quote=False), lambda inner: f"**{inner}**")
    if found["em"] is not None:
        return kept.tag("i", html.escape(found["em"], quote=False), lambda inner: f"*{inner}*")
    return kept.tag("code", html.escape(whole, quote=False), lambda _: whole)


def _as_markdown(came_back: str, kept: _Kept) -> str:
    pieces, end, seen = [], 0, []
    for found in _TAG.finditer(came_back):
        number = int(found["number"])
        if number >= len(kept.written):
            raise Garbled(f"there was no {number}")
        seen.append(number)
        pieces += [_plain(came_back[end : found.start()]), kept.written[number](_plain(found["inner"]).strip())]
        end = found.end()
    if sorted(seen) != list(range(len(kept.written))):
        raise Garbled("a link, an emphasis or a placeholder is gone")
    return "".join([*pieces, _plain(came_back[end:])]).strip()


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", text))
