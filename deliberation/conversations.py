"""Conversations: what is asked, which stage it is in, and when it takes votes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import update
from sqlmodel import Session, col, select

from deliberation import ledger, translations
from deliberation.errors import NotFound
from deliberation.errors.conversations import ConversationClosed, ConversationNotOpen, SlugTaken
from deliberation.ledger import Actor
from deliberation.storage.tables import Artefact, Conversation, StagePeriod
from deliberation.translations import Reading
from deliberation.values import Stage, Translatable


def get(session: Session, municipality_id: int, slug: str) -> Conversation:
    """The conversation at this address. Raises NotFound, also when it belongs to another municipality."""
    row = session.exec(
        select(Conversation).where(Conversation.slug == slug, Conversation.municipality_id == municipality_id)
    ).first()
    if row is None:
        raise NotFound()
    return row


def identify(conversation: Conversation) -> int:
    """The row id of a stored conversation."""
    assert conversation.id is not None
    return conversation.id


def listing(session: Session, municipality_id: int) -> Sequence[Conversation]:
    """The municipality's conversations, newest first."""
    return session.exec(
        select(Conversation)
        .where(Conversation.municipality_id == municipality_id)
        .order_by(col(Conversation.created_at).desc(), col(Conversation.id).desc())
    ).all()


def headings(session: Session, rows: Sequence[Conversation], locale: str) -> dict[int, Reading]:
    """The topics of these conversations as a reader of `locale` sees them, by row id."""
    found = translations.of(session, Translatable.TOPIC, [identify(row) for row in rows])
    return {identify(row): translations.read(row.topic, row.language, found.get(identify(row), {}), locale) for row in rows}


def topics(session: Session, municipality_id: int, slugs: Iterable[str], locale: str) -> dict[str, Reading]:
    """The same by slug. Raises NotFound, also for another municipality's."""
    rows = [get(session, municipality_id, slug) for slug in dict.fromkeys(slugs)]
    found = headings(session, rows, locale)
    return {row.slug: found[identify(row)] for row in rows}


def background(session: Session, row: Conversation, locale: str) -> Reading:
    found = translations.of(session, Translatable.BACKGROUND, [identify(row)])
    return translations.read(row.background, row.language, found.get(identify(row), {}), locale)


def create(
    session: Session, *, municipality_id: int, slug: str, topic: str, now: datetime, actor: Actor, **fields: Any
) -> Conversation:
    """A new conversation. Slugs are unique in the whole installation. Raises SlugTaken."""
    if session.exec(select(Conversation.id).where(Conversation.slug == slug)).first() is not None:
        raise SlugTaken(slug=slug)
    row = Conversation(municipality_id=municipality_id, slug=slug, topic=topic, created_at=now, **fields)
    session.add(row)
    session.flush()
    ledger.append(
        session,
        municipality_id=municipality_id,
        actor=actor,
        action="conversation.created",
        subject=f"conversation/{slug}",
        facts={"stage": row.stage.value, "moderation": row.moderation.value},
        now=now,
    )
    return row


def touch(session: Session, conversation_id: int) -> None:
    """Say that something changed which a ballot depends on: caches keyed by the version are read anew."""
    session.info.setdefault("touched", set()).add(conversation_id)
    session.execute(update(Conversation).where(col(Conversation.id) == conversation_id).values(version=Conversation.version + 1))


def enter_stage(session: Session, conversation: Conversation, stage: Stage, *, actor: Actor, now: datetime) -> None:
    """Move to another stage; voting is a matter of the dates, not of this."""
    before = conversation.stage
    if before == stage:
        return
    conversation.stage = stage
    session.add(conversation)
    session.flush()
    touch(session, identify(conversation))
    ledger.append(
        session,
        municipality_id=conversation.municipality_id,
        actor=actor,
        action="conversation.stage",
        subject=f"conversation/{conversation.slug}",
        facts={"from": before.value, "to": stage.value},
        now=now,
    )


def plan_stage(session: Session, conversation: Conversation, stage: Stage, starts_on: date | None, ends_on: date | None) -> None:
    conversation_id = identify(conversation)
    row = session.exec(
        select(StagePeriod).where(StagePeriod.conversation_id == conversation_id, StagePeriod.stage == stage)
    ).first() or StagePeriod(conversation_id=conversation_id, stage=stage)
    row.starts_on, row.ends_on = starts_on, ends_on
    session.add(row)
    session.flush()


def periods(session: Session, conversation_id: int) -> dict[Stage, StagePeriod]:
    rows = session.exec(select(StagePeriod).where(StagePeriod.conversation_id == conversation_id)).all()
    return {row.stage: row for row in rows}


def artefacts(session: Session, conversation_id: int) -> Sequence[Artefact]:
    return session.exec(select(Artefact).where(Artefact.conversation_id == conversation_id).order_by(col(Artefact.id))).all()


def check_open(*, topic: str, stage: Stage, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    """Raise ConversationNotOpen or ConversationClosed unless votes are taken now.

    The dates decide, whatever the stage, except that a proposal is not voted on yet: a second round may go on after the first
    answers.
    """
    if stage == Stage.PROPOSAL or (opens_at is not None and now < opens_at):
        raise ConversationNotOpen(topic=topic)
    if closes_at is not None and now >= closes_at:
        raise ConversationClosed(topic=topic, closed_at=closes_at)


def check_not_closed(conversation: Conversation, now: datetime) -> None:
    """Raise ConversationClosed when no vote will be taken any more."""
    if conversation.closes_at is not None and now >= conversation.closes_at:
        raise ConversationClosed(topic=conversation.topic, closed_at=conversation.closes_at)


def voting(conversation: Conversation, now: datetime) -> Literal["planned", "open", "closed"]:
    """Whether votes are taken now, not yet, or no more."""
    if conversation.closes_at is not None and now >= conversation.closes_at:
        return "closed"
    return "open" if is_open(conversation, now) else "planned"


def is_open(conversation: Conversation, now: datetime) -> bool:
    try:
        check_open(
            topic=conversation.topic,
            stage=conversation.stage,
            opens_at=conversation.opens_at,
            closes_at=conversation.closes_at,
            now=now,
        )
    except (ConversationNotOpen, ConversationClosed):
        return False
    return True
