"""What a sheet of paper consists of: blocks of plain data, which `templates/sheets/blocks.typ` draws.

A text is a string in the sheet's language, or a mapping of `text` and `language` for people's own words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deliberation.translations import Reading

Block = Mapping[str, Any]
Said = str | Mapping[str, str]


def own(reading: Reading) -> Said:
    """What somebody wrote, in its own language and in one piece, as browsers show it."""
    return {"text": " ".join(reading.text.split()), "language": reading.language}


def section(title: str, *blocks: Block | None) -> Block:
    """A heading of the first rank with what belongs to it; Nones are left out."""
    return {"kind": "section", "title": title, "blocks": [block for block in blocks if block is not None]}


def heading(text: Said, level: int = 2, *, sign: str = "", outlined: bool = False) -> Block:
    """`sign`: the letter of a group that it is about. `outlined`: it stands in the table of contents."""
    return {"kind": "heading", "text": text, "level": level, "sign": sign, "outlined": outlined}


def paragraph(text: Said, look: str = "") -> Block | None:
    """`look`: quiet; before, for what stays with the block below; or empty. None without words."""
    return {"kind": "paragraph", "text": text, "look": look} if text else None


def notice(title: str, text: Said) -> Block:
    """Something that nobody should miss."""
    return {"kind": "notice", "title": title, "text": text}


def listing(items: Iterable[Said]) -> Block | None:
    shown = list(items)
    return {"kind": "list", "items": shown} if shown else None


def stats(figures: Sequence[tuple[str, str]]) -> Block:
    """Big figures, each with what it counts."""
    return {"kind": "stats", "figures": [{"value": value, "words": words} for value, words in figures]}


def facts(pairs: Iterable[tuple[str, Said]]) -> Block:
    """Names with what they are; a long hash breaks anywhere."""
    return {"kind": "facts", "facts": [{"name": name, "value": value} for name, value in pairs]}


def table(caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Said]], small: bool = False) -> Block:
    """`columns`: heading and kind (text, short for one in fewer words, number, or bar: a share in 0…1, as text)."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": [{"title": title, "kind": kind} for title, kind in columns],
        "rows": [list(row) for row in rows],
        "small": small,
    }


def picture(drawn: str, ends: tuple[str, str]) -> Block:
    """A drawing (SVG) over the whole width whose figures stand beside it; `ends`: words below its two ends."""
    return {"kind": "picture", "drawn": drawn, "ends": list(ends)}


def prose(nodes: Sequence[Mapping[str, Any]], language: str) -> Block | None:
    """A text with markup by staff (`web.markdown.nodes`)."""
    return {"kind": "prose", "nodes": list(nodes), "language": language} if nodes else None


def link(words: str, address: str) -> Block:
    return {"kind": "link", "words": words, "address": address}


def appendix() -> Block:
    """From here on, a new page and smaller letters."""
    return {"kind": "appendix"}
