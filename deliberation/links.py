"""Links to documents that staff attach: where they may lead."""

from urllib.parse import urlsplit

from deliberation.errors import LinkInvalid, LinkUntitled

LONGEST = 2000


def checked(title: str, url: str) -> tuple[str, str]:
    """Title and address without surrounding space. Raises LinkUntitled, LinkInvalid (not a whole http or https address)."""
    title, url = " ".join(title.split()), url.strip()
    if not title:
        raise LinkUntitled()
    if not _is_web_address(url):
        raise LinkInvalid()
    return title, url


def _is_web_address(url: str) -> bool:
    if len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        named = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(named) and parts.username is None
