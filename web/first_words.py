"""With which words a recommendation begins that is drafted from findings: each statement quoted, by a rule for its kind.

Officials reword it. Nothing is made up: what stands there is the statement and in which way it was found.
"""

from collections.abc import Collection, Iterable

from deliberation.errors import N_
from deliberation.finding import Finding, Kind
from deliberation.report_contents import Contents
from deliberation.values import Choice
from web import i18n

SAID = {
    (Kind.SHARED, Choice.AGREE): N_("“%(statement)s”"),
    (Kind.SHARED, Choice.DISAGREE): N_("Most people disagree with this: “%(statement)s”"),
    (Kind.DISTINCTIVE, Choice.AGREE): N_("Group %(letter)s agrees with this more than others do: “%(statement)s”"),
    (Kind.DISTINCTIVE, Choice.DISAGREE): N_("Group %(letter)s disagrees with this more than others do: “%(statement)s”"),
}
DIVIDED = N_("Opinions on this are divided: “%(statement)s”")
UNSURE = N_("Many people are unsure about this: “%(statement)s”")


def of(contents: Contents, keys: Collection[str], language: str) -> str:
    """One line for each statement, in the language of the page as far as the statement is translated."""
    chosen = (finding for finding in contents.findings.everything if finding.key in keys and finding.number in contents.texts)
    return "\n".join(_line(finding, contents, language) for finding in _first_of_each(chosen))


def _line(finding: Finding, contents: Contents, language: str) -> str:
    words = {Kind.SPLIT: DIVIDED, Kind.UNSURE: UNSURE}.get(finding.kind) or SAID[finding.kind, finding.choice]
    said = contents.texts[finding.number].reading(language).text
    return i18n.translate(language, words) % {"statement": said, "letter": finding.group or ""}


def _first_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """A statement that was found in several ways is quoted once."""
    return list({finding.number: finding for finding in reversed(list(findings))}.values())[::-1]
