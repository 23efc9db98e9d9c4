"""What a report is made from: an official asks for it, the worker makes it, and what it says can be looked at before publication.

The latest snapshot knows of those before it (letters, the orientation of its map, where the last search began), so that nobody
can derive it again from the votes alone. A report therefore rests on files, and on what the engine finds in nothing but them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from deliberation import analyses, conversations, frozen_input, group_names, report_contents
from deliberation.accounts import Staff
from deliberation.errors.reports import NothingToPublish
from deliberation.frozen_input import Made
from deliberation.report_contents import Contents
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, FrozenInput, Report

LEASE = timedelta(hours=2)
"""After which somebody else makes what a worker has begun and not finished."""
NO_VOTES = "no_votes"
"""The failure where nobody's vote counts any more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published. `stable` is None where the method does not say or finds no groups.

    `report`: the newest report that was published from it already; the next one can only correct its words.
    """

    id: int
    made_at: datetime
    contents: Contents
    verdict: str
    stable: bool | None
    report: int | None

    @property
    def needs_reason(self) -> bool:
        """Whether publishing it must be justified: its groups are not stable, or there are too few votes for an analysis."""
        return self.stable is False or self.verdict == "too_few_votes"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The newest thing that was asked for: `waiting` until it is made, or why it came to nothing. `draft`: the last one made."""

    wanted_at: datetime | None
    waiting: bool
    failure: str | None
    draft: Draft | None


def prepare(session: Session, *, staff: Staff, slug: str, now: datetime) -> int:
    """Ask for the input of a report on the votes that count now. Asking again while it is being made changes nothing.

    Returns the row's id. Raises NothingToPublish, NotFound.
    """
    conversation = conversations.get(session, staff.municipality_id, slug)
    conversation_id = conversations.identify(conversation)
    if analyses.latest(session, conversation_id) is None:
        raise NothingToPublish()
    # Whoever asks for the same conversation waits, so that two presses are one.
    session.exec(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)).one()
    waiting = session.exec(select(FrozenInput.id).where(FrozenInput.conversation_id == conversation_id, _is_waiting())).first()
    return waiting if waiting is not None else _want(session, conversation_id, staff.id, now)


def preparation(session: Session, conversation_id: int) -> Preparation:
    """How far the next report has come."""
    newest = session.exec(_light(conversation_id).limit(1)).first()
    if newest is None:
        return Preparation(None, False, None, None)
    waiting = newest.made_at is None and newest.failure is None
    return Preparation(newest.wanted_at, waiting, newest.failure, draft(session, conversation_id))


def draft(session: Session, conversation_id: int) -> Draft | None:
    """The newest input that was made, as the report that it would be today."""
    row = newest_made(session, conversation_id)
    return None if row is None else as_draft(session, row)


def newest_made(session: Session, conversation_id: int) -> FrozenInput | None:
    return session.exec(_light(conversation_id).where(col(FrozenInput.made_at).is_not(None)).limit(1)).first()


def as_draft(session: Session, row: FrozenInput) -> Draft:
    assert row.result is not None
    assert row.made_at is not None
    said, result = contents_today(session, row), row.result
    report = session.exec(select(func.max(Report.number)).where(Report.frozen_id == row.id)).one()
    return Draft(identity(row), row.made_at, said, result["verdict"], result.get("stable"), report)


def contents_today(session: Session, row: FrozenInput) -> Contents:
    """As they were frozen, but for what moderators have done since: groups named, statements rejected and translated."""
    assert row.content is not None
    contents = report_contents.from_plain(row.content)
    texts = report_contents.texts_of(session, row.conversation_id, contents.texts)
    kept = {
        number: replace(text, translations=texts[number].translations)
        for number, text in contents.texts.items()
        if number in texts
    }
    shown = {group.label for group in contents.findings.shown_groups}
    names = {label: name for label, name in group_names.of(session, row.conversation_id).items() if label in shown}
    return replace(contents, texts=kept, names=names)


def due(session: Session, now: datetime) -> list[int]:
    """Rows that are to be made and whose turn has come; who waits longest first."""
    query = select(FrozenInput.id).where(FrozenInput.turn_at <= now, _is_waiting())
    found = session.exec(query.order_by(col(FrozenInput.wanted_at), col(FrozenInput.id)))
    return [frozen_id for frozen_id in found if frozen_id is not None]


def claim(session: Session, frozen_id: int, now: datetime) -> bool:
    """Whether this caller is the one to make it."""
    free = _row(frozen_id).where(col(FrozenInput.turn_at) <= now, col(FrozenInput.made_at).is_(None))
    taken = session.execute(free.values(turn_at=now + LEASE))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def give_back(session: Session, frozen_id: int, now: datetime) -> None:
    """Let somebody else make it at once."""
    session.execute(_row(frozen_id).values(turn_at=now))


def fail(session: Session, frozen_id: int, failure: str) -> None:
    session.execute(_row(frozen_id).values(failure=failure))


def keep(session: Session, frozen_id: int, made: Made, now: datetime) -> None:
    """Store what was made, and drop the drafts before it that nothing was published from."""
    session.execute(_row(frozen_id).values(made_at=now, **made.columns))
    _drop_unpublished_before(session, frozen_id)


def freeze(session: Session, conversation_id: int, now: datetime) -> int:
    """Make and store it within this transaction, for which everybody else waits. Returns the row's id."""
    frozen_id = _want(session, conversation_id, None, now)
    made = frozen_input.within(session, frozen_id, now)
    if made is None:
        fail(session, frozen_id, NO_VOTES)
    else:
        keep(session, frozen_id, made, now)
    return frozen_id


def _want(session: Session, conversation_id: int, account_id: int | None, now: datetime) -> int:
    row = FrozenInput(conversation_id=conversation_id, account_id=account_id, wanted_at=now, turn_at=now)
    session.add(row)
    session.flush()
    return identity(row)


def _drop_unpublished_before(session: Session, frozen_id: int) -> None:
    conversation_id = session.exec(select(FrozenInput.conversation_id).where(FrozenInput.id == frozen_id)).one()
    published = select(Report.frozen_id).where(Report.conversation_id == conversation_id, col(Report.frozen_id).is_not(None))
    session.execute(
        delete(FrozenInput).where(
            col(FrozenInput.conversation_id) == conversation_id,
            col(FrozenInput.id) < frozen_id,
            col(FrozenInput.id).not_in(published),
        )
    )


def _light(conversation_id: int) -> SelectOfScalar[FrozenInput]:
    """Newest first, without the files."""
    files = (defer(column) for column in (FrozenInput.votes, FrozenInput.statements, FrozenInput.outcome))  # type: ignore[arg-type]
    query = select(FrozenInput).where(FrozenInput.conversation_id == conversation_id)
    return query.order_by(col(FrozenInput.id).desc()).options(*files)


def _is_waiting() -> ColumnElement[bool]:
    return and_(col(FrozenInput.made_at).is_(None), col(FrozenInput.failure).is_(None))


def _row(frozen_id: int) -> Any:
    return update(FrozenInput).where(col(FrozenInput.id) == frozen_id)
