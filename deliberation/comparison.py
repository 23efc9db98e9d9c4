"""What is different from an earlier report or snapshot, by their findings alone. Letters of groups mean the same in both."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.finding import Finding
from deliberation.findings import Findings


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is compared with: a report by its number, or a snapshot alone."""

    report: int | None
    sequence: int
    made_at: datetime
    findings: Findings


@dataclass(frozen=True, slots=True)
class Comparison:
    """`participants`, `votes`, `statements`: how many there were then. `sizes`: of the groups that were shown then.

    What is shared or split is named by statement and direction. `comparable`: whether the findings were made by the same rules
    and over groups both times, or over everybody both times.
    """

    report: int | None
    sequence: int
    made_at: datetime
    participants: int
    votes: int
    statements: int
    groups: int
    sizes: dict[str, int]
    comparable: bool
    newly_shared: tuple[Finding, ...]
    no_longer_shared: tuple[Finding, ...]
    newly_split: tuple[Finding, ...]
    no_longer_split: tuple[Finding, ...]

    def arrived(self, found: Findings) -> tuple[str, ...]:
        """Letters of groups that are shown now and were not then."""
        return tuple(group.label for group in found.shown_groups if group.label not in self.sizes)

    def left(self, found: Findings) -> tuple[str, ...]:
        """Letters of groups that were shown then and are not now."""
        shown = {group.label for group in found.shown_groups}
        return tuple(label for label in self.sizes if label not in shown)


def between(earlier: Earlier, now: Findings) -> Comparison:
    then = earlier.findings
    return Comparison(
        report=earlier.report,
        sequence=earlier.sequence,
        made_at=earlier.made_at,
        participants=then.participants,
        votes=then.votes,
        statements=len(then.statements),
        groups=len(then.groups),
        sizes={group.label: group.size for group in then.shown_groups if group.size is not None},
        comparable=then.rules == now.rules and then.compares_groups == now.compares_groups,
        newly_shared=_only(now.shared, then.shared),
        no_longer_shared=_only(then.shared, now.shared),
        newly_split=_only(now.split, then.split),
        no_longer_split=_only(then.split, now.split),
    )


def _only(these: tuple[Finding, ...], those: tuple[Finding, ...]) -> tuple[Finding, ...]:
    known = {finding.key for finding in those}
    return tuple(finding for finding in these if finding.key not in known)
