"""Two officials on one answer: what the second typed beside what the first has kept meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from deliberation.errors import CHANGED, N_
from deliberation.errors.responses import DraftChanged
from deliberation.storage.tables import ResponseDraft
from deliberation.values import Outcome
from web import differences, i18n
from web.answer_forms import MOST_STEPS, fields_of, step_field, with_untouched
from web.differences import Part
from web.entries import Entry
from web.words import OUTCOMES

LABELS = {
    "outcome": N_("What the city decides"),
    "reason": N_("The reason"),
    "owner": N_("Which office answers for it"),
    "due_on": N_("Done, or decided, by"),
    "legal_basis": N_("Legal basis"),
    "legal_url": N_("Address of the legal basis"),
    "budget": N_("Budget"),
    "steps": N_("Steps"),
}


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that is not the same in both; the parts lead from what is kept to what was typed."""

    label: str
    language: str
    parts: tuple[Part, ...]


def with_news(entry: Entry, draft: ResponseDraft, language: str) -> tuple[Entry, list[Differing]]:
    """The form for whoever had an old page: what others have kept where this person touched nothing, and where both differ."""
    typed = with_untouched(entry.typed, fields_of(draft))
    differing = between(draft, typed, language)
    announced = i18n.translate(language, DraftChanged.message)
    nothing_below = entry.errors == {"": announced} and not differing
    errors = {"": i18n.translate(language, CHANGED)} if nothing_below else entry.errors
    return replace(entry, typed=typed, errors=errors), differing


def between(draft: ResponseDraft, typed: Mapping[str, Any], language: str) -> list[Differing]:
    """The fields that differ, in the order of the form."""
    kept, mine = _texts(fields_of(draft), language), _texts(typed, language)
    return [
        Differing(i18n.translate(language, label), draft.language, differences.between(kept[name], mine[name], draft.language))
        for name, label in LABELS.items()
        if kept[name] != mine[name]
    ]


def _texts(fields: Mapping[str, Any], language: str) -> dict[str, str]:
    texts = {name: _text(fields.get(name)) for name in LABELS}
    texts["outcome"] = i18n.translate(language, OUTCOMES[Outcome(texts["outcome"])]) if texts["outcome"] in set(Outcome) else ""
    rows = ((_text(fields.get(step_field(row, name))) for name in ("due_on", "title")) for row in range(1, MOST_STEPS + 1))
    lines = (" ".join(part for part in row if part) for row in rows)
    texts["steps"] = "\n".join(line for line in lines if line)
    return texts


def _text(value: Any) -> str:
    """As the domain keeps it: without surrounding space, with the line breaks of this side of the network."""
    return "" if value is None else "\n".join(str(value).strip().splitlines())
