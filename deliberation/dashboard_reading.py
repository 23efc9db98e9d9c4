"""Reading the overview, and asking at little cost whether anything has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation import conversations, municipalities, owing, statement_counts, summaries, translations, unpublished, vote_hours
from deliberation.dashboard import Hours, Overview, Row, broken_out, counted, people, totals_of
from deliberation.owing import Owing
from deliberation.statement_counts import Counts
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Analysis,
    AnalysisSummary,
    Comment,
    Conversation,
    LedgerEntry,
    Recommendation,
    Report,
    ResponseDraft,
    StagePeriod,
    Statement,
    VoteHourMark,
)
from deliberation.summaries import Latest
from deliberation.texts import Text
from deliberation.unpublished import Unpublished
from deliberation.values import Provenance, RecommendationState, Stage, StatementState, Translatable

Mark = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is about the conversations of a municipality, by row id. `answers`: all that were counted; `day`: by hour."""

    topics: dict[int, dict[str, tuple[str, Provenance]]]
    until: Mapping[tuple[int, str], date]
    latest: Mapping[int, Latest]
    statements: Mapping[int, Counts]
    answers: Mapping[int, int]
    day: Mapping[int, tuple[int, ...]]
    reports: Mapping[int, int]
    owing: Mapping[int, Owing]
    unpublished: Mapping[int, Unpublished]


def mark(session: Session, municipality_id: int, now: datetime) -> Mark:
    """Equal before and after: nothing has changed in between that the overview tells, except texts and their translations."""
    ours = Conversation.municipality_id == municipality_id
    return (
        vote_hours.beginning(now),
        municipalities.today(session, municipality_id, now),
        session.exec(select(VoteHourMark.event_id)).first(),
        *session.exec(select(func.count(), func.sum(Conversation.version)).where(ours)).one(),
        *session.exec(
            select(func.sum(Analysis.id), func.sum(Analysis.vote_events), func.sum(AnalysisSummary.minimum))
            .join(AnalysisSummary, col(AnalysisSummary.analysis_id) == col(Analysis.id))
            .join(Conversation, col(Conversation.id) == col(AnalysisSummary.conversation_id))
            .where(ours)
        ).one(),
        session.exec(select(func.max(LedgerEntry.id)).where(LedgerEntry.municipality_id == municipality_id)).one(),
        session.exec(select(func.max(Statement.id))).one(),
        session.exec(select(func.count()).where(Statement.state == StatementState.PENDING)).one(),
        session.exec(select(func.count()).where(Comment.state == StatementState.PENDING)).one(),
        session.exec(select(func.count()).where(Recommendation.state == RecommendationState.DRAFT)).one(),
        *session.exec(select(func.count(), func.sum(ResponseDraft.version), func.max(ResponseDraft.saved_at))).one(),
    )


def read(session: Session, municipality_id: int, now: datetime) -> Overview:
    """The present state."""
    listed = conversations.listing(session, municipality_id)
    found = _Found(
        topics=translations.of(session, Translatable.TOPIC, [identity(row) for row in listed]),
        until=_periods(session, municipality_id),
        latest=summaries.latest(session, municipality_id),
        statements=statement_counts.of_conversations(session, listed),
        answers=vote_hours.totals(session, municipality_id),
        day=vote_hours.of_the_last_day(session, municipality_id, now),
        reports=_reports(session, municipality_id),
        owing=owing.of_municipality(session, municipality_id, municipalities.today(session, municipality_id, now)),
        unpublished=unpublished.of_municipality(session, municipality_id),
    )
    rows = tuple(_row(conversation, found, now) for conversation in listed)
    return Overview(rows, totals_of(rows))


def _row(conversation: Conversation, found: _Found, now: datetime) -> Row:
    key, minimum = identity(conversation), conversation.publication_minimum
    latest, statements, voting = found.latest.get(key), found.statements[key], conversations.voting(conversation, now)
    taking_part = 0 if latest is None else latest.participants
    told = people(taking_part, minimum)
    since = max(0, found.answers.get(key, 0) - (0 if latest is None else latest.events))
    closing = conversation.closes_at if voting == "open" else None
    return Row(
        slug=conversation.slug,
        topic=Text(conversation.topic, conversation.language, found.topics.get(key, {})),
        minimum=minimum,
        voting=voting,
        stage=Stage(conversation.stage),
        until=closing or found.until.get((key, conversation.stage)),
        participants=told,
        votes=(0 if latest is None else latest.votes) + since,
        since=since,
        hours=Hours(vote_hours.beginning(now), found.day[key]) if told and key in found.day else None,
        statements=sum(statements.languages.values()),
        languages=counted(statements.languages),
        channels=() if latest is None or not told else broken_out(latest.channels, taking_part, minimum),
        opinion=latest,
        report=found.reports.get(key),
        owing=found.owing.get(key, Owing()),
        backlog=statements.backlog,
        unpublished=found.unpublished.get(key, Unpublished()),
    )


def _periods(session: Session, municipality_id: int) -> dict[tuple[int, str], date]:
    rows = session.exec(
        select(StagePeriod.conversation_id, StagePeriod.stage, col(StagePeriod.ends_on))
        .join(Conversation, col(Conversation.id) == col(StagePeriod.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
    )
    return {(conversation_id, stage): ends_on for conversation_id, stage, ends_on in rows if ends_on is not None}


def _reports(session: Session, municipality_id: int) -> dict[int, int]:
    rows = session.exec(
        select(Report.conversation_id, func.max(Report.number))
        .join(Conversation, col(Conversation.id) == col(Report.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
        .group_by(col(Report.conversation_id))
    )
    return dict(rows.all())
