"""What an analysis says in plain sentences: findings, by rules that anybody can check.

Every rule uses published figures only (`deliberation.figures`) and compares whole numbers, so that a limit itself counts.
“Enough votes” in a group means at least `LEAST_VOTES`, and at least `LEAST_PERCENT` of its members; for everybody together, at
least `LEAST_VOTES` and the publication minimum, and at least `LEAST_PERCENT` of the participants.

Where the method gives intervals (`deliberation.judges.ByIntervals`); “surely” means at the low end of the interval:

- *Shared*: more than half of everybody surely agree, and more than half in every group that is shown by its best estimate, each
  with enough votes; or disagree. The largest low end in the group where it is smallest comes first.
- *Distinctive*: what the method names as representative of a group, where the group has enough votes and says it more than
  everybody else, in the method's order.
- *Split*: more than half of one group surely agree and more than half of another surely disagree, the largest difference first;
  then where at least `DIVIDED_PERCENT` of everybody surely agree and as many surely disagree.
- *Unsure*: at least `SURELY_UNSURE_PERCENT` of everybody surely pass, with enough votes. The largest low end comes first.

Where it gives none (`deliberation.judges.ByShares`), shares are compared as they were counted:

- *Shared*: at least `SHARED_PERCENT` agree in every group that is shown, each with enough votes; or disagree, in every group.
  The highest group-informed consensus comes first. Where fewer than two groups are shown: of everybody, the largest share first.
- *Split*: of all groups with enough votes, the share that agrees is at least `SPLIT_POINTS` percentage points higher in one than
  in another. The largest difference comes first.
- *Unsure*: at least `UNSURE_PERCENT` of everybody pass, with enough votes. The largest share comes first.

A statement can be in several findings. With too few votes for an analysis there are none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deliberation import certainty
from deliberation.certainty import Certainty
from deliberation.figures import Figures, Group, groups_of, statements_of
from deliberation.finding import Finding, Rules, rules_by_intervals
from deliberation.judges import ByIntervals, ByShares


@dataclass(frozen=True)
class Findings:
    """What an analysis says, with the figures behind it.

    `kinds`: a word for each statement by number, where the method gives intervals. `certainty`: None in reports of before it was
    recorded.
    """

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
    kinds: dict[int, str] = field(default_factory=dict)
    certainty: Certainty | None = None

    @property
    def everything(self) -> tuple[Finding, ...]:
        return self.shared + self.distinctive + self.split + self.unsure

    @property
    def open(self) -> int:
        """How many statements are neither shared nor split, and not many are unsure on."""
        return len(self.statements) - len({finding.number for finding in self.shared + self.split + self.unsure})

    @property
    def shown_groups(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.size is not None)

    @property
    def withheld(self) -> int:
        """How many groups are not shown."""
        return len(self.groups) - len(self.shown_groups)

    @property
    def dividing(self) -> tuple[Figures, ...]:
        """Statements on which the groups surely differ, by that difference; where all groups are shown."""
        surely = [figures for figures in self.statements if figures.divides is not None and figures.divides.low > 0]
        return tuple(sorted(surely, key=lambda figures: (-figures.divides.low if figures.divides else 0, figures.number)))

    @property
    def compares_groups(self) -> bool:
        return len(self.shown_groups) > 1

    def of_group(self, label: str) -> tuple[Finding, ...]:
        """What this group stands out by."""
        return tuple(finding for finding in self.distinctive if finding.group == label)

    def figures(self, number: int) -> Figures:
        return self._by_number[number]

    def about(self, number: int) -> tuple[Finding, ...]:
        """What there is to say about one statement."""
        return tuple(finding for finding in self.everything if finding.number == number)

    @cached_property
    def _by_number(self) -> dict[int, Figures]:
        return {figures.number: figures for figures in self.statements}


def of_result(result: Mapping[str, Any], publication_minimum: int) -> Findings:
    """The findings of `Analysis.result`."""
    groups, statements = groups_of(result, publication_minimum), statements_of(result, publication_minimum)
    sizes = {group.label: group.size for group in groups if group.size is not None}
    told = [figures.everybody for figures in statements if figures.everybody.told]
    intervals = bool(told) and all(everybody.estimates is not None for everybody in told)
    rules = rules_by_intervals(publication_minimum) if intervals else Rules(publication_minimum)
    judge = (ByIntervals if intervals else ByShares)(rules, result, sizes)
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
        kinds=judge.kinds(statements),
        certainty=certainty.of_result(result, groups, publication_minimum),
    )
