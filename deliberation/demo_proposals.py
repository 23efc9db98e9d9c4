"""Where the demo deliberation belongs, and which topics residents propose beside it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from deliberation import places, proposals
from deliberation.administration import Rules
from deliberation.demo_files import Table
from deliberation.demo_residents import Residents
from deliberation.demo_scene import Happening, Scene
from deliberation.storage.rows import identity
from deliberation.values import Interest, ModerationMode, ProposalState, Reason, Role, Translatable

PROPOSED, DECIDED, SUPPORTED, OPENED = 8, 12, 19, 15
"""At which hour what happens; support comes in the evening of the day on which a proposal is accepted."""
LIMIT = 140


def place(scene: Scene, now: datetime) -> None:
    """Name the city's areas, and say where the conversation belongs."""
    planned, admin = scene.files.places, scene.first(Role.ADMIN)
    for area in planned["area"]:
        name = area["name"][scene.language]
        places.add_area(scene.session, staff=admin, slug=area["slug"], name=name, language=scene.language, now=now)
        scene.translate(Translatable.AREA, identity(places.get(scene.session, scene.tenant.id, area["slug"])), area["name"])
    interests = [Interest(interest) for interest in planned["interests"]]
    places.place(scene.session, staff=admin, slug=scene.slug, areas=planned["areas"], interests=interests, now=now)


def happenings(scene: Scene, residents: Residents) -> Iterator[Happening]:
    calendar = scene.calendar
    for number, planned in enumerate(scene.files.proposals["proposals"], start=1):
        yield Happening(calendar.at(planned["proposed"], PROPOSED), partial(_propose, scene, residents, number, planned))
        if "accepted" in planned:
            yield Happening(calendar.at(planned["accepted"], DECIDED), partial(_accept, scene, number))
            act = partial(_support, scene, residents, number, planned["support"])
            yield Happening(calendar.at(planned["accepted"], SUPPORTED), act)
        if "declined" in planned:
            yield Happening(calendar.at(planned["declined"], DECIDED), partial(_decline, scene, number, planned))
        if "opened" in planned:
            yield Happening(calendar.at(planned["opened"]["day"], OPENED), partial(_open, scene, number, planned))


def _propose(scene: Scene, residents: Residents, number: int, planned: Table, now: datetime) -> None:
    proposals.propose(
        scene.session,
        municipality_id=scene.tenant.id,
        person=residents.person(number),
        topic=planned["topic"][planned["original"]],
        why=planned["why"][planned["original"]],
        language=planned["original"],
        interest=Interest(planned["interest"]),
        area=planned.get("area"),
        now=now,
    )
    row = proposals.get(scene.session, scene.tenant.id, number)
    scene.translate(Translatable.PROPOSAL_TOPIC, identity(row), planned["topic"], original=planned["original"])
    scene.translate(Translatable.PROPOSAL_WHY, identity(row), planned["why"], original=planned["original"])


def _accept(scene: Scene, number: int, now: datetime) -> None:
    staff = scene.first(Role.MODERATOR)
    proposals.accept(scene.session, staff=staff, number=number, seen=ProposalState.PENDING, now=now)


def _support(scene: Scene, residents: Residents, number: int, count: int, now: datetime) -> None:
    """By its author, and by as many others as it takes."""
    for other in range(number + 1, number + count):
        person = residents.person(other)
        proposals.support(scene.session, municipality_id=scene.tenant.id, number=number, person=person, now=now)


def _decline(scene: Scene, number: int, planned: Table, now: datetime) -> None:
    proposals.decline(
        scene.session,
        staff=scene.first(Role.MODERATOR),
        number=number,
        reason=Reason(planned["reason"]),
        note=planned["note"][scene.language],
        seen=ProposalState.PENDING,
        now=now,
    )


def _open(scene: Scene, number: int, planned: Table, now: datetime) -> None:
    opened = planned["opened"]
    rules = Rules(
        planned["topic"][scene.language],
        planned["why"][scene.language],
        scene.language,
        ModerationMode.PRE,
        LIMIT,
        scene.calendar.at(opened["opens"]),
        scene.calendar.at(opened["closes"]),
    )
    row = proposals.open_as(
        scene.session, staff=scene.first(Role.ADMIN), number=number, slug=opened["slug"], rules=rules, seeds=[], now=now
    )
    scene.translate(Translatable.TOPIC, identity(row), planned["topic"])
    scene.translate(Translatable.BACKGROUND, identity(row), planned["why"])
