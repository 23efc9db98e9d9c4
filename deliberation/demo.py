"""The demo deliberation: one story, told through the same actions that people take, each at its planned moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from deliberation import (
    accounts,
    analyses,
    demo_conversation,
    demo_files,
    demo_groups,
    demo_meetings,
    demo_policy,
    demo_proposals,
    demo_recommendations,
    municipalities,
)
from deliberation.accounts import Staff
from deliberation.demo_files import Files
from deliberation.demo_residents import Residents
from deliberation.demo_scene import Scene
from deliberation.errors.files import DemoNotAlone
from deliberation.municipalities import Tenant
from deliberation.storage.rows import identity
from deliberation.storage.tables import Conversation
from deliberation.values import Role

FOUNDED = -120
"""The day on which the municipality is added."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What can be visited, and the staff who can sign in."""

    tenant: Tenant
    slug: str
    topic: str
    staff: Sequence[Staff]


def load(session: Session, folder: Path, now: datetime) -> Demo:
    """The demo deliberation in this database, made when it is not there yet; what people have done in it meanwhile stays.

    `folder` holds the files that `fixtures/README.md` explains; their days count from the day of `now`.
    Everything happens within the caller's transaction: there is the whole story or none of it.
    Raises DemoNotAlone where somebody else's municipality is at home.
    """
    files = demo_files.read(folder)
    tenant = _found(session, files) or _play(session, files, now)
    staff = _employ(session, tenant, files, now)
    return Demo(tenant, files.slug, files.conversation["topic"][files.language], staff)


def _found(session: Session, files: Files) -> Tenant | None:
    everyone = municipalities.everyone(session)
    if not everyone:
        return None
    tenant = everyone[0]
    here = select(Conversation.id).where(Conversation.municipality_id == tenant.id, Conversation.slug == files.slug)
    if tenant.slug != files.municipality["slug"] or session.exec(here).first() is None:
        raise DemoNotAlone()
    return tenant


def _play(session: Session, files: Files, now: datetime) -> Tenant:
    calendar = demo_files.calendar(files, now)
    founded = calendar.at(FOUNDED, 9)
    name, language = files.municipality["name"][files.language], files.municipality["default_language"]
    tenant = municipalities.add(
        session,
        slug=files.municipality["slug"],
        name=name,
        language=language,
        time_zone=files.municipality["time_zone"],
        contact=files.municipality["contact"],
        now=founded,
    )
    staff = {member.email: member for member in _employ(session, tenant, files, founded)}
    scene = Scene(session, tenant, staff, files, calendar)
    demo_conversation.create(scene, demo_conversation.opening(scene))
    demo_proposals.place(scene, demo_conversation.opening(scene))
    demo_recommendations.name_offices(scene, demo_conversation.opening(scene))
    demo_policy.word_mandate(scene, demo_conversation.opening(scene))
    residents = Residents(scene)
    story = [
        *demo_conversation.happenings(scene, residents),
        *demo_groups.happenings(scene, residents),
        *demo_policy.happenings(scene),
        *demo_meetings.happenings(scene),
        *demo_recommendations.happenings(scene, residents),
        *demo_proposals.happenings(scene, residents),
    ]
    for happening in sorted(story, key=lambda happening: happening.at):
        residents.vote_until(happening.at)
        happening.act(happening.at)
    residents.vote_until(now)
    analyses.analyse(session, identity(scene.conversation()), now)
    return tenant


def _employ(session: Session, tenant: Tenant, files: Files, now: datetime) -> list[Staff]:
    return [
        accounts.add(session, municipality_id=tenant.id, email=member["email"], role=Role(member["role"]), now=now)
        for member in files.municipality["staff"]
    ]
