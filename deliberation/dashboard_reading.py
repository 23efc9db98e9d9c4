"""Reading the overview: cheap questions to the database, and whatever is dear once for each analysis.

`mark` says at little cost whether anything has changed; `Reading` keeps between two readings what cannot have.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from deliberation import conversations, findings, municipalities, policy, translations, vote_hours
from deliberation.dashboard import (
    Backlog,
    Hours,
    Opinion,
    Overview,
    Owing,
    Row,
    Unpublished,
    backlog,
    broken_out,
    counted,
    people,
    totals_of,
)
from deliberation.figures import millionths
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Analysis,
    AnalysisWork,
    Comment,
    Conversation,
    LedgerEntry,
    Participant,
    Recommendation,
    Report,
    ResponseDraft,
    StagePeriod,
    Statement,
    Vote,
    VoteHourMark,
)
from deliberation.storage.tables.statements import REMOVED
from deliberation.texts import Text
from deliberation.values import Channel, DraftState, RecommendationState, Stage, StatementState, Translatable

RESULTS_AT_ONCE = 10
"""Going through the results of analyses for findings takes a while: in one reading as many as in half a second."""

Mark = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The latest analysis of a conversation: its row id, and how many answers it knows."""

    id: int
    events: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What one analysis says, under one publication minimum. Not `complete`: shared findings are those of the one before."""

    analysis_id: int
    minimum: int
    opinion: Opinion
    channels: Mapping[Channel, int]
    complete: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """The statements of a conversation: public ones by language, and those that wait."""

    languages: Mapping[str, int]
    waiting: Backlog


@dataclass(slots=True)
class Memory:
    """What was read before of a municipality and still holds: of each conversation's analysis, and of what is owed."""

    known: dict[int, _Known] = field(default_factory=dict)
    owing: tuple[tuple[int | None, date], Mapping[str, Owing]] | None = None

    @property
    def behind(self) -> bool:
        """Whether reading again would tell more though nothing has changed."""
        return not all(known.complete for known in self.known.values())


def mark(session: Session, municipality_id: int, now: datetime) -> Mark:
    """Equal before and after: nothing has changed in between that the overview tells, except texts and their translations."""
    ours = Conversation.municipality_id == municipality_id
    return (
        vote_hours.beginning(now),
        municipalities.today(session, municipality_id, now),
        session.exec(select(VoteHourMark.event_id)).first(),
        *session.exec(select(func.count(), func.sum(Conversation.version)).where(ours)).one(),
        *session.exec(
            select(func.sum(Analysis.id), func.sum(Analysis.vote_events))
            .join(AnalysisWork, col(AnalysisWork.latest_id) == col(Analysis.id))
            .join(Conversation, col(Conversation.id) == col(AnalysisWork.conversation_id))
            .where(ours)
        ).one(),
        session.exec(select(func.max(LedgerEntry.id)).where(LedgerEntry.municipality_id == municipality_id)).one(),
        session.exec(select(func.max(Statement.id))).one(),
        session.exec(select(func.count()).where(Statement.state == StatementState.PENDING)).one(),
        session.exec(select(func.count()).where(Comment.state == StatementState.PENDING)).one(),
        session.exec(select(func.count()).where(Recommendation.state == RecommendationState.DRAFT)).one(),
        *session.exec(select(func.count(), func.sum(ResponseDraft.version), func.max(ResponseDraft.saved_at))).one(),
    )


def read(session: Session, municipality_id: int, now: datetime, memory: Memory) -> Overview:
    """The present state."""
    listed = conversations.listing(session, municipality_id)
    ids = [identity(row) for row in listed]
    topics = translations.of(session, Translatable.TOPIC, ids)
    until = _periods(session, municipality_id)
    snapshots = _snapshots(session, municipality_id)
    _learn(session, memory, listed, snapshots)
    said = _statements(session, listed)
    answers, day = vote_hours.totals(session, municipality_id), vote_hours.of_the_last_day(session, municipality_id, now)
    reports = _reports(session, municipality_id)
    owing = _owing(session, municipality_id, now, memory)
    unpublished = _unpublished(session, municipality_id)
    last = vote_hours.beginning(now)

    def row(conversation: Conversation) -> Row:
        key, minimum = identity(conversation), conversation.publication_minimum
        known, statements = memory.known.get(key), said.get(key, _Said({}, Backlog()))
        taking_part = 0 if known is None else known.opinion.participants
        told = people(taking_part, minimum)
        since = max(0, answers.get(key, 0) - (snapshots[key].events if key in snapshots else 0))
        voting = conversations.voting(conversation, now)
        return Row(
            slug=conversation.slug,
            topic=Text(conversation.topic, conversation.language, topics.get(key, {})),
            minimum=minimum,
            voting=voting,
            stage=Stage(conversation.stage),
            until=(conversation.closes_at if voting == "open" else None) or until.get((key, conversation.stage)),
            participants=told,
            votes=(0 if known is None else known.opinion.votes) + since,
            since=since,
            hours=Hours(last, day[key]) if told and key in day else None,
            statements=sum(statements.languages.values()),
            languages=counted(statements.languages),
            channels=() if known is None or not told else broken_out(known.channels, taking_part, minimum),
            opinion=None if known is None else known.opinion,
            report=reports.get(key),
            owing=owing.get(conversation.slug, Owing()),
            backlog=statements.waiting,
            unpublished=unpublished.get(key, Unpublished()),
        )

    rows = tuple(map(row, listed))
    return Overview(rows, totals_of(rows))


