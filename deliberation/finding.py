"""One thing that an analysis says, and the thresholds by which it is said."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from deliberation.values import Choice

SHARED_PERCENT = 60
SPLIT_POINTS = 30
UNSURE_PERCENT = 30
SURELY_UNSURE_PERCENT = 25
DIVIDED_PERCENT = 30
LEAST_VOTES = 5
LEAST_PERCENT = 5
LEAST_VOTES_FOR_A_KIND = 10


class Kind(StrEnum):
    SHARED = "shared"
    DISTINCTIVE = "distinctive"
    SPLIT = "split"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a statement, in the direction of `choice`.

    shared: `group` is the one with the smallest share, None where groups are not told apart. distinctive: `group` stands out.
    split: `group` agrees most, `other` least; None where the people are divided without regard to groups. unsure: no group.
    """

    kind: Kind
    number: int
    choice: Choice
    group: str | None = None
    other: str | None = None

    @property
    def agrees(self) -> bool:
        return self.choice == Choice.AGREE

    @property
    def key(self) -> str:
        return key_of(self.kind, self.number, self.choice, self.group)


def key_of(kind: Kind, number: int, choice: Choice, group: str | None) -> str:
    """Names a finding within its report, for ever: `shared-12-agree`, `distinctive-12-disagree-B`, `split-7`, `unsure-3`."""
    if kind in (Kind.SPLIT, Kind.UNSURE):
        return f"{kind}-{number}"
    said = f"{kind}-{number}-{choice.name.lower()}"
    return f"{said}-{group}" if kind == Kind.DISTINCTIVE else said


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds that the findings were made with; percentages are whole numbers.

    `basis`: whether shares are compared as they were counted, or by the ends of the intervals that the method gives.
    """

    publication_minimum: int
    shared_percent: int = SHARED_PERCENT
    split_points: int = SPLIT_POINTS
    unsure_percent: int = UNSURE_PERCENT
    least_votes: int = LEAST_VOTES
    least_percent: int = LEAST_PERCENT
    basis: Literal["shares", "intervals"] = "shares"
    divided_percent: int = DIVIDED_PERCENT
    least_votes_for_a_kind: int = LEAST_VOTES_FOR_A_KIND

    @property
    def by_intervals(self) -> bool:
        return self.basis == "intervals"


def rules_by_intervals(publication_minimum: int) -> Rules:
    return Rules(publication_minimum, unsure_percent=SURELY_UNSURE_PERCENT, basis="intervals")
