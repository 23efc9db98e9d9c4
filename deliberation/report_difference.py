"""What is different between two versions of a report, worked out from what both say."""

from dataclasses import dataclass

from deliberation.figures import Tally
from deliberation.finding import Finding
from deliberation.findings import Findings
from deliberation.report_contents import Contents
from deliberation.reports import Published


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that was another one before; None where it was not given."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A finding that both versions have, with the votes of everybody in each."""

    finding: Finding
    before: Tally
    after: Tally


@dataclass(frozen=True, slots=True)
class Difference:
    """From `before` to `after`. `groups`: sizes by letter, those that differ; `added_statements` and `removed` by number.

    `findings_removed` are those of the first version, `findings_added` those of the second. `made_otherwise`: whether the method,
    the engine or the rules differ, so that findings may come and go without any vote.
    """

    before: Published
    after: Published
    participants: Moved
    votes: Moved
    accepted: Moved
    rejected: Moved
    groups: dict[str, Moved]
    findings_added: tuple[Finding, ...]
    findings_removed: tuple[Finding, ...]
    findings_changed: tuple[Changed, ...]
    findings_same: int
    statements_added: tuple[int, ...]
    statements_removed: tuple[int, ...]
    same_votes: bool
    made_otherwise: bool

    @property
    def retitled(self) -> bool:
        return self.before.heading.title != self.after.heading.title

    @property
    def introduced_anew(self) -> bool:
        return self.before.introduction != self.after.introduction


def between(before: Published, after: Published) -> Difference:
    one, other = before.contents, after.contents
    then, now = one.findings, other.findings
    both = _both(then, now)
    numbers = {figures.number for figures in then.statements}, {figures.number for figures in now.statements}
    return Difference(
        before=before,
        after=after,
        participants=Moved(then.participants, now.participants),
        votes=Moved(then.votes, now.votes),
        accepted=Moved(one.counts.accepted, other.counts.accepted),
        rejected=Moved(one.counts.rejected, other.counts.rejected),
        groups=_groups(then, now),
        findings_added=_only(now, then),
        findings_removed=_only(then, now),
        findings_changed=tuple(changed for changed in both if changed.before != changed.after),
        findings_same=sum(1 for changed in both if changed.before == changed.after),
        statements_added=tuple(sorted(numbers[1] - numbers[0])),
        statements_removed=tuple(sorted(numbers[0] - numbers[1])),
        same_votes=_same_votes(one, other),
        made_otherwise=_rules(one) != _rules(other),
    )


def _only(these: Findings, those: Findings) -> tuple[Finding, ...]:
    known = {finding.key for finding in those.everything}
    return tuple(finding for finding in these.everything if finding.key not in known)


def _both(then: Findings, now: Findings) -> list[Changed]:
    known = {finding.key: finding for finding in then.everything}
    return [
        Changed(finding, _tally(then, known[finding.key]), _tally(now, finding))
        for finding in now.everything
        if finding.key in known
    ]


def _tally(found: Findings, finding: Finding) -> Tally:
    """Of the group that stands out by it, else of everybody."""
    figures = found.figures(finding.number)
    own = figures.by_group.get(finding.group or "") if finding.kind == "distinctive" else None
    return own or figures.everybody


def _groups(then: Findings, now: Findings) -> dict[str, Moved]:
    sizes = [{group.label: group.size for group in found.shown_groups} for found in (then, now)]
    letters = sorted(sizes[0].keys() | sizes[1].keys(), key=lambda letter: (len(letter), letter))
    moved = {letter: Moved(sizes[0].get(letter), sizes[1].get(letter)) for letter in letters}
    return {letter: sizes for letter, sizes in moved.items() if sizes.before != sizes.after}


def _same_votes(one: Contents, other: Contents) -> bool:
    """Every freezing draws new numbers for people, so that only the same file says that the votes are the same."""
    return bool(one.source and other.source and one.source.votes_sha256 == other.source.votes_sha256)


def _rules(contents: Contents) -> tuple[object, ...]:
    return contents.snapshot.method, contents.snapshot.engine_version, contents.findings.rules
