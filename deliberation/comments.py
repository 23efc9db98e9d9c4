"""What residents say about a recommendation while it may still be worded differently."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from deliberation import municipalities, participants, recommendations, translations
from deliberation.errors import NotFound
from deliberation.errors.recommendations import CommentEmpty, CommentMadeAlready, CommentsClosed, CommentTooLong
from deliberation.errors.statements import SubmissionTaken
from deliberation.statements import length, public_states, says_something, tidy
from deliberation.storage.rows import identity
from deliberation.storage.tables import Comment, Conversation, Recommendation
from deliberation.translations import Reading
from deliberation.values import Joining, ModerationMode, Reason, RecommendationState, StatementState, Translatable

LIMIT = 1000
"""Characters as people count them."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that was just taken in."""

    number: int
    public: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as one reader sees it. `own`: the reader wrote it, and sees it in every state."""

    number: int
    reading: Reading
    state: StatementState
    reason: Reason | None
    created_at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """What is said about one recommendation. `until` is the last day on which it takes comments; `open`: it does now.

    `hidden`: how many were rejected by a moderator.
    """

    open: bool
    until: date | None
    moderation: ModerationMode
    comments: tuple[Shown, ...]
    hidden: int
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class MyComment:
    """A comment for its author, with the recommendation that it is about."""

    slug: str
    recommendation: int
    about: Reading
    number: int
    text: str
    language: str
    state: StatementState
    reason: Reason | None
    created_at: datetime
    decided_at: datetime | None


def say(
    session: Session,
    *,
    municipality_id: int,
    slug: str,
    number: int,
    person: str,
    text: str,
    language: str,
    now: datetime,
    submission: str | None = None,
) -> Said:
    """Take in what somebody says about a recommendation. The same submission again changes nothing.

    Raises NotFound, CommentsClosed, CommentEmpty, CommentTooLong, CommentMadeAlready, SubmissionTaken, ParticipantBanned, and
    InvitationNeeded or SignInNeeded where only some may take part.
    """
    row = _public(session, municipality_id, slug, number)
    conversation = session.get_one(Conversation, row.conversation_id)
    said = "\n\n".join(filter(None, map(tidy, text.splitlines())))
    # Two that come at once wait for each other here, so that each has a number of its own.
    session.exec(select(Recommendation.id).where(Recommendation.id == row.id).with_for_update(key_share=True)).one()
    if submission is not None and (taken := _taken(session, row, conversation.moderation, person, submission, said)):
        return taken
    if recommendations.phase(row, municipalities.today(session, municipality_id, now)) != RecommendationState.COMMENTING:
        raise CommentsClosed()
    _check(said)
    _let_in(session, conversation, person, now)
    _refuse_again(session, row, person, said)
    comment = Comment(
        recommendation_id=identity(row),
        number=_next_number(session, identity(row)),
        person_id=person,
        text=said,
        language=language,
        submission=submission,
        created_at=now,
    )
    session.add(comment)
    session.flush()
    return Said(comment.number, conversation.moderation == ModerationMode.POST)


def thread(
    session: Session, *, municipality_id: int, slug: str, number: int, person: str | None, locale: str, today: date
) -> Thread:
    """What everybody may read about a public recommendation, and what this person wrote. Raises NotFound."""
    row = _public(session, municipality_id, slug, number)
    moderation = session.get_one(Conversation, row.conversation_id).moderation
    found = session.exec(select(Comment).where(Comment.recommendation_id == row.id).order_by(col(Comment.number))).all()
    shown = [one for one in found if one.state in public_states(moderation) or _is_own(one, person)]
    readings = translations.readings(
        session, Translatable.COMMENT, {identity(one): (one.text, one.language) for one in shown}, locale
    )
    return Thread(
        open=recommendations.phase(row, today) == RecommendationState.COMMENTING,
        until=row.comments_until,
        moderation=moderation,
        comments=tuple(
            Shown(one.number, readings[identity(one)], one.state, one.reason, one.created_at, _is_own(one, person))
            for one in shown
        ),
        hidden=sum(one.state == StatementState.REJECTED for one in found),
    )


def is_commented(session: Session, recommendation_id: int) -> bool:
    """Whether anybody has said anything about it, whatever moderators decided since."""
    return session.exec(select(Comment.id).where(Comment.recommendation_id == recommendation_id)).first() is not None


def counts(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many comments everybody may read, by the recommendation's row id."""
    rows = session.exec(
        select(Comment.recommendation_id, Comment.state, Conversation.moderation, func.count())
        .join(Recommendation, col(Recommendation.id) == col(Comment.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(col(Comment.recommendation_id).in_(list(ids)))
        .group_by(col(Comment.recommendation_id), col(Comment.state), col(Conversation.moderation))
    )
    found: dict[int, int] = {}
    for key, state, moderation, count in rows:
        if state in public_states(ModerationMode(moderation)):
            found[key] = found.get(key, 0) + count
    return found


def mine(session: Session, municipality_id: int, person: str | None, locale: str) -> list[MyComment]:
    """What this person has said about recommendations, newest first."""
    if person is None:
        return []
    rows = session.exec(
        select(Comment, Recommendation, Conversation.slug)
        .join(Recommendation, col(Recommendation.id) == col(Comment.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .where(Comment.person_id == person, Conversation.municipality_id == municipality_id)
        .order_by(col(Comment.created_at).desc(), col(Comment.id).desc())
    ).all()
    about = translations.readings(
        session, Translatable.RECOMMENDATION, {identity(row): (row.text, row.language) for _, row, _ in rows}, locale
    )
    return [
        MyComment(
            slug,
            row.number,
            about[identity(row)],
            one.number,
            one.text,
            one.language,
            one.state,
            one.reason,
            one.created_at,
            one.decided_at,
        )
        for one, row, slug in rows
    ]


def _public(session: Session, municipality_id: int, slug: str, number: int) -> Recommendation:
    row = recommendations.get(session, municipality_id, slug, number)
    if row.state == RecommendationState.DRAFT:
        raise NotFound()
    return row


def _is_own(comment: Comment, person: str | None) -> bool:
    return person is not None and comment.person_id == person


def _taken(
    session: Session, row: Recommendation, moderation: ModerationMode, person: str, submission: str, said: str
) -> Said | None:
    """What became of this submission when it came before. Raises SubmissionTaken."""
    found = session.exec(select(Comment).where(Comment.recommendation_id == row.id, Comment.submission == submission)).first()
    if found is None:
        return None
    if (found.person_id, found.text) != (person, said):
        raise SubmissionTaken()
    return Said(found.number, moderation == ModerationMode.POST)


def _check(said: str) -> None:
    if not said or not says_something(said):
        raise CommentEmpty()
    if (count := length(said)) > LIMIT:
        raise CommentTooLong(length=count, limit=LIMIT)


def _let_in(session: Session, conversation: Conversation, person: str, now: datetime) -> None:
    """Whoever may take part may comment; where everybody may, nobody becomes a participant by that."""
    conversation_id = identity(conversation)
    if participants.is_in(session, conversation_id, person):
        return
    if conversation.joining != Joining.OPEN:
        raise participants.ADMISSION[Joining(conversation.joining)](slug=conversation.slug)
    participants.remember(session, municipality_id=conversation.municipality_id, person=person, now=now)


def _refuse_again(session: Session, row: Recommendation, person: str, said: str) -> None:
    same = (Comment.recommendation_id == row.id, Comment.person_id == person, Comment.text == said)
    if session.exec(select(Comment.id).where(*same)).first() is not None:
        raise CommentMadeAlready()


def _next_number(session: Session, recommendation_id: int) -> int:
    last = session.exec(select(func.max(Comment.number)).where(Comment.recommendation_id == recommendation_id)).one()
    return 1 if last is None else last + 1
