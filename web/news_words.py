"""What has happened, in the reader's words, and where to read on: for mail and for feeds."""

from deliberation.errors import N_
from deliberation.news import Item, Kind
from deliberation.values import Outcome, Stage
from web import i18n
from web.words import OUTCOMES, STAGES

HEADLINES = {
    Kind.OPENED: N_("The conversation is open."),
    Kind.STAGE: N_("The conversation is in a new stage: %(word)s."),
    Kind.CLOSES_SOON: N_("Votes are taken until %(until)s."),
    Kind.CLOSED: N_("The vote is closed."),
    Kind.REPORT: N_("Report %(number)s was published."),
    Kind.RECOMMENDATION: N_("Recommendation %(number)s was published."),
    Kind.ANSWER: N_("Recommendation %(number)s was answered: %(word)s."),
    Kind.MILESTONE_DONE: N_("A step promised with recommendation %(number)s was marked as done."),
    Kind.MILESTONE_OVERDUE: N_("A step promised with recommendation %(number)s is overdue."),
}
PLACES = {
    Kind.GROUPS: "map",
    Kind.REPORT: "report",
    Kind.STAGE: "policy",
    Kind.RECOMMENDATION: "policy",
    Kind.ANSWER: "policy",
    Kind.MILESTONE_DONE: "policy",
    Kind.MILESTONE_OVERDUE: "policy",
}
"""Names of routes; everything else is read on the conversation's own page."""
UNDER_A_RECOMMENDATION = {Kind.RECOMMENDATION, Kind.ANSWER, Kind.MILESTONE_DONE, Kind.MILESTONE_OVERDUE}


def headline(item: Item, language: str) -> str:
    """One sentence; moments by the clock that was chosen with `i18n.use_time_zone`."""
    many = i18n.catalogue(language)
    count = i18n.number(item.number, language)
    if item.kind == Kind.STATEMENTS:
        text = many.ngettext("%(count)s new statement to vote on.", "%(count)s new statements to vote on.", item.number)
    elif item.kind == Kind.GROUPS:
        text = many.ngettext(
            "The map now shows %(count)s opinion group.", "The map now shows %(count)s opinion groups.", item.number
        )
    else:
        text = i18n.translate(language, HEADLINES[item.kind])
    facts = {"count": count, "number": count, "word": _word(item, language), "until": _until(item, language)}
    said: str = text % facts
    return said


def place(item: Item) -> tuple[str, str]:
    """Name of the route, to be filled with the conversation's slug, and what follows the address."""
    return PLACES.get(item.kind, "conversation"), f"#r{item.number}" if item.kind in UNDER_A_RECOMMENDATION else ""


def _word(item: Item, language: str) -> str:
    if item.kind == Kind.STAGE:
        return i18n.translate(language, STAGES[Stage(item.word)])
    return i18n.translate(language, OUTCOMES[Outcome(item.word)]) if item.kind == Kind.ANSWER else ""


def _until(item: Item, language: str) -> str:
    return "" if item.until is None else i18n.moment(item.until, language)
