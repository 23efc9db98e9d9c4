"""What comes of the demo deliberation: a frozen report, answers to recommendations, steps and where one can see them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import col, select

from deliberation import (
    analyses,
    attachments,
    extensions,
    frozen,
    given_responses,
    mandate,
    milestones,
    policy_answers,
    recommendations,
    reports,
    response_drafts,
    responses,
)
from deliberation.attachments import File
from deliberation.demo_files import Table
from deliberation.demo_scene import Happening, Scene
from deliberation.response_drafts import PlannedStep, Written
from deliberation.storage.rows import identity
from deliberation.storage.tables import Evidence, Extension
from deliberation.values import EvidenceKind, Outcome, Role, Translatable

REPORTED, ANSWERED, APPROVED, EXTENDED, DONE = 10, 13, 14, 15, 16
"""At which hour an official does what."""


def word_mandate(scene: Scene, now: datetime) -> None:
    """What agreement does and does not oblige the city to."""
    text, language = scene.files.municipality["mandate"], scene.language
    mandate.change(scene.session, staff=scene.first(Role.ADMIN), text=text[language], language=language, now=now)
    scene.translate(Translatable.MANDATE_NOTICE, scene.tenant.id, text)


def happenings(scene: Scene) -> Iterator[Happening]:
    calendar, report = scene.calendar, scene.files.report
    yield Happening(calendar.at(report["published"], REPORTED), partial(_report, scene, report))
    for planned in scene.files.recommendations["recommendations"]:
        number = planned["number"]
        response = planned.get("response")
        if response is None:
            continue
        steps = planned.get("milestones", ())
        submit, approve = partial(_submit, scene, number, response, steps), partial(_approve, scene, number, response, steps)
        yield Happening(calendar.at(response["answered"], ANSWERED, number), submit)
        if "approved_by" in response:
            yield Happening(calendar.at(response["answered"], APPROVED, number), approve)
        for step, milestone in enumerate(steps, start=1):
            if "done" in milestone:
                act = partial(_finish, scene, number, step, milestone, response["answered_by"])
                yield Happening(calendar.at(milestone["done"], DONE, step), act)
        for extension in planned.get("extensions", ()):
            yield Happening(calendar.at(extension["published"], EXTENDED, number), partial(_extend, scene, number, extension))


def _report(scene: Scene, planned: Table, now: datetime) -> None:
    """What is published are the figures of that moment."""
    conversation_id = identity(scene.conversation())
    analyses.analyse(scene.session, conversation_id, now)
    frozen.freeze(scene.session, conversation_id, now)
    published = reports.publish(
        scene.session,
        municipality_id=scene.tenant.id,
        slug=scene.slug,
        staff=scene.staff[planned["published_by"]],
        title=planned["title"][scene.language],
        introduction=planned["introduction"][scene.language].strip(),
        language=scene.language,
        override=planned["override"][scene.language],
        now=now,
    )
    scene.translate(Translatable.REPORT_TITLE, published.id, planned["title"])
    scene.translate(Translatable.REPORT_INTRODUCTION, published.id, planned["introduction"])
    if published.override:
        scene.translate(Translatable.REPORT_OVERRIDE, published.id, planned["override"])


def _submit(scene: Scene, number: int, response: Table, steps: Sequence[Table], now: datetime) -> None:
    """The answer as its author asks for a review of it."""
    day, language = scene.calendar.day, scene.language
    written = Written(
        Outcome(response["status"]),
        response["reason"][language],
        language,
        scene.files.office(response["owner"]),
        day(response["due"]) if "due" in response else None,
        legal_basis=response["legal_basis"][language] if "legal_basis" in response else "",
        legal_url=response.get("legal_url", ""),
        budget=response["budget"][language] if "budget" in response else "",
        steps=tuple(PlannedStep(step["title"][language], day(step["due"])) for step in steps),
    )
    responses.submit(
        scene.session, staff=scene.staff[response["answered_by"]], slug=scene.slug, number=number, written=written, now=now
    )


def _approve(scene: Scene, number: int, response: Table, steps: Sequence[Table], now: datetime) -> None:
    """A second person publishes it."""
    key = _id_of(scene, number)
    draft = response_drafts.draft_of(scene.session, key)
    assert draft is not None
    reviewer = scene.staff[response["approved_by"]]
    responses.approve(scene.session, staff=reviewer, slug=scene.slug, number=number, version=draft.version, now=now)
    standing = given_responses.standing(scene.session, key)
    assert standing is not None
    for subject, name in policy_answers.TEXTS.items():
        if name in response:
            scene.translate(subject, identity(standing), response[name])
    for step, milestone in enumerate(steps, start=1):
        scene.translate(Translatable.MILESTONE, _id_of_step(scene, number, step), milestone["title"])


def _extend(scene: Scene, number: int, extension: Table, now: datetime) -> None:
    extensions.extend(
        scene.session,
        staff=scene.staff[extension["published_by"]],
        slug=scene.slug,
        number=number,
        to_day=scene.calendar.day(extension["to"]),
        reason=extension["reason"][scene.language],
        progress=extension["progress"][scene.language],
        language=scene.language,
        now=now,
    )
    newest = identity(scene.session.exec(select(Extension).order_by(col(Extension.id).desc()).limit(1)).one())
    scene.translate(Translatable.EXTENSION_REASON, newest, extension["reason"])
    scene.translate(Translatable.EXTENSION_PROGRESS, newest, extension["progress"])


def _finish(scene: Scene, number: int, step: int, milestone: Table, by: str, now: datetime) -> None:
    """Done, with the evidence at hand."""
    staff, done_on = scene.staff[by], scene.calendar.day(milestone["done"])
    milestones.finish(scene.session, staff=staff, slug=scene.slug, number=number, step=step, done_on=done_on, now=now)
    for evidence in milestone.get("evidence", ()):
        milestones.add_evidence(
            scene.session,
            staff=staff,
            slug=scene.slug,
            number=number,
            step=step,
            title=evidence["title"][scene.language],
            language=scene.language,
            url=evidence.get("url", ""),
            kind=EvidenceKind(evidence["kind"]),
            file=_file(scene, evidence["file"]) if "file" in evidence else None,
            now=now,
        )
        scene.translate(Translatable.EVIDENCE, _newest_evidence(scene, number, step), evidence["title"])


def _file(scene: Scene, name: str) -> File:
    return attachments.checked(name, (scene.files.folder / name).read_bytes(), most=attachments.MEGABYTE)


def _id_of(scene: Scene, number: int) -> int:
    return identity(recommendations.get(scene.session, scene.tenant.id, scene.slug, number))


def _id_of_step(scene: Scene, number: int, step: int) -> int:
    return identity(milestones.of_recommendation(scene.session, _id_of(scene, number))[step - 1])


def _newest_evidence(scene: Scene, number: int, step: int) -> int:
    of_step = Evidence.milestone_id == _id_of_step(scene, number, step)
    query = select(Evidence).where(of_step).order_by(col(Evidence.id).desc())
    return identity(scene.session.exec(query.limit(1)).one())
