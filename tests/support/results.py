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
) -> dict[str, Any]:
    """What an analysis would store. `votes`: statement → group → counts; `others`: votes of people without a group."""
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
                    {"number": number, "direction": direction, "ratio": 2.0, "test": 3.0, "successes": 1, "trials": 1}
                    for number, direction in (representative or {}).get(label, ())
                ],
            }
            for label, size in sizes.items()
        ],
        "statements": statements,
        "shared": {"agree": [], "disagree": []},
        "map": {"cells": [], "hulls": {}, "smallest_cell": 3},
    }


def _counts(agree: int, disagree: int, passes: int) -> dict[str, int]:
    return {"votes": agree + disagree + passes, "agree": agree, "disagree": disagree, "pass": passes}
