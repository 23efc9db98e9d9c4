"""What a report is made from: an official asks for it, the worker makes it, and what it says can be looked at before publication.

The latest snapshot knows of those before it (letters, the orientation of its map, where the last search began), so that nobody
can derive it again from the votes alone. A report therefore rests on files, and on what the engine finds in nothing but them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from deliberation import analyses, conversations, group_names, report_contents
from deliberation.accounts import Staff
from deliberation.archives import archive, compressed, fingerprint
from deliberation.errors import NothingToPublish
from deliberation.frozen_files import INPUT_STATEMENTS, INPUT_VOTES
from deliberation.report_contents import Contents
from deliberation.report_source import Source
from deliberation.storage.engine import Database
from deliberation.storage.rows import identity
from deliberation.storage.tables import Analysis, Conversation, FrozenInput, Report, Statement, VoteEvent
from deliberation.values import ModerationMode, StatementState

if TYPE_CHECKING:
    from deliberation.frozen_making import Derived
    from deliberation.vote_rows import VoteRows

LEASE = timedelta(hours=2)
"""After which somebody else makes what a worker has begun and not finished."""
NO_VOTES = "no_votes"
"""The failure where nobody's vote counts any more."""
DECIDED = {StatementState.REJECTED: -1, StatementState.PENDING: 0}
"""How the file says what moderators decided; accepted is 1."""


@dataclass(frozen=True, slots=True)
class Made:
    """A frozen input before it is stored. `columns` of the row, by name."""

    columns: dict[str, Any]


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


@dataclass(frozen=True, eq=False)
class _Material:
    """What is read before the engine runs, and the snapshot that was the latest one then."""

    rows: "VoteRows"
    statements: dict[int, int]
    last: Analysis
    conversation: Conversation
    vote_events: int


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


def freeze(session: Session, conversation_id: int, now: datetime, account_id: int | None = None) -> int | None:
    """Make and store it within this transaction, for which everybody else waits. None where nobody's vote counts."""
    material = _read(session, conversation_id)
    if material is None:
        return None
    frozen_id = _want(session, conversation_id, account_id, now)
    keep(session, frozen_id, _told(session, material, _derived(material), frozen_id, now), now)
    return frozen_id


def compute(url: str, frozen_id: int, now: datetime) -> Made | None:
    """Read what counts now from the database at `url` and make the input of it. Stores nothing; runs in any process.

    None where nobody's vote counts.
    """
    database = Database(url)
    try:
        with database.read() as session:
            material = _read(session, session.exec(select(FrozenInput.conversation_id).where(FrozenInput.id == frozen_id)).one())
        if material is None:
            return None
        derived = _derived(material)
        with database.read() as session:
            return _told(session, material, derived, frozen_id, now)
    finally:
        database.dispose()


def made_of(session: Session, conversation: Conversation, snapshot: Analysis, derived: "Derived") -> Made:
    """What is stored: the files compressed, their fingerprints, and what a report made of them says."""
    from deliberation import frozen_making

    source = Source(
        seed=frozen_making.SEED,
        votes_sha256=fingerprint(derived.inputs[INPUT_VOTES]),
        statements_sha256=fingerprint(derived.inputs[INPUT_STATEMENTS]),
        outputs={name: fingerprint(content) for name, content in derived.outputs.items()},
        letters=derived.letters,
        environment=frozen_making.environment(),
    )
    contents = replace(report_contents.of_analysis(session, conversation, snapshot), source=source)
    return Made(
        {
            "sequence": snapshot.sequence,
            "method": derived.method,
            "parameters": derived.parameters,
            "engine_version": derived.engine_version,
            "input_sha256": derived.input_sha256,
            "votes": compressed(derived.inputs[INPUT_VOTES]),
            "statements": compressed(derived.inputs[INPUT_STATEMENTS]),
            "outcome": archive(derived.outputs),
            "result": derived.result,
            "content": report_contents.to_plain(contents),
            **{name: value for name, value in asdict(source).items() if name not in ("seed", "environment")},
        }
    )


def _read(session: Session, conversation_id: int) -> _Material | None:
    from deliberation import vote_rows

    last = analyses.latest(session, conversation_id)
    if last is None:
        raise NothingToPublish()
    session.refresh(last, ["people"])  # read now: the engine works outside the session
    events = session.exec(select(func.count()).select_from(VoteEvent).where(VoteEvent.conversation_id == conversation_id)).one()
    conversation = session.get_one(Conversation, conversation_id)
    rows = vote_rows.read(session.connection(), conversation_id).without_rejected()
    if not len(rows.choices):
        return None
    return _Material(rows, _statements(session, conversation), last, conversation, events)


def _statements(session: Session, conversation: Conversation) -> dict[int, int]:
    """What can have votes, with what was decided: merged statements count as those they lead to."""
    waiting = {StatementState.PENDING} if conversation.moderation == ModerationMode.PRE else set()
    left_out = {StatementState.MERGED, *waiting}
    rows = session.exec(select(Statement.number, Statement.state).where(Statement.conversation_id == conversation.id))
    return {number: DECIDED.get(StatementState(state), 1) for number, state in rows if state not in left_out}


def _derived(material: _Material) -> "Derived":
    from deliberation import frozen_making

    minimum = material.conversation.publication_minimum
    return frozen_making.derive(material.rows, material.statements, material.last, minimum, material.vote_events)


def _told(session: Session, material: _Material, derived: "Derived", frozen_id: int, now: datetime) -> Made:
    """The report's contents are those of a snapshot that is never stored, under an id that no stored one has."""
    snapshot = Analysis(
        id=-frozen_id,
        conversation_id=material.last.conversation_id,
        sequence=material.last.sequence,
        created_at=now,
        method=derived.method,
        parameters=_of_snapshot(material.last.parameters, derived.parameters),
        engine_version=derived.engine_version,
        input_sha256=derived.input_sha256,
        vote_events=material.vote_events,
        decisions=material.last.decisions,
        result=derived.result,
        people=derived.people,
    )
    conversation = session.get_one(Conversation, material.last.conversation_id)
    return made_of(session, conversation, snapshot, derived)


def _of_snapshot(last: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The engine's parameters with those that only snapshots have."""
    return {**{name: value for name, value in last.items() if name not in parameters}, **parameters}


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
