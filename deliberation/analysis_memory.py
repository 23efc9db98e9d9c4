"""What the next analysis takes from the last snapshot: letters, the orientation of the map, and what a full run found out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clustering import Previous, Structure, VoteMatrix
from clustering.lettering import Remembered
from deliberation import people_arrays
from deliberation.storage.tables import Analysis

FULL_RUN_GROWTH = 1.1
"""When there are so many times as many votes (or as few), or as many were cast, axes and groups are looked for again."""

OF_A_FULL_RUN = ("lookalikes", "without_lookalikes", "influence")
"""What only full runs find out besides the structure."""


def letters(shown: Previous) -> dict[str, Any]:
    """The part that a snapshot's result stores; who had the retired letters is in its arrays of people, in the same order."""
    return {"letters_given": list(shown.letters_given), "letters_retired": [letter.label for letter in shown.retired]}


def previous(snapshot: Analysis) -> Previous:
    """For the engine. A snapshot of before letters were stored has given those of its own groups."""
    people, result = people_arrays.unpack(snapshot.people), snapshot.result
    labels = tuple(group["label"] for group in result["groups"])
    positions = np.stack([people.x, people.y], axis=1).astype(np.float64)
    places = [(row["x"], row["y"]) for row in result["statements"]]
    has_map = not np.isnan(positions).any() and (None, None) not in places
    retired = zip(result.get("letters_retired", ()), people.retired, strict=True)
    return Previous(
        participants=people.participant,
        groups=people.group.astype(np.int64),
        labels=labels,
        positions=positions if has_map else None,
        statements=np.array([row["number"] for row in result["statements"]], dtype=np.int64),
        statement_positions=np.array(places, dtype=np.float64).reshape(-1, 2) if has_map else None,
        letters_given=tuple(result.get("letters_given", labels)),
        retired=tuple(Remembered(label, belonged.astype(np.int64), in_use=False) for label, belonged in retired),
    )


def structure(snapshot: Analysis, votes: VoteMatrix, vote_events: int) -> Structure | None:
    """What the last full run found about axes and groups, while votes have hardly been added, changed or taken out since."""
    found, origin = snapshot.result.get("structure"), snapshot.result.get("structure_from")
    if found is None or origin is None:
        return None
    now = int(votes.tally.votes[~votes.moderated_out].sum())
    many_events = vote_events >= origin["vote_events"] * FULL_RUN_GROWTH
    if many_events or not found["votes"] / FULL_RUN_GROWTH < now < found["votes"] * FULL_RUN_GROWTH:
        return None
    return Structure.from_json(found)


def found_now(vote_events: int) -> dict[str, Any]:
    """What a result says of its structure after a full run."""
    return {"structure_from": {"sequence": None, "vote_events": vote_events}}


def taken_over(result: Mapping[str, Any], snapshot: Analysis) -> dict[str, Any]:
    """What a result says of a structure that the last snapshot had: from which it comes, and how stable each group was then."""
    origin = snapshot.result["structure_from"]
    sequence = origin["sequence"] or snapshot.sequence
    stabilities = {group["label"]: group.get("stability") for group in snapshot.result["groups"]}
    return {
        **{name: snapshot.result.get(name) for name in OF_A_FULL_RUN},
        "structure_from": {**origin, "sequence": sequence},
        "groups": [group | {"stability": stabilities.get(group["label"])} for group in result["groups"]],
    }
