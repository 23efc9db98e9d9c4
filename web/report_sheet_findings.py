"""Findings on paper: the statement, the sentence, and bars of everybody's votes and each group's."""

from collections.abc import Sequence
from typing import Any

from deliberation.figures import MILLION, Figures, Tally
from deliberation.finding import Finding
from deliberation.report_contents import Contents
from deliberation.values import Choice
from web import report_words
from web.report_words import ReportWords
from web.sheet_blocks import Block, Said, heading, own, paragraph

MOST_IN_LINES = 24


class FindingBlocks:
    def __init__(self, contents: Contents, words: ReportWords) -> None:
        self.contents, self.words = contents, words
        self.names = {letter: name.reading(words.language) for letter, name in contents.names.items()}

    def full(self, finding: Finding) -> Block:
        """With everything behind it."""
        figures = self.contents.findings.figures(finding.number)
        return {
            "kind": "finding",
            "number": self.words.number(finding.number),
            "text": self.statement(finding.number),
            "sentence": self.words.finding(finding, figures),
            "bars": [self._everybody(figures.everybody), *self._groups(figures)],
        }

    def further(self, findings: Sequence[Finding]) -> list[Block]:
        """In a line each; where these are too many, the others are only counted."""
        shown = self.brief(findings[:MOST_IN_LINES], self.words.more_statements(len(findings)))
        return shown + self.left_out(len(findings) - MOST_IN_LINES)

    def left_out(self, n: int) -> list[Block]:
        """That there are more than are printed, where there are."""
        said = paragraph(self.words.more_on_the_web(n), "quiet") if n > 0 else None
        return [said] if said else []

    def brief(self, findings: Sequence[Finding], title: str) -> list[Block]:
        """In a line each, under a title; nothing where there are none."""
        items = [self._brief(finding) for finding in findings]
        return [{"kind": "further", "title": title, "items": items}] if items else []

    def group_heading(self, letter: str, size: int) -> Block:
        """Its sign and letter, what moderators call it, and how many people are in it."""
        name: Said = own(self.names[letter]) if letter in self.names else ""
        title = heading(self.words.gettext("Group %(letter)s", letter=letter), sign=letter, outlined=True)
        return {**title, "name": name, "people": self.words.people(size)}

    def statement(self, number: int) -> Said:
        """Its text, or that there is none to be read any more."""
        text = self.contents.texts.get(number)
        return self.words.gettext(report_words.WITHDRAWN) if text is None else own(text.reading(self.words.language))

    def row(self, figures: Figures) -> list[Said]:
        """All figures of one statement, for the table of all."""
        everybody, words = figures.everybody, self.words
        shares = [words.plain_share(everybody, choice) for choice in (Choice.AGREE, Choice.DISAGREE, Choice.PASS)]
        by_group = [figures.by_group.get(group.label) for group in self.contents.findings.shown_groups]
        cells = [self._in_group(tally) for tally in by_group]
        number, votes = words.number(figures.number), words.number(everybody.votes)
        return [number, self.statement(figures.number), votes, *shares, *cells]

    def _brief(self, finding: Finding) -> dict[str, Any]:
        return {
            "number": self.words.number(finding.number),
            "text": self.statement(finding.number),
            "sentence": self.words.finding(finding, self.contents.findings.figures(finding.number)),
        }

    def _in_group(self, tally: Tally | None) -> str:
        if tally is None:
            return self.words.gettext("too few")
        return f"{self.words.plain_share(tally, Choice.AGREE)} ({self.words.number(tally.votes)})"

    def _everybody(self, tally: Tally) -> dict[str, Any]:
        return self._bar(self.words.gettext("Everybody"), "", "", tally)

    def _groups(self, figures: Figures) -> list[dict[str, Any]]:
        return [self._group(letter, tally) for letter, tally in figures.by_group.items()]

    def _group(self, letter: str, tally: Tally | None) -> dict[str, Any]:
        label = self.words.gettext("Group %(letter)s", letter=letter)
        name: Said = own(self.names[letter]) if letter in self.names else ""
        if tally is None or not tally.votes:
            hidden = self.words.gettext("Too few votes to show.") if tally is None else self.words.gettext("No votes yet.")
            return {"label": label, "sign": letter, "name": name, "shares": [], "words": hidden, "range": []}
        estimate = tally.estimate(Choice.AGREE)
        ends = [] if estimate is None else [estimate.low / MILLION, estimate.high / MILLION]
        return self._bar(label, letter, name, tally) | {"range": ends}

    def _bar(self, label: str, sign: str, name: Said, tally: Tally) -> dict[str, Any]:
        return {
            "label": label,
            "sign": sign,
            "name": name,
            "shares": [tally.share(choice) for choice in (Choice.AGREE, Choice.PASS, Choice.DISAGREE)],
            "words": self.words.votes(tally),
            "range": [],
        }
