"""The sentences of a report, made by fixed rules from its figures: the only place of them. The page shows them, and paper does.

Every template has them in its language, as `report_words`.
"""

from deliberation.errors import N_
from deliberation.figures import MILLION, Figures, Tally
from deliberation.finding import Finding, Kind, Rules
from deliberation.findings import Findings
from deliberation.report_contents import StatementCounts
from deliberation.values import Choice
from web.certainty_words import CertaintyWords

ALL = {
    Choice.AGREE: N_("Of all %(total)s votes, %(all)s agree."),
    Choice.DISAGREE: N_("Of all %(total)s votes, %(all)s disagree."),
    Choice.PASS: N_("Of all %(total)s votes, %(all)s are “pass”."),
}
ALL_GROUPS = {
    Choice.AGREE: N_(
        "All groups agree, the least so group %(letter)s: %(share)s of %(votes)s votes. Of all %(total)s votes, %(all)s agree."
    ),
    Choice.DISAGREE: N_(
        "All groups disagree, the least so group %(letter)s: %(share)s of %(votes)s votes. "
        "Of all %(total)s votes, %(all)s disagree."
    ),
}
ONE_GROUP = {
    Choice.AGREE: N_("In group %(letter)s, %(share)s of %(votes)s votes agree; among everybody else, %(other)s of %(rest)s."),
    Choice.DISAGREE: N_(
        "In group %(letter)s, %(share)s of %(votes)s votes disagree; among everybody else, %(other)s of %(rest)s."
    ),
}
ONE_GROUP_ALONE = {
    Choice.AGREE: N_("In group %(letter)s, %(share)s of %(votes)s votes agree. Nobody else has voted on it."),
    Choice.DISAGREE: N_("In group %(letter)s, %(share)s of %(votes)s votes disagree. Nobody else has voted on it."),
}
BOTH_SIDES = N_("Of all %(total)s votes, %(agree)s agree and %(disagree)s disagree.")
TWO_GROUPS = N_("In group %(most)s, %(share)s of %(votes)s votes agree; in group %(least)s, only %(other)s of %(other_votes)s.")
TOO_SMALL = N_("The opinion groups are too small to be compared here without pointing at single people.")
NOT_REPRESENTATIVE = N_("This is not a representative sample.")
WHOEVER_WANTED = N_(
    "Whoever wanted to took part, and nobody was chosen by lot. The shares say how those who took part voted, "
    "not what the whole population thinks."
)
RANGES = N_(
    "A range in brackets after a share says: as far as these votes tell, the share among people like these lies there in nine "
    "cases of ten. Few votes make it wide and draw it towards what is usual here. It is about chance only, "
    "and does not make those who took part a sample of the population."
)
MADE_BY_RULES = N_("The sentences are made by fixed rules from the figures beside them; nobody picks the statements.")
SHARES = N_("A share is always a share of the votes on that statement, passes included.")
SURE_SHARED = N_(
    "Statements with which more than half of everybody agree, or disagree, and more than half of every group, too. "
    "What is surest in the group that shares it least comes first."
)
SURE_MAJORITY = N_(
    "Statements with which more than half of all agree, or disagree, even at the low end of the range in brackets."
)
NOTHING = N_("Nothing so far.")
NOTHING_SPECIAL = N_("Nothing in particular, as far as enough of its members have voted.")
WITHDRAWN = N_("A moderator has rejected this statement since. Its text is no longer shown.")
UNSTABLE_ALL_THE_SAME = N_("This report was published although its groups are not stable.")
TOO_FEW_ALL_THE_SAME = N_("This report was published although there are too few votes for findings.")
MANDATE_TITLE = N_("Agreement is not a mandate.")
MANDATE = N_(
    "The figures say how those who took part voted. The municipality weighs them with everything else that it must consider; "
    "its elected bodies decide, and answer here for what they decide."
)


