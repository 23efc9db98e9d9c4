"""What an overview tells of an analysis: a small row beside the large result, so that hundreds are read at a glance.

Written with the analysis. The worker writes it anew where it is missing (analyses of earlier versions), or where the publication
minimum has changed since.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, col, func, or_, select

from deliberation import findings
from deliberation.figures import millionths
from deliberation.storage.engine import Database, Upsert
from deliberation.storage.tables import Analysis, AnalysisSummary, AnalysisWork, Conversation, Participant, Vote
from deliberation.storage.tables.columns import table_of
from deliberation.values import Channel

_KEY = "conversation_id"
_PUT = Upsert(table_of(AnalysisSummary), key=[_KEY], replacing=[name for name in AnalysisSummary.model_fields if name != _KEY])


@dataclass(frozen=True, slots=True)
class Summary:
    """`stability` in millionths, where the method gives one; `groups`: how many; `shared`: findings that all groups share."""

    minimum: int
    participants: int
    votes: int
    verdict: str
    groups: int
    stability: int | None
    stable: bool | None
    shared: int
    channels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Latest:
    """The summary of a conversation's latest analysis, and how many answers that analysis knows.

    `shared` is None for the second in which it is counted anew under another minimum.
    """

    events: int
    participants: int
    votes: int
    verdict: str
    groups: int
    stability: int | None
    stable: bool | None
    shared: int | None
    channels: Mapping[Channel, int]


def of_result(result: Mapping[str, Any], minimum: int, channels: Mapping[str, int] | None = None) -> Summary:
    """`channels`: for analyses of before they said how people came in."""
    stability = result["stability"]
    return Summary(
        minimum=minimum,
        participants=result["participants"],
        votes=result["votes"],
        verdict=result["verdict"],
        groups=len(result["groups"]),
        stability=None if stability is None else millionths(stability),
        stable=result.get("stable"),
        shared=len(findings.of_result(result, minimum).shared),
        channels=result["turnout"]["channels"] if channels is None else channels,
    )


def put(session: Session, conversation_id: int, analysis_id: int, summary: Summary) -> None:
    _PUT.run(session.connection(), {_KEY: conversation_id, "analysis_id": analysis_id, **asdict(summary)})


def latest(session: Session, municipality_id: int) -> dict[int, Latest]:
    """By conversation."""
    rows = session.exec(
        select(AnalysisSummary, Analysis.vote_events, Conversation.publication_minimum)
        .join(Analysis, col(Analysis.id) == col(AnalysisSummary.analysis_id))
        .join(Conversation, col(Conversation.id) == col(AnalysisSummary.conversation_id))
        .where(Conversation.municipality_id == municipality_id)
    )
    return {row.conversation_id: _latest(row, events, minimum) for row, events, minimum in rows}


def catch_up(database: Database) -> bool:
    """Write one that is missing or was made under another minimum; false when there is none."""
    with database.read() as session:
        found = session.exec(
            select(AnalysisWork.conversation_id, Conversation.publication_minimum, Analysis.id, Analysis.result)
            .join(Analysis, col(Analysis.id) == col(AnalysisWork.latest_id))
            .join(Conversation, col(Conversation.id) == col(AnalysisWork.conversation_id))
            .outerjoin(AnalysisSummary, col(AnalysisSummary.conversation_id) == col(AnalysisWork.conversation_id))
            .where(
                or_(
                    col(AnalysisSummary.analysis_id).is_distinct_from(col(AnalysisWork.latest_id)),
                    col(AnalysisSummary.minimum).is_distinct_from(col(Conversation.publication_minimum)),
                )
            )
            .limit(1)
        ).first()
        if found is None:
            return False
        conversation_id, minimum, analysis_id, result = found
        channels = None if result.get("turnout") else _counted(session, conversation_id)
    summary = of_result(result, minimum, channels)
    with database.write() as session:
        put(session, conversation_id, analysis_id or 0, summary)
    return True


def _latest(row: AnalysisSummary, events: int, minimum: int) -> Latest:
    return Latest(
        events=events,
        participants=row.participants,
        votes=row.votes,
        verdict=row.verdict,
        groups=row.groups,
        stability=row.stability,
        stable=row.stable,
        shared=row.shared if row.minimum == minimum else None,
        channels={Channel(channel): people for channel, people in row.channels.items()},
    )


def _counted(session: Session, conversation_id: int) -> dict[str, int]:
    """How those who have voted came in."""
    has_voted = select(Vote.participant_id).where(Vote.participant_id == Participant.id).exists()
    rows = session.exec(
        select(Participant.channel, func.count())
        .where(Participant.conversation_id == conversation_id, has_voted)
        .group_by(col(Participant.channel))
    )
    return {Channel(channel).value: people for channel, people in rows}
