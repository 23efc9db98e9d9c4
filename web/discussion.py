"""What is said about a recommendation, and how it was worded before: for every page that shows it in full."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request

from deliberation import comments, rewording
from deliberation.comments import Thread
from deliberation.outcomes import Recommended
from deliberation.storage.tables import RecommendationWording
from web import differences
from web.differences import Part
from web.http import locale, municipality, person, today


@dataclass(frozen=True, slots=True)
class Change:
    """A wording that was replaced, and what is different in the one that took its place."""

    replaced_at: datetime
    language: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Discussion:
    """`changes`: newest first."""

    thread: Thread
    changes: tuple[Change, ...]


def of(session: Session, request: Request, row: Recommended) -> Discussion:
    thread = comments.thread(
        session,
        municipality_id=municipality(request).id,
        slug=row.slug,
        number=row.number,
        person=person(request),
        locale=locale(request),
        today=today(),
    )
    return Discussion(thread, changes(session, row))


def changes(session: Session, row: Recommended) -> tuple[Change, ...]:
    """From wording to wording, up to the one that stands."""
    before = rewording.earlier(session, [row.id])[row.id]
    standing = row.text.original or row.text.text, row.text.original_language or row.text.language
    after = [*((one.text, one.language) for one in before[1:]), standing]
    return tuple(reversed([_change(one, *wording) for one, wording in zip(before, after, strict=False)]))


def _change(before: RecommendationWording, text: str, language: str) -> Change:
    return Change(before.replaced_at, language, differences.between(before.text, text, language))