class ReportWords(CertaintyWords):
    def finding(self, finding: Finding, figures: Figures) -> str:
        """One finding as a plain sentence with its numbers."""
        everybody = figures.everybody
        own = figures.by_group[finding.group] if finding.group else None
        whole = {"total": self.number(everybody.votes), "all": self.share(everybody, finding.choice)}
        if own is None or finding.group is None:
            return self._of_all(finding, everybody, whole)
        group = {"letter": finding.group, "share": self.share(own, finding.choice), "votes": self.number(own.votes)}
        if finding.kind == Kind.SHARED:
            return self.gettext(ALL_GROUPS[finding.choice], **whole, **group)
        if finding.kind == Kind.DISTINCTIVE:
            return self._distinctive(finding.choice, everybody.without(own), group)
        return self._two_groups(finding, own, figures)

    def _of_all(self, finding: Finding, everybody: Tally, whole: dict[str, str]) -> str:
        if finding.kind != Kind.SPLIT:
            return self.gettext(ALL[finding.choice], **whole)
        agree, disagree = self.share(everybody, Choice.AGREE), self.share(everybody, Choice.DISAGREE)
        return self.gettext(BOTH_SIDES, total=whole["total"], agree=agree, disagree=disagree)

    def _distinctive(self, choice: Choice, rest: Tally, group: dict[str, str]) -> str:
        if not rest.votes:
            return self.gettext(ONE_GROUP_ALONE[choice], **group)
        return self.gettext(ONE_GROUP[choice], **group, other=self.plain_share(rest, choice), rest=self.number(rest.votes))

    def _two_groups(self, finding: Finding, most: Tally, figures: Figures) -> str:
        least = figures.by_group[finding.other or ""]
        assert least is not None, "findings name groups that are shown"
        return self.gettext(
            TWO_GROUPS,
            most=finding.group or "",
            share=self.share(most, Choice.AGREE),
            votes=self.number(most.votes),
            least=finding.other or "",
            other=self.share(least, Choice.AGREE),
            other_votes=self.number(least.votes),
        )

    def in_short(self, found: Findings) -> list[tuple[str, str]]:
        """What there is, in a line each, with the section that says more ("" without one)."""
        if found.compares_groups:
            unstable = found.certainty is not None and found.certainty.stable is False
            lines = [("sure", self.stability(found.certainty))] if unstable else []
            lines += [("groups", self.groups(found)), ("shared", self.shared_count(found)), ("split", self.split_count(found))]
        else:
            lines = [("", self.no_groups(found.certainty) if not found.groups else self.gettext(TOO_SMALL))]
            lines += [("shared", self.shared_count(found))]
            lines += [("split", self.split_count(found))] if found.rules.by_intervals else []
        lines += [("unsure", self.unsure_count(found))]
        return [*lines, ("", self.open_count(found))] if found.open else lines

    def groups(self, found: Findings) -> str:
        n = len(found.groups)
        return self.ngettext("People’s votes form %(n)s opinion group.", "People’s votes form %(n)s opinion groups.", n)

    def shared_count(self, found: Findings) -> str:
        n = len(found.shared)
        if found.compares_groups:
            return (
                self.ngettext(
                    "All groups share an opinion on %(n)s statement.", "All groups share an opinion on %(n)s statements.", n
                )
                if n
                else self.gettext("There is no statement on which all groups share an opinion.")
            )
        if found.rules.by_intervals:
            return (
                self.ngettext(
                    "A majority is of one mind on %(n)s statement.", "A majority is of one mind on %(n)s statements.", n
                )
                if n
                else self.gettext("There is no statement on which a majority is surely of one mind.")
            )
        return (
            self.ngettext(
                "A large majority is of one mind on %(n)s statement.", "A large majority is of one mind on %(n)s statements.", n
            )
            if n
            else self.gettext("There is no statement on which a large majority is of one mind.")
        )

    def split_count(self, found: Findings) -> str:
        n = len(found.split)
        if found.rules.by_intervals:
            if not n:
                return self.gettext("On no statement are opinions split.")
            return self.ngettext("On %(n)s statement opinions are split.", "On %(n)s statements opinions are split.", n)
        if not n:
            return self.gettext("On no statement are the groups far apart.")
        return self.ngettext("On %(n)s statement the groups are far apart.", "On %(n)s statements the groups are far apart.", n)

    def unsure_count(self, found: Findings) -> str:
        n = len(found.unsure)
        if not n:
            return self.gettext("On no statement are many unsure.")
        return self.ngettext("On %(n)s statement many are unsure.", "On %(n)s statements many are unsure.", n)

    def open_count(self, found: Findings) -> str:
        return self.ngettext(
            "On %(n)s further statement none of this can be said.",
            "On %(n)s further statements none of this can be said.",
            found.open,
        )

    def shared_heading(self, found: Findings) -> str:
        return self.gettext("What all groups share") if found.compares_groups else self.gettext("What most people share")

    def shared_rule(self, found: Findings) -> str:
        """Which statements are called shared."""
        if found.rules.by_intervals:
            return self.gettext(SURE_SHARED if found.compares_groups else SURE_MAJORITY)
        percent = self.whole(found.rules.shared_percent)
        if not found.compares_groups:
            return self.gettext("Statements with which at least %(percent)s of all agree, or disagree.", percent=percent)
        return self.gettext(
            "Statements with which at least %(percent)s of every group agree, or disagree. "
            "Those that the groups share most clearly come first.",
            percent=percent,
        )

    def split_heading(self, found: Findings) -> str:
        return self.gettext("Where the groups are split") if found.compares_groups else self.gettext("Where people are divided")

    def split_rule(self, found: Findings) -> str:
        """Which statements are called split."""
        percent = self.whole(found.rules.divided_percent)
        if not found.rules.by_intervals:
            return self.gettext(
                "Statements with which one group agrees far more than another, by %(points)s percentage points or more. "
                "The largest difference comes first.",
                points=self.number(found.rules.split_points),
            )
        if not found.compares_groups:
            return self.gettext(
                "Statements with which at least %(percent)s of everybody agree and as many disagree, "
                "even at the low ends of the ranges.",
                percent=percent,
            )
        return self.gettext(
            "Statements with which most of one group agree and most of another disagree, the largest difference first; "
            "then those on which at least %(percent)s of everybody agree and as many disagree.",
            percent=percent,
        )

    def unsure_rule(self, found: Findings) -> str:
        """Which statements are called unsure."""
        percent = self.whole(found.rules.unsure_percent)
        if not found.rules.by_intervals:
            return self.gettext(
                "Statements on which at least %(percent)s pass: perhaps unclear, perhaps there is too little to go by.",
                percent=percent,
            )
        rule = self.gettext(
            "Statements on which at least %(percent)s pass, even at the low end of the range in brackets: "
            "perhaps unclear, perhaps there is too little to go by.",
            percent=percent,
        )
        note = self.gettext("A pass counts neither as agreement nor as disagreement.")
        return f"{rule} {note}"

    def withheld(self, found: Findings) -> str:
        """Why some groups are not shown; empty where all are."""
        if not found.withheld:
            return ""
        return self.ngettext(
            "%(n)s group is not shown by itself, because it would be possible to single out people in it. "
            "Its votes are in the figures for everybody.",
            "%(n)s groups are not shown by themselves, because it would be possible to single out people in them. "
            "Their votes are in the figures for everybody.",
            found.withheld,
        )

    def further_statements(self, counts: StatementCounts) -> str:
        """What became of those that were neither accepted nor rejected; empty without any."""
        merged = self.ngettext(
            "%(n)s further statement was merged into another that says the same.",
            "%(n)s further statements were merged into others that say the same.",
            counts.merged,
        )
        pending = self.ngettext(
            "%(n)s statement was still waiting for a moderator’s decision.",
            "%(n)s statements were still waiting for a moderator’s decision.",
            counts.pending,
        )
        return " ".join([merged] * bool(counts.merged) + [pending] * bool(counts.pending))

    def mandate_title(self) -> str:
        return self.gettext(MANDATE_TITLE)

    def mandate(self) -> str:
        """For municipalities that have no words of their own."""
        return self.gettext(MANDATE)

    def people(self, n: int) -> str:
        said: str = self._catalogue.ngettext("%(people)s person", "%(people)s people", n)
        return said % {"people": self.number(n)}

    def votes(self, tally: Tally) -> str:
        """What a bar shows."""
        agree = self.gettext("%(share)s agree", share=self.plain_share(tally, Choice.AGREE))
        disagree = self.gettext("%(share)s disagree", share=self.plain_share(tally, Choice.DISAGREE))
        said: str = self._catalogue.ngettext("%(count)s vote", "%(count)s votes", tally.votes)
        return f"{agree}, {disagree}, {said % {'count': self.number(tally.votes)}}"

    def late(self, day: str, days: int) -> str:
        said: str = self._catalogue.ngettext(
            "This was to be done by %(day)s, %(days)s day ago.", "This was to be done by %(day)s, %(days)s days ago.", days
        )
        return said % {"day": day, "days": self.number(days)}

    def share_of_all(self, people: int, everybody: int) -> str:
        return self.gettext(
            "%(share)s of all %(people)s participants.",
            share=self.percent(round(MILLION * people / everybody)),
            people=self.number(everybody),
        )

    def split_over(self, statements: int) -> str:
        return self.ngettext(
            "These two groups are split over %(n)s statement.", "These two groups are split over %(n)s statements.", statements
        )

    def more_statements(self, n: int) -> str:
        return self.ngettext("%(n)s more statement", "%(n)s more statements", n)

    def more_on_the_web(self, n: int) -> str:
        return self.ngettext("%(n)s further statement is on the web.", "%(n)s further statements are on the web.", n)

    def all_agree(self, figures: Figures) -> str:
        everybody = figures.everybody
        return self.gettext(ALL[Choice.AGREE], total=self.number(everybody.votes), all=self.share(everybody, Choice.AGREE))

    def rules(self, rules: Rules) -> list[str]:
        """How the sentences were made."""
        enough = self.gettext(
            "A group counts for a finding when at least %(least)s of its members, and at least %(percent)s of them, "
            "have voted on the statement.",
            least=self.number(max(rules.least_votes, rules.publication_minimum)),
            percent=self.whole(rules.least_percent),
        )
        few = self.gettext(
            "No figures are given for fewer than %(people)s people of a group, "
            "nor where they could be worked out from the others.",
            people=self.number(rules.publication_minimum),
        )
        return [self.gettext(MADE_BY_RULES), self.gettext(SHARES), enough, self.minimum(rules.publication_minimum), few]

    def minimum(self, people: int) -> str:
        """The published rule for everybody's votes on a statement."""
        return self.gettext(
            "Where fewer than %(people)s people have voted on a statement, only their number is given.",
            people=self.number(people),
        )
