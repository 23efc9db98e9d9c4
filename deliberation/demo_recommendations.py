"""How the demo's recommendations come about: drafted from findings, discussed, worded anew, put under headings, handed over."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial

from sqlmodel import select

from deliberation import comment_queue, comments, handing_over, offices, recommendations, reports, rewording
from deliberation.demo_files import Table
from deliberation.demo_residents import Residents
from deliberation.demo_scene import Happening, Scene
from deliberation.storage.rows import identity
from deliberation.storage.tables import Comment
from deliberation.values import Role, StatementState, Translatable

DRAFTED, HANDED_OVER, OPENED, DECIDED, REWORDED = 10, 11, 12, 20, 22
"""At which hour staff do what."""


def name_offices(scene: Scene, now: datetime) -> None:
    """The offices that the municipality's file names."""
    for planned in scene.files.municipality["offices"]:
        slug, name = planned["key"], planned["name"]
        admin, text, language = scene.first(Role.ADMIN), name[scene.language], scene.language
        email = planned.get("email", "")
        offices.add(scene.session, staff=admin, slug=slug, name=text, language=language, email=email, now=now)
        scene.translate(Translatable.OFFICE, identity(offices.get(scene.session, scene.tenant.id, slug)), name)


def happenings(scene: Scene, residents: Residents) -> Iterator[Happening]:
    calendar = scene.calendar
    for planned in scene.files.recommendations["recommendations"]:
        at = calendar.at(planned["published"], HANDED_OVER, planned["number"])
        yield Happening(at, partial(_hand_over, scene, planned))
    for planned in scene.files.drafts["drafts"]:
        yield Happening(calendar.at(planned["drafted"], DRAFTED, planned["number"]), partial(_begin, scene, planned))
        if "opened" in planned:
            yield Happening(calendar.at(planned["opened"], OPENED), partial(_open, scene, planned))
        if "reworded" in planned:
            yield Happening(calendar.at(planned["reworded"], REWORDED), partial(_reword, scene, planned))
        yield from _comments(scene, residents, planned)


def _comments(scene: Scene, residents: Residents, planned: Table) -> Iterator[Happening]:
    for place, comment in enumerate(planned.get("comments", ()), start=1):
        person = residents.person(place)
        said = scene.calendar.at(comment["day"], comment["hour"])
        yield Happening(said, partial(_say, scene, planned["number"], person, comment))
        if "decided" in comment:
            decided = scene.calendar.at(comment["decided"], DECIDED, place)
            yield Happening(decided, partial(_accept, scene, planned["number"], place))


def _hand_over(scene: Scene, planned: Table, now: datetime) -> None:
    staff, number = scene.staff[planned["published_by"]], _draft(scene, planned, planned["published_by"], planned["text"], now)
    scene.translate(Translatable.RECOMMENDATION, _id_of(scene, number), planned["text"])
    handing_over.hand_over(
        scene.session,
        staff=staff,
        slug=scene.slug,
        numbers=[number],
        office=planned["office"],
        answer_due_on=scene.calendar.day(planned["answer_due"]),
        now=now,
    )


def _begin(scene: Scene, planned: Table, now: datetime) -> None:
    text = planned.get("before", planned["text"])
    number = _draft(scene, planned, planned["drafted_by"], text, now)
    scene.translate(Translatable.RECOMMENDATION, _id_of(scene, number), text)


def _draft(scene: Scene, planned: Table, by: str, text: Mapping[str, str], now: datetime) -> int:
    """From whatever the report found about its statements, under the heading that is planned for it."""
    staff, language = scene.staff[by], scene.language
    number = recommendations.draft(
        scene.session,
        staff=staff,
        slug=scene.slug,
        text=text[language],
        language=language,
        statements=planned["statements"],
        findings=_findings(scene, planned["statements"]),
        now=now,
    )
    assert number == planned["number"]
    for theme in scene.files.drafts["themes"]:
        if number in theme["numbers"]:
            title = theme["title"]
            rewording.put_under(
                scene.session, staff=staff, slug=scene.slug, numbers=[number], theme=title[language], language=language, now=now
            )
            scene.translate(Translatable.THEME, _id_of(scene, number), title)
    return number


def _findings(scene: Scene, numbers: Collection[int]) -> list[str]:
    report = reports.newest(scene.session, identity(scene.conversation()))
    assert report is not None
    return [finding.key for finding in report.contents.findings.everything if finding.number in numbers]


def _open(scene: Scene, planned: Table, now: datetime) -> None:
    staff, until = scene.staff[planned["drafted_by"]], scene.calendar.day(planned["comments_until"])
    handing_over.open_comments(scene.session, staff=staff, slug=scene.slug, number=planned["number"], until=until, now=now)


def _reword(scene: Scene, planned: Table, now: datetime) -> None:
    number, language = planned["number"], scene.language
    row = recommendations.get(scene.session, scene.tenant.id, scene.slug, number)
    rewording.reword(
        scene.session,
        staff=scene.staff[planned["reworded_by"]],
        slug=scene.slug,
        number=number,
        text=planned["text"][language],
        language=language,
        version=row.version,
        now=now,
    )
    scene.translate(Translatable.RECOMMENDATION, identity(row), planned["text"])


def _say(scene: Scene, number: int, person: str, comment: Table, now: datetime) -> None:
    text, language = comment["text"], comment["language"]
    said = comments.say(
        scene.session,
        municipality_id=scene.tenant.id,
        slug=scene.slug,
        number=number,
        person=person,
        text=text[language],
        language=language,
        now=now,
    )
    query = select(Comment).where(Comment.recommendation_id == _id_of(scene, number), Comment.number == said.number)
    scene.translate(Translatable.COMMENT, identity(scene.session.exec(query).one()), text, original=language)


def _accept(scene: Scene, number: int, comment: int, now: datetime) -> None:
    moderator, seen = scene.first(Role.MODERATOR), StatementState.PENDING
    comment_queue.accept(scene.session, staff=moderator, slug=scene.slug, number=number, comment=comment, seen=seen, now=now)


def _id_of(scene: Scene, number: int) -> int:
    return identity(recommendations.get(scene.session, scene.tenant.id, scene.slug, number))
