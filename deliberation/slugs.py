"""Short names in addresses."""

import re

from deliberation.errors.conversations import SlugInvalid

LONGEST = 63
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST and _SLUG.fullmatch(text) is not None


def check(text: str) -> None:
    """Raises SlugInvalid."""
    if not is_slug(text):
        raise SlugInvalid()
