"""From the votes that count now to what a report is made from. The engine works outside the database session, in any process."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, func, select

from deliberation import analyses, report_contents
from deliberation.archives import archive, compressed, fingerprint
from deliberation.errors.reports import NothingToPublish
from deliberation.frozen_files import INPUT_STATEMENTS, INPUT_VOTES
from deliberation.report_source import Source
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, FrozenInput, Statement, VoteEvent
from deliberation.values import ModerationMode, StatementState

# The engine and numpy are imported inside the functions that need them: web processes start without them.
if TYPE_CHECKING:
    from deliberation.frozen_making import Derived
    from deliberation.vote_rows import VoteRows

DECIDED = {StatementState.REJECTED: -1, StatementState.PENDING: 0}
"""How the file says what moderators decided; accepted is 1."""


@dataclass(frozen=True, slots=True)
class Made:
    """A frozen input before it is stored. `columns` of the row, by name."""

    columns: dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Material:
    """What is read before the engine runs, and the snapshot that was the latest one then."""

    rows: "VoteRows"
    statements: dict[int, int]
    last: Analysis
    conversation: Conversation
    vote_events: int


def compute(url: str, frozen_id: int, now: datetime) -> Made | None:
    """Read what counts now from the database at `url` and make the input of it. Stores nothing; runs in any process.

    None where nobody's vote counts.
    """
    database = Database(url)
    try:
        with database.read() as session:
            material = _read(session, frozen_id)
        if material is None:
            return None
        derived = _derived(material)
        with database.read() as session:
            return _told(session, material, derived, frozen_id, now)
    finally:
        database.dispose()


def within(session: Session, frozen_id: int, now: datetime) -> Made | None:
    """As `compute`, while the session's transaction waits."""
    material = _read(session, frozen_id)
    return None if material is None else _told(session, material, _derived(material), frozen_id, now)


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


def _read(session: Session, frozen_id: int) -> _Material | None:
    from deliberation import vote_rows

    conversation_id = session.exec(select(FrozenInput.conversation_id).where(FrozenInput.id == frozen_id)).one()
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
