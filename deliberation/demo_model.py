"""The parameters of the demo deliberation’s generative model, as `fixtures/demo` states them. See `fixtures/README.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINUTES_PER_DAY = 24 * 60
NEVER = float("inf")


@dataclass(frozen=True)
class SecondRound:
    """`residents` come back on a day from `first_day` until before `last_day`, for at most `most` further answers each."""

    first_day: int
    last_day: int
    residents: int
    most: int


@dataclass(frozen=True)
class Residents:
    """Parameters of the population. Shares and weights need not sum to one."""

    count: int
    days: int
    camps: Mapping[str, float]
    languages: Mapping[str, float]
    channels: Mapping[str, float]
    day_weights: Sequence[float]
    hour_weights: Sequence[float]
    intended_median: float
    minimum: int
    seconds_between: float
    later_statements: float
    return_share: float
    return_days: float
    visits: int
    revote_share: float
    independence: tuple[float, float]
    pass_spread: float
    second_round: SecondRound


@dataclass(frozen=True)
class PlannedStatement:
    """How a statement is received. Minutes since opening; it is on show from `shown_from` until `shown_until`.

    `agree` holds one probability per camp, among those who do not pass; `author` is a camp, or None for the city, and may vote
    until `author_banned`.
    """

    number: int
    language: str
    author: str | None
    author_banned: float
    posted: float
    shown_from: float
    shown_until: float
    agree: Mapping[str, float]
    passing: float


def read_residents(table: Mapping[str, Any]) -> Residents:
    """The parameters as they stand in `residents.toml`."""
    first, second = table["answers"]["independence"]
    return Residents(
        count=table["count"],
        days=table["days"],
        camps={camp["key"]: camp["share"] for camp in table["camps"]},
        languages=table["languages"],
        channels=table["channels"],
        day_weights=table["arrivals"]["days"],
        hour_weights=table["arrivals"]["hours"],
        independence=(first, second),
        pass_spread=table["answers"]["pass_spread"],
        second_round=SecondRound(**table["second_round"]),
        **table["voting"],
    )


def read_statements(statements: Mapping[str, Any], moderation: Mapping[str, Any]) -> list[PlannedStatement]:
    """The statements of `statements.toml`; `moderation.toml` says when some were merged away and their authors banned."""
    merged = {merge["statement"]: merge["day"] * MINUTES_PER_DAY for merge in moderation["merges"]}
    banned = {ban["author_of"]: ban["day"] * MINUTES_PER_DAY for ban in moderation["bans"]}
    return [
        PlannedStatement(
            number=entry["number"],
            language=entry["original"],
            author=None if entry["author"] == "city" else entry["author"],
            author_banned=banned.get(entry["number"], NEVER),
            posted=entry["posted"] * MINUTES_PER_DAY,
            shown_from=entry.get("accepted", NEVER) * MINUTES_PER_DAY,
            shown_until=merged.get(entry["number"], NEVER),
            agree=entry["agree"],
            passing=entry["pass"],
        )
        for entry in statements["statements"]
    ]
