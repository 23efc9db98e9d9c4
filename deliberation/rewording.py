"""Wording a recommendation anew, while no office answers it yet. What was public stays public, with what is different."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import ledger, recommendations, translations
from deliberation.accounts import Staff
from deliberation.errors.outcomes import RecommendationEmpty
from deliberation.errors.recommendations import HandedOverAlready, NoRecommendationChosen, RewordedMeanwhile, ThemeEmpty
from deliberation.storage.rows import identity
from deliberation.storage.tables import Recommendation, RecommendationWording, Translation
from deliberation.values import WRITING_ROLES, RecommendationState, Translatable

LONGEST_THEME = 200


def reword(
    session: Session, *, staff: Staff, slug: str, number: int, text: str, language: str, version: int, now: datetime
) -> None:
    """Give a recommendation another wording. `version` is that of the wording which its author has seen.

    Raises NotFound, Forbidden, RecommendationEmpty, HandedOverAlready, RewordedMeanwhile.
    """
    row = recommendations.held(session, staff, slug, number, WRITING_ROLES)
    text = text.strip()
    if row.state == RecommendationState.HANDED_OVER:
        raise HandedOverAlready(number=number)
    if not text:
        raise RecommendationEmpty()
    if (row.text, row.language) == (text, language):
        return
    if row.version != version:
        raise RewordedMeanwhile()
    if row.public_at is not None:
        _keep(session, staff, slug, row, text, now)
    row.text, row.language, row.version = text, language, row.version + 1
    translations.forget(session, Translatable.RECOMMENDATION, identity(row))
    session.add(row)
    session.flush()


def earlier(session: Session, ids: Collection[int]) -> dict[int, Sequence[RecommendationWording]]:
    """How these recommendations were worded before in public, oldest first, by row id."""
    rows = session.exec(
        select(RecommendationWording)
        .where(col(RecommendationWording.recommendation_id).in_(list(ids)))
        .order_by(col(RecommendationWording.id))
    ).all()
    return {key: [row for row in rows if row.recommendation_id == key] for key in ids}


def themes(session: Session, conversation_id: int) -> list[tuple[str, str]]:
    """The headings of the conversation's recommendations, each with its language, in the order of their numbers."""
    rows = session.exec(
        select(Recommendation.theme, Recommendation.theme_language)
        .where(Recommendation.conversation_id == conversation_id, Recommendation.theme != "")
        .order_by(col(Recommendation.number))
    )
    return list(dict.fromkeys((theme, language) for theme, language in rows))


def put_under(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    numbers: Collection[int],
    theme: str,
    language: str,
    now: datetime,
    away: bool = False,
) -> None:
    """Group recommendations under a heading, an existing one or a new one in this language; `away`: under none.

    Raises NotFound, Forbidden, NoRecommendationChosen, ThemeEmpty.
    """
    theme = "" if away else " ".join(theme.split())[:LONGEST_THEME]
    rows = [recommendations.held(session, staff, slug, number) for number in sorted(set(numbers))]
    if not rows:
        raise NoRecommendationChosen()
    if not theme and not away:
        raise ThemeEmpty()
    known = dict(themes(session, rows[0].conversation_id))
    for row in rows:
        _put(session, staff, slug, row, theme, known.get(theme, language) if theme else "", now)


def _keep(session: Session, staff: Staff, slug: str, row: Recommendation, text: str, now: datetime) -> None:
    """The wording that everybody could read until now."""
    session.add(
        RecommendationWording(
            recommendation_id=identity(row),
            text=row.text,
            language=row.language,
            salt=row.salt,
            replaced_at=now,
            account_id=staff.id,
        )
    )
    before = ledger.sealed(row.text, row.salt)
    row.salt, digest = ledger.seal(text)
    facts: dict[str, object] = {"from": before, "text": digest}
    recommendations.record(session, staff, "recommendation.reworded", slug, row.number, facts, now)


def _put(session: Session, staff: Staff, slug: str, row: Recommendation, theme: str, language: str, now: datetime) -> None:
    if (row.theme, row.theme_language) == (theme, language):
        return
    row.theme, row.theme_language = theme, language
    key = identity(row)
    translations.forget(session, Translatable.THEME, key)
    like = session.exec(
        select(Recommendation).where(
            Recommendation.conversation_id == row.conversation_id,
            Recommendation.theme == theme,
            Recommendation.theme != "",
            Recommendation.id != key,
        )
    ).first()
    if like is not None:
        _copy_translations(session, identity(like), key)
    session.add(row)
    session.flush()
    if row.state != RecommendationState.DRAFT:
        facts: dict[str, object] = {"theme": ledger.sealed(theme, row.salt)}
        recommendations.record(session, staff, "recommendation.grouped", slug, row.number, facts, now)


def _copy_translations(session: Session, of: int, to: int) -> None:
    """A heading that stands over several recommendations is translated once."""
    for row in session.exec(
        select(Translation).where(Translation.subject == Translatable.THEME, Translation.subject_id == of)
    ).all():
        session.add(Translation(**row.model_dump(exclude={"id", "subject_id"}), subject_id=to))
