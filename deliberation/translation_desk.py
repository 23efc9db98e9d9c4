"""What translators look at: originals beside their translations, first what most readers need next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from deliberation import conversations, search, translatables
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Participant, Translation, Vote
from deliberation.translatables import Text
from deliberation.translation_edits import Seen, is_own, mark, mark_of
from deliberation.translations import Reading
from deliberation.values import LANGUAGES, TRANSLATION_ROLES, Provenance, Stage, Translatable

PAGE = 20


class Need(StrEnum):
    """Which texts are asked for."""

    NEEDED = "needed"
    MISSING = "missing"
    MACHINE = "machine"
    UNCHECKED = "unchecked"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which texts a translator wants to see, and into which language they translate."""

    language: str
    need: Need = Need.NEEDED
    slug: str | None = None
    kind: Translatable | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """An original, what stands in the language asked for, and how many people it is for: those who have still to read it."""

    text: Text
    markdown: bool
    language: str
    translation: str | None
    provenance: Provenance | None
    by_machine: bool
    checked_at: datetime | None
    may_check: bool
    topic: Reading | None
    slug: str | None
    is_open: bool
    readers: int
    seen: Seen

    @property
    def key(self) -> str:
        return f"{self.text.subject.value}-{self.text.id}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many texts have no translation into a language, and how many only a machine's that nobody has checked."""

    missing: int
    machine: int
    all: int


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of what was asked for. `topics` are the municipality's conversations by slug."""

    lines: Sequence[Line]
    counts: Counts
    has_more: bool
    topics: Mapping[str, Reading]


def desk(session: Session, staff: Staff, asked: Asked, locale: str, now: datetime) -> Desk:
    """Raises Forbidden, NotFound."""
    _check(staff, asked.language)
    known = conversations.listing(session, staff.municipality_id)
    topics = conversations.headings(session, known, locale)
    query = _asked_for(_Columns(asked.language, now), staff.municipality_id, asked, {row.slug: identity(row) for row in known})
    first = (asked.page - 1) * PAGE
    if asked.words.strip():
        found = [row for row in session.execute(query).all() if search.matches(asked.words, _texts_of(row))]
        found = found[first : first + PAGE + 1]
    else:
        found = list(session.execute(query.limit(PAGE + 1).offset(first)).all())
    by_id = {identity(row): (row.slug, topics[identity(row)]) for row in known}
    return Desk(
        [_line(row, asked.language, staff, by_id) for row in found[:PAGE]],
        _counts(session, staff.municipality_id, asked.language, now),
        len(found) > PAGE,
        {row.slug: topics[identity(row)] for row in known},
    )


