"""The rules of `deliberation.findings`: over shares as they were counted, and over the intervals that a method gives them."""

from collections.abc import Mapping, Sequence
from typing import Any

from deliberation.figures import HALF, Figures, Tally, millionths
from deliberation.finding import Finding, Kind, Rules
from deliberation.values import Choice

SHARED_CHOICES = {"agree": Choice.AGREE, "disagree": Choice.DISAGREE}


class ByShares:
    """`sizes`: members of the groups that are shown."""

    def __init__(self, rules: Rules, result: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        self.rules = rules
        self.sizes = sizes
        self.participants: int = result["participants"]
        self.representative = {group["label"]: group["representative"] for group in result["groups"]}
        self.consensus = {
            row["number"]: {Choice.AGREE: row["consensus"], Choice.DISAGREE: row["consensus_disagree"]}
            for row in result["statements"]
        }

    def kinds(self, statements: tuple[Figures, ...]) -> dict[int, str]:
        """A word for each statement; none without intervals."""
        return {}

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


class ByIntervals(ByShares):
    """What most say is more than half, and must hold at the low end of the interval."""

    def kinds(self, statements: tuple[Figures, ...]) -> dict[int, str]:
        """One word for each statement, the first that fits; from published figures only, otherwise as the method does."""
        return {figures.number: self._kind(figures) for figures in statements}

    def shared(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        ranked = []
        for figures in statements:
            choice = SHARED_CHOICES.get(self._kind(figures))
            if choice is None or not self._heard_everywhere(figures):
                continue
            lows = {label: tally.low(choice) for label, tally in figures.shown.items()} if len(self.sizes) > 1 else {}
            group = min(lows, key=lambda label: lows[label], default=None)
            low = figures.everybody.low(choice) if group is None else lows[group]
            ranked.append((low, Finding(Kind.SHARED, figures.number, choice, group)))
        return _highest_first(ranked)

    def split(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        """First where groups are opposed, the largest difference first; then where everybody is divided."""
        kinds = self.kinds(statements)
        split = [figures for figures in statements if kinds[figures.number] == "split"]
        opposed = [(self._between_groups(figures), figures) for figures in split if self._opposed(figures)]
        divided = [
            (min(figures.everybody.low(choice) for choice in SHARED_CHOICES.values()), _of_all(figures))
            for figures in split
            if not self._opposed(figures) and self._enough_of_all(figures.everybody)
        ]
        return _highest_first([pair for pair, _ in opposed]) + _highest_first(divided)

    def unsure(self, statements: tuple[Figures, ...]) -> tuple[Finding, ...]:
        least = millionths(self.rules.unsure_percent / 100)
        ranked = [
            (figures.everybody.low(Choice.PASS), Finding(Kind.UNSURE, figures.number, Choice.PASS))
            for figures in statements
            if self._listed(figures) and self._enough_of_all(figures.everybody) and figures.everybody.low(Choice.PASS) >= least
        ]
        return _highest_first(ranked)

    def _kind(self, figures: Figures) -> str:
        everybody = figures.everybody
        if not self._listed(figures) or everybody.few or everybody.votes < self.rules.least_votes_for_a_kind:
            return "open"
        large = millionths(self.rules.divided_percent / 100)
        if self._opposed(figures) or min(everybody.low(choice) for choice in SHARED_CHOICES.values()) >= large:
            return "split"
        for word, choice in SHARED_CHOICES.items():
            against = [tally for tally in self._heard(figures).values() if tally.best(choice) <= HALF]
            if everybody.low(choice) > HALF and not against:
                return word
        return "unsure" if everybody.low(Choice.PASS) >= millionths(self.rules.unsure_percent / 100) else "open"

    def _listed(self, figures: Figures) -> bool:
        """Not moderated out."""
        return self.consensus[figures.number][Choice.AGREE] is not None

    def _heard(self, figures: Figures) -> dict[str, Tally]:
        return {label: tally for label, tally in figures.shown.items() if self._enough(label, tally)}

    def _heard_everywhere(self, figures: Figures) -> bool:
        if len(self.sizes) < 2:
            return self._enough_of_all(figures.everybody)
        return set(self._heard(figures)) == set(self.sizes)

    def _opposed(self, figures: Figures) -> bool:
        heard = self._heard(figures).values()
        return all(any(tally.low(choice) > HALF for tally in heard) for choice in SHARED_CHOICES.values())

    def _between_groups(self, figures: Figures) -> tuple[float, Finding]:
        best = {label: tally.best(Choice.AGREE) for label, tally in self._heard(figures).items()}
        shares = sorted(best, key=lambda label: best[label])
        least, most = shares[0], shares[-1]
        return best[most] - best[least], Finding(Kind.SPLIT, figures.number, Choice.AGREE, most, least)


def _of_all(figures: Figures) -> Finding:
    return Finding(Kind.SPLIT, figures.number, Choice.AGREE)


def _reaches(tally: Tally | None, choice: Choice, percent: int) -> bool:
    return tally is not None and 100 * tally.count(choice) >= percent * tally.votes


def _points_apart(most: Tally, least: Tally, points: int) -> bool:
    """Whether the shares that agree differ by at least so many percentage points."""
    return 100 * (most.agree * least.votes - least.agree * most.votes) >= points * most.votes * least.votes


def _highest_first(ranked: Sequence[tuple[float, Finding]]) -> tuple[Finding, ...]:
    return tuple(finding for _, finding in sorted(ranked, key=lambda pair: (-pair[0], pair[1].number)))
