"""Results of analyses made by hand, figure by figure."""

from collections.abc import Mapping, Sequence
from typing import Any

Counts = tuple[int, int, int]
"""Agree, disagree, pass."""


def make_result(
    sizes: Mapping[str, int],
    votes: Mapping[int, Mapping[str, Counts]],
    *,
    others: Mapping[int, Counts] | None = None,
    participants: int | None = None,
    verdict: str = "groups",
    representative: Mapping[str, Sequence[tuple[int, str]]] | None = None,
    consensus: Mapping[int, float] | None = None,
    margin: float | None = None,
    **details: Any,
) -> dict[str, Any]:
    """What an analysis would store. `votes`: statement → group → counts; `others`: votes of people without a group.

    `margin`: with intervals that reach so far to both sides of each share; `details`: what else the engine tells, by name.
    """
    statements = []
    for number, by_group in votes.items():
        total = [sum(column) for column in zip(*by_group.values(), (others or {}).get(number, (0, 0, 0)), strict=True)]
        weight = (consensus or {}).get(number, 0.5)
        statements.append(
            {
                "number": number,
                "x": 0.0,
                "y": 0.0,
                **_counts(*total),
                "consensus": weight,
                "consensus_disagree": weight,
                "priority": 1.0,
                "groups": {label: _counts(*counts) for label, counts in by_group.items()},
            }
        )
    if margin is not None:
        statements = [_with_intervals(row, margin) for row in statements]
    return {
        "verdict": verdict,
        "participants": sum(sizes.values()) if participants is None else participants,
        "clustered": sum(sizes.values()),
        "votes": sum(row["votes"] for row in statements),
        "explained_variance": None,
        "silhouette": None,
        "groups": [
            {
                "label": label,
                "size": size,
                "center": [0.0, 0.0],
                "representative": [
                    {"number": number, "direction": direction, "counts": 1, "votes": 1, "share": 1.0}
                    for number, direction in (representative or {}).get(label, ())
                ],
            }
            for label, size in sizes.items()
        ],
        "statements": statements,
        "shared": {"agree": [], "disagree": []},
        "map": {"cells": [], "hulls": {}, "smallest_cell": 3},
        **details,
    }


def _with_intervals(row: dict[str, Any], margin: float) -> dict[str, Any]:
    row = {**row, "groups": {label: counts | _rates(counts, margin) for label, counts in row["groups"].items()}}
    shares = [counts["agree_rate"] for counts in row["groups"].values()]
    if len(shares) > 1:
        gap = max(shares) - min(shares)
        row |= {"divisiveness": gap, "divisiveness_low": max(0.0, gap - margin), "divisiveness_high": min(1.0, gap + margin)}
    return row | _rates(row, margin)


def _rates(counts: Mapping[str, int], margin: float) -> dict[str, float]:
    rates = {}
    for answer in ("agree", "disagree", "pass"):
        share = counts[answer] / max(counts["votes"], 1)
        rates |= {
            f"{answer}_rate": share,
            f"{answer}_low": max(0.0, share - margin),
            f"{answer}_high": min(1.0, share + margin),
        }
    return rates


def _counts(agree: int, disagree: int, passes: int) -> dict[str, int]:
    return {"votes": agree + disagree + passes, "agree": agree, "disagree": disagree, "pass": passes}
