"""Parts of an address."""

from starlette.requests import Request

from deliberation.errors import NotFound

MOST_DIGITS = 9


def number(request: Request, name: str) -> int:
    """The number in this part of the address. Raises NotFound when it is none, or larger than any there could be."""
    part: str = request.path_params[name]
    if not (part.isdecimal() and part.isascii() and len(part) <= MOST_DIGITS):
        raise NotFound()
    return int(part)
