"""Machine translation: what is due follows from what is there, a worker claims it, asks the service, and stores what comes back.

Only what everybody may read is sent, nothing is asked twice, and what a person has translated is never overwritten.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, union_all, update
from sqlmodel import Session, col

from deliberation import conversations, translatables, translation_markup, translations
from deliberation.errors import NotFound
from deliberation.errors.translations import TranslationEmpty, TranslationTooLong
from deliberation.storage.engine import Database, Upsert
from deliberation.storage.tables import Conversation, MachineTranslation, Participant, Translation, TranslationWork
from deliberation.storage.tables.columns import table_of
from deliberation.translatables import Text
from deliberation.translation_edits import checked
from deliberation.translation_markup import Garbled
from deliberation.values import LANGUAGES, Provenance, Stage, Translatable

MOST_PER_MINUTE = 60
"""Requests: what a small machine without a graphics card translates, and what free services let pass."""
LOOK = timedelta(seconds=10)
"""Between two looks for new texts, when there was nothing to do: a statement may wait as long for its translations."""
AT_ONCE = 50
"""Texts that are listed in one look; what has become more urgent meanwhile waits a minute for the next."""
LEASE = timedelta(minutes=10)
"""How long a claimed text is left alone: longer than any service takes for a long background."""
FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)
"""After the service has failed, doubling from failure to failure."""
TEXT_RESTS = (timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
"""After a text was refused for the first, second, third time; then every day: a service learns languages seldom."""
LONGEST_FAILURE = 200
MOST_TIMES_LONGER, LONGER_BY = 6, 200
"""No language takes six times the signs of another; short texts and markup need some room besides."""

_CLAIM = Upsert(table_of(TranslationWork), key=["subject", "subject_id", "language"])
_CACHE = Upsert(table_of(MachineTranslation), key=["digest"], replacing=["text", "made_at"])
log = logging.getLogger(__name__)


class ServiceFailed(Exception):
    """The service did not do its work; any text may meet that. `wait`: how long it asks to be left alone."""

    def __init__(self, problem: str, wait: timedelta | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


class TextRefused(Exception):
    """This text cannot be translated, now or perhaps ever; others may."""


class TranslationService(Protocol):
    """Languages are BCP 47 tags. Raises ServiceFailed, TextRefused."""

    def translate(self, text: str, source: str, target: str, *, markup: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A text that has no translation into a language of the interface."""

    subject: Translatable
    id: int
    municipality_id: int
    language: str


def due(session: Session, now: datetime, limit: int = AT_ONCE) -> list[Due]:
    """What most people are about to read comes first: open conversations, large ones, and in them what was said last."""
    texts = translatables.rows()
    targets = union_all(*(select(literal(code).label("code")) for code in LANGUAGES)).subquery("targets")
    people = (
        select(col(Participant.conversation_id), func.count().label("people"))
        .group_by(col(Participant.conversation_id))
        .subquery()
    )
    is_open = and_(
        col(Conversation.stage) != Stage.PROPOSAL, or_(col(Conversation.closes_at).is_(None), col(Conversation.closes_at) > now)
    )
    here = (texts.c.subject, texts.c.subject_id, targets.c.code)
    there = select(literal(1)).select_from(Translation).where(*_same(Translation, here))
    claimed = (
        select(literal(1)).select_from(TranslationWork).where(*_same(TranslationWork, here), col(TranslationWork.due_at) > now)
    )
    query = (
        select(texts.c.subject, texts.c.subject_id, texts.c.municipality_id, targets.c.code)
        .select_from(texts)
        .join(targets, targets.c.code != texts.c.language)
        .outerjoin(Conversation, col(Conversation.id) == texts.c.conversation_id)
        .outerjoin(people, people.c.conversation_id == texts.c.conversation_id)
        .where(~there.exists(), ~claimed.exists())
        .order_by(
            func.coalesce(is_open, False).desc(),
            func.coalesce(people.c.people, 0).desc(),
            texts.c.place,
            texts.c.subject_id.desc(),
            targets.c.code,
        )
    )
    return [Due(Translatable(row[0]), row[1], row[2], row[3]) for row in session.execute(query.limit(limit))]


def claim(session: Session, one: Due, now: datetime) -> Text | None:
    """The text, when this caller is the one to have it translated."""
    try:
        text = translatables.get(session, one.municipality_id, one.subject, one.id)
    except NotFound:
        return None
    if text.language == one.language or translations.find(session, one.subject, one.id, one.language) is not None:
        return None
    key = {"subject": one.subject, "subject_id": one.id, "language": one.language}
    _CLAIM.run(session.connection(), key | {"due_at": now, "failures": 0})
    taken = session.execute(
        update(TranslationWork).where(*_this(one), col(TranslationWork.due_at) <= now).values(due_at=now + LEASE)
    )
    return text if taken.rowcount == 1 else None  # type: ignore[attr-defined]


