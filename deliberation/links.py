"""Links to documents that staff attach: where they may lead."""

import re
from urllib.parse import urlsplit

from deliberation.errors.conversations import LinkInvalid, LinkUntitled

LONGEST = 2000
LONGEST_LABEL = 63
"""Of what stands between two dots of a host's name."""
_DOT = re.compile("[.\u3002\uff0e\uff61]")


def checked(title: str, url: str) -> tuple[str, str]:
    """Title and address without surrounding space. Raises LinkUntitled, LinkInvalid (not a whole http or https address)."""
    title, url = titled(title), url.strip()
    if not is_web_address(url):
        raise LinkInvalid()
    return title, url


def titled(title: str) -> str:
    """The title without surrounding space. Raises LinkUntitled."""
    title = " ".join(title.split())
    if not title:
        raise LinkUntitled()
    return title


def is_web_address(url: str) -> bool:
    if len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url or "%00" in url:
        return False
    try:
        parts = urlsplit(url)
        named, port = parts.hostname or "", parts.port  # a port that there cannot be is a ValueError
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and port != 0 and parts.username is None and _is_host(named)


def _is_host(named: str) -> bool:
    """Whether no part between two dots is missing or too long. The one dot that may stand at the end is none between parts."""
    labels = _DOT.split(named.removesuffix("."))
    return "%" not in named and all(0 < len(label) <= LONGEST_LABEL for label in labels)
