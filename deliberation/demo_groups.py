"""The demo deliberation's opinion groups: maps drawn along the way, and the names that moderators give."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlmodel import select

from deliberation import analyses, group_names
from deliberation.demo_files import Table
from deliberation.demo_residents import Residents
from deliberation.demo_scene import Happening, Scene
from deliberation.storage.rows import identity
from deliberation.storage.tables import GroupName
from deliberation.values import Translatable

NAMED = 15
"""At which hour a moderator does it."""


def happenings(scene: Scene, residents: Residents) -> Iterator[Happening]:
    planned = scene.files.groups
    for days in planned["analysed"]:
        yield Happening(scene.calendar.after_opening(days), partial(_analyse, scene))
    yield Happening(scene.calendar.at(planned["named"], NAMED), partial(_name, scene, residents))


def _analyse(scene: Scene, now: datetime) -> None:
    analyses.analyse(scene.session, identity(scene.conversation()), now)


def _name(scene: Scene, residents: Residents, now: datetime) -> None:
    """Each group is called as the camp from which most of its members come."""
    planned = scene.files.groups
    conversation_id = identity(scene.conversation())
    for entry in planned["groups"]:
        label = _letter_of(scene, residents, conversation_id, entry["camp"])
        group_names.give(
            scene.session,
            staff=scene.staff[planned["named_by"]],
            slug=scene.slug,
            label=label,
            name=entry["name"][scene.language],
            language=scene.language,
            now=now,
        )
        _translate(scene, conversation_id, label, entry)


def _letter_of(scene: Scene, residents: Residents, conversation_id: int, camp: str) -> str:
    analysis = analyses.latest(scene.session, conversation_id)
    assert analysis is not None
    people, members = analyses.people_of(scene.session, analysis), set(residents.members(camp))
    pairs = zip(people.participant.tolist(), people.group.tolist(), strict=True)
    groups = Counter(group for participant, group in pairs if participant in members and group >= 0)
    label: str = analysis.result["groups"][groups.most_common(1)[0][0]]["label"]
    return label


def _translate(scene: Scene, conversation_id: int, label: str, entry: Table) -> None:
    named = select(GroupName).where(GroupName.conversation_id == conversation_id, GroupName.label == label)
    scene.translate(Translatable.GROUP_NAME, identity(scene.session.exec(named).one()), entry["name"])
