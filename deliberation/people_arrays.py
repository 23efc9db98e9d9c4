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
    """

    participant: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    group: NDArray[np.int8]
    votes: NDArray[np.int32]
    confidence: NDArray[np.float16]
    retired: NDArray[np.int8]

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


def pack(
    participants: NDArray[Any],
    positions: NDArray[Any] | None,
    groups: NDArray[Any],
    votes: NDArray[Any],
    confidence: NDArray[Any] | None,
    retired: Sequence[NDArray[Any]],
) -> bytes:
    """`positions` (participants, 2), or None without a map; `groups` −1 for people who are not grouped."""
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
    )
    return file.getvalue()


def unpack(packed: bytes) -> People:
    """Snapshots of before there were `confidence` and `retired` have none."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        people = len(arrays["participant"])
        known = {"confidence": np.full(people, np.nan, np.float16), "retired": np.empty((0, people), np.int8), **arrays}
        return People(**{field.name: known[field.name] for field in fields(People)})
