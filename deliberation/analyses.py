"""Analyses: the votes of a conversation go to the engine, and what it finds is stored as a numbered snapshot.

The engine and its arrays are loaded where they are used, so that a process that only shows snapshots never loads them.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from deliberation import analysis_work, conversations, summaries
from deliberation.errors.conversations import ConversationUnknown
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, AnalysisWork, Conversation, ModerationDecision, VoteEvent
from deliberation.summaries import Summary

if TYPE_CHECKING:
    from deliberation.people_arrays import People
    from deliberation.vote_rows import VoteRows

MOST_PEOPLE_KEPT = 8
"""Analyses whose arrays of people a process keeps at hand."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much had happened when the votes were read. Both only grow."""

    vote_events: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Two analyses on the same basis say the same."""

    input_sha256: str
    method: str
    parameters: dict[str, Any]
    engine_version: str


@dataclass(frozen=True, slots=True)
class Findings:
    """`result` is what pages show, `people` one entry per participant, compressed; `summary` what an overview tells."""

    result: dict[str, Any]
    people: bytes
    summary: Summary


@dataclass(frozen=True, slots=True)
class Computed:
    """A snapshot before it is stored; without findings when the latest one has the same basis."""

    counts: Counts
    basis: Basis
    findings: Findings | None


@dataclass(frozen=True, slots=True)
class _Material:
    """What an analysis needs, and the snapshot before it."""

    counts: Counts
    rows: "VoteRows"
    last: Analysis | None
    publication_minimum: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one participant stands. No position without a map, no group with too few votes for one.

    `confidence` that the group is the right one, 0…1, and `spread` of the place (variance of x, covariance, variance of y): None
    where the method does not say.
    """

    x: float | None
    y: float | None
    group: str | None
    votes: int
    confidence: float | None = None
    spread: tuple[float, float, float] | None = None


def latest(session: Session, conversation_id: int) -> Analysis | None:
    """The last good snapshot. Its `people` are only read when asked for within the session."""
    return session.exec(
        select(Analysis)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(AnalysisWork.conversation_id == conversation_id)
        .options(defer(Analysis.people))  # type: ignore[arg-type]
    ).first()


def newest(session: Session, conversation_id: int) -> Analysis | None:
    """As `latest`, but the `result`, which may be large, is only read when asked for within the session, too."""
    return session.exec(
        select(Analysis)
        .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
        .where(AnalysisWork.conversation_id == conversation_id)
        .options(defer(Analysis.people), defer(Analysis.result))  # type: ignore[arg-type]
    ).first()


def standing(session: Session, conversation_id: int, participant_id: int) -> Standing | None:
    """Where this participant stands in the latest snapshot; None when it does not know them."""
    analysis = latest(session, conversation_id)
    return None if analysis is None else standing_in(session, analysis, participant_id)


def standing_in(session: Session, analysis: Analysis, participant_id: int) -> Standing | None:
    """Where this participant stands in a snapshot read in this session; None when it does not know them."""
    from deliberation import people_arrays

    people = people_of(session, analysis)
    place = people.place_of(participant_id)
    if place is None:
        return None
    groups, group = analysis.result["groups"], int(people.group[place])
    label = None if group == people_arrays.NOT_GROUPED else groups[group]["label"]
    x, y = people.position(place) or (None, None)
    return Standing(x, y, label, int(people.votes[place]), people.confidence_of(place), people.spread_of(place))


def conversation_named(session: Session, slug: str) -> Conversation:
    """For the operator: slugs are unique in the whole installation. Raises ConversationUnknown."""
    row = session.exec(select(Conversation).where(Conversation.slug == slug)).first()
    if row is None:
        raise ConversationUnknown(slug=slug)
    return row


def compute(url: str, conversation_id: int) -> Computed:
    """Read what counts now from the database at `url` and analyse it. Stores nothing; runs in any process."""
    database = Database(url)
    try:
        with database.read() as session:
            material = _read(session, conversation_id)
    finally:
        database.dispose()
    return _analysed(material)


def analyse(session: Session, conversation_id: int, now: datetime) -> Analysis:
    """Compute and store within this transaction, for which everybody else waits, and return the latest snapshot."""
    keep(session, conversation_id, _analysed(_read(session, conversation_id)), now)
    found = latest(session, conversation_id)
    assert found is not None
    return found


