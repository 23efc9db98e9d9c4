"""One thing that has happened, for mail, feeds and webhooks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from deliberation.translations import Reading


class Kind(StrEnum):
    """What can happen."""

    OPENED = "opened"
    STATEMENTS = "statements"
    STAGE = "stage"
    CLOSES_SOON = "closes_soon"
    CLOSED = "closed"
    GROUPS = "groups"
    REPORT = "report"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"
    COMMENTING = "commenting"
    HANDED_OVER = "handed_over"
    ANSWER = "answer"
    ANSWER_OVERDUE = "answer_overdue"
    PROMISE_OVERDUE = "promise_overdue"
    EXTENDED = "extended"
    MILESTONE_DONE = "milestone_done"
    MILESTONE_OVERDUE = "milestone_overdue"
    EVIDENCE = "evidence"
    MEETING = "meeting"
    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that happened. `key` names it for ever within its conversation.

    `number` is that of a report, meeting, recommendation or milestone's recommendation, or how many statements or groups;
    `word` a stage or an outcome; `text` what somebody wrote about it; `until` when something ends or a meeting begins, `day`
    until which day something may take.
    `about`: the key of the item of the trace that it happened to, where it is one.
    """

    kind: Kind
    key: str
    at: datetime
    number: int = 0
    word: str = ""
    text: Reading | None = None
    until: datetime | None = None
    day: date | None = None
    about: str = ""
