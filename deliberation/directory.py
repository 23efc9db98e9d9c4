"""The list of conversations as residents look through it: by stage, area, interest and words."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation import conversations, places, search, translations
from deliberation.places import Belonging, Place
from deliberation.storage.rows import identity
from deliberation.storage.tables import AnalysisSummary, Conversation, Participant, Vote
from deliberation.translations import Reading
from deliberation.values import Interest, Stage, Translatable

_ORDER = {"open": 0, "planned": 1, "closed": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is looking for. `area` is an area's slug; `words` must all occur."""

    stage: Stage | None = None
    area: str | None = None
    interest: Interest | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Turnout:
    participants: int
    votes: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation in the list. `answered`: how many of its statements the reader has answered."""

    conversation: Conversation
    topic: Reading
    voting: str
    belonging: Belonging
    turnout: Turnout
    answered: int


@dataclass(frozen=True, slots=True)
class Directory:
    """What was found, open ones first, and for each further choice how many conversations it would leave.

    `total`: how many there are without any choice.
    """

    found: Sequence[Listed]
    total: int
    stages: Mapping[Stage, int]
    areas: Sequence[tuple[Place, int]]
    interests: Mapping[Interest, int]


def look(session: Session, municipality_id: int, asked: Asked, *, locale: str, person: str | None, now: datetime) -> Directory:
    rows = conversations.listing(session, municipality_id)
    ids = [identity(row) for row in rows]
    belongings = places.of_conversations(session, municipality_id, ids, locale)
    tests = _tests(session, rows, belongings, asked, locale)
    found = [row for row in rows if all(test(row) for test in tests.values())]
    # What a choice would leave is counted among what the other choices leave.
    but = {name: [row for row in rows if all(test(row) for n, test in tests.items() if n != name)] for name in tests}
    stages = Counter(row.stage for row in but["stage"])
    in_areas = Counter(place.slug for row in but["area"] for place in belongings[identity(row)].areas)
    about = Counter(interest for row in but["interest"] for interest in belongings[identity(row)].interests)
    used = {place.slug: place for belonging in belongings.values() for place in belonging.areas}
    known = {interest for belonging in belongings.values() for interest in belonging.interests}
    return Directory(
        _listed(session, found, belongings, locale, person, now),
        len(rows),
        {stage: stages[stage] for stage in Stage if any(row.stage == stage for row in rows)},
        [(used[slug], in_areas[slug]) for slug in sorted(used)],
        {interest: about[interest] for interest in Interest if interest in known},
    )


def turnouts(session: Session, conversation_ids: Sequence[int]) -> dict[int, Turnout]:
    """Participants and votes by the latest analysis; counted where there is none yet."""
    found = {}
    query = select(AnalysisSummary.conversation_id, AnalysisSummary.participants, AnalysisSummary.votes).where(
        col(AnalysisSummary.conversation_id).in_(list(conversation_ids))
    )
    for conversation_id, participants, votes in session.exec(query):
        found[conversation_id] = Turnout(participants, votes)
    counted = _counted(session, [each for each in conversation_ids if each not in found])
    return {each: found.get(each) or counted.get(each, Turnout(0, 0)) for each in conversation_ids}


def _counted(session: Session, conversation_ids: Sequence[int]) -> dict[int, Turnout]:
    if not conversation_ids:
        return {}
    query = (
        select(Vote.conversation_id, func.count(func.distinct(col(Vote.participant_id))), func.count())
        .where(col(Vote.conversation_id).in_(conversation_ids))
        .group_by(col(Vote.conversation_id))
    )
    return {conversation_id: Turnout(participants, votes) for conversation_id, participants, votes in session.exec(query)}


def answered(session: Session, municipality_id: int, person: str | None) -> dict[int, int]:
    """How many statements this person has answered, by conversation."""
    if person is None:
        return {}
    query = (
        select(Participant.conversation_id, func.count())
        .join(Vote, col(Vote.participant_id) == col(Participant.id))
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(Participant.person_id == person, Conversation.municipality_id == municipality_id)
        .group_by(col(Participant.conversation_id))
    )
    return dict(session.exec(query).all())


def _tests(
    session: Session, rows: Sequence[Conversation], belongings: Mapping[int, Belonging], asked: Asked, locale: str
) -> dict[str, Callable[[Conversation], bool]]:
    texts = _texts(session, rows, locale) if asked.words else {}
    told = {key for key, text in texts.items() if search.matches(asked.words, [text])}

    def in_area(row: Conversation) -> bool:
        return asked.area is None or any(place.slug == asked.area for place in belongings[identity(row)].areas)

    return {
        "stage": lambda row: asked.stage is None or row.stage == asked.stage,
        "area": in_area,
        "interest": lambda row: asked.interest is None or asked.interest in belongings[identity(row)].interests,
        "words": lambda row: not asked.words or identity(row) in told,
    }


def _texts(session: Session, rows: Sequence[Conversation], locale: str) -> dict[int, str]:
    """What the reader would read of each conversation, and how it was written at first."""
    topics = conversations.headings(session, rows, locale)
    backgrounds = translations.readings(
        session, Translatable.BACKGROUND, {identity(row): (row.background, row.language) for row in rows}, locale
    )

    def text(row: Conversation) -> str:
        return "\n".join((row.topic, row.background, topics[identity(row)].text, backgrounds[identity(row)].text))

    return {identity(row): text(row) for row in rows}


def _listed(
    session: Session,
    rows: Sequence[Conversation],
    belongings: Mapping[int, Belonging],
    locale: str,
    person: str | None,
    now: datetime,
) -> list[Listed]:
    if not rows:
        return []
    topics, ids = conversations.headings(session, rows, locale), [identity(row) for row in rows]
    turnout = turnouts(session, ids)
    mine = answered(session, rows[0].municipality_id, person)

    def listed(row: Conversation) -> Listed:
        key = identity(row)
        voting = conversations.voting(row, now)
        return Listed(row, topics[key], voting, belongings[key], turnout[key], mine.get(key, 0))

    return sorted(map(listed, rows), key=_rank)


def _rank(entry: Listed) -> Any:
    return _ORDER[entry.voting]
