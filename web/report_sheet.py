"""A published report as a sheet of paper: the same sentences as on its page (`web.report_words`), laid out for A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deliberation import release_readme
from deliberation.finding import Finding
from deliberation.municipalities import Tenant
from deliberation.outcomes import Recommended
from deliberation.report_contents import Contents
from deliberation.reports import Published
from deliberation.translations import Reading
from web import i18n, markdown, report_sheet_answers, report_words
from web.report_sheet_figures import FigureSections
from web.report_sheet_findings import FindingBlocks
from web.report_sheet_groups import GroupSections
from web.report_words import ReportWords
from web.sheet_blocks import Block, appendix, facts, heading, link, listing, notice, own, paragraph, prose, section, table

MOST_OF_A_KIND = 8
MOST_IN_THE_APPENDIX = 120
"""Statements whose figures are printed; who wants more finds them on the page."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whole addresses, for readers who hold paper in their hands."""

    report: str
    statements: str
    data: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that stands in it, as its reader sees it."""

    municipality: Tenant
    topic: Reading
    title: Reading
    introduction: Reading
    note: Reading | None
    override: Reading | None
    published: Published
    recommendations: Sequence[Recommended]
    made_on: date
    addresses: Addresses

    @property
    def contents(self) -> Contents:
        return self.published.contents


class ReportSheet:
    def __init__(self, told: Told, language: str) -> None:
        self.told, self.language = told, language
        self.words = ReportWords(language)
        self.findings = FindingBlocks(told.contents, self.words)

    def data(self) -> dict[str, Any]:
        """What `templates/sheets/report.typ` is given."""
        told, found, _ = self.told, self.told.contents.findings, self.words.gettext
        return {
            "title": told.title.text,
            "municipality": told.municipality.name,
            "topic": own(told.topic),
            "report_title": own(told.title),
            "running": own(told.topic),
            "number": _("Report %(number)s", number=self.words.number(told.published.number)),
            "published": _("Published on %(day)s", day=self._day(told.published.heading.published_at)),
            "votes": self._period(),
            "figures": self._figures(),
            "sample": _(report_words.NOT_REPRESENTATIVE),
            "contents": _("Contents"),
            "page": _("Page %(number)s of %(pages)s", number="{number}", pages="{pages}"),
            "address": told.addresses.report,
            "words": {
                "agree": _("Agree"),
                "pass": _("Pass"),
                "disagree": _("Disagree"),
                "statement": _("Statement %(number)s", number="{number}"),
            },
            "sections": [
                block
                for block in (
                    self._summary(),
                    self._introduction(),
                    *(self._layers() if found.verdict != "too_few_votes" else [self._too_few()]),
                    *self._figure_sections(),
                    report_sheet_answers.section_of(told.recommendations, told.made_on, self.words),
                    self._made(),
                    appendix(),
                    self._appendix(),
                )
                if block is not None
            ],
        }

    def _figures(self) -> list[Mapping[str, str]]:
        found, counts, _ = self.told.contents.findings, self.told.contents.counts, self.words.gettext
        shown = [
            (found.participants, _("Participants")),
            (found.votes, _("Votes")),
            (counts.accepted, _("Statements accepted")),
            (counts.rejected, _("Statements rejected")),
        ]
        return [{"value": self.words.number(value), "words": words} for value, words in shown]

    def _summary(self) -> Block:
        told, _ = self.told, self.words.gettext
        short = [] if told.contents.findings.verdict == "too_few_votes" else self.words.in_short(told.contents.findings)
        return section(
            _("In short"),
            listing([sentence for _section, sentence in short]),
            paragraph(self.words.further_statements(told.contents.counts), "quiet"),
            notice(_(report_words.NOT_REPRESENTATIVE), _(report_words.WHOEVER_WANTED)),
            *self._all_the_same(),
            self._mandate(),
        )

    def _all_the_same(self) -> list[Block | None]:
        """Why it was published in spite of everything, and what is different from the report before."""
        override, _ = self.told.override, self.words.gettext
        blocks = list[Block | None]()
        if override:
            too_few = self.told.contents.findings.verdict == "too_few_votes"
            title = _(report_words.TOO_FEW_ALL_THE_SAME if too_few else report_words.UNSTABLE_ALL_THE_SAME)
            blocks += [heading(title), prose(markdown.nodes(override.text), override.language)]
        if self.told.note:
            title = _("What is different from the report before")
            blocks += [heading(title), prose(markdown.nodes(self.told.note.text), self.told.note.language)]
        return blocks

    def _mandate(self) -> Block:
        notice_of_its_own = self.told.municipality.mandate
        text = own(notice_of_its_own.reading(self.language)) if notice_of_its_own else self.words.mandate()
        return notice(self.words.mandate_title(), text)

    def _introduction(self) -> Block | None:
        written = self.told.introduction
        if not written.text:
            return None
        return section(self.words.gettext("Introduction"), prose(markdown.nodes(written.text), written.language))

    def _too_few(self) -> Block:
        return section(self.words.gettext("Too few votes for findings."), paragraph(self.words.gettext(report_words.NOTHING)))

    def _layers(self) -> list[Block | None]:
        """What people share, where they are split, where they are unsure, and what each group stands for."""
        found, words = self.told.contents.findings, self.words
        groups = GroupSections(found, words, self.findings)
        return [
            section(words.shared_heading(found), paragraph(words.shared_rule(found)), *self._some(found.shared)),
            groups.split(),
            section(words.gettext("Where people are unsure"), paragraph(words.unsure_rule(found)), *self._some(found.unsure)),
            groups.portraits(),
        ]

    def _some(self, findings: Sequence[Finding]) -> list[Block | None]:
        """The first ones with everything behind them, the others in a line each."""
        if not findings:
            return [paragraph(self.words.gettext(report_words.NOTHING), "quiet")]
        return [*map(self.findings.full, findings[:MOST_OF_A_KIND]), *self.findings.further(findings[MOST_OF_A_KIND:])]

    def _figure_sections(self) -> list[Block | None]:
        made = FigureSections(self.told.contents, self.words, self.findings)
        return [made.agenda(), made.took_part(), made.seen(), made.sure(), made.limits(), made.compared()]

    def _made(self) -> Block:
        """How this was made, and how to make it again."""
        told, _ = self.told, self.words.gettext
        snapshot, source = told.contents.snapshot, told.contents.source
        known = [
            (_("Report"), self.words.number(told.published.number)),
            (_("Fingerprint of the report (SHA-256)"), told.published.sha256),
            (_("Analysis"), self._analysis()),
            (_("Method"), snapshot.method),
            (_("Version of the engine"), snapshot.engine_version),
            (_("Fingerprint of the votes (SHA-256)"), snapshot.input_sha256),
            *([(_("With the data, this command computes it again"), release_readme.command(source))] if source else []),
        ]
        return section(
            _("How this was made"),
            listing(self.words.rules(told.contents.findings.rules)),
            facts(known),
            link(_("This report on the web"), told.addresses.report),
            link(_("The data behind this report"), told.addresses.data),
        )

    def _appendix(self) -> Block:
        found, words, _ = self.told.contents.findings, self.words, self.words.gettext
        listed = sorted(found.statements, key=lambda figures: (-figures.everybody.votes, figures.number))[:MOST_IN_THE_APPENDIX]
        left = len(found.statements) - len(listed)
        groups = [(_("Group %(letter)s", letter=group.label), "number") for group in found.shown_groups]
        answers = [(title, "number") for title in (_("Votes"), _("Agree"), _("Disagree"), _("Pass"))]
        rows = [self.findings.row(figures) for figures in sorted(listed, key=lambda figures: figures.number)]
        more = words.ngettext(
            "%(n)s further statement, with fewer votes, is on the web.",
            "%(n)s further statements, with fewer votes, are on the web.",
            left,
        )
        return section(
            _("All statements"),
            table(
                _("Votes on each statement; for each group, the share that agrees and the number of its votes"),
                [("", "number"), (_("Statement"), "text"), *answers, *groups],
                rows,
                small=True,
            ),
            paragraph(more) if left else None,
            link(_("All statements"), self.told.addresses.statements) if left else None,
        )

    def _period(self) -> str:
        """Until votes were counted, or until they were no longer taken."""
        contents, _ = self.told.contents, self.words.gettext
        counted = contents.counted_until
        if contents.opens_at and contents.opens_at < counted:
            return _(
                "Votes from %(start)s to %(end)s", start=self._day(contents.opens_at), end=i18n.last_day(counted, self.language)
            )
        return _("Votes until %(day)s", day=i18n.last_day(counted, self.language))

    def _analysis(self) -> str:
        snapshot = self.told.contents.snapshot
        moment = i18n.moment(snapshot.made_at, self.language)
        return self.words.gettext("Number %(number)s of %(moment)s", number=self.words.number(snapshot.sequence), moment=moment)

    def _day(self, moment: datetime) -> str:
        return i18n.day(moment, self.language)
