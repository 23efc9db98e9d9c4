"""Recommendations: drafted from the findings of a frozen report, each resting on statements.

While it is a draft, only staff see it. `comments` asks residents about it, `handing_over` gives it to the office that answers.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from deliberation import conversations, foundations, grounds, ledger, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.outcomes import RecommendationEmpty, RecommendationMadeAlready, RecommendationUnfounded, ReportNeeded
from deliberation.errors.recommendations import StillRests
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Conversation,
    Recommendation,
    RecommendationFinding,
    RecommendationStatement,
    Report,
    Statement,
)
from deliberation.values import STAFF_CONTENT_ROLES, RecommendationState, Role, Translatable


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


def of_staff(
    session: Session, staff: Staff, slug: str, number: int, roles: Collection[Role] = STAFF_CONTENT_ROLES
) -> Recommendation:
    """The same for whoever is about to change something about it. Raises NotFound, Forbidden."""
    if staff.role not in roles:
        raise Forbidden()
    return get(session, staff.municipality_id, slug, number)


def held(session: Session, staff: Staff, slug: str, number: int, roles: Collection[Role] = STAFF_CONTENT_ROLES) -> Recommendation:
    """The same for this member of staff alone until the transaction ends. Raises NotFound, Forbidden.

    On PostgreSQL the lock lets pass what only refers to the recommendation.
    """
    row = of_staff(session, staff, slug, number, roles)
    session.refresh(row, with_for_update={"key_share": True})
    return row


def phase(row: Recommendation, today: date) -> RecommendationState:
    """How far it has come. That the time for comments is over follows from the day; nothing has to happen then."""
    over = row.comments_until is not None and row.comments_until < today
    return RecommendationState.COMMENTED if row.state == RecommendationState.COMMENTING and over else row.state


def draft(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    text: str,
    language: str,
    now: datetime,
    statements: Collection[int] = (),
    findings: Collection[str] = (),
    report: int | None = None,
) -> int:
    """Begin a recommendation that only staff see, and return its number.

    It rests on these findings, given by their keys, on the statements that they are about, and on further statements by number,
    as `report` has them; the newest report when it is left out. Raises NotFound, Forbidden, ReportNeeded, RecommendationEmpty,
    RecommendationUnfounded, StatementsNotLinkable, FindingUnknown, RecommendationMadeAlready.
    """
    conversation = _conversation(session, staff, slug)
    conversation_id = identity(conversation)
    found = _report(session, conversation_id, report)
    text = text.strip()
    if not text:
        raise RecommendationEmpty()
    drawn_from = grounds.found_in(found, findings)
    linked = grounds.linkable(session, conversation, {*statements, *(finding.number for finding in drawn_from)})
    number = _next_number(session, conversation_id)
    _refuse_again(session, identity(found), text)
    row = Recommendation(
        conversation_id=conversation_id,
        report_id=identity(found),
        number=number,
        text=text,
        language=language,
        state=RecommendationState.DRAFT,
        created_at=now,
    )
    session.add(row)
    session.flush()
    grounds.put(session, row, linked, drawn_from)
    return number


def delete_draft(session: Session, *, staff: Staff, slug: str, number: int, now: datetime) -> None:
    """Take away what nobody but staff has seen. Raises NotFound, Forbidden, and StillRests once it is public."""
    row = held(session, staff, slug, number)
    if row.state != RecommendationState.DRAFT:
        raise StillRests(resting=foundations.on_recommendation(session, row, slug))
    key = identity(row)
    for model in (RecommendationStatement, RecommendationFinding):
        session.execute(delete(model).where(col(model.recommendation_id) == key))
    for subject in (Translatable.RECOMMENDATION, Translatable.THEME):
        translations.forget(session, subject, key)
    session.delete(row)
    session.flush()


def link(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    number: int,
    now: datetime,
    statements: Collection[int] = (),
    findings: Collection[str] = (),
) -> None:
    """Let the recommendation rest on further statements and findings. What was answered stays as it is.

    Raises NotFound, Forbidden, RecommendationUnfounded, StatementsNotLinkable, FindingUnknown.
    """
    row = held(session, staff, slug, number)
    conversation = _conversation(session, staff, slug)
    already = {link.statement_id for link in grounds.statements(session, row)}
    known = {(f.kind, f.number, f.group_label) for f in grounds.findings(session, row)}
    added = grounds.found_in(session.get_one(Report, row.report_id), findings)
    new_findings = [finding for finding in added if (finding.kind, finding.number, finding.group or "") not in known]
    wanted = grounds.linkable(session, conversation, {*statements, *(finding.number for finding in added)})
    new = [statement for statement in wanted if statement.id not in already]
    if not new and not new_findings:
        return
    grounds.put(session, row, new, new_findings)
    facts: dict[str, object] = {"statements": [statement.number for statement in new]}
    if new_findings:
        facts["findings"] = [finding.key for finding in new_findings]
    _record_change(session, staff, "recommendation.linked", slug, row, facts, now)


def unlink(session: Session, *, staff: Staff, slug: str, number: int, statement: int, now: datetime) -> None:
    """Take away a statement with what was found about it; the last one stays.

    Raises NotFound, Forbidden, RecommendationUnfounded, and StillRests once it was answered.
    """
    row = _unanswered(session, staff, slug, number)
    linked = grounds.statements(session, row)
    gone = session.exec(
        select(Statement).where(Statement.conversation_id == row.conversation_id, Statement.number == statement)
    ).first()
    link = next((each for each in linked if gone is not None and each.statement_id == gone.id), None)
    if link is None:
        raise NotFound()
    if len(linked) == 1:
        raise RecommendationUnfounded()
    session.delete(link)
    for finding in grounds.findings(session, row):
        if finding.number == statement:
            session.delete(finding)
    _record_change(session, staff, "recommendation.unlinked", slug, row, {"statements": [statement]}, now)


def unlink_finding(session: Session, *, staff: Staff, slug: str, number: int, finding: str, now: datetime) -> None:
    """Take away a finding; the statement that it is about stays.

    Raises NotFound, Forbidden, FindingUnknown, and StillRests once it was answered.
    """
    row = _unanswered(session, staff, slug, number)
    gone = grounds.found_in(session.get_one(Report, row.report_id), [finding])[0]
    for each in grounds.findings(session, row):
        if (each.kind, each.number, each.group_label) == (gone.kind, gone.number, gone.group or ""):
            session.delete(each)
            _record_change(session, staff, "recommendation.unlinked", slug, row, {"findings": [finding]}, now)
            return
    raise NotFound()


def record(session: Session, staff: Staff, action: str, slug: str, number: int, facts: dict[str, object], now: datetime) -> None:
    ledger.record(session, staff, action, f"recommendation/{slug}/{number}", facts, now)


def _record_change(
    session: Session, staff: Staff, action: str, slug: str, row: Recommendation, facts: dict[str, object], now: datetime
) -> None:
    """What only staff see is not told."""
    session.flush()
    if row.state != RecommendationState.DRAFT:
        record(session, staff, action, slug, row.number, facts, now)


def _unanswered(session: Session, staff: Staff, slug: str, number: int) -> Recommendation:
    row = held(session, staff, slug, number)
    resting = foundations.on_answered(session, row, slug)
    if resting:
        raise StillRests(resting=resting)
    return row


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
