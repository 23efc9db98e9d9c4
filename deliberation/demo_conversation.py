"""The demo deliberation from its opening to the last statement: rules, stages, documents, statements, what moderators decided."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from deliberation import administration, conversations, documents, exclusions, moderation, statements
from deliberation.administration import Period
from deliberation.demo_files import Table
from deliberation.demo_residents import Residents
from deliberation.demo_scene import Happening, Scene
from deliberation.storage.rows import identity
from deliberation.values import ArtefactKind, ModerationMode, Reason, Role, Stage, StatementState, Translatable

MORNING, LATER = 9, 11
"""When the administrator moves a stage and attaches what belongs to it."""


def happenings(scene: Scene, residents: Residents) -> Iterator[Happening]:
    yield from _stages(scene)
    yield from _statements(scene, residents)
    yield from _decisions(scene)


def create(scene: Scene, now: datetime) -> None:
    """The conversation in its first stage, and when the further ones are planned."""
    plan, calendar, admin = scene.files.conversation, scene.calendar, scene.first(Role.ADMIN)
    row = conversations.create(
        scene.session,
        municipality_id=scene.tenant.id,
        slug=scene.slug,
        topic=plan["topic"][scene.language],
        background=plan["background"][scene.language].strip(),
        language=scene.language,
        stage=Stage(plan["stages"][0]["stage"]),
        moderation=ModerationMode(plan["moderation"]),
        statement_limit=plan["statement_limit"],
        opens_at=calendar.at(plan["opens"]),
        closes_at=calendar.at(plan["closes"]),
        releases_votes=plan["releases_votes"],
        actor=admin.actor,
        now=now,
    )
    scene.translate(Translatable.TOPIC, identity(row), plan["topic"])
    scene.translate(Translatable.BACKGROUND, identity(row), plan["background"])
    periods = {
        Stage(stage["stage"]): Period(calendar.day(stage["starts"]), calendar.day(stage["ends"]) if "ends" in stage else None)
        for stage in plan["stages"]
    }
    administration.plan_stages(scene.session, staff=admin, slug=scene.slug, plan=periods, now=now)


def opening(scene: Scene) -> datetime:
    """When the conversation is created."""
    return scene.calendar.at(scene.files.conversation["stages"][0]["starts"], MORNING)


def _stages(scene: Scene) -> Iterator[Happening]:
    """Each stage is entered in the morning of its first day, the one in which voting opens at midnight."""
    plan, calendar = scene.files.conversation, scene.calendar
    for stage in plan["stages"]:
        if stage is not plan["stages"][0]:
            at = calendar.at(stage["starts"], 0 if stage["starts"] == plan["opens"] else MORNING)
            yield Happening(at, partial(_enter, scene, Stage(stage["stage"])))
        for artefact in stage["artefacts"]:
            yield Happening(calendar.at(artefact["added"], LATER), partial(_attach, scene, Stage(stage["stage"]), artefact))


def _enter(scene: Scene, stage: Stage, now: datetime) -> None:
    administration.enter_stage(scene.session, staff=scene.first(Role.ADMIN), slug=scene.slug, stage=stage, now=now)


def _attach(scene: Scene, stage: Stage, artefact: Table, now: datetime) -> None:
    documents.attach(
        scene.session,
        staff=scene.first(Role.ADMIN),
        slug=scene.slug,
        stage=stage,
        title=artefact["title"][scene.language],
        language=scene.language,
        url=artefact["url"],
        kind=ArtefactKind(artefact["kind"]),
        now=now,
    )
    attached = conversations.artefacts(scene.session, identity(scene.conversation()))[-1]
    scene.translate(Translatable.ARTEFACT, identity(attached), artefact["title"])


def _statements(scene: Scene, residents: Residents) -> Iterator[Happening]:
    """First those by the city, all at once; then what residents share, each accepted at its time or not at all."""
    planned = scene.files.statements["statements"]
    seeds = [entry for entry in planned if entry["author"] == "city"]
    yield Happening(scene.calendar.after_opening(0), partial(_plant, scene, seeds))
    for entry in planned[len(seeds) :]:
        yield Happening(scene.calendar.after_opening(entry["posted"]), partial(_share, scene, residents, entry))
        if "accepted" in entry:
            yield Happening(scene.calendar.after_opening(entry["accepted"]), partial(_accept, scene, entry["number"]))


def _plant(scene: Scene, seeds: list[Table], now: datetime) -> None:
    texts = [entry["text"][scene.language] for entry in seeds]
    administration.add_seeds(scene.session, staff=scene.first(Role.ADMIN), slug=scene.slug, seeds=texts, now=now)
    for entry in seeds:
        _translate(scene, entry)


def _share(scene: Scene, residents: Residents, entry: Table, now: datetime) -> None:
    statements.share(
        scene.session,
        municipality_id=scene.tenant.id,
        slug=scene.slug,
        person=residents.author(entry["number"]),
        text=entry["text"][entry["original"]],
        language=entry["original"],
        now=now,
    )
    _translate(scene, entry)


def _translate(scene: Scene, entry: Table) -> None:
    row = statements.get(scene.session, scene.tenant.id, scene.slug, entry["number"])
    machine = entry.get("machine", ())
    scene.translate(Translatable.STATEMENT, identity(row), entry["text"], original=entry["original"], machine=machine)


def _accept(scene: Scene, number: int, now: datetime) -> None:
    moderation.accept(scene.session, staff=scene.first(Role.MODERATOR), slug=scene.slug, number=number, now=now)


def _decisions(scene: Scene) -> Iterator[Happening]:
    decided = scene.files.moderation
    for act, decisions in ((_reject, decided["rejections"]), (_merge, decided["merges"]), (_ban, decided["bans"])):
        for decision in decisions:
            yield Happening(scene.calendar.after_opening(decision["day"]), partial(act, scene, decision))


def _reject(scene: Scene, decision: Table, now: datetime) -> None:
    moderation.reject(
        scene.session,
        staff=scene.staff[decision["by"]],
        slug=scene.slug,
        number=decision["statement"],
        reason=Reason(decision["reason"]),
        note=decision["note"][scene.language],
        now=now,
    )
    _translate_note(scene, decision)


def _merge(scene: Scene, decision: Table, now: datetime) -> None:
    moderation.merge(
        scene.session,
        staff=scene.staff[decision["by"]],
        slug=scene.slug,
        number=decision["statement"],
        into=decision["into"],
        note=decision["note"][scene.language],
        seen=StatementState.ACCEPTED,
        now=now,
    )
    _translate_note(scene, decision)


def _translate_note(scene: Scene, decision: Table) -> None:
    row = statements.get(scene.session, scene.tenant.id, scene.slug, decision["statement"])
    scene.translate(Translatable.NOTE, identity(row), decision["note"])


def _ban(scene: Scene, decision: Table, now: datetime) -> None:
    exclusions.ban(
        scene.session,
        staff=scene.staff[decision["by"]],
        slug=scene.slug,
        number=decision["author_of"],
        reason=Reason(decision["reason"]),
        note=decision["note"][scene.language],
        now=now,
    )