def _periods(session: Session, municipality_id: int) -> dict[tuple[int, str], date]:
    rows = session.exec(
        select(StagePeriod.conversation_id, StagePeriod.stage, col(StagePeriod.ends_on))
        .join(Conversation, col(Conversation.id) == col(StagePeriod.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
    )
    return {(conversation_id, stage): ends_on for conversation_id, stage, ends_on in rows if ends_on is not None}


def _snapshots(session: Session, municipality_id: int) -> dict[int, _Snapshot]:
    rows = session.exec(
        select(AnalysisWork.conversation_id, Analysis.id, Analysis.vote_events)
        .join(Analysis, col(Analysis.id) == col(AnalysisWork.latest_id))
        .join(Conversation, col(Conversation.id) == col(AnalysisWork.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
    )
    return {conversation_id: _Snapshot(key or 0, events) for conversation_id, key, events in rows}


def _learn(session: Session, memory: Memory, listed: Iterable[Conversation], snapshots: Mapping[int, _Snapshot]) -> None:
    """Read what is not known yet, and forget analyses that are no more the latest."""
    wanted: dict[int, tuple[int, int]] = {}
    for row in listed:
        key = identity(row)
        known, snapshot = memory.known.get(key), snapshots.get(key)
        if snapshot is None:
            memory.known.pop(key, None)
        elif known is None or (known.analysis_id, known.minimum) != (snapshot.id, row.publication_minimum):
            wanted[snapshot.id] = key, row.publication_minimum
    _glance(session, memory, wanted)
    incomplete = {known.analysis_id: key for key, known in memory.known.items() if not known.complete}
    if incomplete:
        _look_up_findings(session, memory, incomplete)


def _glance(session: Session, memory: Memory, wanted: Mapping[int, tuple[int, int]]) -> None:
    """What the database can take out of results without handing all over. `wanted`: conversation and minimum by analysis."""
    paths = ("participants", "votes", "verdict", "groups", "stability", "stable", "turnout")
    rows = session.execute(
        columns(col(Analysis.id), *(Analysis.result[path].label(path) for path in paths)).where(col(Analysis.id).in_(wanted))
    )
    for row in rows:
        key, minimum = wanted[row.id]
        before = memory.known.get(key)
        opinion = Opinion(
            participants=row.participants,
            votes=row.votes,
            verdict=row.verdict,
            groups=len(row.groups),
            stability=None if row.stability is None else millionths(row.stability),
            stable=row.stable,
            shared=None if before is None else before.opinion.shared,
        )
        # Analyses of before do not say how people came in.
        told = _channels(session, key) if row.turnout is None else row.turnout["channels"]
        channels = {Channel(channel): count for channel, count in told.items()}
        memory.known[key] = _Known(row.id, minimum, opinion, channels)


def _look_up_findings(session: Session, memory: Memory, incomplete: Mapping[int, int]) -> None:
    """Of some of these; the next reading goes on. `incomplete`: conversations by analysis."""
    some = list(incomplete)[:RESULTS_AT_ONCE]
    for analysis_id, result in session.exec(select(Analysis.id, Analysis.result).where(col(Analysis.id).in_(some))):
        key = incomplete[analysis_id or 0]
        known = memory.known[key]
        shared = len(findings.of_result(result, known.minimum).shared)
        memory.known[key] = replace(known, opinion=replace(known.opinion, shared=shared), complete=True)


def _channels(session: Session, conversation_id: int) -> dict[str, int]:
    """How those who have voted came in."""
    has_voted = select(Vote.participant_id).where(Vote.participant_id == Participant.id).exists()
    rows = session.exec(
        select(Participant.channel, func.count())
        .where(Participant.conversation_id == conversation_id, has_voted)
        .group_by(col(Participant.channel))
    )
    return dict(rows.all())


def _statements(session: Session, listed: Collection[Conversation]) -> dict[int, _Said]:
    """Also comments on recommendations wait for moderators."""
    removed = col(Statement.text_key).like(f"{REMOVED}%")
    ours = col(Statement.conversation_id).in_([identity(row) for row in listed])
    rows = session.execute(
        columns(
            *(col(Statement.conversation_id), col(Statement.state), col(Statement.language)),
            *(func.count(), func.min(col(Statement.created_at))),
        )
        .where(ours, ~((col(Statement.state) == StatementState.PENDING) & removed))
        .group_by(col(Statement.conversation_id), col(Statement.state), col(Statement.language))
    )
    public = {identity(row): public_states(row.moderation) for row in listed}
    languages: dict[int, dict[str, int]] = {}
    waiting = _comments(session, listed)
    for key, state, language, count, since in rows:
        if state in public[key]:
            told = languages.setdefault(key, {})
            told[language] = told.get(language, 0) + count
        if state == StatementState.PENDING:
            waiting.setdefault(key, []).append(Backlog(count, since))
    return {key: _Said(languages.get(key, {}), backlog(waiting.get(key, []))) for key in public}


def _comments(session: Session, listed: Collection[Conversation]) -> dict[int, list[Backlog]]:
    rows = session.exec(
        select(Recommendation.conversation_id, func.count(), func.min(Comment.created_at))
        .join(Comment, col(Comment.recommendation_id) == col(Recommendation.id))
        .where(
            Comment.state == StatementState.PENDING,
            col(Recommendation.conversation_id).in_([identity(row) for row in listed]),
        )
        .group_by(col(Recommendation.conversation_id))
    )
    return {key: [Backlog(count, since)] for key, count, since in rows}


def _reports(session: Session, municipality_id: int) -> dict[int, int]:
    rows = session.exec(
        select(Report.conversation_id, func.max(Report.number))
        .join(Conversation, col(Conversation.id) == col(Report.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
        .group_by(col(Report.conversation_id))
    )
    return dict(rows.all())


def _owing(session: Session, municipality_id: int, now: datetime, memory: Memory) -> Mapping[str, Owing]:
    """By slug. Whatever moves a clock stands in the ledger, and the days move with the day."""
    stand = session.exec(select(func.max(LedgerEntry.id)).where(LedgerEntry.municipality_id == municipality_id)).one()
    today = municipalities.today(session, municipality_id, now)
    if memory.owing is None or memory.owing[0] != (stand, today):
        memory.owing = (stand, today), _clocks(session, municipality_id, today)
    return memory.owing[1]


def _clocks(session: Session, municipality_id: int, today: date) -> dict[str, Owing]:
    found: dict[str, Owing] = {}
    for recommended in policy.of_municipality(session, municipality_id, "en", today):  # the texts are not looked at
        so_far = found.get(recommended.slug, Owing())
        late = [clock.days_over for clock in recommended.clocks if clock.days_over]
        ahead = [clock.due_on for clock in recommended.clocks if not clock.days_over]
        found[recommended.slug] = replace(
            so_far,
            recommendations=so_far.recommendations + 1,
            due=so_far.due + len(ahead),
            next_on=min([*ahead, *([so_far.next_on] if so_far.next_on else [])], default=None),
            overdue=so_far.overdue + len(late),
            days_over=max([so_far.days_over, *late]),
        )
    return found


def _unpublished(session: Session, municipality_id: int) -> dict[int, Unpublished]:
    ours = col(Conversation.municipality_id) == municipality_id
    drafts = _counted(session, ours & (col(Recommendation.state) == RecommendationState.DRAFT), begun=False)
    begun = _counted(session, ours, begun=True)
    in_review = _counted(session, ours & (col(ResponseDraft.state) == DraftState.SUBMITTED), begun=True)
    keys = drafts.keys() | begun.keys()
    return {key: Unpublished(drafts.get(key, 0), begun.get(key, 0), in_review.get(key, 0)) for key in keys}


def _counted(session: Session, wanted: ColumnElement[bool], *, begun: bool) -> dict[int, int]:
    """Recommendations by conversation; only those with an answer begun on demand."""
    query = (
        select(Recommendation.conversation_id, func.count())
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(wanted)
        .group_by(col(Recommendation.conversation_id))
    )
    if begun:
        query = query.join(ResponseDraft, col(ResponseDraft.recommendation_id) == col(Recommendation.id))
    return dict(session.exec(query).all())
