"""What a recommendation rests on: statements, and findings of its report."""

from collections.abc import Collection, Iterable, Sequence

from sqlmodel import Session, col, select

from deliberation import report_contents
from deliberation.errors.outcomes import RecommendationUnfounded, StatementsNotLinkable
from deliberation.errors.recommendations import FindingUnknown
from deliberation.finding import Finding
from deliberation.statements import public_states
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Conversation,
    Recommendation,
    RecommendationFinding,
    RecommendationStatement,
    Report,
    Statement,
)


def statements(session: Session, row: Recommendation) -> Sequence[RecommendationStatement]:
    return session.exec(select(RecommendationStatement).where(RecommendationStatement.recommendation_id == row.id)).all()


def findings(session: Session, row: Recommendation) -> Sequence[RecommendationFinding]:
    return session.exec(select(RecommendationFinding).where(RecommendationFinding.recommendation_id == row.id)).all()


def found_in(report: Report, keys: Collection[str]) -> list[Finding]:
    """These findings of the report, each once. Raises FindingUnknown."""
    if not keys:
        return []
    known = {finding.key: finding for finding in report_contents.from_plain(report.content).findings.everything}
    if not known.keys() >= set(keys):
        raise FindingUnknown()
    return [known[key] for key in dict.fromkeys(keys)]


def linkable(session: Session, conversation: Conversation, numbers: Collection[int]) -> Sequence[Statement]:
    """The statements with these numbers, when everybody may read them. Raises RecommendationUnfounded, StatementsNotLinkable."""
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


def put(session: Session, row: Recommendation, statements: Iterable[Statement], findings: Iterable[Finding]) -> None:
    """Let it rest on these as well."""
    key = identity(row)
    session.add_all(RecommendationStatement(recommendation_id=key, statement_id=identity(each)) for each in statements)
    session.add_all(
        RecommendationFinding(
            recommendation_id=key,
            kind=finding.kind,
            number=finding.number,
            group_label=finding.group or "",
            choice=finding.choice,
            other_label=finding.other or "",
        )
        for finding in findings
    )
    session.flush()
