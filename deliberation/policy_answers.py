"""Reading what came of recommendations: answers, steps with their evidence, and later days."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlmodel import Session, and_, col, select

from deliberation import translations
from deliberation.outcomes import Answer, Extended, Owed, Proof, Step, extended, promised_until, step_clock
from deliberation.storage.rows import identity
from deliberation.storage.tables import (
    Attachment,
    Conversation,
    Evidence,
    Extension,
    Milestone,
    Office,
    Recommendation,
    Response,
)
from deliberation.translations import Reading
from deliberation.values import Outcome, Translatable

Extensions = Mapping[tuple[int, int | None], Sequence[Extended]]
"""By recommendation and milestone, without one for what the recommendation itself waits for."""
TEXTS = {Translatable.RESPONSE: "reason", Translatable.LEGAL_BASIS: "legal_basis", Translatable.BUDGET: "budget"}


def extensions(session: Session, ids: Collection[int], locale: str) -> dict[tuple[int, int | None], list[Extended]]:
    """By recommendation and, where it is about one, milestone; oldest first."""
    rows = session.exec(
        select(Extension).where(col(Extension.recommendation_id).in_(list(ids))).order_by(col(Extension.id))
    ).all()
    reasons = translations.readings(
        session, Translatable.EXTENSION_REASON, {identity(row): (row.reason, row.language) for row in rows}, locale
    )
    progress = translations.readings(
        session, Translatable.EXTENSION_PROGRESS, {identity(row): (row.progress, row.language) for row in rows}, locale
    )
    found: dict[tuple[int, int | None], list[Extended]] = defaultdict(list)
    for row in rows:
        key = identity(row)
        one = Extended(Owed(row.owed), row.from_day, row.to_day, reasons[key], progress[key], row.published_at)
        found[row.recommendation_id, row.milestone_id].append(one)
    return found


def answers(session: Session, ids: Collection[int], later: Extensions, locale: str) -> dict[int, list[Answer]]:
    """By recommendation, newest first."""
    rows = session.exec(
        select(Response)
        .where(col(Response.recommendation_id).in_(list(ids)))
        .order_by(col(Response.published_at).desc(), col(Response.id).desc())
    ).all()
    said = {
        subject: translations.readings(
            session, subject, {identity(row): (text, row.language) for row in rows if (text := getattr(row, name))}, locale
        )
        for subject, name in TEXTS.items()
    }
    owners = _owners(session, ids, locale) if rows else {}
    found: dict[int, list[Answer]] = defaultdict(list)
    for place, row in enumerate(rows):
        number = sum(other.recommendation_id == row.recommendation_id for other in rows[place:])
        due_on = promised_until(row.outcome, row.due_on, later.get((row.recommendation_id, None), []), row.published_at)
        found[row.recommendation_id].append(_answer(row, number, said, due_on, owners.get(identity(row))))
    return found


def _owners(session: Session, ids: Collection[int], locale: str) -> dict[int, Reading]:
    """Who answers for it as it is read today, by answer, where that is the name of an office of the same municipality."""
    rows = session.exec(
        select(Response.id, Office)
        .join(Recommendation, col(Recommendation.id) == col(Response.recommendation_id))
        .join(Conversation, col(Conversation.id) == col(Recommendation.conversation_id))
        .join(
            Office,
            and_(col(Office.municipality_id) == col(Conversation.municipality_id), col(Office.name) == col(Response.owner)),
        )
        .where(col(Response.recommendation_id).in_(list(ids)))
    ).all()
    offices = {identity(office): (office.name, office.language) for _, office in rows}
    names = translations.readings(session, Translatable.OFFICE, offices, locale) if offices else {}
    return {key: names[identity(office)] for key, office in rows if key is not None}


def _answer(
    row: Response,
    number: int,
    said: Mapping[Translatable, Mapping[int, Reading]],
    due_on: date | None,
    owner_name: Reading | None,
) -> Answer:
    key = identity(row)
    return Answer(
        number=number,
        outcome=row.outcome,
        reason=said[Translatable.RESPONSE][key],
        owner=row.owner,
        due_on=due_on,
        published_at=row.published_at,
        legal_basis=said[Translatable.LEGAL_BASIS].get(key),
        legal_url=row.legal_url,
        budget=said[Translatable.BUDGET].get(key),
        reviewed=row.reviewer_id is not None,
        owner_name=owner_name,
    )


def steps(
    session: Session,
    ids: Collection[int],
    given: Mapping[int, Sequence[Answer]],
    later: Extensions,
    locale: str,
    today: date,
) -> dict[int, list[Step]]:
    """By recommendation, in the order in which they were promised."""
    rows = session.exec(
        select(Milestone).where(col(Milestone.recommendation_id).in_(list(ids))).order_by(col(Milestone.id))
    ).all()
    titles = translations.readings(
        session, Translatable.MILESTONE, {identity(row): (row.title, row.language) for row in rows}, locale
    )
    evidence = _evidence(session, titles, locale)
    found: dict[int, list[Step]] = defaultdict(list)
    for row in rows:
        its, key = found[row.recommendation_id], identity(row)
        standing = next(iter(given.get(row.recommendation_id, [])), None)
        put_off = later.get((row.recommendation_id, key), [])
        due_on = extended(row.due_on, Owed.MILESTONE, put_off)
        declined = standing is not None and standing.outcome == Outcome.DECLINED
        its.append(
            Step(
                number=len(its) + 1,
                title=titles[key],
                due_on=due_on,
                done_on=row.done_on,
                dropped=declined and row.done_on is None,
                clock=step_clock(due_on, row.done_on, standing, today),
                evidence=tuple(evidence.get(key, [])),
                extensions=tuple(put_off),
            )
        )
    return found


def _evidence(session: Session, milestone_ids: Collection[int], locale: str) -> dict[int, list[Proof]]:
    rows = session.exec(
        select(Evidence, Attachment.media_type)
        .outerjoin(Attachment, col(Attachment.id) == col(Evidence.attachment_id))
        .where(col(Evidence.milestone_id).in_(list(milestone_ids)))
        .order_by(col(Evidence.id))
    ).all()
    titles = translations.readings(
        session, Translatable.EVIDENCE, {identity(row): (row.title, row.language) for row, _ in rows}, locale
    )
    found: dict[int, list[Proof]] = defaultdict(list)
    for row, media_type in rows:
        proofs = found[row.milestone_id]
        proofs.append(Proof(len(proofs) + 1, row.kind, titles[identity(row)], row.url, row.added_at, media_type))
    return found
