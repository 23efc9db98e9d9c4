"""What comes of the demo deliberation: a frozen report, recommendations, answers, steps and where one can see them."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlmodel import col, select

from deliberation import analyses, milestones, recommendations, reports, responses
from deliberation.demo_files import Table
from deliberation.demo_scene import Happening, Scene
from deliberation.responses import Written
from deliberation.storage.rows import identity
from deliberation.storage.tables import Evidence
from deliberation.values import Outcome, Translatable

REPORTED, RECOMMENDED, ANSWERED, PROMISED, DONE = 10, 11, 13, 14, 16
"""At which hour an official does what."""


def happenings(scene: Scene) -> Iterator[Happening]:
    calendar, report = scene.calendar, scene.files.report
    yield Happening(calendar.at(report["published"], REPORTED), partial(_report, scene, report))
    for planned in scene.files.recommendations["recommendations"]:
        number = planned["number"]
        yield Happening(calendar.at(planned["published"], RECOMMENDED, number), partial(_recommend, scene, planned))
        response = planned.get("response")
        if response is None:
            continue
        yield Happening(calendar.at(response["answered"], ANSWERED, number), partial(_answer, scene, number, response))
        for step, milestone in enumerate(planned.get("milestones", ()), start=1):
            at = calendar.at(response["answered"], PROMISED, 10 * number + step)
            yield Happening(at, partial(_promise, scene, number, step, milestone, response["answered_by"]))
            if "done" in milestone:
                act = partial(_finish, scene, number, step, milestone, response["answered_by"])
                yield Happening(calendar.at(milestone["done"], DONE, step), act)


def _report(scene: Scene, planned: Table, now: datetime) -> None:
    """What is published are the figures of that moment."""
    analyses.analyse(scene.session, identity(scene.conversation()), now)
    published = reports.publish(
        scene.session,
        municipality_id=scene.tenant.id,
        slug=scene.slug,
        staff=scene.staff[planned["published_by"]],
        title=planned["title"][scene.language],
        introduction=planned["introduction"][scene.language].strip(),
        language=scene.language,
        now=now,
    )
    scene.translate(Translatable.REPORT_TITLE, published.id, planned["title"])
    scene.translate(Translatable.REPORT_INTRODUCTION, published.id, planned["introduction"])


def _recommend(scene: Scene, planned: Table, now: datetime) -> None:
    number = recommendations.draft(
        scene.session,
        staff=scene.staff[planned["published_by"]],
        slug=scene.slug,
        text=planned["text"][scene.language],
        language=scene.language,
        statements=planned["statements"],
        office=scene.files.office(planned["office"]),
        answer_due_on=scene.calendar.day(planned["answer_due"]),
        now=now,
    )
    scene.translate(Translatable.RECOMMENDATION, _id_of(scene, number), planned["text"])


def _answer(scene: Scene, number: int, response: Table, now: datetime) -> None:
    written = Written(
        Outcome(response["status"]),
        response["reason"][scene.language],
        scene.language,
        scene.files.office(response["owner"]),
        scene.calendar.day(response["due"]) if "due" in response else None,
    )
    responses.answer(
        scene.session, staff=scene.staff[response["answered_by"]], slug=scene.slug, number=number, written=written, now=now
    )
    standing = responses.standing(scene.session, _id_of(scene, number))
    assert standing is not None
    scene.translate(Translatable.RESPONSE, identity(standing), response["reason"])


def _promise(scene: Scene, number: int, step: int, milestone: Table, by: str, now: datetime) -> None:
    milestones.promise(
        scene.session,
        staff=scene.staff[by],
        slug=scene.slug,
        number=number,
        title=milestone["title"][scene.language],
        language=scene.language,
        due_on=scene.calendar.day(milestone["due"]),
        now=now,
    )
    scene.translate(Translatable.MILESTONE, _id_of_step(scene, number, step), milestone["title"])


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
            url=evidence["url"],
            now=now,
        )
        scene.translate(Translatable.EVIDENCE, _newest_evidence(scene, number, step), evidence["title"])


def _id_of(scene: Scene, number: int) -> int:
    return identity(recommendations.get(scene.session, scene.tenant.id, scene.slug, number))


def _id_of_step(scene: Scene, number: int, step: int) -> int:
    return identity(milestones.of_recommendation(scene.session, _id_of(scene, number))[step - 1])


def _newest_evidence(scene: Scene, number: int, step: int) -> int:
    of_step = Evidence.milestone_id == _id_of_step(scene, number, step)
    query = select(Evidence).where(of_step).order_by(col(Evidence.id).desc())
    return identity(scene.session.exec(query.limit(1)).one())
