"""What authors wrote, when they go: whether it may be removed, and what stands in its place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import delete
from sqlmodel import Session, col, select

from deliberation import conversations, foundations, translation_work, translations
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Comment,
    Conversation,
    Proposal,
    ProposalSupport,
    Report,
    Statement,
    Translation,
    TranslationWork,
)
from deliberation.storage.tables.statements import REMOVED
from deliberation.translations import Reading
from deliberation.values import ModerationMode, Provenance, StatementState, Translatable


@dataclass(frozen=True, slots=True)
class OwnText:
    """A statement as its author sees it. `rests`: something public rests on its text, so that it cannot be removed."""

    id: int
    slug: str
    number: int
    reading: Reading
    rests: bool


def of_participants(session: Session, ids: Sequence[int], locale: str) -> list[OwnText]:
    """What these participants wrote, in the order in which they wrote it."""
    rows = session.exec(
        select(Statement, Conversation.slug)
        .join(Conversation, col(Conversation.id) == col(Statement.conversation_id))
        .where(col(Statement.author_id).in_(ids))
        .order_by(col(Statement.id))
    ).all()
    written = {identity(row): row for row, _ in rows}
    texts = {key: (row.text, row.language) for key, row in written.items()}
    readings = translations.readings(session, Translatable.STATEMENT, texts, locale)
    held = _held(session, written)
    return [OwnText(identity(row), slug, row.number, readings[identity(row)], identity(row) in held) for row, slug in rows]


def let_go(session: Session, text: OwnText, removed: Mapping[str, str] | None) -> None:
    """Take the author off a statement. With `removed`, a sentence by language, that stands in the place of its text.

    Number and votes stay, so that every count remains what it was; the statement is shown to no voter any more.
    """
    row = session.get_one(Statement, text.id)
    row.author_id, row.submission = None, None
    row.created_at = row.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if removed is not None:
        _replace(session, row, removed)
    session.add(row)
    session.flush()


def comments_of(session: Session, person: str, locale: str) -> list[Reading]:
    """What this person said about recommendations, in the order in which they said it. Nothing rests on it."""
    rows = session.exec(select(Comment).where(Comment.person_id == person).order_by(col(Comment.id))).all()
    texts = {identity(row): (row.text, row.language) for row in rows}
    return list(translations.readings(session, Translatable.COMMENT, texts, locale).values())


def forget_comments(session: Session, municipality_id: int, person: str, removed: Mapping[str, str] | None) -> None:
    """Take the author off comments. With `removed`, a sentence by language stands in the place of what was decided about.

    What nobody has decided about goes altogether; the numbers of all others stay, which the ledger names.
    """
    for row in session.exec(select(Comment).where(Comment.person_id == person)):
        row.person_id, row.submission = None, None
        row.created_at = row.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        session.add(row)
        if removed is None:
            continue
        translation_work.forget(session, row.text, row.language)
        _forget_translations(session, Translatable.COMMENT, identity(row))
        if row.state == StatementState.PENDING:
            session.delete(row)
            continue
        row.text, row.language = removed["en"], "en"
        _put_removed(session, municipality_id, Translatable.COMMENT, identity(row), removed)


def forget_proposal(session: Session, proposal: Proposal, *, gone: bool) -> None:
    """Take the author off a proposal, or the whole proposal away."""
    proposal.author_id = None
    proposal.created_at = proposal.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    session.add(proposal)
    if not gone:
        return
    for subject, text in ((Translatable.PROPOSAL_TOPIC, proposal.topic), (Translatable.PROPOSAL_WHY, proposal.why)):
        translation_work.forget(session, text, proposal.language)
        _forget_translations(session, subject, identity(proposal))
    session.execute(delete(ProposalSupport).where(col(ProposalSupport.proposal_id) == proposal.id))
    session.delete(proposal)


def any_report(session: Session, conversation_ids: Collection[int]) -> bool:
    """Whether a report was published on any of these conversations."""
    found = session.exec(select(Report.id).where(col(Report.conversation_id).in_(list(conversation_ids))).limit(1)).first()
    return found is not None


def _replace(session: Session, row: Statement, removed: Mapping[str, str]) -> None:
    key = identity(row)
    conversation = session.get_one(Conversation, row.conversation_id)
    translation_work.forget(session, row.text, row.language)
    _forget_translations(session, Translatable.STATEMENT, key)
    row.text, row.language, row.text_key = removed["en"], "en", f"{REMOVED}{row.number}"
    if row.state == StatementState.PENDING and conversation.moderation == ModerationMode.PRE:
        row.state = StatementState.REJECTED  # nobody has read it and nobody needs to
    _put_removed(session, conversation.municipality_id, Translatable.STATEMENT, key, removed)
    conversations.touch(session, row.conversation_id)


def _put_removed(
    session: Session, municipality_id: int, subject: Translatable, subject_id: int, removed: Mapping[str, str]
) -> None:
    """What stands in the place of a text, in every other language."""
    for language, sentence in removed.items():
        if sentence != removed["en"]:
            translations.put(
                session,
                municipality_id=municipality_id,
                subject=subject,
                subject_id=subject_id,
                language=language,
                text=sentence,
                provenance=Provenance.HUMAN,
            )


def _forget_translations(session: Session, subject: Translatable, subject_id: int) -> None:
    for model in (Translation, TranslationWork):
        session.execute(delete(model).where(col(model.subject) == subject, col(model.subject_id) == subject_id))


def _held(session: Session, written: Collection[int]) -> set[int]:
    """On which of these something rests that is published: a report, a recommendation, other people's votes counted with them."""
    merged = session.exec(select(Statement.merged_into_id).where(col(Statement.merged_into_id).in_(list(written)))).all()
    public = {key for key, resting in foundations.on_statements(session, written).items() if resting}
    return public | {key for key in merged if key is not None}
