"""What the items of the trace are called, and what they are in, as people read it."""

from deliberation.errors import N_
from deliberation.trace_items import Item, ItemKind
from web import i18n, words

KINDS = {
    ItemKind.STATEMENT: N_("Statements"),
    ItemKind.FINDING: N_("Findings"),
    ItemKind.RECOMMENDATION: N_("Recommendations"),
    ItemKind.RESPONSE: N_("Answers"),
    ItemKind.MILESTONE: N_("Steps"),
    ItemKind.EVIDENCE: N_("Evidence"),
}
NAMES = {
    ItemKind.STATEMENT: N_("Statement %(number)s"),
    ItemKind.FINDING: N_("Finding in report %(report)s"),
    ItemKind.RECOMMENDATION: N_("Recommendation %(number)s"),
    ItemKind.RESPONSE: N_("Answer %(answer)s to recommendation %(number)s"),
    ItemKind.MILESTONE: N_("Step %(step)s of recommendation %(number)s"),
    ItemKind.EVIDENCE: N_("Evidence %(evidence)s for step %(step)s of recommendation %(number)s"),
}
SHORT_NAMES = NAMES | {
    ItemKind.RESPONSE: N_("Answer %(answer)s"),
    ItemKind.MILESTONE: N_("Step %(step)s"),
    ItemKind.EVIDENCE: N_("Evidence %(evidence)s"),
}
"""Where it is plain what they belong to."""
STATES = {
    **{str(state): said for of in (words.STATES, words.OUTCOMES, words.EVIDENCE_KINDS) for state, said in of.items()},
    "shared": N_("What is shared"),
    "distinctive": N_("What a group stands out by"),
    "split": N_("Where the groups are split"),
    "unsure": N_("Where people are unsure"),
    "unanswered": N_("Not answered yet"),
    "commenting": N_("Open for comments"),
    "commented": N_("Comments closed"),
    "planned": N_("Planned"),
    "overdue": N_("Overdue"),
    "done": N_("Done"),
    "dropped": N_("Given up"),
}


def kind(item: ItemKind, language: str) -> str:
    """The heading over items of this kind."""
    return i18n.translate(language, KINDS[item])


def name(item: Item, language: str, *, short: bool = False) -> str:
    parts = {part: i18n.number(value, language) if isinstance(value, int) else value for part, value in item.parts.items()}
    said: str = i18n.translate(language, (SHORT_NAMES if short else NAMES)[item.kind]) % parts
    return said


def name_of_key(key: str, language: str) -> str:
    """What is called so that can be followed: a statement or a recommendation."""
    kind, _, number = key.partition("/")
    of = ItemKind.STATEMENT if kind == "s" else ItemKind.RECOMMENDATION
    said: str = i18n.translate(language, NAMES[of]) % {"number": i18n.number(int(number), language)}
    return said


def state(item: Item, language: str) -> str:
    return i18n.translate(language, STATES[item.state])
