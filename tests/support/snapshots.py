"""Snapshots of analyses, and what moderators do before one."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from deliberation import analyses, conversations
from deliberation.analyses import Computed
from deliberation.storage.engine import Database
from deliberation.storage.tables import Analysis, Conversation, ModerationDecision, Statement
from deliberation.values import DecisionKind, StatementState
from tests.support.make import NOON

LATER = NOON + timedelta(minutes=1)


def compute(database: Database, conversation: Conversation) -> Computed:
    return analyses.compute(database.url.render_as_string(hide_password=False), conversations.identify(conversation))


def update(database: Database, conversation: Conversation, now: datetime = NOON) -> Analysis | None:
    """What the worker does when the conversation's turn has come."""
    computed = compute(database, conversation)
    with database.write() as session:
        return analyses.keep(session, conversations.identify(conversation), computed, now)


def latest(database: Database, conversation: Conversation) -> Analysis:
    with database.read() as session:
        found = analyses.latest(session, conversations.identify(conversation))
    assert found is not None
    return found


def figures(analysis: Analysis | None) -> dict[int, dict[str, Any]]:
    assert analysis is not None
    return {statement["number"]: statement for statement in analysis.result["statements"]}


def tally(analysis: Analysis | None, number: int) -> tuple[int, int, int]:
    found = figures(analysis)[number]
    return found["agree"], found["disagree"], found["pass"]


def statement(session: Session, number: int) -> Statement:
    return session.exec(select(Statement).where(Statement.number == number)).one()


def merge(session: Session, number: int, into: int) -> None:
    row = statement(session, number)
    row.state, row.merged_into_id = StatementState.MERGED, statement(session, into).id
    session.add(row)
    decide(session, row)


def reject(session: Session, number: int) -> None:
    row = statement(session, number)
    row.state = StatementState.REJECTED
    session.add(row)
    decide(session, row)


def decide(session: Session, row: Statement) -> None:
    session.add(
        ModerationDecision(conversation_id=row.conversation_id, kind=DecisionKind.REJECT, statement_id=row.id, decided_at=LATER)
    )
