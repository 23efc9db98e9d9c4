"""What a report cannot say, by rules from its figures: each limit with the numbers that make it one."""

from dataclasses import dataclass, field
from enum import StrEnum

from deliberation.exposure import Exposure
from deliberation.findings import Findings
from deliberation.participation import Participation

FEW_VOTES = 10


class LimitKind(StrEnum):
    SELF_SELECTED = "self_selected"
    ONE_CHANNEL = "one_channel"
    PART_OF_STATEMENTS = "part_of_statements"
    LATE = "late"
    FEW_VOTES = "few_votes"
    WITHOUT_VOTES = "without_votes"
    REJECTED = "rejected"
    BANNED = "banned"
    NO_GROUPS = "no_groups"
    UNSTABLE = "unstable"
    SHADING = "shading"
    WITHHELD = "withheld"
    UNGROUPED = "ungrouped"
    OTHER_STATEMENTS = "other_statements"
    ALIKE = "alike"
    CHANCE_ONLY = "chance_only"


@dataclass(frozen=True, slots=True)
class Limit:
    """`facts`: whole numbers by name, for the sentence that says it."""

    kind: LimitKind
    facts: dict[str, int] = field(default_factory=dict)


def of(found: Findings, took_part: Participation, exposure: Exposure | None, *, rejected: int) -> tuple[Limit, ...]:
    """Those that hold, about people first, then statements, then groups and figures."""
    return tuple(
        limit
        for limits in (_of_people(found, took_part), _of_statements(found, took_part, exposure, rejected), _of_groups(found))
        for limit in limits
    )


def _of_people(found: Findings, took_part: Participation) -> list[Limit]:
    limits = [Limit(LimitKind.SELF_SELECTED, {"people": found.participants})]
    if list(took_part.channels) == ["online"]:
        limits.append(Limit(LimitKind.ONE_CHANNEL, {"people": found.participants}))
    if took_part.banned:
        limits.append(Limit(LimitKind.BANNED, {"people": took_part.banned}))
    return limits


def _of_statements(found: Findings, took_part: Participation, exposure: Exposure | None, rejected: int) -> list[Limit]:
    limits, statements = [], len(found.statements)
    if took_part.half_gave is not None and 2 * took_part.half_gave < statements:
        limits.append(Limit(LimitKind.PART_OF_STATEMENTS, {"votes": took_part.half_gave, "statements": statements}))
    if exposure and exposure.late:
        limits.append(Limit(LimitKind.LATE, {"statements": len(exposure.late)}))
    few = sum(1 for figures in found.statements if figures.everybody.votes < FEW_VOTES)
    if few:
        limits.append(Limit(LimitKind.FEW_VOTES, {"statements": few, "votes": FEW_VOTES}))
    if exposure and exposure.without:
        limits.append(Limit(LimitKind.WITHOUT_VOTES, {"statements": exposure.without}))
    if rejected:
        limits.append(Limit(LimitKind.REJECTED, {"statements": rejected}))
    return limits


def _of_groups(found: Findings) -> list[Limit]:
    limits, sure = [], found.certainty
    if found.verdict == "no_distinct_groups":
        limits.append(Limit(LimitKind.NO_GROUPS))
    if found.groups:
        limits.append(Limit(LimitKind.OTHER_STATEMENTS, {"statements": len(found.statements)}))
    if sure and sure.stable is False:
        limits.append(Limit(LimitKind.UNSTABLE))
    if sure and sure.apart is False:
        limits.append(Limit(LimitKind.SHADING))
    if found.withheld:
        limits.append(Limit(LimitKind.WITHHELD, {"groups": found.withheld}))
    ungrouped = found.participants - sum(group.size or 0 for group in found.groups)
    if found.groups and not found.withheld and ungrouped:
        limits.append(Limit(LimitKind.UNGROUPED, {"people": ungrouped}))
    if sure and sure.lookalikes:
        limits.append(Limit(LimitKind.ALIKE, {"people": sure.lookalikes.people}))
    if found.rules.by_intervals:
        limits.append(Limit(LimitKind.CHANCE_ONLY))
    return limits
