"""Forms as they are shown: what was typed, and what is wrong beside which field."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request

from deliberation.errors import Conflict, Invalid, Refusal, TooMany, Unavailable
from web import i18n
from web.errors import message_of, status_of
from web.forms import Form, FormInvalid
from web.http import locale, read_form, typed

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Entry:
    """`errors`: field → sentence in the reader's language; the field is empty where a sentence is about the whole form."""

    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def value(self, name: str) -> Any:
        return self.typed.get(name, "")

    def values(self, name: str) -> list[Any]:
        """What was chosen in a field that may come several times."""
        found = self.typed.get(name, [])
        return found if isinstance(found, list) else [found]

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    @property
    def summary(self) -> list[tuple[str, str]]:
        return list(self.errors.items())


async def attempt(request: Request, model: type[F], act: Callable[[F], Awaitable[object]]) -> Entry | None:
    """Read the posted form and act on it. What is wrong with it comes back to be shown again; None when it was taken.

    Refusals that are not about what was typed are raised.
    """
    try:
        await act(await read_form(request, model))
    except (Invalid, Conflict, TooMany, Unavailable) as refusal:
        return Entry(await typed(request), _sentences(refusal, locale(request)), status_of(refusal))
    return None


def _sentences(refusal: Refusal, language: str) -> dict[str, str]:
    if isinstance(refusal, FormInvalid):
        return {name: i18n.translate(language, message) for name, message in refusal.errors.items()}
    return {refusal.field or "": message_of(refusal, language)}
