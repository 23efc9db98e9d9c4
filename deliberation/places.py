"""Where a conversation belongs: areas of the municipality, and fields of interest."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from deliberation import collation, conversations, ledger, slugs, translations
from deliberation.accounts import Staff
from deliberation.errors import Forbidden, NotFound
from deliberation.errors.conversations import SlugTaken
from deliberation.errors.places import AreaInUse, AreaUnnamed
from deliberation.storage.rows import identity
from deliberation.storage.tables import Area, ConversationArea, ConversationInterest, Proposal
from deliberation.translations import Reading
from deliberation.values import Interest, Role, Translatable

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Place:
    """An area as one reader sees it; its slug is its name in addresses."""

    id: int
    slug: str
    name: Reading


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where one conversation belongs."""

    areas: list[Place] = field(default_factory=list)
    interests: list[Interest] = field(default_factory=list)


def rows(session: Session, municipality_id: int) -> Sequence[Area]:
    """The municipality's areas, in the order of their short names, which is the same for every reader."""
    return session.exec(select(Area).where(Area.municipality_id == municipality_id).order_by(col(Area.slug))).all()


def areas(session: Session, municipality_id: int, locale: str) -> list[Place]:
    """The municipality's areas as a reader of `locale` sees them, in the order of their names."""
    found = rows(session, municipality_id)
    names = translations.readings(session, Translatable.AREA, {identity(row): (row.name, row.language) for row in found}, locale)
    seen = [Place(identity(row), row.slug, names[identity(row)]) for row in found]
    return sorted(seen, key=lambda place: collation.key(place.name.text))


def get(session: Session, municipality_id: int, slug: str) -> Area:
    """Raises NotFound, also for another municipality's."""
    row = session.exec(select(Area).where(Area.municipality_id == municipality_id, Area.slug == slug)).first()
    if row is None:
        raise NotFound()
    return row


def of_conversations(
    session: Session, municipality_id: int, conversation_ids: Iterable[int], locale: str
) -> dict[int, Belonging]:
    """Where these conversations of the municipality belong, by row id."""
    found = {each: Belonging() for each in conversation_ids}
    known = {place.id: place for place in areas(session, municipality_id, locale)}
    of_area = select(ConversationArea).where(col(ConversationArea.conversation_id).in_(list(found)))
    for in_area in session.exec(of_area.order_by(col(ConversationArea.area_id))):
        found[in_area.conversation_id].areas.append(known[in_area.area_id])
    about = select(ConversationInterest).where(col(ConversationInterest.conversation_id).in_(list(found)))
    for row in session.exec(about.order_by(col(ConversationInterest.interest))):
        found[row.conversation_id].interests.append(row.interest)
    return found


def add_area(session: Session, *, staff: Staff, slug: str, name: str, language: str, now: datetime) -> None:
    """Raises Forbidden, SlugInvalid, SlugTaken, AreaUnnamed."""
    _check_role(staff)
    slugs.check(slug)
    name = _checked_name(name)
    if session.exec(select(Area.id).where(Area.municipality_id == staff.municipality_id, Area.slug == slug)).first() is not None:
        raise SlugTaken(slug=slug)
    session.add(Area(municipality_id=staff.municipality_id, slug=slug, name=name, language=language))
    session.flush()
    ledger.record(session, staff, "area.added", f"area/{slug}", {}, now)


def rename_area(session: Session, *, staff: Staff, slug: str, name: str, language: str, now: datetime) -> None:
    """Give it another name; the old name's translations go with it. Raises Forbidden, NotFound, AreaUnnamed."""
    _check_role(staff)
    row, name = get(session, staff.municipality_id, slug), _checked_name(name)
    if (row.name, row.language) == (name, language):
        return
    row.name, row.language = name, language
    translations.forget(session, Translatable.AREA, identity(row))
    session.add(row)
    session.flush()
    ledger.record(session, staff, "area.renamed", f"area/{slug}", {}, now)


def remove_area(session: Session, *, staff: Staff, slug: str, now: datetime) -> None:
    """Raises Forbidden, NotFound, AreaInUse."""
    _check_role(staff)
    row = get(session, staff.municipality_id, slug)
    users = (
        select(ConversationArea.area_id).where(ConversationArea.area_id == row.id),
        select(Proposal.area_id).where(Proposal.area_id == row.id),
    )
    if any(session.exec(query.limit(1)).first() is not None for query in users):
        raise AreaInUse(name=row.name)
    translations.forget(session, Translatable.AREA, identity(row))
    session.delete(row)
    session.flush()
    ledger.record(session, staff, "area.removed", f"area/{slug}", {}, now)


def place(
    session: Session, *, staff: Staff, slug: str, areas: Collection[str], interests: Collection[Interest], now: datetime
) -> None:
    """Say where a conversation belongs: areas by slug, in place of what was said before. Raises Forbidden, NotFound."""
    _check_role(staff)
    conversation_id = identity(conversations.get(session, staff.municipality_id, slug))
    ids = [identity(get(session, staff.municipality_id, area)) for area in sorted(set(areas))]
    fields = sorted(set(interests))
    before = _stored(session, conversation_id)
    if before == (set(ids), set(fields)):
        return
    session.execute(delete(ConversationArea).where(col(ConversationArea.conversation_id) == conversation_id))
    session.execute(delete(ConversationInterest).where(col(ConversationInterest.conversation_id) == conversation_id))
    session.add_all(ConversationArea(conversation_id=conversation_id, area_id=area_id) for area_id in ids)
    session.add_all(ConversationInterest(conversation_id=conversation_id, interest=interest) for interest in fields)
    session.flush()
    facts = {"areas": sorted(set(areas)), "interests": [interest.value for interest in fields]}
    ledger.record(session, staff, "conversation.places", f"conversation/{slug}", facts, now)


def _stored(session: Session, conversation_id: int) -> tuple[set[int], set[Interest]]:
    in_areas = session.exec(select(ConversationArea).where(ConversationArea.conversation_id == conversation_id))
    about = session.exec(select(ConversationInterest).where(ConversationInterest.conversation_id == conversation_id))
    return {row.area_id for row in in_areas}, {row.interest for row in about}


def _checked_name(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise AreaUnnamed()
    return name


def _check_role(staff: Staff) -> None:
    if staff.role != Role.ADMIN:
        raise Forbidden()
