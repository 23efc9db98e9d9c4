"""What officials send about answers: the answer itself with the steps it promises, its review, later days, evidence."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from deliberation import seen
from deliberation.response_drafts import PlannedStep, Written
from deliberation.storage.tables import ResponseDraft
from deliberation.values import EvidenceKind, Outcome
from web.field_types import Day, EmptyIsNone, Number, OptionalDay
from web.forms import Form, FormInvalid, Marks, OptionalLine, OptionalParagraphs, Tag, validated

MOST_STEPS = 20
EMPTY_ROWS = 2
"""So many rows for further steps stand on a page, so that it works without scripts."""

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class AnswerForm(Form):
    """Whatever is missing, the domain says; a draft may lack anything.

    `seen`: how many answers there were on the page; `version`: which draft; `had`: the marks of what its fields held, see
    `marks_of`. The steps are read by `steps_of`.
    """

    outcome: Annotated[Outcome | None, EmptyIsNone] = None
    reason: OptionalParagraphs = ""
    language: Tag
    owner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    due_on: OptionalDay = None
    legal_basis: Sentence = ""
    legal_url: Address = ""
    budget: Sentence = ""
    seen: Number = 0
    version: Number = 0
    had: Marks = ""
    act: Annotated[str, StringConstraints(pattern="^(draft|submit)$")]

    def written(self, steps: tuple[PlannedStep, ...]) -> Written:
        return Written(
            self.outcome,
            self.reason,
            self.language,
            self.owner,
            self.due_on,
            self.legal_basis,
            self.legal_url,
            self.budget,
            steps,
        )


class TogetherForm(AnswerForm):
    """`chosen` are recommendations as `slug/number`; `mark` is that of the batch that was seen."""

    chosen: str | list[str] = ""
    mark: Annotated[str, StringConstraints(max_length=5000)] = ""

    @property
    def places(self) -> list[tuple[str, int]]:
        return places([self.chosen] if isinstance(self.chosen, str) else self.chosen)


class ReviewForm(Form):
    version: Number = 0
    mark: Annotated[str, StringConstraints(max_length=5000)] = ""


class GiveBackForm(ReviewForm):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ExtensionForm(Form):
    to_day: Day
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    progress: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    language: Tag


class MilestoneForm(Form):
    title: OptionalLine = ""
    language: Tag
    due_on: Day


class DoneForm(Form):
    done_on: Day


class EvidenceForm(Form):
    kind: EvidenceKind = EvidenceKind.OTHER
    title: OptionalLine = ""
    language: Tag
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""


class StepForm(Form):
    title: OptionalLine = ""
    due_on: OptionalDay = None


def steps_of(typed: Mapping[str, Any]) -> tuple[PlannedStep, ...]:
    """The steps of a posted answer, row by row. Raises FormInvalid."""
    found: list[PlannedStep] = []
    errors: dict[str, str] = {}
    for row in range(1, MOST_STEPS + 1):
        sent = {name: typed[field] for name in ("title", "due_on") if (field := step_field(row, name)) in typed}
        try:
            form = validated(StepForm, sent)
        except FormInvalid as invalid:
            errors |= {step_field(row, name): message for name, message in invalid.errors.items()}
        else:
            found.append(PlannedStep(form.title, form.due_on))
    if errors:
        raise FormInvalid(errors, dict(typed))
    return tuple(found)


def step_field(row: int, name: str) -> str:
    return f"step_{row}_{name}"


def fields_of(draft: ResponseDraft) -> dict[str, Any]:
    """A draft as the form would send it."""
    fields = {
        "outcome": draft.outcome.value if draft.outcome else "",
        "reason": draft.reason,
        "language": draft.language,
        "owner": draft.owner,
        "due_on": draft.due_on.isoformat() if draft.due_on else "",
        "legal_basis": draft.legal_basis,
        "legal_url": draft.legal_url,
        "budget": draft.budget,
    }
    for row, step in enumerate(draft.steps or (), start=1):
        fields |= {step_field(row, "title"): step["title"], step_field(row, "due_on"): step["due_on"] or ""}
    return fields


TOUCHED_TOGETHER = (
    *(("outcome",), ("reason", "language"), ("owner",), ("due_on",), ("legal_basis",), ("legal_url",), ("budget",)),
    tuple(step_field(row, name) for row in range(1, MOST_STEPS + 1) for name in ("title", "due_on")),
)
"""Fields of an answer that one cannot take from two people: a text is in its language, and steps are a list."""


def marks_of(fields: Mapping[str, Any]) -> str:
    """One for each of `TOUCHED_TOGETHER`; see `deliberation.seen`."""
    return seen.marks("\n".join(str(fields.get(name) or "").strip() for name in names) for names in TOUCHED_TOGETHER)


def with_untouched(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed; but what this person left as their page had it, as somebody else has kept it meanwhile."""
    had, meant = str(typed.get("had", "")).split(), marks_of(typed).split()
    if len(had) != len(meant):
        return dict(typed)
    untouched = (names for names, before, mine in zip(TOUCHED_TOGETHER, had, meant, strict=True) if before == mine)
    return dict(typed) | {name: stored.get(name, "") for names in untouched for name in names}


def rows_shown(typed: Mapping[str, Any]) -> int:
    """How many rows for steps: those with something in them, and some more."""
    used = [row for row in range(1, MOST_STEPS + 1) if any(typed.get(step_field(row, name)) for name in ("title", "due_on"))]
    return min(MOST_STEPS, (used[-1] if used else 0) + EMPTY_ROWS)


def places(chosen: list[str]) -> list[tuple[str, int]]:
    """Recommendations by `slug/number`; what is none is left out."""
    found = (one.rpartition("/") for one in chosen)
    return [(slug, int(number)) for slug, _, number in found if slug and number.isdecimal() and len(number) < 10]
