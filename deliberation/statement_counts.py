"""The statements of conversations in numbers: those to vote on by language, and what waits for moderators."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import Comment, Conversation, Recommendation, Statement
from deliberation.storage.tables.statements import REMOVED
from deliberation.values import StatementState


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a moderator, and since when the oldest of it does."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Also comments on recommendations wait for moderators."""

    languages: Mapping[str, int]
    backlog: Backlog


def of_conversations(session: Session, listed: Collection[Conversation]) -> dict[int, Counts]:
    removed = col(Statement.text_key).like(f"{REMOVED}%")
    rows = session.execute(
        columns(
            *(col(Statement.conversation_id), col(Statement.state), col(Statement.language)),
            *(func.count(), func.min(col(Statement.created_at))),
        )
        .where(
            col(Statement.conversation_id).in_([identity(row) for row in listed]),
            ~((col(Statement.state) == StatementState.PENDING) & removed),
        )
        .group_by(col(Statement.conversation_id), col(Statement.state), col(Statement.language))
    )
    public = {identity(row): public_states(row.moderation) - {StatementState.MERGED} for row in listed}
    languages: dict[int, dict[str, int]] = {key: {} for key in public}
    waiting = _comments(session, listed)
    for key, state, language, count, since in rows:
        if state in public[key]:
            languages[key][language] = languages[key].get(language, 0) + count
        if state == StatementState.PENDING:
            waiting.setdefault(key, []).append(Backlog(count, since))
    return {key: Counts(languages[key], together(waiting.get(key, []))) for key in public}


def together(parts: Collection[Backlog]) -> Backlog:
    """Several backlogs as one."""
    return Backlog(sum(part.count for part in parts), min((part.since for part in parts if part.since), default=None))


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
