"""The demo deliberation’s meetings: announced, filled with what the report found, held, recorded, written down, or cancelled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from deliberation import agenda, cancelling, meetings
from deliberation.agenda import Source, Written
from deliberation.demo_files import Table
from deliberation.demo_scene import Happening, Scene
from deliberation.meetings import Plan
from deliberation.storage.rows import identity
from deliberation.storage.tables import AgendaItem, Meeting
from deliberation.values import Translatable

ANNOUNCED, AFTERWARDS = 12, 15
"""At which hour an official does what."""


@dataclass
class _Announced:
    """A meeting as it is known so far."""

    planned: Table
    number: int = 0
    plan: Plan = field(default_factory=lambda: Plan("", "", None))


def happenings(scene: Scene) -> Iterator[Happening]:
    for planned in scene.files.meetings["meetings"]:
        announced = _Announced(planned)
        at = scene.calendar.at
        yield Happening(at(planned["planned"], ANNOUNCED), partial(_announce, scene, announced))
        if "cancelled" in planned:
            yield Happening(at(planned["cancelled"], AFTERWARDS), partial(_cancel, scene, announced))
            continue
        yield Happening(at(planned["recorded"], AFTERWARDS), partial(_add, scene, announced, "recording_url"))
        yield Happening(at(planned["written_down"], AFTERWARDS), partial(_add, scene, announced, "minutes_url"))


def _announce(scene: Scene, announced: _Announced, now: datetime) -> None:
    planned = announced.planned
    begins = time.fromisoformat(planned["begins"])
    starts_at = scene.calendar.at(planned["held"], begins.hour, begins.minute)
    announced.plan = Plan(
        title=planned["title"][scene.language],
        language=scene.language,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=planned["minutes"]),
        place=planned["place"],
        room_url=planned["room_url"],
        stream_url=planned["stream_url"],
    )
    staff = scene.staff[planned["planned_by"]]
    announced.number = meetings.plan(scene.session, staff=staff, slug=scene.slug, plan=announced.plan, now=now)
    row = meetings.find(scene.session, identity(scene.conversation()), announced.number)
    scene.translate(Translatable.MEETING, identity(row), planned["title"])
    if "filled" in planned:
        _write_agenda(scene, planned, row, now)


def _write_agenda(scene: Scene, planned: Table, row: Meeting, now: datetime) -> None:
    """What is always said, and between it what the report found."""
    here: dict[str, Any] = {"staff": scene.staff[planned["planned_by"]], "slug": scene.slug, "number": row.number, "now": now}
    said, filled = [*planned["before"], *planned["after"]], planned["filled"]
    new = [Written(None, item["title"][scene.language], item["speaker"], item["minutes"]) for item in said]
    agenda.write(scene.session, **here, items=new, language=scene.language)
    for stored, item in zip(_stored(scene, row), said, strict=True):
        scene.translate(Translatable.AGENDA_ITEM, identity(stored), item["title"])
    sources = [Source(source) for source in filled["sources"]]
    agenda.fill(scene.session, **here, sources=sources, most=filled["most"], minutes=filled["minutes"])
    ordered = _between(_stored(scene, row), len(planned["before"]), len(planned["after"]))
    agenda.write(scene.session, **here, items=ordered, language=scene.language)


def _between(rows: Sequence[AgendaItem], before: int, after: int) -> list[Written]:
    """What came last goes between the first and those that close the meeting."""
    items = [Written(row.id, row.title, row.speaker, row.minutes) for row in rows]
    return [*items[:before], *items[before + after :], *items[before : before + after]]


def _stored(scene: Scene, row: Meeting) -> Sequence[AgendaItem]:
    query = select(AgendaItem).where(AgendaItem.meeting_id == row.id).order_by(col(AgendaItem.position))
    return scene.session.exec(query).all()


def _cancel(scene: Scene, announced: _Announced, now: datetime) -> None:
    staff, reason = scene.staff[announced.planned["planned_by"]], announced.planned["reason"]
    here: dict[str, Any] = {"staff": staff, "slug": scene.slug, "number": announced.number}
    cancelling.cancel(scene.session, **here, reason=reason[scene.language], now=now)
    row = meetings.find(scene.session, identity(scene.conversation()), announced.number)
    scene.translate(Translatable.CANCEL_REASON, identity(row), reason)


def _add(scene: Scene, announced: _Announced, name: str, now: datetime) -> None:
    """What remains of the evening."""
    announced.plan = replace(announced.plan, **{name: announced.planned[name]})
    staff = scene.staff[announced.planned["planned_by"]]
    meetings.change(scene.session, staff=staff, slug=scene.slug, number=announced.number, plan=announced.plan, now=now)