def keep(session: Session, one: Due, original: Text, translated: str, now: datetime) -> bool:
    """Store what came back, unless somebody was quicker or the text has changed. It is remembered in any case."""
    _CACHE.run(
        session.connection(),
        {"digest": digest(original.text, original.language, one.language), "text": translated, "made_at": now},
    )
    session.execute(delete(TranslationWork).where(*_this(one)))
    try:
        current = translatables.get(session, one.municipality_id, one.subject, one.id)
    except NotFound:
        return False
    if current != original or translations.find(session, one.subject, one.id, one.language) is not None:
        return False
    translations.put(
        session,
        municipality_id=one.municipality_id,
        subject=one.subject,
        subject_id=one.id,
        language=one.language,
        text=translated,
        provenance=Provenance.MACHINE,
        now=now,
    )
    if original.conversation_id is not None:
        conversations.touch(session, original.conversation_id)
    return True


def fail(session: Session, one: Due, problem: str, now: datetime) -> None:
    """Leave the text alone for a while, longer from time to time."""
    row = session.get(TranslationWork, (one.subject, one.id, one.language))
    if row is not None:
        row.failures += 1
        row.failure, row.due_at = problem[:LONGEST_FAILURE], now + TEXT_RESTS[min(row.failures, len(TEXT_RESTS)) - 1]
        session.add(row)
        session.flush()


def put_off(session: Session, one: Due, now: datetime) -> None:
    """Let others go first: it may be this text that brings the service down."""
    session.execute(update(TranslationWork).where(*_this(one)).values(due_at=now + TEXT_RESTS[0]))


def remembered(session: Session, text: str, source: str, target: str) -> str | None:
    """What the service once answered."""
    row = session.get(MachineTranslation, digest(text, source, target))
    return None if row is None else row.text


def forget(session: Session, text: str, source: str) -> None:
    """Remember no answer about this text any more, for one that is erased."""
    digests = [digest(text, source, target) for target in LANGUAGES]
    session.execute(delete(MachineTranslation).where(col(MachineTranslation.digest).in_(digests)))


def digest(text: str, source: str, target: str) -> str:
    return hashlib.sha256(f"{source}\0{target}\0{text}".encode()).hexdigest()


class Translating:
    """Has texts translated, one after the other: an errand that is run again and again.

    `sleep` waits between two requests, so that there are no more than MOST_PER_MINUTE.
    """

    name = "translations"

    def __init__(
        self,
        database: Database,
        service: TranslationService,
        *,
        pause: float = 60 / MOST_PER_MINUTE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._service = service
        self._pause, self._sleep = pause, sleep
        self._asked_at = 0.0
        self._waiting: list[Due] = []
        self._failures = 0
        self._rests_until: datetime | None = None

    def run(self, now: datetime) -> bool:
        """Translate the next text; whether there may be another at once."""
        if self._rests_until is not None and now < self._rests_until:
            return False
        if not self._waiting:
            with self._database.read() as session:
                self._waiting = due(session, now)
        if not self._waiting:
            self._rests_until = now + LOOK
            return False
        try:
            self._translate(self._waiting.pop(0), now)
        except ServiceFailed as failure:
            self._rest(failure, now)
            return False
        self._failures, self._rests_until = 0, None
        return True

    def _translate(self, one: Due, now: datetime) -> None:
        with self._database.write() as session:
            original = claim(session, one, now)
        if original is None:
            return
        try:
            translated = checked(self._translated(original, one.language), one.subject)
        except ServiceFailed:
            with self._database.write() as session:
                put_off(session, one, now)
            raise
        except (TextRefused, Garbled, TranslationEmpty, TranslationTooLong) as problem:
            log.warning("no %s for %s %d: %s", one.language, one.subject.value, one.id, problem)
            with self._database.write() as session:
                fail(session, one, str(problem), now)
            return
        with self._database.write() as session:
            keep(session, one, original, translated, now)

    def _translated(self, original: Text, language: str) -> str:
        with self._database.read() as session:
            known = remembered(session, original.text, original.language, language)
        if known is not None:
            return known
        if not translatables.kind(original.subject).markdown:
            return self._ask(original.text, original.language, language, markup=False)
        return translation_markup.translated(
            original.text, lambda piece: self._ask(piece, original.language, language, markup=True)
        )

    def _ask(self, text: str, source: str, target: str, *, markup: bool) -> str:
        self._sleep(max(0.0, self._asked_at + self._pause - time.monotonic()))
        self._asked_at = time.monotonic()
        answer = self._service.translate(text, source, target, markup=markup).strip()
        if not answer:
            raise TextRefused("the service answered with nothing")
        if len(answer) > MOST_TIMES_LONGER * len(text) + LONGER_BY:
            raise TextRefused("the service answered with far more than it was asked for")
        return answer

    def _rest(self, failure: ServiceFailed, now: datetime) -> None:
        rest = min(FIRST_REST * 2**self._failures, LONGEST_REST)
        self._failures = min(self._failures + 1, 16)
        self._waiting = []
        self._rests_until = now + max(rest, failure.wait or rest)
        log.warning("the translation service fails (%s); trying again in %d s", failure, (self._rests_until - now).seconds)


def _same(table: type[Translation] | type[TranslationWork], key: tuple[Any, Any, Any]) -> list[ColumnElement[bool]]:
    subject, subject_id, language = key
    return [col(table.subject) == subject, col(table.subject_id) == subject_id, col(table.language) == language]


def _this(one: Due) -> list[ColumnElement[bool]]:
    return _same(TranslationWork, (one.subject, one.id, one.language))
