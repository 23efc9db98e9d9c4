"""Groups on paper: what each stands for, and both sides of each split."""

from collections.abc import Sequence
from itertools import chain

from deliberation import portraits
from deliberation.finding import Finding
from deliberation.findings import Findings
from deliberation.portraits import Portrait, Sides
from web import report_words
from web.report_sheet_findings import MOST_IN_LINES, FindingBlocks
from web.report_words import ReportWords
from web.sheet_blocks import Block, heading, listing, paragraph, section

MOST_OF_A_PAIR = 4
MOST_OF_ONE_PAIR = 8
MOST_SHARED = 2


class GroupSections:
    def __init__(self, found: Findings, words: ReportWords, findings: FindingBlocks) -> None:
        self.found, self.words, self.findings = found, words, findings

    def split(self) -> Block | None:
        """Who is split over what, with what both sides stand for most."""
        if not self.found.compares_groups and not self.found.rules.by_intervals:
            return None
        pairs, divided = portraits.sides(self.found), portraits.divided(self.found)
        nothing = paragraph(self.words.gettext(report_words.NOTHING), "quiet")
        return section(
            self.words.split_heading(self.found),
            paragraph(self.words.split_rule(self.found)),
            *chain.from_iterable(self._pair(pair, MOST_OF_A_PAIR if len(pairs) > 1 else MOST_OF_ONE_PAIR) for pair in pairs),
            heading(self.words.gettext("Divided within groups, too")) if pairs and divided else None,
            *self._some(divided, MOST_OF_A_PAIR),
            nothing if not self.found.split else None,
        )

    def portraits(self) -> Block | None:
        """What each group stands for."""
        made = portraits.of(self.found)
        if not made:
            return None
        title = self.words.gettext("What each group stands out by")
        each = chain.from_iterable(self._portrait(portrait) for portrait in made)
        return section(title, *each, paragraph(self.words.withheld(self.found), "quiet"))

    def _pair(self, pair: Sides, most: int) -> list[Block | None]:
        _ = self.words.gettext
        blocks: list[Block | None] = [heading(f"{self._group(pair.one)} ↔ {self._group(pair.other)}", outlined=True)]
        for label, findings in pair.strongest.items():
            blocks += self.findings.brief(findings, _("What group %(letter)s stands out by most", letter=label))
        return [*blocks, heading(self.words.split_over(len(pair.over)), 3), *self._some(pair.over, most)]

    def _portrait(self, portrait: Portrait) -> list[Block | None]:
        _ = self.words.gettext
        facts = [self.words.share_of_all(portrait.size, self.found.participants)]
        if portrait.stability is not None:
            facts.append(self.words.stays_together(portrait.stability))
        nothing = paragraph(_(report_words.NOTHING_SPECIAL), "quiet")
        return [
            self.findings.group_heading(portrait.label, portrait.size),
            listing(facts),
            *self._listed(portrait.stands_for, _("It agrees more than everybody else")),
            *self._listed(portrait.against, _("It disagrees more than everybody else")),
            None if portrait.stands_for or portrait.against else nothing,
            *self.findings.brief(portrait.shares[:MOST_SHARED], _("What it shares with all others")),
        ]

    def _listed(self, findings: Sequence[Finding], title: str) -> list[Block]:
        left = self.findings.left_out(len(findings) - MOST_IN_LINES)
        return [*self.findings.brief(findings[:MOST_IN_LINES], title), *left]

    def _some(self, findings: Sequence[Finding], most: int) -> list[Block]:
        return [*map(self.findings.full, findings[:most]), *self.findings.further(findings[most:])]

    def _group(self, label: str) -> str:
        return self.words.gettext("Group %(letter)s", letter=label)
