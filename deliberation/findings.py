"""What an analysis says in plain sentences: findings, by rules that anybody can check.

Every rule uses published figures only (`deliberation.figures`) and compares whole numbers, so that a limit itself counts.
“Enough votes” in a group means at least `LEAST_VOTES`, and at least `LEAST_PERCENT` of its members; for everybody together, at
least `LEAST_VOTES` and the publication minimum, and at least `LEAST_PERCENT` of the participants.

- *Shared*: at least `SHARED_PERCENT` agree in every group that is shown, each with enough votes; or disagree, in every group.
  The highest group-informed consensus comes first. Where fewer than two groups are shown: of everybody, the largest share first.
- *Distinctive*: what the method names as representative of a group, where the group has enough votes and says it more than
  everybody else, in the method's order.
- *Split*: of all groups with enough votes, the share that agrees is at least `SPLIT_POINTS` percentage points higher in one than
  in another. The largest difference comes first.
- *Unsure*: at least `UNSURE_PERCENT` of everybody pass, with enough votes. The largest share comes first.

A statement can be in several findings. With too few votes for an analysis there are none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from deliberation.figures import Figures, Group, Tally, groups_of, statements_of
from deliberation.values import Choice

SHARED_PERCENT = 60
SPLIT_POINTS = 30
UNSURE_PERCENT = 30
LEAST_VOTES = 5
LEAST_PERCENT = 5


class Kind(StrEnum):
    SHARED = "shared"
    DISTINCTIVE = "distinctive"
    SPLIT = "split"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a statement, in the direction of `choice`.

    shared: `group` is the one with the smallest share, None where groups are not told apart. distinctive: `group` stands out.
    split: `group` agrees most, `other` least. unsure: no group.
    """

    kind: Kind
    number: int
    choice: Choice
    group: str | None = None
    other: str | None = None

    @property
    def agrees(self) -> bool:
        return self.choice == Choice.AGREE


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds that the findings were made with; percentages are whole numbers."""

    publication_minimum: int
    shared_percent: int = SHARED_PERCENT
    split_points: int = SPLIT_POINTS
    unsure_percent: int = UNSURE_PERCENT
    least_votes: int = LEAST_VOTES
    least_percent: int = LEAST_PERCENT


@dataclass(frozen=True, slots=True)
class Findings:
    """What an analysis says, with the figures behind it."""

    verdict: str
    participants: int
    votes: int
    rules: Rules
    groups: tuple[Group, ...]
    statements: tuple[Figures, ...]
    shared: tuple[Finding, ...]
    distinctive: tuple[Finding, ...]
    split: tuple[Finding, ...]
    unsure: tuple[Finding, ...]

    @property
    def everything(self) -> tuple[Finding, ...]:
        return self.shared + self.distinctive + self.split + self.unsure

    @property
    def shown_groups(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.size is not None)

    @property
    def withheld(self) -> int:
        """How many groups are not shown."""
        return len(self.groups) - len(self.shown_groups)

    @property
    def compares_groups(self) -> bool:
        return len(self.shown_groups) > 1

    def of_group(self, label: str) -> tuple[Finding, ...]:
        """What this group stands out by."""
        return tuple(finding for finding in self.distinctive if finding.group == label)

    def figures(self, number: int) -> Figures:
        return next(figures for figures in self.statements if figures.number == number)

    def about(self, number: int) -> tuple[Finding, ...]:
        """What there is to say about one statement."""
        return tuple(finding for finding in self.everything if finding.number == number)


def of_result(result: Mapping[str, Any], publication_minimum: int) -> Findings:
    """The findings of `Analysis.result`."""
    rules = Rules(publication_minimum)
    groups, statements = groups_of(result, publication_minimum), statements_of(result, publication_minimum)
    judge = _Judge(rules, result, {group.label: group.size for group in groups if group.size is not None})
    enough = result["verdict"] != "too_few_votes"
    return Findings(
        verdict=result["verdict"],
        participants=result["participants"],
        votes=result["votes"],
        rules=rules,
        groups=groups,
        statements=statements,
        shared=judge.shared(statements) if enough else (),
        distinctive=judge.distinctive(statements) if enough else (),
        split=judge.split(statements) if enough else (),
        unsure=judge.unsure(statements) if enough else (),
    )


class _Judge:
    def __init__(self, rules: Rules, result: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        self.rules = rules
        self.sizes = sizes
        self.participants: int = result["participants"]
        self.representative = {group["label"]: group["representative"] for group in result["groups"]}
        self.consensus = {
            row["number"]: {Choice.AGREE: row["consensus"], Choice.DISAGREE: row["consensus_disagree"]}
            for row in result["statements"]
        }

    def shared(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        by_group = len(self.sizes) > 1
        find = self._shared_by_groups if by_group else self._shared_by_everybody
        found = [(figures, find(figures, choice)) for figures in statements for choice in (Choice.AGREE, Choice.DISAGREE)]
        ranked = [
            (self.consensus[finding.number][finding.choice] if by_group else figures.everybody.share(finding.choice), finding)
            for figures, finding in found
            if finding is not None
        ]
        return _highest_first(ranked)

    def distinctive(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        figures = {one.number: one for one in statements}
        named = [
            Finding(Kind.DISTINCTIVE, row["number"], Choice.AGREE if row["direction"] == "agree" else Choice.DISAGREE, label)
            for label in self.sizes
            for row in self.representative[label]
        ]
        return tuple(finding for finding in named if self._stands_out(finding, figures[finding.number]))

    def _stands_out(self, finding: Finding, figures: Figures) -> bool:
        """The method names its best statement even where nothing is good: then the group says it no more than everybody else."""
        own = figures.shown.get(finding.group or "")
        if own is None or not self._enough(finding.group or "", own):
            return False
        rest = figures.everybody.without(own)
        said = own.count(finding.choice)
        return said > 0 and (not rest.votes or said * rest.votes > rest.count(finding.choice) * own.votes)

    def split(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        ranked = []
        for figures in statements:
            heard = {label: tally for label, tally in figures.shown.items() if self._enough(label, tally)}
            if len(heard) < 2:
                continue
            shares = sorted(heard, key=lambda label: heard[label].share(Choice.AGREE))
            least, most = shares[0], shares[-1]
            if _points_apart(heard[most], heard[least], self.rules.split_points):
                gap = heard[most].share(Choice.AGREE) - heard[least].share(Choice.AGREE)
                ranked.append((gap, Finding(Kind.SPLIT, figures.number, Choice.AGREE, most, least)))
        return _highest_first(ranked)

    def unsure(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        ranked = [
            (figures.everybody.share(Choice.PASS), Finding(Kind.UNSURE, figures.number, Choice.PASS))
            for figures in statements
            if self._enough_of_all(figures.everybody) and _reaches(figures.everybody, Choice.PASS, self.rules.unsure_percent)
        ]
        return _highest_first(ranked)

    def _shared_by_groups(self, figures: Figures, choice: Choice) -> Finding | None:
        shown = figures.shown
        tallies = {label: shown.get(label) for label in self.sizes}
        if not all(
            self._enough(label, tally) and _reaches(tally, choice, self.rules.shared_percent) for label, tally in tallies.items()
        ):
            return None
        return Finding(Kind.SHARED, figures.number, choice, min(shown, key=lambda label: shown[label].share(choice)))

    def _shared_by_everybody(self, figures: Figures, choice: Choice) -> Finding | None:
        tally = figures.everybody
        if self._enough_of_all(tally) and _reaches(tally, choice, self.rules.shared_percent):
            return Finding(Kind.SHARED, figures.number, choice)
        return None

    def _enough(self, label: str, tally: Tally | None) -> bool:
        return tally is not None and self._enough_votes(tally.votes, self.sizes[label], self.rules.least_votes)

    def _enough_of_all(self, tally: Tally) -> bool:
        least = max(self.rules.least_votes, self.rules.publication_minimum)
        return self._enough_votes(tally.votes, self.participants, least)

    def _enough_votes(self, votes: int, people: int, least: int) -> bool:
        return votes >= least and 100 * votes >= self.rules.least_percent * people


def _reaches(tally: Tally | None, choice: Choice, percent: int) -> bool:
    return tally is not None and 100 * tally.count(choice) >= percent * tally.votes


def _points_apart(most: Tally, least: Tally, points: int) -> bool:
    """Whether the shares that agree differ by at least so many percentage points."""
    return 100 * (most.agree * least.votes - least.agree * most.votes) >= points * most.votes * least.votes


def _highest_first(ranked: list[tuple[float, Finding]]) -> tuple[Finding, ...]:
    return tuple(finding for _, finding in sorted(ranked, key=lambda pair: (-pair[0], pair[1].number)))
