"""What an address asks for beyond its path."""

from starlette.requests import Request

from deliberation.errors import NotFound

MOST_DIGITS = 9


def number_asked(request: Request, name: str) -> int | None:
    """The number in the query, None without one. Raises NotFound when it is something else."""
    asked = request.query_params.get(name)
    return None if asked is None else number_of(asked)


def number_of(asked: str) -> int:
    """Raises NotFound when it is none."""
    if not (asked.isdecimal() and asked.isascii() and len(asked) <= MOST_DIGITS):
        raise NotFound()
    return int(asked)