def line(
    session: Session, staff: Staff, subject: Translatable, subject_id: int, language: str, locale: str, now: datetime
) -> Line:
    """One text. Raises Forbidden, NotFound."""
    _check(staff, language)
    columns = _Columns(language, now)
    query = columns.query().where(
        columns.texts.c.municipality_id == staff.municipality_id,
        columns.texts.c.subject == subject.value,
        columns.texts.c.subject_id == subject_id,
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound()
    known = [one for one in conversations.listing(session, staff.municipality_id) if one.id == row.conversation_id]
    topics = conversations.headings(session, known, locale)
    return _line(row, language, staff, {identity(one): (one.slug, topics[identity(one)]) for one in known})


class _Columns:
    """What is asked of the database about each text, with its translation into one language."""

    def __init__(self, language: str, now: datetime) -> None:
        self.texts = translatables.rows()
        self.language = language
        people = (
            select(col(Participant.conversation_id), func.count().label("people"))
            .group_by(col(Participant.conversation_id))
            .subquery()
        )
        self._people = people
        self.is_open = and_(
            col(Conversation.id).is_not(None),
            col(Conversation.stage) != Stage.PROPOSAL,
            or_(col(Conversation.opens_at).is_(None), col(Conversation.opens_at) <= now),
            or_(col(Conversation.closes_at).is_(None), col(Conversation.closes_at) > now),
        )
        votes = (
            select(func.count())
            .select_from(Vote)
            .where(col(Vote.conversation_id) == self.texts.c.conversation_id, col(Vote.statement_id) == self.texts.c.subject_id)
            .correlate(self.texts)
            .scalar_subquery()
        )
        everybody = func.coalesce(people.c.people, 0)
        # Who has answered a statement has read it; after the end, those who have are who may come back to it.
        # A note beside a decision is for the author.
        self.readers = case(
            (self.texts.c.subject == Translatable.NOTE.value, 1),
            (self.texts.c.subject != Translatable.STATEMENT.value, everybody),
            (self.is_open, everybody - votes),
            else_=votes,
        )
        self.machine_only = and_(col(Translation.provenance) == Provenance.MACHINE, col(Translation.reviewer) == "")
        self.missing = col(Translation.id).is_(None)

    def query(self) -> Select[Any]:
        return self.joined(
            select(self.texts, Translation, self.is_open.label("is_open"), self.readers.label("readers")).order_by(
                self.is_open.desc(),
                self.missing.desc(),
                self.machine_only.desc(),
                self.readers.desc(),
                self.texts.c.place,
                self.texts.c.conversation_id,
                self.texts.c.subject_id,
            )
        )

    def joined(self, query: Select[Any]) -> Select[Any]:
        here = and_(
            col(Translation.subject) == self.texts.c.subject,
            col(Translation.subject_id) == self.texts.c.subject_id,
            col(Translation.language) == self.language,
        )
        return (
            query.select_from(self.texts)
            .outerjoin(Translation, here)
            .outerjoin(Conversation, col(Conversation.id) == self.texts.c.conversation_id)
            .outerjoin(self._people, self._people.c.conversation_id == self.texts.c.conversation_id)
        )


def _asked_for(columns: _Columns, municipality_id: int, asked: Asked, ids: Mapping[str, int]) -> Select[Any]:
    query = columns.query().where(columns.texts.c.municipality_id == municipality_id, columns.texts.c.language != asked.language)
    if asked.slug is not None:
        if asked.slug not in ids:
            raise NotFound()
        query = query.where(columns.texts.c.conversation_id == ids[asked.slug])
    if asked.kind is not None:
        query = query.where(columns.texts.c.subject == asked.kind.value)
    wanted = _wanted(columns, asked.need)
    return query if wanted is None else query.where(wanted)


def _wanted(columns: _Columns, need: Need) -> ColumnElement[bool] | None:
    if need == Need.MISSING:
        return columns.missing
    if need == Need.MACHINE:
        return columns.machine_only
    if need == Need.NEEDED:
        return or_(columns.missing, columns.machine_only)
    return and_(~columns.missing, col(Translation.reviewer) == "") if need == Need.UNCHECKED else None


def _counts(session: Session, municipality_id: int, language: str, now: datetime) -> Counts:
    columns = _Columns(language, now)
    counted = columns.joined(
        select(
            func.coalesce(func.sum(case((columns.missing, 1), else_=0)), 0),
            func.coalesce(func.sum(case((columns.machine_only, 1), else_=0)), 0),
            func.count(),
        )
    ).where(columns.texts.c.municipality_id == municipality_id, columns.texts.c.language != language)
    return Counts(*session.execute(counted).one())


def _line(row: Any, language: str, staff: Staff, known: Mapping[int, tuple[str, Reading]]) -> Line:
    subject = Translatable(row.subject)
    standing: Translation | None = row.Translation
    slug, topic = known.get(row.conversation_id, (None, None))
    return Line(
        text=Text(subject, row.subject_id, row.municipality_id, row.conversation_id, row.language, row.text),
        markdown=translatables.kind(subject).markdown,
        language=language,
        translation=standing.text if standing else None,
        provenance=standing.provenance if standing else None,
        by_machine=standing is not None and standing.provenance == Provenance.MACHINE,
        checked_at=standing.reviewed_at if standing else None,
        may_check=standing is not None and not standing.reviewer and not is_own(standing.translator, staff),
        topic=topic,
        slug=slug,
        is_open=bool(row.is_open),
        readers=max(0, row.readers),
        seen=Seen(mark(row.text, row.language), mark_of(standing)),
    )


def _texts_of(row: Any) -> list[str]:
    return [row.text, row.Translation.text] if row.Translation else [row.text]


def _check(staff: Staff, language: str) -> None:
    if staff.role not in TRANSLATION_ROLES:
        raise Forbidden()
    if language not in LANGUAGES:
        raise NotFound()
