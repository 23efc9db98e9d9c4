"""What has happened, in the reader's words, and where to read on: for mail and for feeds."""

from deliberation.errors import N_
from deliberation.news_item import Item, Kind
from deliberation.values import Outcome, Stage
from web import i18n
from web.trace_words import STATES
from web.words import OUTCOMES, STAGES

HEADLINES = {
    Kind.OPENED: N_("The conversation is open."),
    Kind.STAGE: N_("The conversation is in a new stage: %(word)s."),
    Kind.CLOSES_SOON: N_("Votes are taken until %(until)s."),
    Kind.CLOSED: N_("The vote is closed."),
    Kind.REPORT: N_("Report %(number)s was published."),
    Kind.RECOMMENDATION: N_("Recommendation %(number)s was published."),
    Kind.ANSWER: N_("Recommendation %(number)s was answered: %(word)s."),
    Kind.FINDING: N_("Report %(number)s has a finding about it: %(word)s."),
    Kind.COMMENTING: N_("Comments on recommendation %(number)s are welcome until %(day)s."),
    Kind.HANDED_OVER: N_("Recommendation %(number)s was handed over to be answered."),
    Kind.ANSWER_OVERDUE: N_("The answer to recommendation %(number)s is overdue."),
    Kind.PROMISE_OVERDUE: N_("What was promised with recommendation %(number)s is overdue."),
    Kind.EXTENDED: N_("More time was taken with recommendation %(number)s, until %(day)s. The reason:"),
    Kind.EVIDENCE: N_("There is evidence for a step promised with recommendation %(number)s."),
    Kind.MEETING: N_("A meeting was announced: %(until)s."),
    Kind.MEETING_MOVED: N_("Time or place of a meeting has changed: %(until)s."),
    Kind.MEETING_CANCELLED: N_("A meeting was cancelled: %(until)s. The reason:"),
    Kind.MILESTONE_DONE: N_("A step promised with recommendation %(number)s was marked as done."),
    Kind.MILESTONE_OVERDUE: N_("A step promised with recommendation %(number)s is overdue."),
}
PLACES = {
    Kind.GROUPS: "map",
    Kind.REPORT: "report",
    Kind.STAGE: "policy",
}
"""Names of routes; everything else is read on the conversation's own page."""


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
    facts = {
        "count": count,
        "number": count,
        "word": _word(item, language),
        "until": _until(item, language),
        "day": _day(item, language),
    }
    said: str = text % facts
    return said


def place(item: Item) -> tuple[str, str]:
    """Name of the route, to be filled with the conversation's slug, and what follows the address."""
    if item.kind in {Kind.MEETING, Kind.MEETING_MOVED, Kind.MEETING_CANCELLED}:
        return "conversation", f"/meetings/{item.number}"
    return PLACES.get(item.kind, "conversation"), f"/{item.about}" if item.about else ""


def _word(item: Item, language: str) -> str:
    if item.kind == Kind.STAGE:
        return i18n.translate(language, STAGES[Stage(item.word)])
    if item.kind == Kind.FINDING:
        return i18n.translate(language, STATES[item.word])
    return i18n.translate(language, OUTCOMES[Outcome(item.word)]) if item.kind == Kind.ANSWER else ""


def _day(item: Item, language: str) -> str:
    return "" if item.day is None else i18n.day(item.day, language)


def _until(item: Item, language: str) -> str:
    if item.until is None:
        return ""
    return (i18n.until if item.kind == Kind.CLOSES_SOON else i18n.moment)(item.until, language)
