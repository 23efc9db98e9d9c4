"""What came of a conversation, as people read it: recommendations with their statements, answers and steps, and what is overdue.

`policy` reads them from the database; what officials do is in `recommendations`, `responses` and `milestones`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import Protocol

from deliberation.finding import Kind, key_of
from deliberation.translations import Reading
from deliberation.values import Choice, EvidenceKind, Outcome, RecommendationState, StatementState


class Owed(StrEnum):
    """What somebody still waits for."""

    ANSWER = "answer"
    DECISION = "decision"
    DELIVERY = "delivery"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Clock:
    """What is owed, by which day, and how many days that day has passed (0 while it has not)."""

    owed: Owed
    due_on: date
    days_over: int


@dataclass(frozen=True, slots=True)
class LinkedStatement:
    """`reading` is None where the public may not read the text (rejected after it was linked)."""

    number: int
    state: StatementState
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence. `number` counts within its step; `media_type` where it is an attachment."""

    number: int
    kind: EvidenceKind
    title: Reading
    url: str
    added_at: datetime
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Extended:
    """A later day for what is owed, in public."""

    owed: Owed
    from_day: date
    to_day: date
    reason: Reading
    progress: Reading
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone. `number` counts within the recommendation; `dropped`: not done, and the standing answer declines.

    `due_on` with all extensions, newest last.
    """

    number: int
    title: Reading
    due_on: date | None
    done_on: date | None
    dropped: bool
    clock: Clock | None
    evidence: tuple[Proof, ...]
    extensions: tuple[Extended, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`number` counts the recommendation's answers from the first; `reviewed`: by a second person. `due_on` with extensions.

    `owner_name`: `owner` in the reader's language, where an office is called so.
    """

    number: int
    outcome: Outcome
    reason: Reading
    owner: str
    due_on: date | None
    published_at: datetime
    legal_basis: Reading | None
    legal_url: str
    budget: Reading | None
    reviewed: bool
    owner_name: Reading | None = None


class Standing(Protocol):
    """What of an answer says what somebody still waits for."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def due_on(self) -> date | None: ...


class Later(Protocol):
    """What of an extension says until when."""

    @property
    def owed(self) -> str: ...
    @property
    def to_day(self) -> date: ...
    @property
    def published_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class FoundBy:
    """The finding that a recommendation was drafted from: of what kind, about which statement, in which direction and groups."""

    kind: Kind
    number: int
    choice: Choice
    group: str | None
    other: str | None

    @property
    def key(self) -> str:
        return key_of(self.kind, self.number, self.choice, self.group)


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation and everything that came of it. `answer` is the one that stands, `earlier` those before, newest first.

    `phase`: how far it has come; without an office's day there is no clock. `answer_due_on` with extensions, newest last.
    `public_at` is None while only staff see it. `comments`: how many everybody can read. `office_name`: `office` in the reader's
    language, as long as it is called so.
    """

    id: int
    slug: str
    number: int
    report: int
    text: Reading
    office: str
    answer_due_on: date | None
    created_at: datetime
    statements: tuple[LinkedStatement, ...]
    answer: Answer | None
    earlier: tuple[Answer, ...]
    steps: tuple[Step, ...]
    clock: Clock | None
    phase: RecommendationState = RecommendationState.HANDED_OVER
    theme: Reading | None = None
    findings: tuple[FoundBy, ...] = ()
    extensions: tuple[Extended, ...] = ()
    comments_until: date | None = None
    comments: int = 0
    office_name: Reading | None = None
    public_at: datetime | None = None
    handed_over_at: datetime | None = None

    @property
    def days_over(self) -> int:
        """By how many days the longest overdue part of it is overdue."""
        return max((clock.days_over for clock in self.clocks), default=0)

    @property
    def clocks(self) -> list[Clock]:
        return [clock for clock in (self.clock, *(step.clock for step in self.steps)) if clock is not None]

    @property
    def state(self) -> str:
        """The standing answer's outcome; without one whether it is asked for, and before that how far it has come."""
        if self.answer:
            return self.answer.outcome.value
        return "unanswered" if self.phase == RecommendationState.HANDED_OVER else self.phase.value


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that an official has to see to. `step` is the milestone's number where it is one."""

    clock: Clock
    recommendation: Recommended
    step: Step | None


def by_theme(recommended: Iterable[Recommended]) -> list[tuple[Reading | None, list[Recommended]]]:
    """Recommendations under their headings: the heading of the one that comes first first, those without a heading last."""
    headings: dict[str, Reading] = {}
    found: dict[str, list[Recommended]] = {}
    for row in recommended:
        key = "" if row.theme is None else row.theme.original or row.theme.text
        found.setdefault(key, []).append(row)
        if row.theme is not None:
            headings.setdefault(key, row.theme)
    return [(headings.get(key), found[key]) for key in sorted(found, key=lambda key: not key)]


def due(recommended: Iterable[Recommended]) -> list[Due]:
    """What is owed, the longest overdue first, then by day."""
    owed = chain.from_iterable(_owed(row) for row in recommended)
    return sorted(owed, key=lambda item: (item.clock.due_on, item.recommendation.slug, item.recommendation.number))


def recommendation_clock(answer_due_on: date | None, answer: Standing | None, done: Sequence[bool], today: date) -> Clock | None:
    """What the recommendation itself waits for. `done` says of each of its steps whether it was done.

    What was adopted is delivered when there are steps and all are done; what was deferred waits for its decision in any case.
    """
    if answer is None:
        return _clock(Owed.ANSWER, answer_due_on, today)
    if answer.outcome == Outcome.DEFERRED:
        return _clock(Owed.DECISION, answer.due_on, today)
    if answer.outcome == Outcome.DECLINED or (done and all(done)):
        return None
    return _clock(Owed.DELIVERY, answer.due_on, today)


def extended(day: date | None, owed: Owed, extensions: Sequence[Later], since: datetime | None = None) -> date | None:
    """The day by which something is owed, after the newest extension of it. `since`: what was extended before does not count."""
    later = [one.to_day for one in extensions if one.owed == owed and (since is None or one.published_at >= since)]
    return later[-1] if later else day


def promised_until(outcome: Outcome, due_on: date | None, extensions: Sequence[Later], answered_at: datetime) -> date | None:
    """The day of an answer: by which its decision or its delivery is owed, with what was extended since it was given."""
    return extended(due_on, Owed.DECISION if outcome == Outcome.DEFERRED else Owed.DELIVERY, extensions, since=answered_at)


def step_clock(due_on: date | None, done_on: date | None, answer: Standing | None, today: date) -> Clock | None:
    """What a step waits for: nothing once it is done, or when the standing answer declines."""
    if done_on is not None or (answer is not None and answer.outcome == Outcome.DECLINED):
        return None
    return _clock(Owed.MILESTONE, due_on, today)


def _clock(owed: Owed, due_on: date | None, today: date) -> Clock | None:
    return None if due_on is None else Clock(owed, due_on, max(0, (today - due_on).days))


def _owed(row: Recommended) -> list[Due]:
    of_itself = [Due(row.clock, row, None)] if row.clock is not None else []
    return of_itself + [Due(step.clock, row, step) for step in row.steps if step.clock is not None]
