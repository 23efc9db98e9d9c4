"""How a conversation begins: with its rules, and at once with who may take part, what it is about, and when its stages run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation import administration, conversation_templates, joining, places, proposals
from deliberation.accounts import Staff
from deliberation.administration import Period, Rules
from deliberation.joining import Rule
from deliberation.storage.rows import identity
from deliberation.values import Interest, Joining, Stage


@dataclass(frozen=True, slots=True)
class Beginning:
    """Beside the rules: `template` it was begun from, `plan` of the stages, `rule` of joining, fields of policy."""

    stage: Stage = Stage.OPINION
    template: str = ""
    rule: Rule = field(default_factory=lambda: Rule(Joining.OPEN))
    interests: Sequence[Interest] = ()
    plan: Mapping[Stage, Period] = field(default_factory=dict)
    releases_votes: bool = False


def begin(
    session: Session,
    *,
    staff: Staff,
    slug: str,
    rules: Rules,
    seeds: Sequence[str],
    beginning: Beginning,
    now: datetime,
    proposal: int | None = None,
) -> None:
    """Open a conversation, as a resident proposed it where there is a `proposal`; all of it, or nothing.

    Raises what `administration.open_conversation`, `proposals.open_as`, `joining.change` and `administration.plan_stages` raise.
    """
    opening: dict[str, Any] = {
        "staff": staff,
        "slug": slug,
        "rules": rules,
        "seeds": seeds,
        "now": now,
        "stage": beginning.stage,
        "template": beginning.template if conversation_templates.is_known(beginning.template) else "",
        "releases_votes": beginning.releases_votes,
    }
    if proposal is None:
        row = administration.open_conversation(session, **opening)
    else:
        row = proposals.open_as(session, number=proposal, **opening)
    if beginning.rule.joining != Joining.OPEN:
        joining.change(session, staff=staff, slug=slug, rule=beginning.rule, now=now)
    if beginning.interests:
        belonging = places.of_conversations(session, staff.municipality_id, [identity(row)], row.language)[identity(row)]
        areas = [area.slug for area in belonging.areas]
        places.place(session, staff=staff, slug=slug, areas=areas, interests=beginning.interests, now=now)
    administration.plan_stages(session, staff=staff, slug=slug, plan=beginning.plan, now=now)


def plan_from(starts_on: date, days: Mapping[Stage, int | None]) -> dict[Stage, Period]:
    """Each stage after the one before it; one without days is left out, the last one stays open without them."""
    planned: dict[Stage, Period] = {}
    last = list(Stage)[-1]
    for stage in Stage:
        length = days.get(stage)
        if length:
            ends_on = starts_on + timedelta(days=length - 1)
            planned[stage] = Period(starts_on, ends_on)
            starts_on = ends_on + timedelta(days=1)
        elif stage == last and planned:
            planned[stage] = Period(starts_on, None)
    return planned
