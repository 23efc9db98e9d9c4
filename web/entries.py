"""Forms as they are shown: what was typed, and what is wrong beside which field."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from starlette.requests import Request

from deliberation.errors import N_, Conflict, Invalid, Refusal, TooMany, Unavailable
from deliberation.errors.attachments import AttachmentTooLarge
from deliberation.errors.recommendations import StillRests
from web import i18n
from web.errors import message_of, status_of, written
from web.forms import Form, FormInvalid
from web.http import locale, read_form, typed

F = TypeVar("F", bound=Form)
CONFLICT = 409
NOW = N_("Somebody else wrote here meanwhile: %(text)s")


@dataclass(frozen=True, slots=True)
class Entry:
    """`errors`: field → sentence in the reader's language; the field is empty where a sentence is about the whole form.

    `resting`: what stands in the way, each a `deliberation.foundations.Resting`.
    """

    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    resting: tuple[Any, ...] = ()

    def value(self, name: str) -> Any:
        return self.typed.get(name, "")

    def values(self, name: str) -> list[Any]:
        """What was chosen in a field that may come several times."""
        found = self.typed.get(name, [])
        return found if isinstance(found, list) else [found]

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    @property
    def written(self) -> str:
        """What was written into the form, to be copied where the form itself is no longer on the page."""
        return written(self.typed)

    @property
    def summary(self) -> list[tuple[str, str]]:
        return list(self.errors.items())


@dataclass(frozen=True, slots=True)
class PageEntries:
    """What is typed in all forms of a page. Its fields are entries, or entries by the number of what they are about."""

    @property
    def refused(self) -> Entry:
        """That of the form that was sent and did not fit, where one was."""
        return max(self._all(), key=lambda entry: entry.status)

    @property
    def status(self) -> int:
        return self.refused.status

    def _all(self) -> Iterator[Entry]:
        for one in fields(self):
            typed = getattr(self, one.name)
            yield from [typed] if isinstance(typed, Entry) else typed.values()


async def attempt(request: Request, model: type[F], act: Callable[[F], Awaitable[object]]) -> Entry | None:
    """Read the posted form and act on it. What is wrong with it comes back to be shown again; None when it was taken.

    Refusals that are not about what was typed are raised.
    """
    try:
        await act(await read_form(request, model))
    except (Invalid, Conflict, TooMany, Unavailable, AttachmentTooLarge) as refusal:
        resting = refusal.resting if isinstance(refusal, StillRests) else ()
        return Entry(await typed(request), _sentences(refusal, locale(request)), status_of(refusal), resting)
    return None


def with_news(entry: Entry, stored: Mapping[str, Any], meant: str, language: str) -> Entry:
    """The form for whoever had an old page: what others changed, what was typed here, and both where they differ.

    `stored`: the fields as they stand, in the order of their marks, and last, as `seen`, these marks; `meant`: the marks of what
    was typed.
    """
    *names, _ = stored
    typed, errors = dict(entry.typed), dict(entry.errors)
    stands = stored["seen"].split()
    had = str(entry.value("seen")).split()
    if len(had) != len(stands):
        had = [""] * len(stands)
    for name, before, mine, now in zip(names, had, meant.split(), stands, strict=True):
        if mine == before:
            typed[name] = stored[name]
        elif now not in (before, mine):
            errors[name] = i18n.translate(language, NOW) % {"text": stored[name] or "–"}
    return Entry(typed | {"seen": stored["seen"]}, errors, entry.status)


def _sentences(refusal: Refusal, language: str) -> dict[str, str]:
    if isinstance(refusal, FormInvalid):
        return {name: i18n.translate(language, message) for name, message in refusal.errors.items()}
    return {refusal.field or "": message_of(refusal, language)}