def keep(session: Session, conversation_id: int, computed: Computed, now: datetime) -> Analysis | None:
    """Store as the conversation's next snapshot and return that.

    None when there is nothing to store: the latest snapshot has the same basis (it then stands for the newer counts too), or it
    was computed from more than this one.
    """
    work = analysis_work.lock(session, conversation_id)
    last = latest(session, conversation_id)
    if last is not None and _older(computed.counts, _counts_of(last)):
        return None
    if last is not None and _basis_of(last) == computed.basis:
        last.vote_events, last.decisions = computed.counts.vote_events, computed.counts.decisions
        analysis_work.succeeded(session, work)
        return None
    if computed.findings is None:  # another snapshot came between
        return None
    row = Analysis(
        conversation_id=conversation_id,
        sequence=last.sequence + 1 if last else 1,
        created_at=now,
        method=computed.basis.method,
        parameters=computed.basis.parameters,
        engine_version=computed.basis.engine_version,
        input_sha256=computed.basis.input_sha256,
        vote_events=computed.counts.vote_events,
        decisions=computed.counts.decisions,
        result=computed.findings.result,
        people=computed.findings.people,
    )
    session.add(row)
    session.flush()
    work.latest_id = row.id
    assert row.id is not None
    summaries.put(session, conversation_id, row.id, computed.findings.summary)
    analysis_work.succeeded(session, work)
    conversations.touch(session, conversation_id)
    return row


def _read(session: Session, conversation_id: int) -> _Material:
    from deliberation import vote_rows

    counts = _counts(session, conversation_id)  # first: what comes in while the rest is read makes another analysis due
    minimum = session.exec(select(Conversation.publication_minimum).where(Conversation.id == conversation_id)).one()
    last = latest(session, conversation_id)
    if last is not None:
        session.refresh(last, ["people"])  # read now: the engine works outside the session
    return _Material(counts, vote_rows.read(session.connection(), conversation_id), last, minimum)


def _analysed(material: _Material) -> Computed:
    from clustering import DEFAULT_METHOD, ENGINE_VERSION, METHODS, VoteMatrix, analyse, shown
    from deliberation import analysis_memory, analysis_result, map_cells, people_arrays, turnout

    rows, last, parameters = material.rows, material.last, METHODS[DEFAULT_METHOD]()
    smallest_cell, publication_minimum = map_cells.SMALLEST_CELL, max(material.publication_minimum, map_cells.SMALLEST_CELL)
    votes = VoteMatrix.from_votes(
        rows.participants, rows.statements, rows.choices, rows.times, rejected=rows.rejected, meta=rows.meta
    )
    chosen = {**parameters.to_json(), "publication_minimum": publication_minimum, "smallest_cell": smallest_cell}
    basis = Basis(votes.input_sha256(), parameters.method, chosen, ENGINE_VERSION)
    if last is not None and _basis_of(last) == basis:
        return Computed(material.counts, basis, None)
    events = material.counts.vote_events
    known = last if last is not None and _same_rules(_basis_of(last), basis) else None
    structure = None if known is None else analysis_memory.structure(known, votes, events)
    previous = None if last is None else analysis_memory.previous(last)
    analysis = analyse(votes, parameters, previous, structure=structure)
    people = analysis.people
    positions = None if analysis.projection is None else analysis.projection.positions
    result = analysis_result.of_analysis(analysis, rows.rejected, publication_minimum, smallest_cell)
    result |= turnout.beside(votes, rows)
    if known is None or structure is None:
        result |= analysis_memory.found_now(events)
    else:
        result |= analysis_memory.taken_over(result, known)
    shown_so_far = shown(analysis, previous)
    retired = [letter.belonged for letter in shown_so_far.retired]
    spreads = None if analysis.projection is None else analysis.projection.spreads
    packed = people_arrays.pack(people.ids, positions, people.groups, people.votes, people.confidence, retired, spreads)
    result |= analysis_memory.letters(shown_so_far)
    return Computed(material.counts, basis, Findings(result, packed, summaries.of_result(result, material.publication_minimum)))


def _counts(session: Session, conversation_id: int) -> Counts:
    events = select(func.count()).select_from(VoteEvent).where(VoteEvent.conversation_id == conversation_id)
    decisions = select(func.count()).select_from(ModerationDecision).where(ModerationDecision.conversation_id == conversation_id)
    return Counts(session.exec(events).one(), session.exec(decisions).one())


def _counts_of(analysis: Analysis) -> Counts:
    return Counts(analysis.vote_events, analysis.decisions)


def _basis_of(analysis: Analysis) -> Basis:
    return Basis(analysis.input_sha256, analysis.method, analysis.parameters, analysis.engine_version)


def _same_rules(one: Basis, other: Basis) -> bool:
    """Whether only the votes differ."""
    return replace(one, input_sha256=other.input_sha256) == other


def _older(counts: Counts, than: Counts) -> bool:
    return counts.vote_events < than.vote_events or counts.decisions < than.decisions


def people_of(session: Session, analysis: Analysis) -> "People":
    """The arrays of a snapshot read in this session: they never change, and come from the process's cache when they are there."""
    from deliberation import people_arrays

    kept: dict[int, People] = session.info.setdefault("people", {})
    assert analysis.id is not None
    if analysis.id not in kept:
        while len(kept) >= MOST_PEOPLE_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[analysis.id] = people_arrays.unpack(analysis.people)
    return kept[analysis.id]
