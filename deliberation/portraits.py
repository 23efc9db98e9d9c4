"""What each group stands for, drawn from a report's findings, and both sides of each split."""

from dataclasses import dataclass

from deliberation.finding import Finding
from deliberation.findings import Findings

STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Portrait:
    """`stands_for`: statements that the group agrees with more than everybody else, its own order; `against`: disagrees with.

    `shares`: what it shares with all others, what is surest first. `stability`: how much of it stays together, in millionths.
    """

    label: str
    size: int
    stands_for: tuple[Finding, ...]
    against: tuple[Finding, ...]
    shares: tuple[Finding, ...]
    stability: int | None


@dataclass(frozen=True, slots=True)
class Sides:
    """Two groups that are split: on which statements, and what either stands for or against most."""

    one: str
    other: str
    over: tuple[Finding, ...]
    strongest: dict[str, tuple[Finding, ...]]


def of(found: Findings) -> tuple[Portrait, ...]:
    """One of each group that is shown, in the order of their letters."""
    stabilities = found.certainty.groups if found.certainty else {}
    return tuple(
        Portrait(
            label=group.label,
            size=group.size,
            stands_for=tuple(finding for finding in found.of_group(group.label) if finding.agrees),
            against=tuple(finding for finding in found.of_group(group.label) if not finding.agrees),
            shares=found.shared if found.compares_groups else (),
            stability=stabilities.get(group.label),
        )
        for group in found.shown_groups
        if group.size is not None
    )


def sides(found: Findings) -> tuple[Sides, ...]:
    """The pairs of groups that are split, in the order of their largest difference."""
    over: dict[tuple[str, str], list[Finding]] = {}
    for finding in found.split:
        if finding.group is not None and finding.other is not None:
            one, other = sorted((finding.group, finding.other))
            over.setdefault((one, other), []).append(finding)
    return tuple(
        Sides(one, other, tuple(findings), {label: found.of_group(label)[:STRONGEST] for label in (one, other)})
        for (one, other), findings in over.items()
    )


def divided(found: Findings) -> tuple[Finding, ...]:
    """Where everybody is divided, whatever their group."""
    return tuple(finding for finding in found.split if finding.group is None)
