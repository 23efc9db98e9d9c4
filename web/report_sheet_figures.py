"""Who stands behind a report, on paper: who took part, what they saw, how sure it is, what it cannot say, what is new."""

from collections.abc import Iterable, Sequence

from deliberation.certainty import Agenda, Certainty
from deliberation.comparison import Comparison
from deliberation.errors import N_
from deliberation.finding import Finding
from deliberation.report_contents import Contents
from web import i18n, report_words
from web.charts import HEIGHT, WIDTH, skyline
from web.report_sheet_findings import MOST_IN_LINES, FindingBlocks
from web.report_words import ReportWords
from web.sheet_blocks import Block, Said, heading, listing, paragraph, picture, section, table
from web.turnout_words import TurnoutWords

NOT_COMPARABLE = N_("The findings of then were made over other groups or by other rules, so they are not compared one by one.")
SAME_AS_THEN = N_("What is shared and what is split is the same as then.")
MOST_ON_THE_AGENDA = 60


class FigureSections:
    def __init__(self, contents: Contents, words: ReportWords, findings: FindingBlocks) -> None:
        self.contents, self.found = contents, contents.findings
        self.words, self.findings = words, findings
        self.turnout = TurnoutWords(words.language)

    def took_part(self) -> Block | None:
        told, people, _ = self.contents.participation, self.found.participants, self.words.gettext
        if told is None:
            return None
        each = [(self.turnout.span(span), span.people) for span in told.votes_each]
        channels = [(self.turnout.channel(channel), count) for channel, count in told.channels.items() if count is not None]
        languages = [(i18n.own_name(tag), count) for tag, count in told.languages.items()]
        reasons = [(self.turnout.reason(reason), count) for reason, count in told.rejected.items()]
        return section(
            _("Who took part"),
            paragraph(self.turnout.votes_each(told, people), "before"),
            self._counted(_("Votes per person"), _("People"), each),
            paragraph(self.turnout.channels(told, people), "before") if told.channels else None,
            self._counted(_("How people came in"), _("People"), channels) if len(channels) > 1 else None,
            paragraph(self.turnout.languages(told), "before") if languages else None,
            self._counted(_("Language"), _("Statements"), languages) if len(languages) > 1 else None,
            paragraph(self.turnout.organisers(told)) if told.organisers else None,
            paragraph(self.turnout.rejected(told), "before"),
            self._counted(_("Reason"), _("Statements"), reasons) if reasons else None,
            paragraph(self.turnout.banned(told)) if told.banned else None,
        )

    def seen(self) -> Block | None:
        told, _ = self.contents.exposure, self.words.gettext
        if told is None:
            return None
        parts = [(self.turnout.part(tenth, len(told.parts)), count) for tenth, count in enumerate(told.parts)]
        fewest = [self._line(number, self._seen(number)) for number in told.fewest]
        return section(
            _("How many saw each statement"),
            paragraph(self.turnout.exposure(told)),
            self._skyline(),
            paragraph(self.turnout.seen_unequally()),
            self._counted(_("Voted on by"), _("Statements"), parts),
            table(_("Seen by the fewest"), self._statement_columns(_("Votes")), fewest) if fewest else None,
            paragraph(self.turnout.late(told)),
        )

    def agenda(self) -> Block | None:
        told = self._certainty
        if told is None or told.agenda is None:
            return None
        other = told.published_agenda
        return section(
            self.words.gettext("For the agenda: majority plus half the minority"),
            *self._agenda(told.agenda, published=False),
            *(self._agenda(other, published=True) if other else []),
        )

    def sure(self) -> Block | None:
        told, words = self._certainty, self.words
        if told is None:
            return None
        return section(
            words.gettext("How sure this is"),
            paragraph(words.stability(told)),
            self._groups_stay_together(told),
            paragraph(words.gettext(report_words.RANGES)),
            paragraph(words.lookalikes(told.lookalikes)) if told.lookalikes else None,
            paragraph(words.influence(told.influence)) if told.influence else None,
        )

    def limits(self) -> Block | None:
        said = listing(self.turnout.limit(limit) for limit in self.contents.limits)
        return section(self.words.gettext("What this report cannot say"), said) if said else None

    def compared(self) -> Block | None:
        then = self.contents.comparison
        if then is None:
            return None
        day = i18n.day(then.made_at, self.words.language)
        sizes = [group for group in self.found.shown_groups if group.label in then.sizes]
        return section(
            self.turnout.compared_with(then, day),
            paragraph(self.turnout.grown(then, self.found)),
            listing(self.turnout.groups_changed(then, self.found)),
            listing(self.turnout.size_changed(then, group.label, group.size or 0) for group in sizes),
            *(self._changes(then) if then.comparable else [paragraph(self.words.gettext(NOT_COMPARABLE))]),
        )

    @property
    def _certainty(self) -> Certainty | None:
        return self.found.certainty if self.found.verdict != "too_few_votes" and self.found.rules.by_intervals else None

    def _changes(self, then: Comparison) -> Iterable[Block | None]:
        _ = self.words.gettext
        changes = (
            (_("Newly shared"), then.newly_shared),
            (_("No longer shared"), then.no_longer_shared),
            (_("Newly split"), then.newly_split),
            (_("No longer split"), then.no_longer_split),
        )
        for title, findings in changes:
            if findings:
                yield heading(title)
                yield listing(self._named(finding) for finding in findings[:MOST_IN_LINES])
                yield from self.findings.left_out(len(findings) - MOST_IN_LINES)
        if not any(findings for _title, findings in changes):
            yield paragraph(_(SAME_AS_THEN))

    def _named(self, finding: Finding) -> Said:
        return self.findings.statement(finding.number)

    def _agenda(self, agenda: Agenda, *, published: bool) -> list[Block | None]:
        rows = [
            self._line(number, self.words.all_agree(self.found.figures(number))) for number in agenda.numbers[:MOST_ON_THE_AGENDA]
        ]
        listed = table("", self._statement_columns(self.words.gettext("Votes")), rows) if rows else None
        nothing = paragraph(self.words.gettext(report_words.NOTHING), "quiet")
        left = self.findings.left_out(len(agenda.numbers) - MOST_ON_THE_AGENDA)
        return [paragraph(self.turnout.agenda(agenda, published=published)), listed or nothing, *left]

    def _groups_stay_together(self, told: Certainty) -> Block | None:
        """With the size of each group, since a share says little without."""
        words, sizes = self.words, {group.label: group.size or 0 for group in self.found.shown_groups}
        if not told.groups:
            return None
        rows = [
            [words.gettext("Group %(letter)s", letter=label), words.people(sizes[label]), words.percent(share)]
            for label, share in told.groups.items()
        ]
        columns = [(words.gettext("Group"), "text"), (words.gettext("People"), "number"), (words.gettext("Together"), "number")]
        return table(words.gettext("How much of each group stays together then:"), columns, rows)

    def _counted(self, what: str, unit: str, counts: Sequence[tuple[str, int]]) -> Block | None:
        """A chart and its table in one: words, a bar as long as its part of the largest, and the count."""
        largest = max((count for _words, count in counts), default=0)
        if not largest:
            return None
        rows: list[list[Said]] = [[words, f"{count / largest:.4f}", self.words.number(count)] for words, count in counts]
        return table("", [(what, "text"), ("", "bar"), (unit, "number")], rows)

    def _skyline(self) -> Block:
        """A column for each statement, as high as it has votes."""
        drawn, _ = skyline([figures.everybody.votes for figures in self.found.statements]), self.words.gettext
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            f'<path fill="#1f6a99" d="{drawn.path}"/>'
            f'<path stroke="#16232c" stroke-width="2" stroke-dasharray="12 8" d="M0 {drawn.middle}H{WIDTH}"/></svg>'
        )
        return picture(svg, (_("The statement with the most votes"), _("The statement with the fewest votes")))

    def _seen(self, number: int) -> str:
        return self.turnout.seen(self.found.figures(number).everybody.votes, self.found.participants)

    def _line(self, number: int, figures: str) -> list[Said]:
        return [self.words.number(number), self.findings.statement(number), figures]

    def _statement_columns(self, figures: str) -> list[tuple[str, str]]:
        return [("", "number"), (self.words.gettext("Statement"), "text"), (figures, "short")]
