"""What an analysis says about each participant: arrays side by side, stored compressed instead of as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOT_GROUPED = -1


@dataclass(frozen=True, eq=False)
class People:
    """One entry per participant with a vote, ordered by row id. `x` and `y` are NaN when the analysis has no map.

    `confidence` in the group, 0…1, is NaN without one. `retired` (letters, participants): for each letter that no group has any
    more 1 for those who had it last, 0 for members of other groups at that time, −1 for everybody else.
    `spread` (participants, 3): variance of x, covariance of x and y, variance of y; NaN where the method says nothing of them.
    """

    participant: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    group: NDArray[np.int8]
    votes: NDArray[np.int32]
    confidence: NDArray[np.float16]
    retired: NDArray[np.int8]
    spread: NDArray[np.float16]

    def confidence_of(self, place: int) -> float | None:
        confidence = float(self.confidence[place])
        return None if isnan(confidence) else confidence

    def place_of(self, participant_id: int) -> int | None:
        """Where this participant stands in the arrays."""
        place = int(np.searchsorted(self.participant, participant_id))
        return place if place < len(self.participant) and self.participant[place] == participant_id else None

    def position(self, place: int) -> tuple[float, float] | None:
        x, y = float(self.x[place]), float(self.y[place])
        return None if isnan(x) else (x, y)

    def spread_of(self, place: int) -> tuple[float, float, float] | None:
        across, both, upward = (float(figure) for figure in self.spread[place])
        return None if isnan(across) else (across, both, upward)


def pack(
    participants: NDArray[Any],
    positions: NDArray[Any] | None,
    groups: NDArray[Any],
    votes: NDArray[Any],
    confidence: NDArray[Any] | None,
    retired: Sequence[NDArray[Any]],
    spreads: NDArray[Any] | None = None,
) -> bytes:
    """`positions` (participants, 2), or None without a map; `groups` −1 for people who are not grouped.

    `confidence` (participants,) and `spreads` (participants, 2, 2) where the method has them.
    """
    people = len(participants)
    placed = np.full((people, 2), np.nan) if positions is None else positions
    file = BytesIO()
    np.savez_compressed(
        file,
        participant=participants.astype(np.int64),
        x=placed[:, 0].astype(np.float32),
        y=placed[:, 1].astype(np.float32),
        group=groups.astype(np.int8),
        votes=votes.astype(np.int32),
        confidence=(np.full(people, np.nan) if confidence is None else confidence).astype(np.float16),
        retired=np.array(retired, dtype=np.int8).reshape(len(retired), people),
        spread=np.full((people, 3), np.nan, np.float16) if spreads is None else _halves(spreads),
    )
    return file.getvalue()


def unpack(packed: bytes) -> People:
    """Snapshots of before there were `confidence`, `retired` and `spread` have none."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        people = len(arrays["participant"])
        known = {
            "confidence": np.full(people, np.nan, np.float16),
            "retired": np.empty((0, people), np.int8),
            "spread": np.full((people, 3), np.nan, np.float16),
            **arrays,
        }
        return People(**{field.name: known[field.name] for field in fields(People)})


def _halves(spreads: NDArray[Any]) -> NDArray[np.float16]:
    """Each symmetric matrix as its three figures, within what half precision holds."""
    largest = float(np.finfo(np.float16).max)
    figures = np.stack([spreads[:, 0, 0], spreads[:, 0, 1], spreads[:, 1, 1]], axis=1)
    halves: NDArray[np.float16] = np.clip(figures, -largest, largest).astype(np.float16)
    return halves


def renumbered(packed: bytes, old: int, new: int) -> bytes:
    """The same arrays with another number for one participant, in the order of the numbers again."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        held = dict(arrays)
    numbers = np.where(held["participant"] == old, new, held["participant"])
    order = np.argsort(numbers, kind="stable")
    file = BytesIO()
    held["participant"] = numbers
    np.savez_compressed(file, **{name: held[name][..., order] if name == "retired" else held[name][order] for name in held})
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Place:
    """The group that somebody is in, by its place among the groups, and how sure that is; None where there is none."""

    group: int | None
    confidence: float | None


def group_of(packed: bytes, participant_id: int) -> Place | None:
    """One participant's group, without unpacking what is not needed for it; None when the snapshot does not know them."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        numbers = arrays["participant"]
        place = int(np.searchsorted(numbers, participant_id))
        if place == len(numbers) or numbers[place] != participant_id:
            return None
        group = int(arrays["group"][place])
        confidence = float(arrays["confidence"][place]) if "confidence" in arrays else float("nan")
    return Place(None if group == NOT_GROUPED else group, None if isnan(confidence) else confidence)
