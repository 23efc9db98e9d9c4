"""Recommendations: what officials are asked to answer, each resting on statements and on a frozen report."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from deliberation import conversations, ledger, municipalities
from deliberation.accounts import Staff
from deliberation.errors import (
    AnswerDayPassed,
    Forbidden,
    NotFound,
    RecommendationEmpty,
    RecommendationMadeAlready,
    RecommendationUnfounded,
    ReportNeeded,
    StatementsNotLinkable,
)
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation, Recommendation, RecommendationStatement, Report, Statement
from deliberation.values import STAFF_CONTENT_ROLES


def get(session: Session, municipality_id: int, slug: str, number: int) -> Recommendation:
    """The recommendation with this public number. Raises NotFound, also for another municipality's."""
    row = session.exec(
        select(Recommendation)
        .join(Conversation)
        .where(Conversation.slug == slug, Conversation.municipality_id == municipality_id, Recommendation.number == number)
    ).first()
    if row is None:
        raise NotFound()
    return row


def of_staff(session: Session, staff: Staff, slug: str, number: int) -> Recommendation:
    """The same for whoever is about to change something about it. Raises NotFound, Forbidden."""
    if staff.role not in STAFF_CONTENT_ROLES:
        raise Forbidden()
    return get(session, staff.municipality_id, slug, number)


def draft(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    text: str,
    language: str,
    statements: Collection[int],
    office: str,
    answer_due_on: date,
    now: datetime,
    report: int | None = None,
) -> int:
    """Ask an office to answer something that rests on these statements, and return its public number.

    `statements` are public numbers; `report` is one too, the newest report when it is left out. Raises NotFound, Forbidden,
    ReportNeeded, RecommendationEmpty, RecommendationUnfounded, StatementsNotLinkable, AnswerDayPassed, RecommendationMadeAlready.
    """
    conversation = _conversation(session, staff, slug)
    conversation_id = identity(conversation)
    found = _report(session, conversation_id, report)
    text, office = text.strip(), " ".join(office.split())
    if not text:
        raise RecommendationEmpty()
    if answer_due_on < municipalities.today(session, staff.municipality_id, now):
        raise AnswerDayPassed()
    linked = _linkable(session, conversation, statements)
    number = _next_number(session, conversation_id)
    _refuse_again(session, identity(found), text)
    salt, digest = ledger.seal(text)
    row = Recommendation(
        conversation_id=conversation_id,
        report_id=identity(found),
        number=number,
        text=text,
        language=language,
        office=office,
        answer_due_on=answer_due_on,
        salt=salt,
        created_at=now,
        public_at=now,
        handed_over_at=now,
    )
    session.add(row)
    session.flush()
    _put_links(session, identity(row), linked)
    _record(
        session,
        staff,
        "recommendation.published",
        slug,
        row.number,
        {
            "report": found.number,
            "statements": [statement.number for statement in linked],
            "text": digest,
            "office": ledger.sealed(office, salt),
            "answer_due_on": answer_due_on.isoformat(),
        },
        now,
    )
    return row.number


def link(session: Session, *, staff: Staff, slug: str, number: int, statements: Collection[int], now: datetime) -> None:
    """Let the recommendation rest on further statements. What was answered stays as it is.

    Raises NotFound, RecommendationUnfounded, StatementsNotLinkable.
    """
    recommendation = of_staff(session, staff, slug, number)
    conversation = _conversation(session, staff, slug)
    already = {link.statement_id for link in _links(session, recommendation)}
    new = [row for row in _linkable(session, conversation, statements) if row.id not in already]
    if not new:
        return
    _put_links(session, identity(recommendation), new)
    _record(session, staff, "recommendation.linked", slug, number, {"statements": [row.number for row in new]}, now)


def unlink(session: Session, *, staff: Staff, slug: str, number: int, statement: int, now: datetime) -> None:
    """Take away a statement that the recommendation rests on; the last one stays. Raises NotFound, RecommendationUnfounded."""
    recommendation = of_staff(session, staff, slug, number)
    links = {link.statement_id: link for link in _links(session, recommendation)}
    row = session.exec(
        select(Statement).where(Statement.conversation_id == recommendation.conversation_id, Statement.number == statement)
    ).first()
    if row is None or row.id not in links:
        raise NotFound()
    if len(links) == 1:
        raise RecommendationUnfounded()
    session.delete(links[row.id])
    _record(session, staff, "recommendation.unlinked", slug, number, {"statements": [statement]}, now)


def _conversation(session: Session, staff: Staff, slug: str) -> Conversation:
    if staff.role not in STAFF_CONTENT_ROLES:
        raise Forbidden()
    return conversations.get(session, staff.municipality_id, slug)


def _report(session: Session, conversation_id: int, number: int | None) -> Report:
    query = select(Report).where(Report.conversation_id == conversation_id).order_by(col(Report.number).desc())
    found = session.exec(query if number is None else query.where(Report.number == number)).first()
    if found is None:
        raise ReportNeeded() if number is None else NotFound()
    return found


def _linkable(session: Session, conversation: Conversation, numbers: Collection[int]) -> Sequence[Statement]:
    if not numbers:
        raise RecommendationUnfounded()
    rows = session.exec(
        select(Statement)
        .where(
            Statement.conversation_id == conversation.id,
            col(Statement.number).in_(list(numbers)),
            col(Statement.state).in_(public_states(conversation.moderation)),
        )
        .order_by(col(Statement.number))
    ).all()
    missing = set(numbers) - {row.number for row in rows}
    if missing:
        raise StatementsNotLinkable(numbers=", ".join(str(number) for number in sorted(missing)))
    return rows


def _put_links(session: Session, recommendation_id: int, rows: Iterable[Statement]) -> None:
    session.add_all(RecommendationStatement(recommendation_id=recommendation_id, statement_id=identity(row)) for row in rows)


def _links(session: Session, recommendation: Recommendation) -> Sequence[RecommendationStatement]:
    return session.exec(
        select(RecommendationStatement).where(RecommendationStatement.recommendation_id == recommendation.id)
    ).all()


def _next_number(session: Session, conversation_id: int) -> int:
    """Whoever counts up in one conversation waits for the others; votes, which only refer to the row, do not wait."""
    session.exec(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)).one()
    last = session.exec(select(func.max(Recommendation.number)).where(Recommendation.conversation_id == conversation_id)).one()
    return 1 if last is None else last + 1


def _refuse_again(session: Session, report_id: int, text: str) -> None:
    """A form that was sent twice is one recommendation."""
    existing = session.exec(
        select(Recommendation.number).where(Recommendation.report_id == report_id, Recommendation.text == text)
    ).first()
    if existing is not None:
        raise RecommendationMadeAlready(number=existing)


def _record(session: Session, staff: Staff, action: str, slug: str, number: int, facts: dict[str, object], now: datetime) -> None:
    ledger.append(
        session,
        municipality_id=staff.municipality_id,
        actor=staff.actor,
        action=action,
        subject=f"recommendation/{slug}/{number}",
        facts=facts,
        now=now,
    )
