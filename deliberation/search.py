"""Finding words in texts of any language, also of those that put no spaces between words."""

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """Width, case and the composition of signs do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def matches(query: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts contains every word of the query, in any order. An empty query finds everything."""
    words = folded(query).split()
    return any(all(word in text for word in words) for text in map(folded, texts))
