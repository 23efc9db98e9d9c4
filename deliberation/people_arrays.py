"""What an analysis says about each participant: arrays side by side, stored compressed instead of as rows."""

from dataclasses import dataclass
from io import BytesIO
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOT_GROUPED = -1


@dataclass(frozen=True, eq=False)
class People:
    """One entry per participant with a vote, ordered by row id. `x` and `y` are NaN when the analysis has no map."""

    participant: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    group: NDArray[np.int8]
    votes: NDArray[np.int32]

    def place_of(self, participant_id: int) -> int | None:
        """Where this participant stands in the arrays."""
        place = int(np.searchsorted(self.participant, participant_id))
        return place if place < len(self.participant) and self.participant[place] == participant_id else None

    def position(self, place: int) -> tuple[float, float] | None:
        x, y = float(self.x[place]), float(self.y[place])
        return None if isnan(x) else (x, y)


def pack(participants: NDArray[Any], positions: NDArray[Any] | None, groups: NDArray[Any], votes: NDArray[Any]) -> bytes:
    """`positions` (participants, 2), or None without a map; `groups` −1 for people who are not grouped."""
    placed = np.full((len(participants), 2), np.nan) if positions is None else positions
    file = BytesIO()
    np.savez_compressed(
        file,
        participant=participants.astype(np.int64),
        x=placed[:, 0].astype(np.float32),
        y=placed[:, 1].astype(np.float32),
        group=groups.astype(np.int8),
        votes=votes.astype(np.int32),
    )
    return file.getvalue()


def unpack(packed: bytes) -> People:
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return People(arrays["participant"], arrays["x"], arrays["y"], arrays["group"], arrays["votes"])
